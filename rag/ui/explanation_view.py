"""“Why this answer”, folded under an answer; nothing of it is read before it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from rag.ui.components import mount
from rag.ui.conversations import Conversation, Exchange
from rag.ui.explanation_nodes import explanation_nodes
from rag.ui.nodes import to_data

if TYPE_CHECKING:
    from rag.ui.backend import Backend

LABEL = "Why this answer"
GONE = "The explanation of this answer cannot be read. Ask the question again to have one."


def show(backend: Backend, conversation: Conversation, exchange: Exchange) -> None:
    """Draw the explanation of an answer, where one is kept."""
    if not backend.explanations.has(conversation.id, exchange.id):
        return
    key = f"why-{exchange.id}"
    with st.expander(LABEL, key=key, type="compact", on_change="rerun") as folded:
        if not folded.open:
            return
        explanation = backend.explanations.load(conversation.id, exchange.id)
        if explanation is None:
            st.caption(GONE)
            return
        trees = [to_data(explanation_nodes(explanation, backend.article))]
        mount("nodes")(data={"trees": trees}, key=f"explanation-{key}")

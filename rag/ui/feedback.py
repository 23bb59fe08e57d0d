"""Right or wrong, said under an answer; the reason, for who wants to give one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from rag.errors import RagError
from rag.evaluation.feedback import (
    MAX_COMMENT,
    REASONS,
    Asked,
    Feedback,
    Judgement,
    Reason,
    feedback_on,
    reasons_for,
)
from rag.records import Answer
from rag.ui import case_dialog
from rag.ui.conversations import Conversation, Exchange
from rag.ui.escape import plain
from rag.ui.state import set_notice

if TYPE_CHECKING:
    from rag.ui.backend import Backend

EXPLAINED = "explained"  # the exchange whose reason is being given
TRIGGER = "say"  # what the answer view calls it


def feedback_data(backend: Backend, exchange: Exchange) -> dict[str, Any]:
    """Return what the answer view draws of the feedback; nothing where none can be given."""
    answer = exchange.answer
    if answer is None or answer.outcome == "about" or exchange.state != "answered":
        return {}
    given = _given(backend, exchange)
    return {
        "feedback": {
            "verdict": given.verdict if given else "",
            "said": _said(given) if given else "",
            "isExplaining": given is not None and _is_explained(exchange),
            "makesCases": backend.visitor.is_owner,
        }
    }


def take(backend: Backend, conversation: Conversation, exchange: Exchange, *, view: str) -> None:
    """Do what was clicked under the answer: right, wrong, taken back, reason or test case."""
    action = st.session_state[view][TRIGGER]["action"]
    if action == "case" and backend.visitor.is_owner:
        draft = _given(backend, exchange) or _now(conversation, exchange, verdict=None)
        case_dialog.open_case(draft)
    elif action == "reason":
        st.session_state[EXPLAINED] = exchange.id
    elif action in ("right", "wrong"):
        st.session_state[EXPLAINED] = exchange.id
        _keep(backend, _now(conversation, exchange, verdict=action))
    elif action == "take_back":
        _keep(backend, _now(conversation, exchange, verdict=None))


def show_reason(backend: Backend, conversation: Conversation, exchange: Exchange) -> None:
    """Draw the fields for a reason, under the answer where one is being given."""
    given = _given(backend, exchange)
    if given is None or not _is_explained(exchange):
        return
    key, offered = f"{given.verdict}-{exchange.id}", reasons_for(given.outcome)
    with st.form(f"reason-{key}"):
        if given.verdict == "wrong":
            st.pills(
                "What is wrong?",
                offered,
                selection_mode="multi",
                default=[reason for reason in given.reasons if reason in offered],
                format_func=lambda reason: REASONS[reason],
                key=f"reasons-{key}",
            )
        st.text_area(
            "In your words (optional)",
            given.comment,
            max_chars=MAX_COMMENT,
            height=80,
            key=f"comment-{key}",
        )
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                "Save the reason",
                type="primary",
                on_click=partial(_explain, backend, conversation, exchange, given),
            )
            st.form_submit_button("Close", on_click=_close)


def asked_in(conversation: Conversation, exchange: Exchange) -> Asked:
    """Return what was asked, with the history that it was asked with."""
    return Asked(
        conversation.id,
        exchange.id,
        exchange.question,
        conversation.history(before=exchange.id),
        exchange.filters,
    )


def _explain(
    backend: Backend, conversation: Conversation, exchange: Exchange, given: Feedback
) -> None:
    key = f"{given.verdict}-{exchange.id}"
    reasons: list[Reason] = st.session_state.get(f"reasons-{key}", [])
    comment = st.session_state[f"comment-{key}"]
    if _keep(
        backend,
        _now(
            conversation, exchange, verdict=given.verdict, reasons=tuple(reasons), comment=comment
        ),
    ):
        _close()


def _now(
    conversation: Conversation,
    exchange: Exchange,
    *,
    verdict: Judgement | None,
    reasons: tuple[Reason, ...] = (),
    comment: str = "",
) -> Feedback:
    assert isinstance(exchange.answer, Answer)  # only then are there buttons
    asked = asked_in(conversation, exchange)
    return feedback_on(asked, exchange.answer, verdict=verdict, reasons=reasons, comment=comment)


def _keep(backend: Backend, feedback: Feedback) -> bool:
    try:
        backend.feedback.add(feedback)
    except RagError as error:
        set_notice(error.message)
        return False
    set_notice("")
    return True


def _given(backend: Backend, exchange: Exchange) -> Feedback | None:
    try:
        return backend.feedback.of(exchange.id)
    except RagError as error:
        set_notice(error.message)
        return None


def _said(given: Feedback) -> str:
    reasons = "; ".join(REASONS[reason].lower() for reason in given.reasons)
    comment = f"“{given.comment}”" if given.comment else ""
    return plain(" · ".join(part for part in (reasons, comment) if part))


def _is_explained(exchange: Exchange) -> bool:
    return bool(st.session_state.get(EXPLAINED) == exchange.id)


def _close() -> None:
    st.session_state.pop(EXPLAINED, None)

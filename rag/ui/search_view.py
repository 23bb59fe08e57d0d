"""Passages for what is typed, as it is typed: with marks, limits, and a way to ask about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from rag.corpus.normal_form import BLOCK_BREAK
from rag.errors import RagError
from rag.library.passages import Found, found_passages
from rag.records import Question, Span
from rag.ui import limits, wording
from rag.ui.escape import escape
from rag.ui.library_state import span_address
from rag.ui.navigation import CHAT, LIBRARY
from rag.ui.state import ASK_KEY, ONLY_KEY

if TYPE_CHECKING:
    from rag.ui.backend import Backend

TYPED, MORE = "search_typed", "search_more"
PAUSE = "100ms"  # after a letter; a search takes some 10 ms, drawing its passages more
AT_FIRST, STEP = 10, 20  # passages


def show(backend: Backend) -> None:
    """Draw the page."""
    st.title("Search", anchor=False)
    limits.show_chips(backend)
    _show_search(backend)


@st.fragment
def _show_search(backend: Backend) -> None:
    typed = st.text_input(
        "Search the passages of all articles",
        key=TYPED,
        type="search",
        live=PAUSE,
        persist_state="session",
        placeholder="Search the passages of all articles",
        label_visibility="collapsed",
        on_change=_start_over,
    ).strip()
    if not typed:
        st.caption("Passages appear as you type; nothing is answered here.")
        return
    count = AT_FIRST + STEP * int(st.session_state.get(MORE, 0))
    try:
        found = _found(backend, typed, count)
    except RagError as error:
        st.warning(escape(error.message))
        return
    _show_found(found, typed)
    if len(found) == count:
        st.button("More passages", key="search-more", on_click=_more, icon=":material/expand_more:")


def _found(backend: Backend, typed: str, count: int) -> list[Found]:
    snapshot = backend.assistant.snapshot()
    question = Question(typed, filters=limits.chosen_filters())
    retrieval = backend.assistant.search(question, k=count, snapshot=snapshot)
    return found_passages(retrieval, snapshot)


def _show_found(found: Sequence[Found], typed: str) -> None:
    if not found:
        st.markdown("No passage within these limits.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(wording.count(len(found), "passage") + ", the closest first")
        _show_asking("Ask this as a question", limits.address() | {ASK_KEY: [typed]})
    for number, each in enumerate(found):
        with st.container(border=True, gap="xsmall", key=f"found-{number}"):
            _show_passage(each, typed)


def _show_passage(found: Found, typed: str) -> None:
    article = found.article
    when = wording.day(article.published) if article.published else "undated"
    st.page_link(
        LIBRARY,
        label=f"**{escape(article.title)}**",
        icon=":material/article:",
        query_params=span_address(article.id, Span(found.passage.start, found.passage.end)),
    )
    st.caption(escape(" · ".join(filter(None, (article.outlet, when)))))
    st.markdown(passage_markdown(found.pieces))
    _show_asking("Ask about this", {ASK_KEY: [typed], ONLY_KEY: [article.id]})


def _show_asking(label: str, parameters: dict[str, list[str]]) -> None:
    """Draw a link to the chat; a switch of the page by the server can meet a timer of this one."""
    st.page_link(CHAT, label=label, icon=":material/chat_bubble:", query_params=parameters)


def passage_markdown(pieces: Iterable[tuple[str, bool]]) -> str:
    """Return the pieces of a passage, each marked or not, with the paragraphs of its article."""
    return "".join(
        f"**:orange-background[{escape(text)}]**"
        if is_marked
        else BLOCK_BREAK.join(map(_spaced, text.split(BLOCK_BREAK)))
        for text, is_marked in pieces
    )


def _spaced(text: str) -> str:
    """Return a text as markdown; white space at its ends is kept."""
    start = " " if text[:1].isspace() else ""
    end = " " if text[-1:].isspace() and text.strip() else ""
    return start + escape(text.strip()) + end


def _start_over() -> None:
    st.session_state[MORE] = 0


def _more() -> None:
    st.session_state[MORE] = int(st.session_state.get(MORE, 0)) + 1

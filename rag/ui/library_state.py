"""What the library remembers: the article in the address, and what was said last."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from rag.records import Article, Span
from rag.ui.escape import escape

# …/library?article=telecoms/china-telecom-licence.md&quote=10-90&version=0123456789ab
ARTICLE_KEY, QUOTE_KEY, VERSION_KEY = "article", "quote", "version"
VERSION_DIGITS = 12  # of the article's hash; enough to see that it is another text
_SPAN = re.compile(r"(\d{1,10})-(\d{1,10})", re.ASCII)


def opened_article() -> str:
    """Return the id of the article that the address names, or nothing."""
    return st.query_params.get(ARTICLE_KEY, "")


def opened_span() -> Span | None:
    """Return the part of the article that the address names, if it names one."""
    found = _SPAN.fullmatch(st.query_params.get(QUOTE_KEY, ""))
    if found is None:
        return None
    start, end = int(found[1]), int(found[2])
    return Span(start, end) if start < end else None


def is_other_version(article: Article) -> bool:
    """Return whether the address was made of another version of this article."""
    return not article.sha256.startswith(st.query_params.get(VERSION_KEY, ""))


def span_address(article_id: str, span: Span, version: str = "") -> dict[str, str]:
    """Return the parameters of the address that opens a part of an article, in that version."""
    found = {ARTICLE_KEY: article_id, QUOTE_KEY: f"{span.start}-{span.end}"}
    return found | ({VERSION_KEY: version[:VERSION_DIGITS]} if version else {})


def open_article(article_id: str) -> None:
    """Show an article, or the list for an empty id."""
    st.query_params.clear()
    if article_id:
        st.query_params[ARTICLE_KEY] = article_id


@dataclass(frozen=True, slots=True)
class Said:
    """What was done last, and what takes it back."""

    text: str
    undo: Callable[[], None] | None = None
    refused: Sequence[str] = ()


def set_said(
    text: str, *, undo: Callable[[], None] | None = None, refused: Sequence[str] = ()
) -> None:
    """Say what was done, and why other things were not, at the next drawing."""
    st.session_state["library_said"] = Said(text, undo, refused)


def show_said() -> None:
    """Draw what was done last, until it is hidden."""
    said: Said | None = st.session_state.get("library_said")
    if said is None or not said.text:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="library-said"):
        st.success(escape(said.text), icon=":material/check:")
        if said.undo is not None:
            st.button("Put it back", on_click=said.undo, icon=":material/undo:")
        st.button("Hide", type="tertiary", on_click=set_said, args=("",), key="hide-said")
    for message in said.refused:
        st.error(escape(message))

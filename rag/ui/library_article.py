"""One article of the library to read: what is known of it, its text with an outline."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from rag.corpus.names import plain_stem
from rag.library.entries import notes_on, possible_files
from rag.library.files import read_file, suffix_of
from rag.library.stories import same_story
from rag.records import Article
from rag.ui import wording
from rag.ui.article_view import reading_data
from rag.ui.components import show_reading
from rag.ui.escape import escape
from rag.ui.library_adding import ask_deleting, may_change, show_deleting
from rag.ui.library_list import state_line
from rag.ui.library_state import is_other_version, open_article, opened_span, show_said
from rag.ui.navigation import CHAT
from rag.ui.state import ONLY_KEY

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot
    from rag.ui.backend import Backend

STORIES_SHOWN = 8


def show(backend: Backend, article_id: str) -> None:
    """Draw the page of one article, or say why it cannot be read."""
    snapshot, _ = backend.snapshot()
    article = backend.article(article_id)
    entry = next((each for each in backend.entries() if each.id == article_id), None)
    st.button("Library", icon=":material/arrow_back:", type="tertiary", on_click=_close)
    show_said()
    if entry is None and article is None:
        st.warning("There is no such article in the library.")
        return
    title = article.title if article else entry.title if entry else article_id
    st.title(escape(title), anchor=False)
    if article is not None:
        _show_head(article)
    if entry is not None and (entry.state != "indexed" or article is None):
        st.warning(escape(state_line(entry)))
    _show_actions(backend, article_id, article)
    if article is None or snapshot is None:
        return
    _show_notes(article, snapshot)
    _show_stories(article, snapshot)
    span = opened_span()
    is_there = span is not None and span.end <= len(article.text)
    if is_other_version(article):
        st.info("The article has changed since this link was made, so that no quote is marked.")
        is_there = False
    show_reading(reading_data(article, marked=span if is_there else None), key="reading")


def _show_head(article: Article) -> None:
    byline = " · ".join(filter(None, (article.outlet, ", ".join(article.authors))))
    today = date.today()  # noqa: DTZ011 - the reader's day, on the reader's machine
    words = wording.count(len(article.text.split()), "word")
    ocr = " · read by OCR: words were recognised in pictures" if article.is_ocr else ""
    lines = [byline, wording.published(article, today), words + ocr]
    st.caption("  \n".join(escape(line) for line in lines if line))


def _show_actions(backend: Backend, article_id: str, article: Article | None) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="article-actions"
    ):
        if article is not None:
            with st.container(key="ask-only", width="content"):
                st.page_link(
                    CHAT,
                    label="Ask only this article",
                    icon=":material/chat_bubble:",
                    query_params={ONLY_KEY: article_id},
                )
        st.download_button(
            "Open the file",
            partial(read_file, backend.config, article_id),
            file_name=f"{plain_stem(possible_files(article_id)[-1])}{suffix_of(article_id)}",
            mime="application/octet-stream",
            icon=":material/draft:",
            on_click="ignore",
            help=f"Saves a copy of {escape(possible_files(article_id)[-1])}, to open as you like",
        )
        if article is not None and article.url.startswith("https://"):
            st.link_button("The page it is from", article.url, icon=":material/open_in_new:")
        if may_change(backend):
            icon = ":material/delete:"
            st.button("Delete", icon=icon, on_click=ask_deleting, args=(article_id,))
    show_deleting(backend, article_id)


def _show_notes(article: Article, snapshot: Snapshot) -> None:
    notes = notes_on(article.id, snapshot.problems())
    if notes:
        with st.expander(
            f"Noted when it was read: {wording.count(len(notes), 'thing')}", icon=":material/info:"
        ):
            st.markdown("\n".join(f"- {escape(note.message)}" for note in notes))


def _show_stories(article: Article, snapshot: Snapshot) -> None:
    stories = same_story(article, snapshot)
    if not stories:
        return
    label = f"The same story in {wording.count(len(stories), 'other article')}"
    with st.expander(label, icon=":material/content_copy:"):
        for story in stories[:STORIES_SHOWN]:
            when = wording.day(story.published) if story.published else "undated"
            rest = " · ".join(filter(None, (story.outlet, when)))
            st.button(
                f"{escape(story.title)} :small[· {escape(rest)}]",
                key=f"story-{story.id}",
                type="tertiary",
                on_click=partial(open_article, story.id),
            )


def _close() -> None:
    open_article("")

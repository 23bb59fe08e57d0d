"""The conversations of the sidebar: by day, searched, renamed in place, exported, deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from rag.corpus.names import plain_stem
from rag.sharing.receipt import Export
from rag.ui import wording
from rag.ui.conversations import MAX_TITLE, Conversation, Heading
from rag.ui.escape import escape
from rag.ui.exports import FORMS, Form
from rag.ui.redrawing import hold
from rag.ui.state import go_to

if TYPE_CHECKING:
    from rag.ui.backend import Backend

SHOWN_AT_FIRST = 12  # conversations; the rest come with a click
SEARCHED_FROM = 8  # with fewer, all are in sight
DAYS_A_WEEK = 7
NANOSECONDS = 1_000_000_000
TYPED, ALL = "conversations_typed", "shows_all"
RENAMED, SELECTING, CHOSEN = "renamed", "selecting", "chosen-"
DELETED = "deleted"  # the conversations that are asked about, and how they are called


def show(backend: Backend, current: Conversation | None) -> None:
    """Draw the conversations, the newest first."""
    headings = backend.conversations.headings()
    if not headings:
        return
    found = headings
    if len(headings) >= SEARCHED_FROM:
        st.text_input(
            "Search the conversations",
            key=TYPED,
            type="search",
            live="100ms",
            placeholder="Search the conversations",
            label_visibility="collapsed",
        )
        found = _searched(headings, st.session_state.get(TYPED) or "")
    is_whole = st.session_state.get(ALL, False) or len(found) < len(headings)
    today = date.today()  # noqa: DTZ011 - the reader's day, on the reader's machine
    shown = found if is_whole else found[:SHOWN_AT_FIRST]
    with st.container(gap="xxsmall", key="conversations"):
        for day, of_day in groupby(shown, key=lambda heading: day_of(heading, today)):
            st.caption(day)
            for heading in of_day:
                _show_heading(backend, heading, current)
    if not found:
        st.caption("No conversation has these words in its title.")
    if len(found) > SHOWN_AT_FIRST and len(found) == len(headings):
        st.toggle(f"All {len(headings)} conversations", key=ALL)
    _show_selection(shown)
    _show_deleting(backend)


def day_of(heading: Heading, today: date) -> str:
    """Return the heading above a conversation: the day or the month of its last change."""
    changed = datetime.fromtimestamp(heading.changed_ns / NANOSECONDS).astimezone().date()
    days = (today - changed).days
    if days <= 1:
        return "Yesterday" if days == 1 else "Today"
    return "Last 7 days" if days < DAYS_A_WEEK else f"{changed:%B %Y}"


def _searched(headings: Sequence[Heading], typed: str) -> list[Heading]:
    words = typed.casefold().split()
    return [each for each in headings if all(word in each.title.casefold() for word in words)]


def _show_heading(backend: Backend, heading: Heading, current: Conversation | None) -> None:
    if st.session_state.get(SELECTING):
        st.checkbox(escape(heading.title), key=CHOSEN + heading.id)
        return
    is_current = current is not None and heading.id == current.id
    if is_current and st.session_state.get(RENAMED) == heading.id:
        _show_renaming(backend, heading)
        return
    st.button(
        escape(heading.title),
        key=f"conversation-{heading.id}",
        type="secondary" if is_current else "tertiary",
        width="stretch",
        on_click=partial(go_to, heading.id),
    )
    if is_current and current is not None:
        _show_actions(current)


def _show_renaming(backend: Backend, heading: Heading) -> None:
    key = f"title-{heading.id}"
    st.text_input(
        "Title",
        heading.title,
        key=key,
        max_chars=MAX_TITLE,
        label_visibility="collapsed",
        on_change=partial(_rename, backend, heading.id, key),
    )
    with st.container(horizontal=True, gap="small"):
        st.button("Save", type="tertiary", icon=":material/check:", on_click=_set, args=(RENAMED,))
        st.button("Cancel", type="tertiary", on_click=_set, args=(RENAMED,))


def _rename(backend: Backend, conversation_id: str, key: str) -> None:
    backend.conversations.rename(conversation_id, st.session_state[key])
    _set(RENAMED)


def _set(key: str, value: object = None) -> None:
    st.session_state[key] = value


def _show_actions(current: Conversation) -> None:
    with st.container(horizontal=True, gap="small", key="conversation-actions"):
        st.button(
            "Rename",
            type="tertiary",
            on_click=partial(_set, RENAMED, current.id),
        )
        st.button(
            "Delete",
            key="delete",
            type="tertiary",
            on_click=partial(_set, DELETED, ([current.id], f"“{current.title}” and its answers")),
        )
        with st.popover("Export", type="tertiary"):
            _show_export(current)


def _show_selection(shown: Sequence[Heading]) -> None:
    if not st.session_state.get(SELECTING):
        if len(shown) > 1:
            st.button(
                "Select several",
                type="tertiary",
                icon=":material/checklist:",
                on_click=partial(_set, SELECTING, "yes"),
            )
        return
    chosen = [each.id for each in shown if st.session_state.get(CHOSEN + each.id)]
    with st.container(horizontal=True, gap="small"):
        label = f"Delete {len(chosen)}" if chosen else "Delete"
        what = f"{wording.count(len(chosen), 'conversation')} and all of the answers"
        st.button(
            label,
            key="delete",
            icon=":material/delete:",
            disabled=not chosen,
            on_click=partial(_set, DELETED, (chosen, what)),
        )
        st.button("Done", type="tertiary", on_click=_set, args=(SELECTING,))


def _keep() -> None:
    _set(DELETED)


def _show_deleting(backend: Backend) -> None:
    """Draw the question whether to delete while it is open, however often the page is drawn."""
    if asked := st.session_state.get(DELETED):
        hold()
        _delete(backend, *asked)


@st.dialog("Delete for good?", on_dismiss=_keep)
def _delete(backend: Backend, ids: Sequence[str], what: str) -> None:
    st.markdown(f"{escape(what)} will be gone for good.")
    with st.container(horizontal=True):
        if st.button("Delete for good", type="primary"):
            _delete_all(backend, ids)
            st.rerun()
        if st.button("Keep", on_click=_keep):
            st.rerun()


def _delete_all(backend: Backend, ids: Iterable[str]) -> None:
    for each in ids:
        backend.conversations.delete(each)
        backend.explanations.delete(each)
        if st.query_params.get("c") == each:
            go_to(None)
    _set(SELECTING)
    _keep()


def _show_export(current: Conversation) -> None:
    st.caption("With numbered notes; `python -m rag verify FILE` checks the quotes again.")
    for form in FORMS:
        st.download_button(
            form.name,
            partial(_exported, current, form),
            file_name=f"{plain_stem(current.title + '.')}{form.suffix}",
            mime=form.mime,
            key=f"export{form.suffix}",
            on_click="ignore",
            width="stretch",
        )


def _exported(current: Conversation, form: Form) -> bytes:
    answers = tuple(each.answer for each in current.exchanges if each.answer is not None)
    return form.write(Export(current.title, answers))

"""The list of the library: searched as one types, limited, sorted, a click opens an article."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from rag.library.entries import Entry, State, Wanted, wanted_places
from rag.records import Changes
from rag.ui import wording
from rag.ui.components import show_rows
from rag.ui.escape import plain
from rag.ui.library_adding import may_change, open_adding, show_adding
from rag.ui.library_filters import STATE_NAMES, TYPED, chosen, filter_label, show_filters
from rag.ui.library_state import open_article, opened_article, show_said
from rag.ui.redrawing import redraw

if TYPE_CHECKING:
    from rag.ui.backend import Backend

ROWS, SORTED = "library-rows", "library_sorted"
MOST_ROWS = 200  # sent to the browser; what is further down is found by a word or another order
MOST_CHOICES = 2_000  # outlets or authors in one list
PAUSE = "0ms"  # after a letter: a list of 10,000 is searched in 10 ms
WATCH_S = 2.0
ORDER = "library_order"
BESIDE: dict[State, tuple[str, str]] = {
    "added": ("file not indexed yet", "files not indexed yet"),
    "failed": ("failed file", "failed files"),
    "duplicate": ("duplicate", "duplicates"),
}
"""The states of files that are no article of the index, as they are counted."""
ORDERS: dict[str, tuple[Callable[[Entry], date | str | int], bool]] = {
    "Newest first": (lambda entry: entry.published or date.min, True),
    "Oldest first": (lambda entry: entry.published or date.max, False),
    "Title": (lambda entry: entry.title.casefold(), False),
    "Outlet": (lambda entry: entry.outlet.casefold() or "\uffff", False),
    "Longest first": (lambda entry: entry.words or 0, True),
    "Shortest first": (lambda entry: entry.words or sys.maxsize, False),
    "State": (lambda entry: list(STATE_NAMES)[::-1].index(entry.state), False),
}


COLUMNS = {
    "Title": ("Title",),
    "Outlet": ("Outlet",),
    "Published": ("Newest first", "Oldest first"),
    "Words": ("Longest first", "Shortest first"),
    "State": ("State",),
    "Date from": (),
    "File": (),
}
"""What is shown of an entry, and the orders that a click on its head takes, one after the other."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries in an order, what is shown of them, and what they can be limited to.

    `columns` are those that say something of any entry.
    """

    source: tuple[Entry, ...]
    entries: tuple[Entry, ...]
    order: str
    columns: list[str]
    outlets: list[str]
    authors: list[str]


_made: Listing | None = None


def show(backend: Backend) -> None:
    """Draw the page of the list."""
    st.title("Library", anchor=False)
    with st.container(horizontal=True, gap="small", key="library-actions"):
        st.selectbox(
            "Sort by",
            list(ORDERS),
            key=ORDER,
            label_visibility="collapsed",
            persist_state="session",
            width=170,
        )
        with st.popover(filter_label(), icon=":material/filter_list:"):
            listing = _listing(backend)
            show_filters(listing.outlets, listing.authors)
        if may_change(backend):
            st.button("Add articles", icon=":material/add:", type="primary", on_click=open_adding)
    show_adding(backend)
    show_said()
    _show_list(backend)
    changes, _ = backend.builder.changes()
    st.fragment(_watch, run_every=WATCH_S)(backend, changes)


def _listing(backend: Backend) -> Listing:
    return listed(backend.entries(), st.session_state.get(ORDER, next(iter(ORDERS))))


def _watch(backend: Backend, seen: Changes | None) -> None:
    """Draw the page anew once a look at the folder finds another state of it."""
    changes, _ = backend.builder.changes()
    if changes != seen:
        redraw()


@st.fragment
def _show_list(backend: Backend) -> None:
    if st.session_state.pop(SORTED, False) or opened_article():
        st.rerun()
    st.text_input(
        "Search titles, outlets, authors and files",
        key=TYPED,
        type="search",
        live=PAUSE,
        persist_state="session",
        placeholder="Search titles, outlets, authors and files",
        label_visibility="collapsed",
    )
    listing, wanted = _listing(backend), chosen()
    found = wanted_places(listing.entries, wanted)
    show_rows(
        {
            "count": _count(listing.entries, found),
            "absence": _absence(wanted) if not found else "",
            "heads": [_head(name, listing.order) for name in listing.columns],
            "rows": [_row(listing.entries[place], listing.columns) for place in found[:MOST_ROWS]],
        },
        key=ROWS,
        on_open=_open,
        on_sort=_sort,
    )


def _head(column: str, order: str) -> dict[str, str]:
    """Return the head of a column: the order that a click takes, and how it is sorted by now."""
    orders = COLUMNS[column]
    if not orders:
        return {"name": column}
    is_sorted = order in orders
    taken = orders[(orders.index(order) + 1) % len(orders)] if is_sorted else orders[0]
    direction = "descending" if ORDERS[order][1] else "ascending"
    return {"name": column, "order": taken, "sorted": direction if is_sorted else ""}


def _count(entries: Sequence[Entry], found: Sequence[int]) -> str:
    """Return how many are found: articles of the index, and beside them the files that are none.

    >>> _count([Entry("a.md", "A", "indexed"), Entry("b.md", "b.md", "duplicate")], [0, 1])
    '1 of 1 article, 1 duplicate'
    """
    states = Counter(entry.state for entry in entries)
    listed = Counter(entries[place].state for place in found)
    articles = listed.total() - sum(listed[state] for state in BESIDE)
    total = states.total() - sum(states[state] for state in BESIDE)
    said = [f"{articles:,} of {wording.count(total, 'article')}"]
    said += [
        wording.count(listed[state], *nouns) for state, nouns in BESIDE.items() if listed[state]
    ]
    more = f"; the first {MOST_ROWS:,} are shown" if len(found) > MOST_ROWS else ""
    return ", ".join(said) + more


def _absence(wanted: Wanted) -> str:
    said = ["has all of these words"] if wanted.typed else []
    if wanted != Wanted(wanted.typed):
        said.append("is within these filters")
    undated = wanted.filters.published_from or wanted.filters.published_to
    left_out = " What has no date is in no period." if undated else ""
    return f"No article {' and '.join(said) or 'is here'}.{left_out}"


def listed(entries: tuple[Entry, ...], order: str) -> Listing:
    """Return entries in an order of ORDERS; made once for the same entries and order."""
    global _made  # noqa: PLW0603 - one for all tabs, replaced whole
    made = _made
    if made is None or made.order != order or made.source is not entries:
        key, is_falling = ORDERS[order]
        placed = tuple(sorted(entries, key=key, reverse=is_falling))
        made = _made = Listing(
            source=entries,
            entries=placed,
            order=order,
            columns=_columns(entries),
            outlets=sorted({entry.outlet for entry in entries if entry.outlet})[:MOST_CHOICES],
            authors=sorted({name for entry in entries for name in entry.authors})[:MOST_CHOICES],
        )
    return made


def state_line(entry: Entry) -> str:
    """Return the state of an entry in words, with its reason."""
    said = STATE_NAMES[entry.state]
    if entry.is_ocr:
        said += ", read by OCR"
    return f"{said}: {entry.why}" if entry.why else said


def _columns(entries: Sequence[Entry]) -> list[str]:
    """Return the columns that say something of any entry."""
    unsaid = {
        "Outlet": "outlet",
        "Published": "published",
        "Date from": "published",
        "Words": "words",
    }
    return [
        name
        for name in COLUMNS
        if name not in unsaid or any(getattr(entry, unsaid[name]) for entry in entries)
    ]


def _row(entry: Entry, columns: Sequence[str]) -> dict[str, Any]:
    """Return an entry as it is drawn: its cells, and a line for narrow windows."""
    said = {
        "Title": plain(entry.title),
        "Outlet": plain(entry.outlet),
        "Published": f"{entry.published:%-d %b %Y}" if entry.published else "",
        "Words": f"{entry.words:,}" if entry.words is not None else "",
        "State": plain(state_line(entry)),
        "Date from": wording.DATE_SOURCES.get(entry.published_from, "") if entry.published else "",
        "File": plain(entry.id),
    }
    under = " · ".join(filter(None, (said["Outlet"], said["Published"])))
    return {"id": entry.id, "cells": [said[name] for name in columns], "under": under}


def _open() -> None:
    open_article(st.session_state[ROWS]["open"]["value"])


def _sort() -> None:
    order = st.session_state[ROWS]["sort"]["value"]
    if order in ORDERS:
        st.session_state[ORDER] = order
        st.session_state[SORTED] = True

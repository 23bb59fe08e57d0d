"""The list of the library: searched as one types, limited, sorted, a click opens an article."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from rag.library.entries import Entry, State, Wanted, wanted_places
from rag.records import Changes, Filters
from rag.ui import wording
from rag.ui.escape import plain
from rag.ui.library_adding import may_change, open_adding, show_adding
from rag.ui.library_state import open_article, opened_article, show_said
from rag.ui.limits import show_presets
from rag.ui.redrawing import redraw

if TYPE_CHECKING:
    from rag.ui.backend import Backend

TABLE = "library-table"
MOST_ROWS = 500  # sent to the browser; what is further down is found by a word or another order
MOST_CHOICES = 2_000  # outlets or authors in one list
ROWS_SHOWN = 14
ROW_PX = 35
PAUSE = "0ms"  # after a letter: a list of 10,000 is searched in 10 ms
WATCH_S = 2.0
NAMES = ("library_typed", "library_outlets", "library_authors", "library_from", "library_to")
TYPED, OUTLETS, AUTHORS, FROM, TO = NAMES
WORDS_FROM, WORDS_TO, STATES = "library_words_from", "library_words_to", "library_states"
ORDER = "library_order"
STATE_NAMES: dict[State, str] = {
    "indexed": "Indexed",
    "changed": "Changed since it was indexed",
    "removed": "No longer in the folder",
    "added": "Not indexed yet",
    "failed": "Failed",
    "duplicate": "Duplicate",
}
COLUMNS = {
    "Title": st.column_config.TextColumn(width=340),
    "Outlet": st.column_config.TextColumn(width=140),
    "Published": st.column_config.DateColumn(format="D MMM YYYY", width=105),
    "Words": st.column_config.NumberColumn(format="localized", width=75),
    "State": st.column_config.TextColumn(width=200),
    "Date from": st.column_config.TextColumn(width=110),
    "File": st.column_config.TextColumn(width=300),
}
ORDERS: dict[str, tuple[Callable[[Entry], date | str | int], bool]] = {
    "Newest first": (lambda entry: entry.published or date.min, True),
    "Oldest first": (lambda entry: entry.published or date.max, False),
    "Title": (lambda entry: entry.title.casefold(), False),
    "Outlet": (lambda entry: entry.outlet.casefold() or "\uffff", False),
    "Longest first": (lambda entry: entry.words or 0, True),
    "Shortest first": (lambda entry: entry.words or sys.maxsize, False),
    "State": (lambda entry: list(STATE_NAMES)[::-1].index(entry.state), False),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries in an order, what is shown of them, and what they can be limited to.

    `columns` are those that say something of any entry.
    """

    source: tuple[Entry, ...]
    entries: tuple[Entry, ...]
    order: str
    frame: pd.DataFrame
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
        with st.popover(_filter_label(), icon=":material/filter_list:"):
            _show_filters(_listing(backend))
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
    if opened_article():
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
    listing = _listing(backend)
    found = wanted_places(listing.entries, chosen())
    places = found[:MOST_ROWS]
    total = wording.count(len(listing.entries), "article")
    more = f"; the first {MOST_ROWS:,} are shown" if len(found) > MOST_ROWS else ""
    st.caption(f"{len(found):,} of {total}{more}")
    if not places:
        st.markdown(_absence(chosen()))
        return
    st.dataframe(
        listing.frame.iloc[places],
        hide_index=True,
        column_config=COLUMNS,
        column_order=listing.columns,
        key=TABLE,
        height=ROW_PX * (1 + min(len(places), ROWS_SHOWN)) + 2,
        placeholder="",
        lazy=False,
        alt="Articles",
        selection_mode="single-cell",
        on_select=partial(_open, [listing.entries[place].id for place in places]),
    )


def _absence(wanted: Wanted) -> str:
    said = ["has all of these words"] if wanted.typed else []
    if wanted != Wanted(wanted.typed):
        said.append("is within these filters")
    undated = wanted.filters.published_from or wanted.filters.published_to
    left_out = " What has no date is in no period." if undated else ""
    return f"No article {' and '.join(said) or 'is here'}.{left_out}"


def chosen() -> Wanted:
    """Return which entries this tab wants to see."""
    state = st.session_state
    return Wanted(
        typed=state.get(TYPED) or "",
        filters=Filters(
            published_from=state.get(FROM),
            published_to=state.get(TO),
            outlets=tuple(state.get(OUTLETS, ())),
            authors=tuple(state.get(AUTHORS, ())),
        ),
        words_from=state.get(WORDS_FROM),
        words_to=state.get(WORDS_TO),
        states=tuple(state.get(STATES, ())),
    )


def listed(entries: tuple[Entry, ...], order: str) -> Listing:
    """Return entries in an order of ORDERS; made once for the same entries and order."""
    global _made  # noqa: PLW0603 - one for all tabs, replaced whole
    made = _made
    if made is None or made.order != order or made.source is not entries:
        key, is_falling = ORDERS[order]
        placed = tuple(sorted(entries, key=key, reverse=is_falling))
        rows = [_row(entry) for entry in placed]
        made = _made = Listing(
            source=entries,
            entries=placed,
            order=order,
            frame=pd.DataFrame(rows),
            columns=[name for name in COLUMNS if any(row[name] for row in rows)],
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


def _row(entry: Entry) -> dict[str, object]:
    return {
        "Title": plain(entry.title),
        "Outlet": plain(entry.outlet),
        "Published": entry.published,
        "Words": entry.words,
        "State": plain(state_line(entry)),
        "Date from": entry.published_from if entry.published else "",
        "File": plain(entry.id),
    }


def _open(ids: Sequence[str]) -> None:
    cells = st.session_state[TABLE].selection.cells
    if cells:
        open_article(ids[cells[0][0]])


def _show_filters(listing: Listing) -> None:
    st.multiselect("Outlet", listing.outlets, key=OUTLETS, persist_state="session")
    st.multiselect("Author", listing.authors, key=AUTHORS, persist_state="session")
    _show_pair("Published", (FROM, TO), is_date=True)
    show_presets(FROM, TO)
    _show_pair("Words", (WORDS_FROM, WORDS_TO), is_date=False)
    st.multiselect(
        "State",
        list(STATE_NAMES),
        key=STATES,
        format_func=STATE_NAMES.__getitem__,
        persist_state="session",
    )
    st.button("Clear", on_click=_clear, type="tertiary", icon=":material/close:")


def _show_pair(label: str, keys: tuple[str, str], *, is_date: bool) -> None:
    for column, key, end in zip(st.columns(2), keys, ("from", "to"), strict=True):
        name = f"{label} {end}"
        if is_date:
            column.date_input(name, None, key=key, format="YYYY-MM-DD", persist_state="session")
        else:
            column.number_input(
                name, 0, value=None, step=100, key=key, placeholder="any", persist_state="session"
            )


def _filter_label() -> str:
    state = st.session_state
    keys = (OUTLETS, AUTHORS, FROM, TO, WORDS_FROM, WORDS_TO, STATES)
    count = sum(state.get(key) not in (None, [], ()) for key in keys)
    return f"Filter ({count})" if count else "Filter"


def _clear() -> None:
    for key in (OUTLETS, AUTHORS, STATES):
        st.session_state[key] = []
    for key in (FROM, TO, WORDS_FROM, WORDS_TO):
        st.session_state[key] = None

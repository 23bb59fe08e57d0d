"""What questions are limited to, and how sure an answer must be: fields, and chips at the box."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, cast, get_args

import streamlit as st

from rag.index.passages import matcher
from rag.records import Caution, Filters
from rag.ui import wording
from rag.ui.escape import escape

if TYPE_CHECKING:
    from rag.ui.backend import Backend

FROM, TO, OUTLETS, ARTICLES = "filter_from", "filter_to", "filter_outlets", "filter_articles"
CAUTION = "caution"
MAX_CHOICES = 2_000  # outlets or articles in one list; a browser gets slow with more
MOST_CHIPS = 6  # what fits above the question box
MOST_NAMED = 50  # outlets and articles in the address, which some programs cut at 2,000 characters
IN_ADDRESS = {FROM: "from", TO: "until", OUTLETS: "outlet", ARTICLES: "in"}
_TAKEN_OVER, _WRITTEN = "limits_taken_over", "limits_written"


@dataclass(frozen=True, slots=True)
class Chip:
    """One limit: what it says, and what takes it away."""

    key: str
    label: str
    remove: Callable[[], None]


def keep_choices() -> None:
    """Keep what was chosen while its widgets are not drawn; Streamlit would forget it."""
    for key in (FROM, TO, OUTLETS, ARTICLES, CAUTION):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def follow_address() -> None:
    """Take over what the address limits to, once a tab; after that the address follows the tab.

    …/?from=2024-01-01&outlet=Gazette&in=town/bridge.md
    """
    if not st.session_state.get(_TAKEN_OVER):
        st.session_state[_TAKEN_OVER] = True
        for key, name in IN_ADDRESS.items():
            if values := st.query_params.get_all(name)[:MOST_NAMED]:
                _take_over(key, values)
        st.session_state[_WRITTEN] = address()
    keep_choices()
    if (named := address()) != st.session_state[_WRITTEN]:
        st.session_state[_WRITTEN] = named
        kept = {k: st.query_params.get_all(k) for k in st.query_params}
        for name in IN_ADDRESS.values():
            kept.pop(name, None)
        st.query_params.from_dict(kept | named)


def address() -> dict[str, list[str]]:
    """Return the parameters of the address that limit to what is chosen; none for too many."""
    filters = chosen_filters()
    days = {"from": filters.published_from, "until": filters.published_to}
    named = {name: [day.isoformat()] for name, day in days.items() if day}
    named |= {"outlet": list(filters.outlets), "in": list(filters.articles)}
    return (
        {} if sum(map(len, named.values())) > MOST_NAMED else {k: v for k, v in named.items() if v}
    )


def limit_to(article_ids: Sequence[str]) -> None:
    """Limit the next questions to these articles, and to nothing else."""
    clear()
    st.session_state[ARTICLES] = list(article_ids)


def clear() -> None:
    """Limit questions to nothing."""
    for key, value in ((FROM, None), (TO, None), (OUTLETS, []), (ARTICLES, [])):
        _set(key, value)


def articles_left(backend: Backend, filters: Filters) -> tuple[int, int]:
    """Return how many articles the filters let through, and how many there are."""
    snapshot, _ = backend.snapshot()
    articles = snapshot.articles() if snapshot is not None else []
    return sum(map(matcher(filters), articles)), len(articles)


def chosen_filters() -> Filters:
    """Return what the person limits questions to."""
    state = st.session_state
    return Filters(
        published_from=cast("date | None", state.get(FROM)),
        published_to=cast("date | None", state.get(TO)),
        outlets=tuple(state.get(OUTLETS, ())),
        articles=tuple(state.get(ARTICLES, ())),
    )


def chosen_caution() -> Caution | None:
    """Return how sure an answer must be, where the person has chosen it."""
    return cast("Caution | None", st.session_state.get(CAUTION))


def show_fields(backend: Backend) -> None:
    """Draw the fields of the sidebar."""
    snapshot, _ = backend.snapshot()
    if snapshot is None:
        return
    with st.expander("Limits", key="limit-fields", icon=":material/filter_list:"):
        _show_period()
        articles = snapshot.articles()
        titles = {article.id: article.title for article in articles}
        outlets = sorted({article.outlet for article in articles if article.outlet})
        st.multiselect("Outlets", _choices(OUTLETS, outlets), key=OUTLETS)
        st.multiselect(
            "Articles",
            _choices(ARTICLES, titles),
            key=ARTICLES,
            format_func=lambda article_id: titles.get(article_id, article_id),
        )
        if len(titles) > MAX_CHOICES:
            st.caption(f"The first {MAX_CHOICES:,} of {len(titles):,} articles can be chosen here.")


def show_caution(backend: Backend) -> None:
    """Draw how sure an answer must be."""
    st.session_state.setdefault(CAUTION, backend.config.caution)
    st.segmented_control(
        "Caution",
        get_args(Caution),
        key=CAUTION,
        required=True,
        format_func=str.capitalize,
        width="stretch",
        help="How sure it must be that the articles answer. Low shows more answers and more "
        "wrong ones; high says more often that the articles may not answer.",
    )


def show_chips(backend: Backend) -> None:
    """Draw a chip for each limit; a click takes it away."""
    chips = list(_chips(backend))
    if not chips:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="limits"):
        for chip in chips[:MOST_CHIPS]:
            _show_chip(chip)
        if len(chips) > MOST_CHIPS:
            _show_chip(Chip("all", f"all {len(chips)} limits", clear))
        if (filters := chosen_filters()) != Filters():
            left, total = articles_left(backend, filters)
            st.caption(f"{left:,} of {wording.count(total, 'article')} left", width="content")


def _choices(key: str, names: Iterable[str]) -> list[str]:
    """Return what can be chosen: what is, which Streamlit would drop, and the first of the rest."""
    chosen = st.session_state.get(key, ())
    return list(dict.fromkeys((*chosen, *islice(names, MAX_CHOICES))))


def _show_period() -> None:
    """Draw the dates, and buttons that fill them in."""
    st.date_input("From", None, key=FROM, format="YYYY-MM-DD")
    st.date_input("Until", None, key=TO, format="YYYY-MM-DD")
    show_presets(FROM, TO)


def show_presets(start_key: str, end_key: str) -> None:
    """Draw buttons that fill the last days, or this year, into two dates of the page."""
    today = date.today()  # noqa: DTZ011 - the reader's day, on the reader's machine
    periods = {
        "Last 7 days": today - timedelta(days=7),
        "Last 30 days": today - timedelta(days=30),
        "This year": date(today.year, 1, 1),
    }
    with st.container(horizontal=True, gap="xsmall"):
        for label, start in periods.items():
            fill = partial(st.session_state.update, {start_key: start, end_key: today})
            st.button(label, type="tertiary", on_click=fill)


def _show_chip(chip: Chip) -> None:
    st.button(
        escape(chip.label),
        key=f"limit-{chip.key}",
        icon=":material/close:",
        icon_position="right",
        on_click=chip.remove,
    )


def _chips(backend: Backend) -> Iterator[Chip]:
    filters, caution = chosen_filters(), chosen_caution()
    if filters.published_from:
        label = f"from {wording.day(filters.published_from)}"
        yield Chip(FROM, label, partial(_set, FROM, None))
    if filters.published_to:
        label = f"until {wording.day(filters.published_to)}"
        yield Chip(TO, label, partial(_set, TO, None))
    for outlet in filters.outlets:
        yield Chip(f"{OUTLETS}-{outlet}", outlet, partial(_take_out, OUTLETS, outlet))
    for article_id in filters.articles:
        article = backend.article(article_id)
        title = article.title if article else article_id
        yield Chip(f"{ARTICLES}-{article_id}", title, partial(_take_out, ARTICLES, article_id))
    if caution not in {None, backend.config.caution}:
        remove = partial(_set, CAUTION, backend.config.caution)
        yield Chip(CAUTION, f"caution: {caution}", remove)


def _take_over(key: str, values: list[str]) -> None:
    """Choose what the address names; what is no date is none."""
    if key in {OUTLETS, ARTICLES}:
        st.session_state[key] = values
        return
    with contextlib.suppress(ValueError):
        st.session_state[key] = date.fromisoformat(values[0])


def _set(key: str, value: object) -> None:
    st.session_state[key] = value


def _take_out(key: str, value: str) -> None:
    st.session_state[key] = [each for each in st.session_state[key] if each != value]

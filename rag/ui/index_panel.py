"""The part of the sidebar about the index: its age, what changed since, the rebuild.

After a build it lists the kept answers that are touched: a quote is no longer where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from rag.records import Article, BuildReport, Changes, Problem
from rag.sharing.receipt import check_quotes
from rag.ui import wording
from rag.ui.building import Building
from rag.ui.escape import escape
from rag.ui.navigation import CHAT
from rag.ui.redrawing import redraw
from rag.ui.state import answer_address
from rag.ui.views import openable

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot
    from rag.ui.backend import Backend
    from rag.ui.conversations import ConversationStore

WATCH_BUILD_S = 0.5
WATCH_CORPUS_S = 5.0
NAMES_SHOWN = 20  # of each kind; the command line lists them all

KEPT_BUILDS = 32  # of all visitors' last looks; one that is made again costs a second at most
LOST = frozenset({"changed", "gone", "false"})


def show(backend: Backend, *, says_absence: bool = True) -> None:
    """Draw the panel; it looks again by itself, faster while a build runs.

    `says_absence` is false where the page says itself why there is no index.
    """
    is_running = backend.builder.state.is_running
    every = WATCH_BUILD_S if is_running else WATCH_CORPUS_S
    with st.container(gap="xsmall", key="index"):
        shown = st.fragment(_show_panel, run_every=every)
        shown(backend, is_running, _generation(backend), says_absence)


@dataclass(frozen=True, slots=True)
class Touched:
    """One answer with quotes that the articles no longer have."""

    conversation_id: str
    exchange_id: str
    question: str
    lost: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """The articles of one generation, by id; two of the same generation find the same."""

    generation: int
    find: Callable[[str], Article | None] = field(compare=False)


@lru_cache(maxsize=KEPT_BUILDS)
def touched_answers(
    conversations: ConversationStore, report: BuildReport, now: Lookup
) -> tuple[Touched, ...]:
    """Return the answers that rest on a quote which the build took away; worked out once.

    A quote that only moved is still there.
    """
    of_interest = frozenset((*report.changes.changed, *report.changes.removed))
    found = []
    for conversation in conversations.naming(of_interest):
        for exchange in conversation.exchanges:
            quotes = [
                quote for quote in openable(exchange.answer) if quote.article_id in of_interest
            ]
            lost = sum(checked.state in LOST for checked in check_quotes(quotes, now.find))
            if lost:
                found.append(Touched(conversation.id, exchange.id, exchange.question, lost))
    return tuple(found)


def _generation(backend: Backend) -> int | None:
    snapshot, _ = backend.snapshot()
    return snapshot.generation if snapshot else None


def _show_panel(
    backend: Backend,
    was_running: bool,  # noqa: FBT001
    was_generation: int | None,
    says_absence: bool,  # noqa: FBT001
) -> None:
    state = backend.builder.state
    if state.is_running != was_running or _generation(backend) != was_generation:
        redraw()
    snapshot, error = backend.snapshot()
    is_owner = backend.visitor.is_owner
    if snapshot is not None:
        _show_generation(snapshot, says_damage=is_owner)
        if is_owner and (misfit := backend.misfit) and not state.is_running:
            st.warning(escape(misfit))
        if is_owner and backend.away:
            st.warning(escape(f"{backend.away} Until then the copy of it here answers."))
    elif error is not None and not state.is_running and says_absence:
        st.warning(escape(error.message if is_owner else wording.NOT_READY))
    if state.is_running and snapshot is None:
        st.caption("Being read for the first time")
    elif state.is_running:
        done = state.progress.done / max(1, state.progress.total) if state.progress else 0.0
        st.progress(min(done, 1.0), text=wording.progress_line(state.progress))
    elif is_owner:
        absence = error.message if error else ""
        if snapshot is not None or (says_absence and state.error != absence):
            _show_last_build(backend, state, snapshot)
        _show_changes(backend, said=(absence, backend.away))
    model = backend.config.answer_model
    st.caption(f"Answers: {escape(model) if model else 'quotes only, no LLM'}")


def _show_generation(snapshot: Snapshot, *, says_damage: bool) -> None:
    articles = wording.count(len(snapshot.article_ids), "article")
    built = wording.moment(snapshot.created, datetime.now(UTC))
    st.markdown(f"{articles}  \n:small[Index version {snapshot.generation}, built {built}]")
    if snapshot.degraded and says_damage:
        st.warning(escape(snapshot.degraded))


def _show_last_build(backend: Backend, state: Building, snapshot: Snapshot | None) -> None:
    if state.error:
        st.error(escape(state.error))
        _show_hiding(backend)
    elif state.report is not None:
        with st.expander(_built(state.report), icon=":material/check:"):
            _list_changes(state.report.changes)
            _show_hiding(backend)
        if snapshot is not None:
            _show_touched(backend, state.report, snapshot)


def _show_hiding(backend: Backend) -> None:
    st.button("Hide", key="dismiss", type="tertiary", on_click=backend.builder.dismiss)


def _show_touched(backend: Backend, report: BuildReport, snapshot: Snapshot) -> None:
    """Link to the answers that rest on a quote which is no longer there."""
    store = backend.conversations
    now = Lookup(snapshot.generation, snapshot.article)
    touched = [t for t in touched_answers(store, report, now) if store.has(t.conversation_id)]
    if not touched:
        return
    count = wording.count(len(touched), "answer")
    label = f"{count} {'is' if len(touched) == 1 else 'are'} touched"
    with st.expander(label, icon=":material/format_quote:", key="touched"):
        st.caption("They rest on a quote that the articles no longer have.")
        for each in touched[:NAMES_SHOWN]:
            st.page_link(
                CHAT,
                label=escape(each.question),
                query_params=answer_address(each.conversation_id, each.exchange_id),
            )


def _built(report: BuildReport) -> str:
    said = _counts(report.changes) or "nothing had changed"
    return f"Built in {report.seconds:.1f} s: {said}"


def _show_changes(backend: Backend, *, said: Sequence[str]) -> None:
    """Draw what changed, or why that is not known, unless that is said; and the way to build."""
    changes, error = backend.builder.changes()
    if error:
        if error not in said:
            st.warning(escape(error))
    elif changes is None:
        st.caption("Looking for changes…")
    elif changes.is_empty and not changes.failed:
        st.caption("Up to date with the folder")
    else:
        said = _counts(changes) or "no change that can be read"
        with st.expander(f"Since then: {said}", icon=":material/difference:"):
            _list_changes(changes)
    is_due = changes is not None and not changes.is_empty
    st.button(
        "Rebuild",
        key="rebuild",
        icon=":material/sync:",
        type="primary" if is_due else "secondary",
        width="stretch",
        on_click=backend.builder.start,
    )


def _counts(changes: Changes) -> str:
    parts = {
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
        "failed": changes.failed,
    }
    return ", ".join(f"{len(names):,} {what}" for what, names in parts.items() if names)


def _list_changes(changes: Changes) -> None:
    _list_names("Added", changes.added)
    _list_names("Changed", changes.changed)
    _list_names("Removed", changes.removed)
    _list_problems("Failed", changes.failed)
    _list_problems("Duplicates", changes.duplicates)
    _list_problems("Warnings", changes.warnings)
    if not any((changes.added, changes.changed, changes.removed, changes.failed)):
        st.caption(f"{wording.count(len(changes.unchanged), 'article')} unchanged")


def _list_names(heading: str, names: Sequence[str]) -> None:
    if names:
        lines = [escape(name) for name in names[:NAMES_SHOWN]]
        _list_lines(heading, lines, len(names))


def _list_problems(heading: str, problems: Sequence[Problem]) -> None:
    if problems:
        lines = [escape(problem.message) for problem in problems[:NAMES_SHOWN]]
        _list_lines(heading, lines, len(problems))


def _list_lines(heading: str, lines: Sequence[str], total: int) -> None:
    more = [f"and {total - len(lines):,} more"] if total > len(lines) else []
    st.markdown(
        f":small[**{heading}**]\n" + "\n".join(f"- :small[{line}]" for line in [*lines, *more])
    )

"""Two runs side by side: what differs, each measure with its difference, each changed question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from rag.errors import QuestionSetError
from rag.evaluation.comparing.compared_measures import SIGNIFICANT, ComparedMeasure
from rag.evaluation.comparing.comparison import ChangedQuestion, Comparison, compare_runs
from rag.evaluation.reporting.wording import OUTCOMES, duration, moment
from rag.evaluation.runs.run_differences import ComparedTime, Differing
from rag.evaluation.runs.run_folder import RunFolder
from rag.ui import wording
from rag.ui.escape import escape
from rag.ui.evaluation_runs import Run, all_runs
from rag.ui.evaluation_state import go_to_question
from rag.ui.evaluation_tables import QUESTION_COLUMNS, meaning_of, show_choice, show_table

if TYPE_CHECKING:
    from rag.ui.backend import Backend

KEPT = 8  # comparisons; each takes a second or two for thousands of questions
OTHERS = "Another outcome, neither better nor worse"
AGAINST = "evaluation_against"
SMALLEST_P = 0.001  # below it, only that is said
UNCERTAIN = {"better": "+", "worse": "−", "same": "="}  # chance may have made the difference
NOTE = (
    "p is the chance of such a difference, or a larger one, between runs that are equally good. "
    f"Only where it is below {SIGNIFICANT:g} even after Holm's adjustment for this many measures "
    "is a measure called better or worse; + leans to better and − to worse, but chance may have "
    "done it; = is no difference."
)


def show(backend: Backend, run: Run) -> None:
    """Draw the choice of the other run, and the comparison with it."""
    other = choose_other(backend, run)
    if other is None:
        return
    before, after = in_time(run, other)
    try:
        with st.spinner("Comparing"):
            compared = _compared(before.folder, after.folder, _stamp(before), _stamp(after))
    except QuestionSetError as error:
        st.error(escape(error.message))
        return
    for warning in compared.warnings:
        st.warning(escape(warning))
    _show(compared)


def measure_row(each: ComparedMeasure) -> dict[str, Any]:
    """Return a measure in both runs, with how far its difference can be believed."""
    return {
        "measure": each.name,
        "before": round(each.a, 3),
        "after": round(each.b, 3),
        "difference": f"{each.difference:+.3f}",
        "95 % interval": f"{each.low:+.3f} – {each.high:+.3f}",
        "p": f"{each.p:.3f}" if each.p >= SMALLEST_P else "<0.001",
        "n": each.n,
        "effect": each.effect if each.is_significant else UNCERTAIN[each.effect],
        "what it means": meaning_of(each.name),
    }


def choose_other(backend: Backend, run: Run) -> Run | None:
    """Draw the choice of the other run; None until one is chosen."""
    runs, _ = all_runs(backend)
    others = {each.name: each for each in others_of(run, runs)}
    if not others:
        st.caption("There is no other run to compare with yet.")
        return None
    if st.session_state.get(AGAINST) not in {None, *others}:
        st.session_state[AGAINST] = None

    def label(name: str | None) -> str:
        return label_of(others[name], run) if name else "Choose a run"

    name = st.selectbox("Compare with", [None, *others], format_func=label, key=AGAINST)
    return others[name] if name else None


def others_of(run: Run, runs: Sequence[Run]) -> list[Run]:
    """Return the other runs, those of the same questions first, else in the order given."""
    others = [each for each in runs if each.name != run.name]
    return sorted(others, key=lambda each: not _has_same_questions(each, run))


def label_of(other: Run, run: Run) -> str:
    """Return how another run is offered: its name, question set, number of questions, start."""
    info = other.info
    said = [
        other.name,
        Path(info.questions_file).name or "questions",
        wording.count(info.questions, "question"),
        moment(info.started),
    ]
    if not _has_same_questions(other, run):
        said.append("another question set")
    return " · ".join(said)


def in_time(run: Run, other: Run) -> tuple[Run, Run]:
    """Return the two as before and after, by when they began; `other` first if at once."""
    before, after = sorted((other, run), key=lambda each: each.info.started)
    return before, after


def _show(compared: Comparison) -> None:
    count = wording.count(compared.questions, "question")
    st.caption(escape(f"Before: {compared.a}. After: {compared.b}. {count} in both."))
    _show_rows("What differs", [_differing(each) for each in compared.differing])
    _show_rows("Measures", [measure_row(each) for each in compared.measures])
    _show_rows("Judged by an LLM", [measure_row(each) for each in compared.judged])
    if compared.measures or compared.judged:
        st.caption(NOTE)
    _show_rows("Median times", [_time(each) for each in compared.times])
    _show_questions("Better", compared.better)
    _show_questions("Worse", compared.worse)
    _show_questions(OTHERS, compared.only_another_outcome)


def _differing(each: Differing) -> dict[str, Any]:
    return {"what": each.name, "before": each.a or "–", "after": each.b or "–"}


def _time(each: ComparedTime) -> dict[str, Any]:
    return {
        "stage": each.stage,
        "before": duration(each.a_ms),
        "after": duration(each.b_ms),
        "times": each.ratio,
    }


def _show_rows(heading: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        st.subheader(heading, anchor=False)
        show_table(rows, key=f"compared-{heading}")


def _show_questions(heading: str, found: Sequence[ChangedQuestion]) -> None:
    if not found:
        return
    st.subheader(f"{heading}: {len(found):,}", anchor=False)
    rows = [{"question": each.question, "change": _change(each), "id": each.id} for each in found]
    ids = [each.id for each in found]
    show_choice(
        rows, ids, key=f"changed-{heading}", on_open=go_to_question, columns=QUESTION_COLUMNS
    )


def _change(each: ChangedQuestion) -> str:
    before, now = (OUTCOMES.get(o or "", "not answered") for o in (each.a_outcome, each.b_outcome))
    if before != now:
        return f"{before} → {now}"
    return f"{each.gain:+.3g}" if abs(each.gain) != 1 else now


def _stamp(run: Run) -> str:
    return f"{run.info.started} {run.times.seconds}"


@lru_cache(maxsize=KEPT)
def _compared(a: RunFolder, b: RunFolder, _a_stamp: str, _b_stamp: str) -> Comparison:
    return compare_runs(a, b)


def _has_same_questions(one: Run, other: Run) -> bool:
    return one.info.questions_sha256 == other.info.questions_sha256

"""Two runs side by side: what differs, each measure with its difference, each changed question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from rag.errors import QuestionSetError
from rag.evaluation.comparing.compared_measures import SIGNIFICANT, ComparedMeasure
from rag.evaluation.comparing.comparison import ChangedQuestion, Comparison, compare_runs
from rag.evaluation.comparing.run_differences import ComparedTime, Differing
from rag.evaluation.reporting.bars import difference_bar
from rag.evaluation.reporting.nodes import Node, node
from rag.evaluation.reporting.report_measures import OUTCOMES, duration, explained
from rag.evaluation.runs.run_folder import RunFolder
from rag.ui import wording
from rag.ui.escape import escape
from rag.ui.evaluation_against import choose_other, in_time
from rag.ui.evaluation_runs import Run
from rag.ui.evaluation_state import go_to_question
from rag.ui.node_view import show_nodes

if TYPE_CHECKING:
    from rag.ui.backend import Backend

AT_MOST = 100  # questions of a kind; the command line lists them all
KEPT = 8  # comparisons; each takes a second or two for thousands of questions
VIEW = "evaluation-comparison"
HEADS = ("measure", "before", "after", "difference", "", "95 % interval", "p", "n", "")
OTHERS = "Another outcome, neither better nor worse"


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
    show_nodes(comparison_trees(compared), key=VIEW, on_open=_open)


def comparison_trees(compared: Comparison) -> list[Node | None]:
    """Return everything that a comparison says, to be drawn."""
    return [
        node("p", _what(compared), class_="aside"),
        _differing(compared.differing),
        _measures("Measures", compared.measures),
        _measures("Judged by an LLM", compared.judged),
        _times(compared.times),
        _questions("Better", compared.better),
        _questions("Worse", compared.worse),
        _questions(OTHERS, compared.only_another_outcome),
    ]


def _what(compared: Comparison) -> str:
    count = wording.count(compared.questions, "question")
    return f"Before: {compared.a}. After: {compared.b}. {count} in both."


def _differing(found: Sequence[Differing]) -> Node | None:
    if not found:
        return None
    rows = [(each.name, each.a or "–", each.b or "–") for each in found]
    return _section("What differs", _table(("", "before", "after"), rows))


def _measures(heading: str, measures: Sequence[ComparedMeasure]) -> Node | None:
    if not measures:
        return None
    scale = max(abs(v) for each in measures for v in (each.low, each.high))
    head = node("tr", *(node("th", text, scope="col") for text in HEADS))
    rows = [_measure(each, scale) for each in measures]
    table = node("table", node("thead", head), node("tbody", *rows), class_="measures")
    return _section(heading, node("div", table, class_="scroll"), node("p", NOTE, class_="aside"))


SMALLEST_P = 0.001  # below it, only that is said
UNCERTAIN = {"better": "+", "worse": "−", "same": "="}  # chance may have made the difference
NOTE = (
    "p is the chance of such a difference, or a larger one, between runs that are equally good. "
    f"Only where it is below {SIGNIFICANT:g} even after Holm's adjustment for this many measures "
    "is a measure called better or worse; + leans to better and − to worse, but chance may have "
    "done it; = is no difference."
)


def _measure(each: ComparedMeasure, scale: float) -> Node:
    effect = each.effect if each.is_significant else "same"
    told = each.effect if each.is_significant else UNCERTAIN[each.effect]
    return node(
        "tr",
        node("th", explained(each.name), scope="row"),
        node("td", f"{each.a:.3f}"),
        node("td", f"{each.b:.3f}"),
        node(
            "td",
            node("strong", f"{each.difference:+.3f}"),
            class_=effect,
        ),
        node(
            "td",
            difference_bar(each.low, each.difference, each.high, scale=scale),
            class_="drawing",
        ),
        node("td", f"{each.low:+.3f} – {each.high:+.3f}", class_="interval"),
        node("td", f"{each.p:.3f}" if each.p >= SMALLEST_P else "<0.001"),
        node("td", f"{each.n:,}", class_="n"),
        node("td", told, class_=effect),
        data_measure=each.name,
    )


def _times(times: Sequence[ComparedTime]) -> Node | None:
    if not times:
        return None
    rows = [
        (
            each.stage,
            duration(each.a_ms),
            duration(each.b_ms),
            f"{each.ratio:.2f} times" if each.ratio is not None else "–",
        )
        for each in times
    ]
    return _section("Median times", _table(("stage", "before", "after", ""), rows))


def _questions(heading: str, found: Sequence[ChangedQuestion]) -> Node | None:
    if not found:
        return None
    rows = [
        node(
            "button",
            node("span", {1: "+", 0: "·", -1: "−"}[_sign(each.gain)], class_="sign"),
            node(
                "span",
                node("span", each.question, class_="asked"),
                node("span", each.id, class_="under"),
                class_="words",
            ),
            node("span", _change(each), class_="change"),
            class_="row changed",
            type="button",
            data_open=each.id,
        )
        for each in found[:AT_MOST]
    ]
    said = f"{heading}: {len(found):,}"
    if len(found) > AT_MOST:
        said += f", the first {AT_MOST}"
    return node("section", node("h3", said), node("div", *rows))


def _change(each: ChangedQuestion) -> str:
    before, now = (_outcome(outcome) for outcome in (each.a_outcome, each.b_outcome))
    if before != now:
        return f"{before} → {now}"
    return f"{each.gain:+.3g}" if abs(each.gain) != 1 else now


def _outcome(outcome: str | None) -> str:
    return OUTCOMES.get(outcome or "", "not answered")


def _sign(gain: float) -> int:
    return (gain > 0) - (gain < 0)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Node:
    head = node("tr", *(node("th", text, scope="col") for text in heads))
    body = [node("tr", *(node("td", value) for value in row)) for row in rows]
    table = node("table", node("thead", head), node("tbody", *body), class_="numbers")
    return node("div", table, class_="scroll")


def _section(heading: str, *children: Node) -> Node:
    return node("section", node("h3", heading), *children)


def _stamp(run: Run) -> str:
    return f"{run.info.started} {run.times.seconds}"


@lru_cache(maxsize=KEPT)
def _compared(a: RunFolder, b: RunFolder, _a_stamp: str, _b_stamp: str) -> Comparison:
    return compare_runs(a, b)


def _open() -> None:
    go_to_question(str(st.session_state[VIEW]["open"]["id"]))

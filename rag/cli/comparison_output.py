"""What `eval compare` prints: measures in a table, then the questions that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.evaluation.comparing.compared_measures import SIGNIFICANT, ComparedMeasure
from rag.evaluation.comparing.comparison import UNDECIDED_BY, ChangedQuestion, Comparison
from rag.evaluation.comparing.paired_sets import SWAPS
from rag.evaluation.measuring.statistics import PERMUTATIONS
from rag.text.visible import one_line

QUESTIONS_SHOWN = 20
"""Of each list, without --all."""
LONGEST_QUESTION = 100
"""Characters of a question in a list."""
LEAST_P = 0.001
"""A smaller p is shown as smaller than this."""
OTHERS = "Another outcome, neither better nor worse"
UNCERTAIN = {"better": "+", "worse": "−", "same": "="}
"""How a difference is told that chance may have made."""

_HEAD = f"{'':22}  {'A':>6}  {'B':>6}  {'B - A':>7}  {'95 % interval':^18}"
_HEAD += f"  {'p':>6}  {'Holm':>6}  {'n':>6}"


def comparison_text(comparison: Comparison, *, show_all: bool = False) -> str:
    """Return a comparison for a terminal."""
    most = None if show_all else QUESTIONS_SHOWN
    blocks = [
        [f"A: {comparison.a}", f"B: {comparison.b}", f"{comparison.questions:,} questions in both"],
        [f"Careful: {warning}" for warning in comparison.warnings],
        list(_differing_lines(comparison)),
        [_HEAD, *map(_measure_line, comparison.measures), *_footnotes()],
        _judged_lines(comparison.judged),
        list(_question_lines("Better", comparison.better, comparison, most=most)),
        list(_question_lines("Worse", comparison.worse, comparison, most=most)),
        list(_question_lines(OTHERS, comparison.only_another_outcome, comparison, most=most)),
        list(_time_lines(comparison)),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _differing_lines(comparison: Comparison) -> Iterator[str]:
    if not comparison.differing:
        yield "Made with the same questions, articles, settings and versions."
        return
    yield "Made otherwise:"
    for one in comparison.differing:
        kind = "" if one.kind == "run" else f"{one.kind} "
        yield f"  {kind}{one.name}: {one.a or 'none'} -> {one.b or 'none'}"


def _measure_line(one: ComparedMeasure) -> str:
    interval = f"[{one.low:+.3f}, {one.high:+.3f}]"
    told = one.effect if one.is_significant else UNCERTAIN[one.effect]
    return (
        f"{one.name:<22}  {one.a:6.3f}  {one.b:6.3f}  {one.difference:+7.3f}  {interval:>18}"
        f"  {_p(one.p):>6}  {_p(one.p_holm):>6}  {one.n:6,}  {told}"
    )


def _p(value: float) -> str:
    return f"<{LEAST_P:g}" if value < LEAST_P else f"{value:.3f}"


def _footnotes() -> list[str]:
    return [
        "Means are over the questions that have the measure in both runs (n).",
        f"p: paired permutation test with up to {PERMUTATIONS:,} permutations, {SWAPS:,} for "
        "what is measured over all questions at once.",
        "Holm: p adjusted for testing all these measures at once. Only where that is under "
        f"{SIGNIFICANT:g} is a measure called better or worse; + leans to better and − to "
        "worse, but chance may have done it; = is no difference.",
    ]


def _judged_lines(judged: Sequence[ComparedMeasure]) -> list[str]:
    if not judged:
        return []
    title = "An LLM's opinion, no measurement of the same kind:"
    return [title, *map(_measure_line, judged)]


def _question_lines(
    title: str, questions: Sequence[ChangedQuestion], comparison: Comparison, *, most: int | None
) -> Iterator[str]:
    yield f"{title}: {len(questions):,}"
    for one in questions[:most]:
        question = one_line(one.question, LONGEST_QUESTION)
        yield f"  {one.id}  {_what_changed(one, comparison.by)}  {question}"
    rest = len(questions[most:]) if most is not None else 0
    if rest:
        yield f"  and {rest:,} more; show them with --all"


def _what_changed(one: ChangedQuestion, by: str | None) -> str:
    told = []
    if one.a_right != one.b_right and None not in {one.a_right, one.b_right}:
        told.append("wrong -> right" if one.b_right else "right -> wrong")
    if one.gain and (by or not told):
        told.append(f"{one.gain:+.3f} by {by or UNDECIDED_BY}")
    if one.a_outcome != one.b_outcome:
        told.append(f"{one.a_outcome or 'none'} -> {one.b_outcome or 'none'}")
    return ", ".join(told)


def _time_lines(comparison: Comparison) -> Iterator[str]:
    if not comparison.times:
        return
    yield "Half of the questions took at most (no test; another load gives other times):"
    for one in comparison.times:
        ratio = "" if one.ratio is None else f"  x {one.ratio:.2f}"
        yield f"  {one.stage:<12}  {one.a_ms:9,.1f} ms -> {one.b_ms:9,.1f} ms{ratio}"

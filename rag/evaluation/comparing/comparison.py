"""Two runs side by side: what was different, what it did to each measure and each question.

    comparison = compare_runs(RunFolder(before), RunFolder(after))
    comparison.measures[0].difference, comparison.measures[0].p

Only questions that both runs have are compared. Differences are those of b less a.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.errors import QuestionSetError
from rag.evaluation.comparing.compared_measures import (
    ComparedMeasure,
    compare_judged,
    compare_measures,
    gain_of,
)
from rag.evaluation.comparing.paired_rows import Pair, PairedRows, pair_rows
from rag.evaluation.records import RunInfo
from rag.evaluation.runs.run_differences import (
    ComparedTime,
    Differing,
    compared_times,
    differing,
)
from rag.evaluation.runs.run_folder import RunFolder
from rag.records import Outcome

UNDECIDED_BY = "nDCG@10"
"""Decides whether a question got better where it is not known whether its answer is right."""
IDS_NAMED = 5
"""Ids in a warning; the rest are counted."""


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A question that came out otherwise in b.

    `gain` is above 0 where it got better: 1 where the answer became right, -1 where it became
    wrong, else what a measure gained; 0 where only the outcome changed.
    """

    id: str
    question: str
    a_outcome: Outcome | None
    b_outcome: Outcome | None
    a_right: bool | None
    b_right: bool | None
    gain: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run b held against run a, both by name; `questions` are in both.

    `better`, `worse` and `changed_outcome` come largest gain or loss first, then in the order of
    a; a question can stand in one of the first two and in the last. `by` names the measure that
    they were found by; None: whether the answer is right, else UNDECIDED_BY.
    """

    a: str
    b: str
    questions: int
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]
    warnings: tuple[str, ...]
    differing: tuple[Differing, ...]
    measures: tuple[ComparedMeasure, ...]
    judged: tuple[ComparedMeasure, ...]
    by: str | None
    better: tuple[ChangedQuestion, ...]
    worse: tuple[ChangedQuestion, ...]
    changed_outcome: tuple[ChangedQuestion, ...]
    times: tuple[ComparedTime, ...]

    @property
    def only_another_outcome(self) -> tuple[ChangedQuestion, ...]:
        """Those of `changed_outcome` that are neither better nor worse."""
        return tuple(one for one in self.changed_outcome if not one.gain)


def compare_runs(a: RunFolder, b: RunFolder, *, by: str | None = None) -> Comparison:
    """Return how run b differs from run a.

    `by` is a measure of MEASURES that single questions have. Raises QuestionSetError E-EVL-017
    for what is no run, E-EVL-018 for runs that share no question, or an id but not its question.
    """
    info_a, info_b = a.info(), b.info()
    rows = pair_rows(a, b)
    if not rows.pairs:
        raise QuestionSetError(
            "E-EVL-018", f'The runs "{info_a.name}" and "{info_b.name}" share no question id.'
        )
    changed = [_changed(pair, by) for pair in rows.pairs]
    changed.sort(key=lambda one: -abs(one.gain))
    return Comparison(
        a=info_a.name,
        b=info_b.name,
        questions=len(rows.pairs),
        only_in_a=rows.only_in_a,
        only_in_b=rows.only_in_b,
        warnings=tuple(_warnings(rows, info_a, info_b)),
        differing=tuple(differing(info_a, info_b)),
        measures=compare_measures(rows.pairs),
        judged=compare_judged(rows.pairs),
        by=by,
        better=tuple(one for one in changed if one.gain > 0),
        worse=tuple(one for one in changed if one.gain < 0),
        changed_outcome=tuple(one for one in changed if _has_new_outcome(one)),
        times=compared_times(a.times(), b.times()),
    )


def _changed(pair: Pair, by: str | None) -> ChangedQuestion:
    a, b = pair.a, pair.b
    return ChangedQuestion(
        a.id, a.question, a.outcome, b.outcome, a.is_right, b.is_right, _gain(pair, by)
    )


def _gain(pair: Pair, by: str | None) -> float:
    a, b = pair.a, pair.b
    if by is None and a.is_right is not None and b.is_right is not None:
        return float(b.is_right) - float(a.is_right)
    name = by or UNDECIDED_BY
    if name not in a.measures or name not in b.measures:
        return 0.0
    return gain_of(name, b.measures[name] - a.measures[name])


def _has_new_outcome(one: ChangedQuestion) -> bool:
    return None not in {one.a_outcome, one.b_outcome} and one.a_outcome != one.b_outcome


def _warnings(rows: PairedRows, a: RunInfo, b: RunInfo) -> Iterator[str]:
    """Yield what a reader has to know before believing the numbers."""
    if rows.only_in_a or rows.only_in_b:
        yield (
            f"The question sets differ; {len(rows.pairs):,} questions are in both and compared. "
            f"Only in A: {_named(rows.only_in_a)}. Only in B: {_named(rows.only_in_b)}."
        )
    known_otherwise = _ids(rows, lambda pair: pair.a.known != pair.b.known)
    if known_otherwise:
        yield (
            "What is known of the right answer differs between the runs: "
            f"{_named(known_otherwise)}. Measures of these differ for that alone."
        )
    failed_a = _ids(rows, lambda pair: pair.a.has_failed and not pair.b.has_failed)
    failed_b = _ids(rows, lambda pair: pair.b.has_failed and not pair.a.has_failed)
    if failed_a or failed_b:
        yield (
            "Questions that could not be asked have no measures and are left out. "
            f"Only in A: {_named(failed_a)}. Only in B: {_named(failed_b)}."
        )
    if a.retrieval_only != b.retrieval_only:
        yield "One of the runs only ranked passages; only measures of retrieval are compared."


def _ids(rows: PairedRows, has: Callable[[Pair], bool]) -> tuple[str, ...]:
    return tuple(pair.a.id for pair in rows.pairs if has(pair))


def _named(ids: tuple[str, ...]) -> str:
    """Return a count with the first ids: `7 (q1, q2, q3, q4, q5 and 2 more)`."""
    if not ids:
        return "none"
    rest = len(ids) - IDS_NAMED
    more = f" and {rest:,} more" if rest > 0 else ""
    return f"{len(ids):,} ({', '.join(ids[:IDS_NAMED])}{more})"

"""The questions that two runs share, side by side, and little enough of each to keep.

Both files are read as streams; what is kept of a question are its measures and what the measures
of a whole set need, so that two runs of thousands of questions fit in memory easily.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass

from rag.errors import QuestionSetError
from rag.evaluation.measuring.outcome_measures import outcome_fields
from rag.evaluation.records import EvaluatedQuestion
from rag.evaluation.runs.run_folder import RunFolder
from rag.records import Outcome


@dataclass(frozen=True, slots=True)
class KeptRow:
    """What a comparison needs of an EvaluatedQuestion; `asked` and `known` are digests.

    `asked` is of the question and its history, `known` of what is known of the answer.
    `outcome_fields` are what the measures of a set need; empty without an outcome.
    """

    id: str
    question: str
    asked: bytes
    known: bytes
    outcome: Outcome | None
    outcome_fields: tuple[float, ...]
    is_right: bool | None
    has_failed: bool
    measures: dict[str, float]
    judged: dict[str, float]


@dataclass(frozen=True, slots=True)
class Pair:
    """One question as it came out in run a and in run b."""

    a: KeptRow
    b: KeptRow


@dataclass(frozen=True, slots=True)
class PairedRows:
    """The shared questions in the order of run a, and the ids that only one run has."""

    pairs: tuple[Pair, ...]
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]


def pair_rows(a: RunFolder, b: RunFolder) -> PairedRows:
    """Return the rows of two runs, paired by id.

    Raises QuestionSetError E-EVL-018 where an id stands for two different questions.
    """
    in_a, in_b = _kept_rows(a), _kept_rows(b)
    pairs = tuple(Pair(row, in_b[row.id]) for row in in_a.values() if row.id in in_b)
    for pair in pairs:
        if pair.a.asked != pair.b.asked:
            raise QuestionSetError(
                "E-EVL-018",
                f'Question "{pair.a.id}" is "{pair.a.question:.80}" in one run and '
                f'"{pair.b.question:.80}" in the other, or has another history. Compare runs of '
                "the same questions, or give different questions different ids.",
            )
    return PairedRows(
        pairs,
        tuple(sorted(in_a.keys() - in_b.keys())),
        tuple(sorted(in_b.keys() - in_a.keys())),
    )


def _kept_rows(run: RunFolder) -> dict[str, KeptRow]:
    return {row.id: _kept(row) for row in run.rows()}


def _kept(row: EvaluatedQuestion) -> KeptRow:
    expected = row.expected
    quotes = [quote.text for quote in expected.quotes]
    texts = (expected.answers, expected.all_of, expected.articles, quotes)
    known = (*map(sorted, texts), expected.outcome)
    return KeptRow(
        id=row.id,
        question=row.question,
        asked=_digest((row.question, [(turn.question, turn.answer) for turn in row.history])),
        known=_digest((*known, expected.is_answerable)),
        outcome=row.outcome,
        outcome_fields=outcome_fields(row) if row.outcome else (),
        is_right=row.is_right,
        has_failed=bool(row.error_code),
        measures=_interned(row.measures),
        judged=_interned(row.judged),
    )


def _interned(values: dict[str, float]) -> dict[str, float]:
    """Return the values with names that all rows share, not one copy of each name a row."""
    return {sys.intern(name): value for name, value in values.items()}


def _digest(what: tuple[object, ...]) -> bytes:
    return hashlib.sha256(repr(what).encode("utf-8", "surrogatepass")).digest()

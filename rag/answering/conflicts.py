"""Find what articles disagree on: the words that answer are another number or another date.

Only the marked words of excerpts of different articles are compared, and only where the excerpts
speak of the same thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.excerpts import Excerpt
from rag.answering.selection import said_date
from rag.text.dates import PartialDate, read_dates
from rag.text.quantities import read_numbers
from rag.text.tokens import content_tokens

SHARED_TERMS = 0.35
"""Share of the shorter excerpt's content terms that both have where they speak of one thing."""

LONGEST_VALUE = 60
"""Characters of marked words that are a value and not a statement."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two excerpts whose marked words differ in value, the newer first."""

    first: Excerpt
    other: Excerpt

    @property
    def reason(self) -> str:
        """Return how they differ: "nine (30 December 2024), eight (6 December 2024)"."""
        return f"The articles differ: {_dated(self.first)}; {_dated(self.other)}."


def find_conflict(chosen: Sequence[Excerpt]) -> Conflict | None:
    """Return what contradicts the first excerpt among the others that are shown."""
    for other in chosen[1:]:
        if other.article.id != chosen[0].article.id and _differ(chosen[0], other):
            return Conflict(chosen[0], other)
    return None


def _differ(one: Excerpt, other: Excerpt) -> bool:
    if max(len(one.marked), len(other.marked)) > LONGEST_VALUE or not _same_subject(one, other):
        return False
    days = [read_dates(each.marked) for each in (one, other)]
    if all(days):
        return not any(_may_be_one(a, b) for a in days[0] for b in days[1])
    numbers = [read_numbers(each.marked) for each in (one, other)]
    if not all(numbers) or any(days):
        return False
    readings = [frozenset(r for number in found for r in number.readings) for found in numbers]
    units = [{unit for _, unit in found} for found in readings]
    return bool(units[0] & units[1]) and not readings[0] & readings[1]


def _same_subject(one: Excerpt, other: Excerpt) -> bool:
    own, known = set(content_tokens(one.text)), set(content_tokens(other.text))
    return len(own & known) >= SHARED_TERMS * max(1, min(len(own), len(known)))


def _may_be_one(one: PartialDate, other: PartialDate) -> bool:
    return one.carries(other) or other.carries(one)


def _dated(excerpt: Excerpt) -> str:
    day = excerpt.article.published
    return f"“{excerpt.marked}” ({said_date(day) if day else excerpt.article.title})"

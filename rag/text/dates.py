"""The dates of a text, each as far as the text gives it. English only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan, february feb, march mar, april apr, may, june jun, july jul, august aug, "
            "september sept sep, october oct, november nov, december dec"
        ).split(", "),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_YEAR}-(?P<month_number>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b",
        rf"\b{_MONTH}\s+{_DAY}\b(?![\d.,]*\d)(?:,?\s+{_YEAR}\b)?",
        rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR}\b)?",
        rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b",
        rf"(?<=\b(?:in|by|of|to|at)\s)(?-i:(?=[A-Z])){_MONTH}(?!\s+\d)",
        rf"(?<=\b(?:late|last|this|next|from|till|past)\s)(?-i:(?=[A-Z])){_MONTH}(?!\s+\d)",
        rf"(?<=\b(?:since|until|early|after)\s)(?-i:(?=[A-Z])){_MONTH}(?!\s+\d)",
        rf"(?<=\b(?:before|during)\s)(?-i:(?=[A-Z])){_MONTH}(?!\s+\d)",
        rf"(?<![\w.,$€£¥-]){_YEAR}(?![\w%]|[.,]\d|\s?%|-\w)",
    )
]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as far as a text gives it."""

    year: int | None
    month: int | None
    day: int | None
    text: str
    start: int
    end: int

    def carries(self, other: PartialDate) -> bool:
        """Return whether this date of a quote says all that that date of a sentence says."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(theirs is None or ours == theirs for ours, theirs in pairs)


@lru_cache(maxsize=512)
def read_dates(text: str) -> tuple[PartialDate, ...]:
    """Return the dates of a text in order; a bare year is one, a bare "May" is not."""
    found: list[PartialDate] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if not any(d.start < match.end() and match.start() < d.end for d in found):
                found.append(_date(match))
    return tuple(sorted(found, key=lambda d: d.start))


def _date(match: re.Match[str]) -> PartialDate:
    parts = match.groupdict()
    month, number = parts.get("month"), parts.get("month_number")
    return PartialDate(
        year=int(parts["year"]) if parts.get("year") else None,
        month=_MONTHS[month.lower()] if month else int(number) if number else None,
        day=int(parts["day"]) if parts.get("day") else None,
        text=match[0],
        start=match.start(),
        end=match.end(),
    )

"""Days and periods as an answer names them, and where in a period a text's dates fall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.text.dates import PartialDate, read_dates

LOOKED_BACK = 2_000
"""Characters before a date in which its year may be named."""


def day(when: date | None) -> str:
    """Return a date for people; empty where none is known.

    >>> day(date(2024, 12, 6))
    '6 December 2024'
    """
    return f"{when.day} {when:%B %Y}" if when else ""


def day_of(when: PartialDate) -> str:
    """Return a date as far as it is known."""
    if when.month is None:
        return str(when.year)
    known = date(when.year or 1, when.month, when.day or 1)
    parts = [str(when.day) if when.day else "", f"{known:%B}", str(when.year or "")]
    return " ".join(part for part in parts if part)


def dates_in(text: str, year: int | None) -> list[PartialDate]:
    """Return the dates of a text that have a year; `year` stands for one that is missing."""
    return [
        PartialDate(each.year or year, each.month, each.day, each.text, each.start, each.end)
        for each in read_dates(text)
        if each.year or year
    ]


def year_meant(before: str, published: date | None) -> int | None:
    """Return the year of a date that names none: the article's own, where the text agrees.

    The last year named before it must be the same, or none be named: in an account of 1756,
    "on 18 May" is a day of that year.
    """
    if published is None:
        return None
    named = [each.year for each in read_dates(before[-LOOKED_BACK:]) if each.year]
    return published.year if named[-1:] in ([], [published.year]) else None


def order(when: PartialDate) -> tuple[int, int, int]:
    """Return what dates are put in order by; what is not known comes first."""
    return (when.year or 0, when.month or 0, when.day or 0)


def is_within(when: PartialDate, periods: Sequence[PartialDate]) -> bool:
    """Tell whether a date lies in one of the periods: a year, a month or a day."""
    return any(when.carries(period) for period in periods)

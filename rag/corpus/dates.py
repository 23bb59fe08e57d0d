"""Publication dates as they are written, where nothing needs a guess.

dateparser reads them, once with the day first and once with the month first: where the two differ
("03/04/2024") there is no date. What stands for no day ("May 2024", "yesterday") is none either.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

import dateparser

EARLIEST = date(1500, 1, 1)  # before newspapers; what is earlier is a slip or a topic
LANGUAGES = "en de fr es it pt nl sv da nb fi pl ru zh ja".split()
LONGEST = 64  # characters of a metadata value that can be a date

_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er|º)?"
_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_WRITTEN = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\d./-])(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日",
        rf"(?<![\d./-]){_DAY}(?:\s+(?:of|de))?[\s-]+{_MONTH}(?:\s+de)?,?[\s-]+{_YEAR}",
        rf"\b{_MONTH}[\s-]+{_DAY},?[\s-]+{_YEAR}",
    )
)
TIME = re.compile(
    r"[\s,T]*(?:at\s+)?\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:\(?[A-Z]{2,4}\)?|Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
"""A time of day behind a date, with its zone."""

_NUMERIC = re.compile(r"(?<![\w./-])\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)\d{4}(?![\w/-])")
_WEEK = re.compile(r"\d{4}-?W\d{2}(?:-?(?P<day>[1-7]))?")
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T\d{4,6}.*)?")
_SECONDS = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")  # since 1970, as machines write
_HAS_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


def find_date(text: str, *, latest: date) -> tuple[date, int, int] | None:
    """Return the first date written in `text`, with its start and end, or None.

    The date is taken as written; a time zone does not move it. Dates after `latest` or before
    `EARLIEST` do not count.
    """
    found = []
    for pattern in _WRITTEN:
        for match in pattern.finditer(text):
            day = _as_date(match, latest=latest)
            if day:
                found.append((match.start(), match.end(), day))
                break
    for match in _NUMERIC.finditer(text):
        day = _unambiguous(match[0])
        if day and EARLIEST <= day <= latest:
            found.append((match.start(), match.end(), day))
    if not found:
        return None
    start, end, day = min(found)
    return day, start, end


def parse_date(text: str, *, latest: date) -> date | None:
    """Return the date that a metadata value states, or None.

    >>> parse_date("2024-11-12T23:30:00+02:00", latest=date(2026, 1, 1))
    datetime.date(2024, 11, 12)
    >>> parse_date("13/11/2024", latest=date(2026, 1, 1)), parse_date("3/4/2024", latest=date.max)
    (datetime.date(2024, 11, 13), None)
    >>> parse_date("2024-W46-2", latest=date.max), parse_date("2024-W46", latest=date.max)
    (datetime.date(2024, 11, 12), None)
    """
    value = text.strip()[:LONGEST]
    if match := _COMPACT.fullmatch(value):
        return _as_date(match, latest=latest)
    if match := _WEEK.fullmatch(value):
        return _of_week(value, latest=latest) if match["day"] else None
    if _SECONDS.fullmatch(value):
        return _of_seconds(value, latest=latest)
    found = find_date(value, latest=latest)
    if found:
        return found[0]
    is_other = _HAS_YEAR.search(value) and not any(p.search(value) for p in _WRITTEN[:2])
    day = _unambiguous(value) if is_other else None
    return day if day and EARLIEST <= day <= latest else None


def _as_date(match: re.Match[str], *, latest: date) -> date | None:
    month = int(match["month"]) if match["month"].isdecimal() else _month_number(match["month"])
    try:
        day = date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None
    return day if EARLIEST <= day <= latest else None


@lru_cache(maxsize=1_024)
def _month_number(word: str) -> int:
    """Return 1 to 12 for the name of a month, else 0."""
    day = _unambiguous(f"15 {word} 2001")
    return day.month if day else 0


@lru_cache(maxsize=1_024)
def _unambiguous(text: str) -> date | None:
    """Return the day that `text` states whichever of day and month comes first."""
    days = {_parsed(text, order) for order in ("DMY", "MDY")}
    return days.pop() if len(days) == 1 else None


def _parsed(text: str, order: str) -> date | None:
    settings = {
        "DATE_ORDER": order,
        "PREFER_LOCALE_DATE_ORDER": False,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
    }
    found = dateparser.parse(text, languages=LANGUAGES, settings=settings)
    return found.date() if found else None


def _of_week(value: str, *, latest: date) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:  # not every year has a week 53
        return None
    return day if EARLIEST <= day <= latest else None


def _of_seconds(value: str, *, latest: date) -> date | None:
    is_milliseconds = len(value.partition(".")[0]) > len("1731369600")
    day = datetime.fromtimestamp(float(value) / (1_000 if is_milliseconds else 1), UTC).date()
    return day if EARLIEST <= day <= latest else None

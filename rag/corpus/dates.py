"""Publication dates as they are written: ISO, e-mail style, and English with the month in words.

Numbers alone ("03/04/2024") are never read as a date: their order is a guess.
"""

from __future__ import annotations

import re
from datetime import date

EARLIEST = date(1500, 1, 1)  # before newspapers; what is earlier is a slip or a topic

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WRITTEN = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)",
        rf"(?<![\d./-]){_DAY}(?:\s+of)?\s+{_MONTH},?\s+(?P<year>\d{{4}})(?!\d)",
        rf"\b{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})(?!\d)",
    )
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T\d{4,6}.*)?")
_SLASHED = re.compile(r"(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})")


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
    if not found:
        return None
    start, end, day = min(found)
    return day, start, end


def parse_date(text: str, *, latest: date) -> date | None:
    """Return the date that a metadata value states, or None.

    >>> parse_date("2024-11-12T23:30:00+02:00", latest=date(2026, 1, 1))
    datetime.date(2024, 11, 12)
    """
    value = text.strip()[:64]
    for pattern in (_COMPACT, _SLASHED):
        match = pattern.fullmatch(value)
        if match:
            return _as_date(match, latest=latest)
    found = find_date(value, latest=latest)
    return found[0] if found else None


def _as_date(match: re.Match[str], *, latest: date) -> date | None:
    month = _month_number(match["month"])
    if not month:
        return None
    try:
        day = date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None
    return day if EARLIEST <= day <= latest else None


def _month_number(word: str) -> int:
    """Return 1 to 12 for a month in words (three letters or more) or digits, else 0."""
    if word.isdigit():
        return int(word)
    lowered = word.lower()
    if lowered == "sept":
        return 9
    for number, name in enumerate(_MONTHS, start=1):
        if lowered in (name, name[:3]):
            return number
    return 0

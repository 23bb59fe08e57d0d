"""Dates outside a byline: of a title's stamp, of a first paragraph's dateline, of an address.

They are told by their form alone: a date in a sentence, or in a title that is about a day, is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.corpus.dates import TIME, find_date, parse_date

PARAGRAPHS_SEARCHED = 10  # of which two with datelines of their own make a chronicle
LONGEST_PLACE = 60  # characters before the date: "Charlotte, North Carolina"

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SET_OFF_BEFORE = re.compile(r"[-–—|:,(\[]\s*\Z")
_SET_OFF_AFTER = re.compile(r"\s*[-–—|:,)\]]\s")
_PLACE = re.compile(r"[(\[]?(?P<words>[^\n:;!?()\[\]]+?)\s*(?P<mark>,|[-–—]+)?\s*\Z")
_SENTENCE = re.compile(
    r"[,.]?\s*(?:\([^()\n]{2,40}\)|/[^/\n]{2,40}/)?[\s)\]]*[-–—]{1,3}\s*[\"“‘']?(?=[^\W\d_]\w*\s)(?P<first>\w+)"
)
_NO_PLACE = re.compile(
    r"(?:as|at|after|before|between|by|during|for|from|in|on|since|the|till|to|until|updated)\b",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(  # the folders or the slug of one day, with a page in or behind them
    r"https?://[^/?#]+/(?:[^?#]*/)?"
    r"(?P<year>(?:19|20)\d\d)(?P<mark>[/-])(?P<month>\d{1,2}|[a-z]{3})(?P=mark)(?P<day>\d{1,2})"
    r"[/-][^/?#]+",
    re.IGNORECASE,
)
_SMALL = re.compile(r"d[aeiou]|del|des|la|le|les|of|on|upon|am|an|der|sur|al|and|the|-")


def find_stamp(title: str, *, latest: date) -> date | None:
    """Return the ISO date that is set off at one end of a title, or None.

    >>> find_stamp("Release 4 - 2024-10-27 23:16:49 -0700", latest=date(2026, 1, 1))
    datetime.date(2024, 10, 27)
    >>> find_stamp("What changed after 2024-10-27", latest=date(2026, 1, 1))
    """
    if len(_ISO.findall(title)) != 1 or not (found := find_date(title, latest=latest)):
        return None
    day, start, end = found
    time = TIME.match(title, end)
    after = title[time.end() if time else end :].strip(" )]")
    is_last = not after and bool(_SET_OFF_BEFORE.search(title[:start]))
    is_first = not title[:start].strip(" ([") and bool(_SET_OFF_AFTER.match(title, end))
    return day if _ISO.fullmatch(title[start:end]) and (is_last or is_first) else None


def find_dateline(blocks: Sequence[str], *, latest: date) -> date | None:
    """Return the date of the dateline that the first paragraph opens with, or None.

    >>> find_dateline(["Lund, March 3, 2026 (Canal News) - The canal froze."], latest=date.max)
    datetime.date(2026, 3, 3)
    """
    days = [day for block in blocks[:PARAGRAPHS_SEARCHED] if (day := _dateline(block, latest))]
    return days[0] if len(set(days)) == 1 else None


def find_addressed(address: str, *, latest: date) -> date | None:
    """Return the day that the address of a page puts it into, or None.

    >>> find_addressed("https://news.example/2010/08/13/a-canal/", latest=date(2026, 1, 1))
    datetime.date(2010, 8, 13)
    >>> find_addressed("https://news.example/2010/08/13/", latest=date(2026, 1, 1))  # of the day
    """
    match = _ADDRESSED.match(address)
    if not match:
        return None
    is_number = match["month"].isdecimal()
    form = "{year}-{month}-{day}" if is_number else "{day} {month} {year}"
    return parse_date(form.format(**match.groupdict()), latest=latest)


def _dateline(block: str, latest: date) -> date | None:
    found = find_date(block[: 2 * LONGEST_PLACE], latest=latest)
    if not found:
        return None
    day, start, end = found
    place, sentence = _PLACE.match(block[:start]), _SENTENCE.match(block, end)
    if start > LONGEST_PLACE or not (place and sentence) or not sentence["first"][0].isupper():
        return None
    is_set_off = bool(place["mark"]) or place["words"].isupper()
    return day if is_set_off and _is_place(place["words"]) else None


def _is_place(text: str) -> bool:
    """Return whether all words are capitalised, and the first is one that can name a place."""
    words = text.replace(",", " ").split()
    is_capital = all(word[0].isupper() or _SMALL.fullmatch(word) for word in words)
    return is_capital and not _NO_PLACE.match(words[0])

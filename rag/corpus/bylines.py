"""Bylines: the line near the top that says who wrote an article and when it appeared.

Only a line that is nothing but a byline counts, so a sentence that begins with "By 2025 the…" or
mentions a date stays text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.corpus.dates import find_date

BLOCKS_SEARCHED = 5  # title, standfirst, byline, date line, caption
LONGEST_BYLINE = 200  # characters; longer is a sentence

_BY = re.compile(r"(?:(?:written|words|story|text|report(?:ing|ed)?)\s+)?by[:\s]\s*", re.IGNORECASE)
_AUTHOR = re.compile(r"(?:author|writer|reporter)s?\s*:\s*", re.IGNORECASE)
_JOB = re.compile(
    r"\b(?:writer|editor|reporter|correspondent|columnist|contributor|journalist|photographer"
    r"|producer|analyst|fellow|professor|lecturer|director|manager|chief|officer|bureau|desk"
    r"|secretary|president|critic|author|staff|intern|blogger|ph\.?d|m\.?d|jr|sr)s?\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:[|·•—–;/\n]|\s-\s)\s*")
_PUBLISHED = re.compile(
    r"(?:first\s+)?(?:published|posted|issued|released|filed|created|written|dateline|publication"
    r"(?:\s+date)?|(?:published\s+|posted\s+)?date|on)(?:\s+(?:on|online|at))?\s*:?\s*",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"(?:last\s+)?(?:updated|modified|revised|edited)\b", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s*$", re.IGNORECASE
)
_TIME = re.compile(
    r"[\s,T]*(?:at\s+)?\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:[A-Z]{2,4}|Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_TRAILING = re.compile(rf"[\s,(]+(?:{_PUBLISHED.pattern})\Z", re.IGNORECASE)
_MINUTES = re.compile(r"\d+\s*-?\s*min(?:ute)?s?(?:\s+read)?", re.IGNORECASE)
_NAME_LIMIT = 6  # words; "Footnote maintainers", "Ursula K. Le Guin", not a clause
_NOT_A_NAME = re.compile(r"[.!?:;]\s|[.!?]$|\d|\b(?:the|was|is|are|has|have|will|that|which)\b")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote an article and when it appeared, as far as its byline says.

    `is_plain` where there is no more than a date, which may as well be the heading of a day.
    """

    authors: tuple[str, ...] = ()
    published: date | None = None
    is_plain: bool = False
    updated: date | None = None


def find_byline(
    blocks: Sequence[str], *, latest: date, known: date | None = None
) -> tuple[Byline, tuple[int, ...]]:
    """Return what the bylines among the first `blocks` say, and which blocks are bylines.

    A date alone counts above the first paragraph only, and not where another date is `known` or
    several such lines make a chronicle.
    """
    found = [parse_byline(block, latest=latest) for block in blocks[:BLOCKS_SEARCHED]]
    paragraph = next((n for n, block in enumerate(blocks) if _is_paragraph(block)), len(blocks))
    is_chronicle = sum(byline is not None and byline.is_plain for byline in found) > 1
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    places: list[int] = []
    for place, byline in enumerate(found):
        if byline is None:
            continue
        is_other = known is not None and byline.published != known
        if byline.is_plain and (is_chronicle or is_other or place > paragraph):
            continue
        places.append(place)
        authors = authors or byline.authors
        published = published or byline.published
        updated = updated or byline.updated
    return Byline(authors, published, updated=updated), tuple(places)


def parse_byline(line: str, *, latest: date) -> Byline | None:
    """Return what `line` says when it is a byline and nothing else, or None.

    >>> parse_byline("By Jane Doe and Li Wei | 12 November 2024", latest=date(2026, 1, 1))
    Byline(authors=('Jane Doe', 'Li Wei'), published=datetime.date(2024, 11, 12))
    """
    if len(line) > LONGEST_BYLINE:
        return None
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    is_plain = True
    for part in filter(None, _SEPARATOR.split(line.strip())):
        found = _read_part(part.strip(" ,."), latest=latest)
        if found is None:
            return None
        authors = authors or found.authors
        published = published or found.published
        updated = updated or found.updated
        is_plain = is_plain and found.is_plain
    return Byline(authors, published, is_plain, updated) if authors or published else None


def split_names(text: str) -> tuple[str, ...]:
    """Return the names in "A, B and C", without the jobs that stand behind them."""
    names = re.split(r"\s*(?:,|;|&|\band\b)\s*", text.strip())
    whole = list(dict.fromkeys(name.strip(" .") for name in names if name.strip(" .")))
    people = [name for place, name in enumerate(whole) if not place or not _JOB.search(name)]
    return tuple(people)


def _read_part(part: str, *, latest: date) -> Byline | None:
    """Return what one part between separators says; None when it is no part of a byline."""
    if _MINUTES.fullmatch(part):
        return Byline()
    found = find_date(part, latest=latest)
    if _UPDATED.match(part):
        return Byline(updated=found[0] if found else None)
    published, before, after = None, part, ""
    if found:
        published, start, end = found
        before = _WEEKDAY.sub("", part[:start]).rstrip(" ,(")
        after = _TIME.sub("", part[end:], count=1).strip(" ,.)")
    updated = None
    if _UPDATED.match(after):
        updated = (find_date(after, latest=latest) or (None,))[0]
        after = ""
    names = _names(before), _names(after)
    is_dated = not before or bool(_PUBLISHED.fullmatch(before + " "))
    if (after and not names[1] and not _MINUTES.fullmatch(after)) or not (is_dated or names[0]):
        return None
    authors = names[0] or names[1]
    return Byline(authors, published, not (before or authors), updated)


def _names(part: str) -> tuple[str, ...]:
    """Return the names in "By A and B", or none where it says anything else."""
    by = _BY.match(part) or _AUTHOR.match(part)
    if not by:
        return ()
    people = _TRAILING.sub("", part[by.end() :]).strip(" ,.(")
    names = split_names(people)
    return names if names and all(map(_is_name, names)) else ()


def _is_paragraph(block: str) -> bool:
    return len(block) > LONGEST_BYLINE or block.endswith((".", "!", "?", ".”", '."'))


def _is_name(name: str) -> bool:
    words = name.split()
    return (
        len(words) <= _NAME_LIMIT and words[0][0].isupper() and not _NOT_A_NAME.search(name + " ")
    )

"""Bylines: the line near the top that says who wrote an article and when it appeared.

Only a line that is nothing but a byline counts, so a sentence that begins with "By 2025 the…" or
mentions a date stays text. A name without "by" counts where its form is that of a person's alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.corpus.dates import TIME, find_date
from rag.corpus.people import JOB, NAME_WORDS, in_order, person, without_address

BLOCKS_SEARCHED = 5  # title, standfirst, byline, date line, caption
LONGEST_BYLINE = 200  # characters; longer is a sentence

_BY = re.compile(r"(?:(?:written|words|story|text|report(?:ing|ed)?)\s+)?by[:\s]\s*", re.IGNORECASE)
_AUTHOR = re.compile(r"(?:author|writer|reporter)s?\s*:\s*", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:[|·•—–;\n]|\s-\s|(?<!\d)/|/(?!\d))\s*")
_PUBLISHED = re.compile(
    r"(?:first\s+)?(?:published|posted|issued|released|filed|created|written|dateline|publication"
    r"(?:\s+date)?|(?:published\s+|posted\s+)?date|on)(?:\s+(?:on|online|at))?\s*:?\s*",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"(?:(?:this|the)\s+(?:\w+\s+){1,3}?)?(?:(?:was|is|has\s+been)\s+)?(?:(?:last|most\s+recently)\s+)?"
    r"(?:updated|modified|revised|edited|changed)\b(?:\s+(?:on|at))?\s*:?\s*",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s*$", re.IGNORECASE
)
_TRAILING = re.compile(rf"[\s,(]+(?:{_PUBLISHED.pattern})\Z", re.IGNORECASE)
_MINUTES = re.compile(r"\d+\s*-?\s*min(?:ute)?s?(?:\s+read)?", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"[.!?:;]\s|[.!?]$|\d|\b(?:the|was|is|are|has|have|will|that|which)\b")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote an article and when it appeared, as far as its byline says.

    `is_plain` where there is no more than a date, which may as well be the heading of a day;
    `is_bare` where a name stands without a word that says whose it is; `is_partial` where the line
    says more than is known, so that it stays text.
    """

    authors: tuple[str, ...] = ()
    published: date | None = None
    is_plain: bool = False
    updated: date | None = None
    is_bare: bool = False
    is_partial: bool = False


def find_byline(
    blocks: Sequence[str], *, latest: date, known: date | None = None
) -> tuple[Byline, tuple[int, ...]]:
    """Return what the bylines among the first `blocks` say, and which blocks are bylines.

    A date alone counts above the first paragraph only, and not where another date is `known` or
    several such lines make a chronicle. A bare name counts there with a date beside it.
    """
    found = [parse_byline(block, latest=latest) for block in blocks[:BLOCKS_SEARCHED]]
    paragraph = next((n for n, block in enumerate(blocks) if _is_paragraph(block)), len(blocks))
    unsaid = [line for line in found if line and (line.is_plain or line.is_bare)]
    dated, named = [b for b in unsaid if b.published], [b for b in unsaid if b.authors]
    is_chronicle = max(len(dated), len(named)) > 1
    byline = Byline()
    places: list[int] = []
    for place, line in enumerate(found):
        if line is None:
            continue
        is_other = known is not None and line.published not in (known, None)
        is_unsaid = line.is_plain or line.is_bare
        beside = found[max(0, place - 1) : place + 2]
        is_alone = line.is_bare and not any(b and b.published for b in beside)
        if is_unsaid and (is_chronicle or is_other or is_alone or place > paragraph):
            continue
        places += [] if line.is_partial else [place]
        byline = Byline(
            byline.authors or line.authors,
            byline.published or line.published,
            updated=byline.updated or line.updated,
        )
    return byline, tuple(places)


def find_update(blocks: Sequence[str], *, latest: date) -> tuple[date | None, int]:
    """Return the day of the last change that the foot of `blocks` gives, and its block."""
    for place in range(len(blocks) - 1, max(-1, len(blocks) - 1 - BLOCKS_SEARCHED), -1):
        line = parse_byline(blocks[place], latest=latest)
        is_more = line and (line.published or line.authors or line.is_partial)
        if line and line.updated and not is_more:
            return line.updated, place
    return None, -1


def parse_byline(line: str, *, latest: date) -> Byline | None:
    """Return what `line` says when it is a byline and nothing else, or None.

    >>> parse_byline("By Jane Doe and Li Wei | 12 November 2024", latest=date(2026, 1, 1)).authors
    ('Jane Doe', 'Li Wei')
    """
    if len(line) > LONGEST_BYLINE:
        return None
    found: list[Byline] = []
    unread = []
    for part in filter(None, _SEPARATOR.split(line.strip())):
        if read := _read_part(part.strip(" ,."), latest=latest):
            found.append(read)
        else:
            unread.append(part)
    if unread and not _says_when(found, unread):
        return None
    authors = next((b.authors for b in found if b.authors), ())
    published = next((b.published for b in found if b.published), None)
    updated = next((b.updated for b in found if b.updated), None)
    is_plain = not (authors or updated) and all(b.is_plain for b in found)
    is_bare = any(b.is_bare for b in found)
    byline = Byline(authors, published, is_plain, updated, is_bare, bool(unread))
    return byline if authors or published or updated else None


def _says_when(found: Sequence[Byline], unread: Sequence[str]) -> bool:
    """Return whether a line of which parts are `unread`, each a few words, says "Published …"."""
    is_said = any(line.published and not (line.is_plain or line.is_bare) for line in found)
    return is_said and all(
        len(part.split()) <= NAME_WORDS and not part.endswith((".", "!", "?")) for part in unread
    )


def split_names(text: str) -> tuple[str, ...]:
    """Return the names in "A, B and C", without the jobs that stand behind them."""
    if ";" in text and "," in text:  # "Moss, Ada; Wei, Li"
        text = ", ".join(map(in_order, text.split(";")))
    names = re.split(r"\s*(?:,|;|&|\band\b)\s*", text.strip())
    whole = list(dict.fromkeys(name.strip(" .") for name in names if name.strip(" .")))
    people = [name for place, name in enumerate(whole) if not place or not JOB.search(name)]
    return tuple(people)


def _read_part(part: str, *, latest: date) -> Byline | None:
    """Return what one part between separators says; None when it is no part of a byline."""
    if _MINUTES.fullmatch(part):
        return Byline()
    found = find_date(part, latest=latest)
    if _UPDATED.match(part):
        return _update(part, latest=latest)
    published, before, after = None, part, ""
    if found:
        published, start, end = found
        before = _WEEKDAY.sub("", part[:start]).rstrip(" ,(")
        after = TIME.sub("", part[end:], count=1).strip(" ,.)")
    updated = None
    if _UPDATED.match(after):
        updated, after = (_update(after, latest=latest) or Byline()).updated, ""
    names = _names(before), _names(after)
    bare = "" if any(names) or after else person(before)
    is_dated = not before or bool(_PUBLISHED.fullmatch(before + " "))
    if (after and not names[1] and not _MINUTES.fullmatch(after)) or not (
        is_dated or names[0] or bare
    ):
        return None
    authors = names[0] or names[1] or ((bare,) if bare else ())
    return Byline(authors, published, not (before or authors), updated, bool(bare))


def _update(part: str, *, latest: date) -> Byline | None:
    """Return the day of "Last updated on 3 March 2026 at 10:00"; no day where it gives none."""
    found = find_date(part, latest=latest)
    if not found:
        return Byline()
    day, start, end = found
    between = TIME.sub("", _WEEKDAY.sub("", _UPDATED.sub("", part[:start], count=1)), count=1)
    after = TIME.sub("", part[end:], count=1).strip(" ,.)")
    return None if between.strip(" ,(") or (after and not _names(after)) else Byline(updated=day)


def _names(part: str) -> tuple[str, ...]:
    """Return the names in "By A and B", or none where it says anything else."""
    by = _BY.match(part) or _AUTHOR.match(part)
    if not by:
        return ()
    people = _TRAILING.sub("", part[by.end() :]).strip(" ,.(")
    names = tuple(map(without_address, split_names(people)))
    return names if names and all(map(_is_name, names)) else ()


def _is_paragraph(block: str) -> bool:
    return len(block) > LONGEST_BYLINE or block.endswith((".", "!", "?", ".”", '."'))


def _is_name(name: str) -> bool:
    words = name.split()
    return len(words) <= NAME_WORDS and words[0][0].isupper() and not _NOT_A_NAME.search(name + " ")

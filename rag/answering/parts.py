"""The questions in one question, and whether each of them got an answer of its own.

"When was it shut, and who shut it?" asks twice. "What did Berg and Ek say?" asks of two, which is
told only where the articles lack one of them. A later part mostly leans on the first, so that
what answers the first looks like an answer to it, too: `has_its_own` tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.asked import kind_of
from rag.answering.candidate import heading_of
from rag.answering.figures import figures
from rag.answering.holding import holds
from rag.answering.ranking import RankedSentence
from rag.answering.terms import name_coverage, terms_of
from rag.answering.things import Thing, things_of
from rag.records import Question, Turn
from rag.retrieval.follow_up import make_query
from rag.text.quantities import read_dates
from rag.text.tokens import content_tokens

_PART_BORDER = re.compile(
    r"(?<=\?)\s+|[,;]?\s+and\s+(?=(?:(?:in|on|at|by|for|from|to|with|since) )?(?:what|when|where|"
    r"who|whom|whose|why|how|which)\b)",
    re.IGNORECASE,
)
_PARTY = r"(?:(?:the|its|their|his|her|some|many) )?[\w.'’-]+(?: (?!and\b)[\w.'’-]+){0,3}?"
_TWO_SPEAKERS = re.compile(
    rf"^(?P<word>what|how|why) (?P<does>do|did|does) (?P<one>{_PARTY}) and (?P<other>{_PARTY}) "
    r"(?P<rest>(?:say|think|claim|argue|tell|vote|respond|react|make of|answer|reply|justify)\b"
    r".*)$",
    re.IGNORECASE,
)
_ASKS_NAMES = re.compile(
    r"\b(?:what|which) (?:are|were) (?:the|their|its|his|her|these|those)\b.*\bnames\b"
    r"|\b(?:who|which) (?:are|were) (?:they|these|those)\b"
    r"|\bwhich \w+s (?:are|were) (?:they|these|those|it)\b|\bwhich ones\b",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"^(?:,|,? and|,? or)\s+(?:(?:on|in|for|of|to|from|by|with|at|about|against)\s+)?"
    r"(?:(?:the|a|an|its|their|his|her)\s+)?$",
    re.IGNORECASE,
)
_AND = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:between|both|differ\w*|relat\w+|compar\w+|either|versus|vs|together|each other)\b",
    re.IGNORECASE,
)
"""What is asked of two things at once is no question of each."""

MOST_PARTS = 3
"""Parts that are answered one by one; who asks more gets the whole ranked at once."""

FEW_TERMS = 2
"""Content terms up to which a later part leans on the first, though no word says so."""

MOST_MEMBERS = 3
"""Things asked of in a row; of more the question is asked as a whole."""


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One of the questions in a question: as typed, and as a query that stands alone."""

    asked: str
    query: str


@dataclass(frozen=True, slots=True)
class Member:
    """One of the things that a question asks the same of, and the question of it alone."""

    thing: Thing
    query: str


def read_parts(query: str) -> list[AskedPart]:
    """Return the questions in a query, each understandable without the ones before it."""
    parts = split_parts(query)
    history = tuple(Turn(part, "") for part in parts)
    return [
        AskedPart(part, make_query(Question(part, history=history[:i])).text)
        for i, part in enumerate(parts)
    ]


def split_parts(question: str) -> tuple[str, ...]:
    """Return the questions that were asked in one, in order.

    >>> split_parts("When was the licence revoked and who revoked it?")
    ('When was the licence revoked', 'who revoked it?')
    >>> split_parts("What do critics and the ministry say about the ban?")
    ('What do critics say about the ban?', 'What does the ministry say about the ban?')
    """
    if sides := _sides(question):
        return sides
    pieces = _PART_BORDER.split(question)
    parts = tuple(piece.strip(" ,;") for piece in pieces if content_tokens(piece))
    return parts if 1 < len(parts) <= MOST_PARTS else (question,)


def read_members(query: str) -> list[Member]:
    """Return the things that a query asks the same of, in order; none where it asks of one.

    >>> [each.query for each in read_members("What did Berg and Ek say?")]
    ['What did Berg say?', 'What did Ek say?']
    """
    if _TOGETHER.search(query):
        return []
    things = things_of(query)
    starts = [thing.start for thing in things]
    row: list[int] = []
    for i in range(1, len(things)):
        between = query[starts[i - 1] + len(things[i - 1].text) : starts[i]]
        if _JOINED.match(between) and things[i].is_name == things[i - 1].is_name:
            row = row or [i - 1]
            row.append(i)
        elif row:
            break
    if not 1 < len(row) <= MOST_MEMBERS:
        return []
    second_last, final = things[row[-2]], things[row[-1]]
    if not _AND.search(query[second_last.start + len(second_last.text) : final.start]):
        return []  # "the captain of the Aurora, Nils Ek, …" names one person
    before, after = query[: starts[row[0]]], query[starts[row[-1]] + len(things[row[-1]].text) :]
    return [Member(things[i], f"{before}{things[i].text}{after}") for i in row]


def is_one_thing(members: Sequence[Member], query: str, texts: Sequence[str]) -> bool:
    """Tell whether the articles write the members as one: "the CHIPS and Science Act"."""
    first, last = members[0].thing, members[-1].thing
    written = query[first.start : last.start + len(last.text)].casefold()
    return any(written in text.casefold() for text in texts)


def has_its_own(
    part: AskedPart, chosen: Sequence[RankedSentence], earlier: Sequence[tuple[AskedPart, bool]]
) -> bool:
    """Tell whether sentences answer a later part, and not only what the earlier ones asked.

    `earlier` are the parts before it, each with whether all of `chosen` are shown for it.
    """
    kind = kind_of(part.asked)
    if kind == "list" or _ASKS_NAMES.search(part.asked):
        return any(holds("list", each.candidate.told, part.query) for each in chosen)
    nouns = [thing for thing in things_of(part.asked) if not thing.is_name]
    names = [thing for thing in things_of(part.asked) if thing.is_name]
    if kind in {"number", "when"}:
        rivals = sum(kind_of(other.asked) == kind for other, is_same in earlier if is_same)
        return all(_is_told_of(name, chosen) for name in names) and (
            not rivals or any(_count(kind, each, part) > rivals for each in chosen)
        )
    if part.asked == part.query and len(content_tokens(part.asked)) > FEW_TERMS:
        return True
    known = terms_of(text for each in chosen for text in _texts(each))
    return not nouns or any(thing.terms & known for thing in nouns)


def _sides(question: str) -> tuple[str, ...]:
    """Return one question for each of two who are asked about: "What do A and B say about …"."""
    match = _TWO_SPEAKERS.match(question)
    if match is None:
        return ()
    return tuple(
        f"{match['word']} {_does(match['does'], side)} {side} {match['rest']}"
        for side in (match["one"], match["other"])
    )


def _does(word: str, side: str) -> str:
    """Return the auxiliary for one of two: "do" is "does" unless the side is a plural."""
    is_plural = side.casefold().endswith("s") and not side.casefold().endswith("ss")
    return "does" if word.casefold() == "do" and not is_plural else word


def _count(kind: str, ranked: RankedSentence, part: AskedPart) -> int:
    """Return how many figures or dates a sentence gives that the question does not."""
    told = ranked.candidate.told
    if kind == "number":
        return len(figures(told) - figures(part.query))
    return len(read_dates(told))


def _is_told_of(name: Thing, chosen: Sequence[RankedSentence]) -> bool:
    """Tell whether one of the sentences, as shown and under its headings, names something."""
    shown = [(each.candidate, heading_of(each.candidate.article)) for each in chosen]
    return any(
        name_coverage(name.words[0], text) > 0
        for candidate, heading in shown
        for text in (heading, candidate.section, candidate.shown)
    )


def _texts(ranked: RankedSentence) -> tuple[str, ...]:
    candidate = ranked.candidate
    return (heading_of(candidate.article), *candidate.context_texts, candidate.hit.passage.text)

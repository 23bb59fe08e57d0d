"""Find two articles that give different figures for one thing.

Only what can be told safely is called a conflict: two sentences that nearly say the same, with
one different number before the same noun ("eight companies", "nine companies").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.asked import NUMBER_WORDS, Kind
from rag.answering.ranking import RankedSentence
from rag.text.tokens import content_tokens

COMPARED = 6
"""Best sentences that are compared with the first; what ranks lower is about something else."""

SAME_SUBJECT_COSINE = 0.6
"""Likeness of two sentences from which they may be about one thing."""

SAME_QUESTION_MARGIN = 3.0
"""Ranking score that the second may be behind: beyond, it answers something else."""

_COUNTED = re.compile(
    r"(?<![\w.,$€£-])(?P<sign>[$€£]\s?)?(?P<number>\d[\d,]*(?:\.\d+)?|"
    + "|".join(word for word in NUMBER_WORDS if word not in {"once", "twice", "half"})
    + r")(?P<ordinal>th|st|nd|rd)?\s?(?P<noun>%|[a-z][\w-]*(?:\s[a-z][\w-]*){0,2})",
    re.IGNORECASE,
)
_ORDINALS = {
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "sixth": "6",
    "seventh": "7",
    "eighth": "8",
    "ninth": "9",
    "tenth": "10",
    "eleventh": "11",
    "twelfth": "12",
}
_ORDINAL = re.compile(
    r"\b(?P<number>" + "|".join(_ORDINALS) + r")\s(?P<noun>[a-z][\w-]*(?:\s[a-z][\w-]*){0,2})",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(
    r"\bnumber of (?P<noun>[^.;]{3,60})\b[^.;]*?\b(?:to|is|was|at|now|reached) "
    r"(?P<number>\d[\d,]*|" + "|".join(word for word in NUMBER_WORDS) + r")\b(?! [a-z])",
    re.IGNORECASE,
)


def find_conflict(
    ranked: Sequence[RankedSentence], kind: Kind, query: str
) -> tuple[RankedSentence, RankedSentence] | None:
    """Return the first sentence and one of another article that contradicts its figure."""
    if kind != "number" or not ranked:
        return None
    first = ranked[0]
    counted = _asked_counts(first, query)
    for other in ranked[1 : COMPARED + 1]:
        if (
            other.candidate.article.id != first.candidate.article.id
            and first.score - other.score <= SAME_QUESTION_MARGIN
            and float(first.vector @ other.vector) >= SAME_SUBJECT_COSINE
            and _differ(counted, _asked_counts(other, query))
        ):
            return first, other
    return None


def describe_conflict(one: RankedSentence, other: RankedSentence) -> str:
    """Return the reason of a conflicting answer: which articles, and which is newer."""
    named = " and ".join(_named(each) for each in (one, other))
    days = [each.candidate.article.published for each in (one, other)]
    if days[0] and days[1] and days[0] != days[1]:
        newer = one if days[0] > days[1] else other
        return f"Two articles give different figures: {named}; {_named(newer)} is the newer."
    return f"Two articles give different figures: {named}."


def _named(ranked: RankedSentence) -> str:
    article = ranked.candidate.article
    return f"“{article.title or article.id}”"


def _asked_counts(ranked: RankedSentence, query: str) -> dict[str, set[str]]:
    """Return the numbers of a sentence by the noun that they count, if the query has the noun."""
    asked = set(content_tokens(query))
    counts: dict[str, set[str]] = {}
    text = ranked.candidate.text
    for match in _NUMBER_OF.finditer(text):
        for noun in set(content_tokens(match["noun"])) & asked:
            counts.setdefault(noun, set()).add(_digits(match["number"]))
    for match in (*_COUNTED.finditer(text), *_ORDINAL.finditer(text)):
        for noun in set(content_tokens(match["noun"])) & asked:
            counts.setdefault(noun, set()).add(_digits(match["number"]))
    return counts


def _digits(number: str) -> str:
    word = number.casefold()
    return _ORDINALS.get(word) or NUMBER_WORDS.get(word, word.replace(",", ""))


def _differ(one: dict[str, set[str]], other: dict[str, set[str]]) -> bool:
    """Tell whether both count the same noun and share no number of it."""
    shared = one.keys() & other.keys()
    return bool(shared) and all(not one[noun] & other[noun] for noun in shared)

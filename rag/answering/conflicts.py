"""Find what articles disagree on: a figure, a date, or whether something is so.

Only what can be told safely is called a conflict: two sentences that nearly say the same, with
one different number before the same noun ("eight companies", "nine companies"), with other days
for one verb ("took effect on 4 May", "… on 5 May"), or one with a "not" or an opposite that the
other has not; and one sentence that tells of two accounts itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answering.accounts import Value, tells_two_accounts
from rag.answering.asked import Kind
from rag.answering.figures import NUMBER_WORDS
from rag.answering.polarity import Clause, clause_spans, clauses_of, opposes
from rag.answering.ranking import RankedSentence
from rag.answering.terms import read_words, term_set
from rag.text.quantities import PartialDate, read_dates, read_numbers
from rag.text.tokens import content_tokens

COMPARED = 6
"""Best sentences that are compared with the first; what ranks lower is about something else."""

SAME_SUBJECT_COSINE = 0.6
"""Likeness of two sentences from which they may be about one thing."""

SAME_QUESTION_MARGIN = 3.0
"""Ranking score that the second may be behind: beyond, it answers something else."""

TOLD_WITHIN = 3
"""Best sentences of which one may tell of two accounts: they are what an answer may show."""

SAME_TIME = 31
"""Days between two articles within which one denies the other; later, things may have changed."""

SAME_CLAUSE_STEMS = 3
"""Words that two clauses have in common, at least, where one denies the other."""

SAME_CLAUSE_SHARE = 0.6
"""Share of the shorter clause's words that both have in common."""

Matter = Literal["figures", "dates", "statements"]

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


@dataclass(frozen=True, slots=True)
class Conflict:
    """The sentences that disagree, best first; `teller` is one that tells of both accounts."""

    sentences: tuple[RankedSentence, ...]
    over: Matter
    teller: RankedSentence | None = None

    @property
    def reason(self) -> str:
        """Return which articles disagree, and which is newer."""
        if self.teller is not None:
            return f"{_named(self.teller)} tells of different {self.over}."
        one, other = self.sentences
        said = f"Two articles give different {self.over}"
        if self.over == "statements":
            said = "Two articles contradict each other"
        named = " and ".join(_named(each) for each in self.sentences)
        days = [each.candidate.article.published for each in (one, other)]
        if days[0] and days[1] and days[0] != days[1]:
            newer = one if days[0] > days[1] else other
            return f"{said}: {named}; {_named(newer)} is the newer."
        return f"{said}: {named}."


def find_conflict(
    ranked: Sequence[RankedSentence], kind: Kind, query: str, *, is_compared: bool = False
) -> Conflict | None:
    """Return what contradicts the first sentence: one of another article, or itself.

    Looks for what the kind of question is about, and for everything where the question asks
    whether the articles agree (`is_compared`).
    """
    if not ranked:
        return None
    first = ranked[0]
    for over, kinds, do_differ in _MATTERS:
        if not (is_compared or kind in kinds or _chooses(over, kind, query)):
            continue
        if over != "statements" and (teller := _teller(ranked, over, query)):
            return Conflict((first, teller) if teller is not first else (first,), over, teller)
        for other in ranked[1 : COMPARED + 1]:
            if _are_comparable(first, other) and do_differ(first, other, query):
                return Conflict((first, other), over)
    return None


def _chooses(over: Matter, kind: Kind, query: str) -> bool:
    """Tell whether "Is it A or B?" offers two values of the matter."""
    values = read_dates(query) if over == "dates" else read_numbers(query)
    return kind == "yes or no" and over != "statements" and len(values) > 1


def _teller(ranked: Sequence[RankedSentence], over: Value, query: str) -> RankedSentence | None:
    """Return a sentence near the top that tells of two accounts of what is asked."""
    asked = frozenset(t for word in read_words(query) if not word.is_name for t in word.terms)
    for each in ranked[:TOLD_WITHIN]:
        is_close = ranked[0].score - each.score <= SAME_QUESTION_MARGIN
        if is_close and tells_two_accounts(each.candidate.text, over):
            is_asked = term_set(each.candidate.text) & asked
            return each if each is ranked[0] or is_asked else None
    return None


def _are_comparable(first: RankedSentence, other: RankedSentence) -> bool:
    return (
        other.candidate.article.id != first.candidate.article.id
        and first.score - other.score <= SAME_QUESTION_MARGIN
        and float(first.vector @ other.vector) >= SAME_SUBJECT_COSINE
    )


def _count_differently(one: RankedSentence, other: RankedSentence, query: str) -> bool:
    return _differ(_asked_counts(one, query), _asked_counts(other, query))


def _date_differently(one: RankedSentence, other: RankedSentence, query: str) -> bool:
    """Tell whether both give days for a verb of the question, and none in common."""
    asked = frozenset(t for word in read_words(query) if not word.is_name for t in word.terms)
    days = [_days_by_term(each.candidate.text, asked) for each in (one, other)]
    shared = days[0].keys() & days[1].keys()
    return bool(shared) and not any(
        _may_be_one(day, its) for term in shared for day in days[0][term] for its in days[1][term]
    )


def _days_by_term(text: str, asked: frozenset[str]) -> dict[str, list[PartialDate]]:
    """Return the days of each clause by the terms of the question that it has."""
    days: dict[str, list[PartialDate]] = {}
    for span in clause_spans(text):
        clause = text[span.start : span.end]
        told = [day for day in read_dates(clause) if day.day]
        for term in term_set(clause) & asked if told else ():
            days.setdefault(term, []).extend(told)
    return days


def _may_be_one(one: PartialDate, other: PartialDate) -> bool:
    return one.carries(other) or other.carries(one)


def _contradict(one: RankedSentence, other: RankedSentence, query: str) -> bool:
    """Tell whether a clause of one denies a clause of the other that the question asks about."""
    days = [each.candidate.article.published for each in (one, other)]
    if days[0] and days[1] and abs((days[0] - days[1]).days) > SAME_TIME:
        return False
    asked = frozenset(stem for clause in clauses_of(query) for stem in clause.stems)
    return any(
        _is_same_clause(claim, denial, asked) and opposes(claim, denial)
        for claim in clauses_of(one.candidate.text)
        for denial in clauses_of(other.candidate.text)
    )


def _is_same_clause(one: Clause, other: Clause, asked: frozenset[str]) -> bool:
    common = one.plain & other.plain
    shorter = min(len(one.plain), len(other.plain))
    return (
        len(common) >= SAME_CLAUSE_STEMS
        and len(common) >= SAME_CLAUSE_SHARE * shorter
        and bool(common & asked)
    )


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


_MATTERS: tuple[
    tuple[Matter, tuple[Kind, ...], Callable[[RankedSentence, RankedSentence, str], bool]], ...
] = (
    ("figures", ("number",), _count_differently),
    ("dates", ("when",), _date_differently),
    ("statements", ("yes or no",), _contradict),
)

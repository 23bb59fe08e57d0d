"""Questions that a corpus does not answer, of three kinds that people really ask.

`absent detail`: about something that the articles name, a detail of it that they do not give.
`neighbouring thing`: a question that an article answers, with another name or year put in.
`unknown name`: the same with a name that occurs nowhere.
Each is looked up in the whole index before it is proposed; a person has the last word.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rag.evaluation.questions.clauses import DATE
from rag.evaluation.questions.name_kinds import NameKind, invented_name, kind_of_name
from rag.evaluation.questions.sentence_questions import Candidate
from rag.evaluation.questions.vocabulary import Vocabulary
from rag.text.tokens import content_tokens, tokenize

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

Absence = Literal["absent detail", "neighbouring thing", "unknown name"]
ABSENCES: tuple[Absence, ...] = ("absent detail", "neighbouring thing", "unknown name")

TOLD = 0.5
"""Share of a question's terms beside the name that a passage must hold to tell of it."""
PASSAGES_LOOKED_AT = 50  # that hold the terms best; a passage that answers holds them
OTHERS_TRIED = 12  # names or years put into one question
YEARS_AWAY = (1, 2, 3, -1, -2, -3)  # near enough to be mistaken for the year of the article

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DAY = re.compile(rf"{DATE}")
_DETAILS: dict[NameKind, tuple[tuple[str, str], ...]] = {
    "body": (
        ("How many people work for {}?", "employees staff workers"),
        ("What was the annual budget of {}?", "budget"),
        ("In which street is the main office of {}?", "street headquarters address"),
        ("Who was the first head of {}?", "founded founder"),
    ),
    "company": (
        ("How many people work for {}?", "employees staff workers"),
        ("Who founded {}?", "founded founder"),
        ("What profit did {} make last year?", "profit earn"),
        ("In which street is the main office of {}?", "street headquarters address"),
    ),
    "law": (
        ("How many pages does {} have?", "pages"),
        ("Who wrote the first draft of {}?", "draft wrote author drafted"),
        ("How many people objected to {} in writing?", "objections petition"),
        ("What does it cost a year to enforce {}?", "enforcement enforce cost"),
    ),
    "person": (
        ("How old is {}?", "age old born"),
        ("Where was {} born?", "born native"),
        ("Which university did {} attend?", "university graduate degree studied"),
        ("In which city does {} live?", "live home"),
    ),
}
"""A question about a name of the kind, and the terms of which any would let it be answered."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that the index does not answer, its kind, and how it was made."""

    question: str
    absence: Absence
    made: str


class Absences:
    """Makes questions that one generation does not answer; the same seed makes the same."""

    def __init__(self, snapshot: Snapshot, vocabulary: Vocabulary, chance: random.Random) -> None:
        self._snapshot = snapshot
        self._vocabulary = vocabulary
        self._chance = chance
        self._asked: Counter[str] = Counter()

    def made_from(self, candidate: Candidate) -> Iterator[Unanswered]:
        """Yield what can be made from one answerable question, at most one of each kind."""
        if not candidate.name:
            return
        is_determined = f" the {candidate.name}" in candidate.question
        name = f"the {candidate.name}" if is_determined else candidate.name
        makers = (self._absent_details, self._neighbours, self._unknown)
        for make in makers:
            yield from itertools.islice(make(name, candidate), 1)

    def _absent_details(self, name: str, candidate: Candidate) -> Iterator[Unanswered]:
        kind = _kind(name, candidate)
        details = list(_DETAILS[kind]) if kind else []
        self._chance.shuffle(details)
        for form, terms in sorted(details, key=lambda detail: self._asked[detail[0]]):
            if not self._is_told_of(name, tokenize(terms)):
                self._asked[form] += 1
                made = f"A detail of {name} that no article with this name seems to give."
                yield Unanswered(form.format(name), "absent detail", made)

    def _neighbours(self, name: str, candidate: Candidate) -> Iterator[Unanswered]:
        for other in self._others(name, candidate):
            question = _exchanged(candidate.question, name, other)
            if question != candidate.question and not self._is_told(question, other):
                made = f'"{other}" in place of "{name}" in a question on {candidate.article_id}.'
                yield Unanswered(question, "neighbouring thing", made)

    def _unknown(self, name: str, candidate: Candidate) -> Iterator[Unanswered]:
        kind = _kind(name, candidate)
        if kind is None:
            return
        other = invented_name(kind, self._chance)
        question = _exchanged(candidate.question, name, other)
        is_nowhere = any(not self._snapshot.document_frequency(term) for term in tokenize(other))
        if question != candidate.question and is_nowhere:
            made = f'No article names "{other}"; put in place of "{name}".'
            yield Unanswered(question, "unknown name", made)

    def _others(self, name: str, candidate: Candidate) -> list[str]:
        """Return other years of a day, or other names of the kind of a name, in random order."""
        if _is_day(name):
            years = _YEAR.findall(name)
            others = [_YEAR.sub(str(int(years[0]) + away), name) for away in YEARS_AWAY if years]
        else:
            kind = _kind(name, candidate)
            known = set(tokenize(candidate.quote))
            others = [
                other
                for other in self._vocabulary.named
                if kind is not None
                and kind_of_name(other) == kind
                and other.startswith("the ") == name.startswith("the ")
                and not known.issuperset(content_tokens(other))
                and not set(content_tokens(other)) <= set(content_tokens(name))
            ]
        self._chance.shuffle(others)
        return others[:OTHERS_TRIED]

    def _is_told(self, question: str, name: str) -> bool:
        """Tell whether a passage holds the name and enough of the rest of the question."""
        named = set(tokenize(name))
        rest = set(content_tokens(question)) - named
        for text in self._passages(content_tokens(question)):
            held = set(tokenize(text))
            if named <= held and len(rest & held) >= TOLD * len(rest):
                return True
        return False

    def _is_told_of(self, name: str, terms: Sequence[str]) -> bool:
        """Tell whether an article that holds the name holds any of the terms."""
        bare = name.removeprefix("the ")
        found = self._snapshot.search_lexical(terms, PASSAGES_LOOKED_AT)
        articles = {self._snapshot.passage_article(row) for row, _ in found}
        texts = (self._snapshot.article(article_id) for article_id in sorted(articles))
        return any(article is not None and bare in article.text for article in texts)

    def _passages(self, terms: Sequence[str]) -> Iterator[str]:
        for row, _ in self._snapshot.search_lexical(terms, PASSAGES_LOOKED_AT):
            yield self._snapshot.passage(row).text


def _kind(name: str, candidate: Candidate) -> NameKind | None:
    if _is_day(name):
        return None
    return kind_of_name(name) or ("person" if candidate.shape == "role" else None)


def _is_day(name: str) -> bool:
    return bool(_DAY.fullmatch(name))


def _exchanged(question: str, name: str, other: str) -> str:
    bare = re.escape(name.removeprefix("the "))
    return re.sub(rf"(?:\bthe )?{bare}", lambda _: other, question)

"""Reads a question once: its terms with their IDF weights, its names, its dates, what came before.

The record is passed on; nothing after it reads the question again.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.encoders.reader_input import with_history
from rag.records import Query, Question
from rag.retrieval.follow_up import turns_followed
from rag.retrieval.names import names
from rag.text.dates import PartialDate, read_dates
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

BACKGROUND_PASSAGES = 1_000
"""Passages without a term that every corpus is thought to have besides its own, so that an IDF
means the same in an index of three passages and in one of a hundred thousand."""


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question as it is searched; `weight` is its IDF, 0 to 1.

    `is_absent`: no passage of the index has it.
    """

    text: str
    weight: float
    is_absent: bool


@dataclass(frozen=True, slots=True)
class QuestionAnalysis:
    """A question as read: `text` as asked, `read_as` with the turns before it for the reader."""

    text: str
    read_as: str
    terms: tuple[Term, ...]
    names: tuple[str, ...]
    dates: tuple[PartialDate, ...]

    def coverage(self, found: Collection[str]) -> float:
        """Return the share of the terms' weight that is found, 0 to 1; 1 without terms."""
        total = sum(term.weight for term in self.terms)
        if not total:
            return 1.0
        return sum(term.weight for term in self.terms if term.text in found) / total


def analyse(question: Question, query: Query, snapshot: Snapshot) -> QuestionAnalysis:
    """Return what is read of a question; `query` is what was searched for it.

    A follow-up that an answer model has put to stand alone is read as it put it.
    """
    stands_alone = query.leans_on_history and query.follows and not query.also
    text = " ".join((query.text if stands_alone else question.text).split())
    for typed, spelled in query.respelled:
        text = text.replace(typed, spelled)
    is_read_with = bool(question.history) and query.leans_on_history and not stands_alone
    history = turns_followed(question.history) if is_read_with else ()
    return QuestionAnalysis(
        text=text,
        read_as=with_history(text, history),
        terms=_weighed(content_tokens(text), snapshot),
        names=names(text),
        dates=read_dates(text),
    )


def _weighed(tokens: Sequence[str], snapshot: Snapshot) -> tuple[Term, ...]:
    total = snapshot.passage_count + BACKGROUND_PASSAGES
    terms = []
    for token in dict.fromkeys(tokens):
        frequency = min(snapshot.document_frequency(token), snapshot.passage_count)
        weight = math.log(total / (frequency + 1)) / math.log(total)
        terms.append(Term(token, weight, not frequency))
    return tuple(terms)

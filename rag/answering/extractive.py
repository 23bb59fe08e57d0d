"""Answer with the articles' own sentences: no model writes, nothing is reworded.

The sentences of the hits are ranked, a decision is made whether they answer at all, and as few
as carry the answer are shown, each with what it leans on. See `ranking`, `abstention`,
`selection`, `conflicts`, `refusals`: this module only puts them in order.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.abstention import ANSWER_FROM, answer_probability, read_signals
from rag.answering.asked import NAMED, Kind, holds, kind_of, split_parts
from rag.answering.caution import how_to_answer, is_sure
from rag.answering.conflicts import describe_conflict, find_conflict
from rag.answering.embeddings import SentenceEmbeddings
from rag.answering.evidence import Candidate, collect_candidates
from rag.answering.gist import gist_sentences, has_topic
from rag.answering.quotes import quote_at
from rag.answering.ranking import RankedSentence, rank_sentences
from rag.answering.refusals import (
    NOTHING_ASKED,
    NOTHING_FOUND,
    NOTHING_WITHIN_LIMITS,
    explain,
    lacks_a_name,
    read_coverage,
)
from rag.answering.selection import is_repeated, select
from rag.config import Caution
from rag.records import Answer, Filters, Outcome, Question, Retrieval, Sentence, Turn
from rag.retrieval.follow_up import make_query
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.index.embedding import Embedder
    from rag.index.snapshot import Snapshot

NAME = "extractive"

MOST_RANKED = 64
"""Sentences that are looked at for one question; the rest of the worst hits is left out."""

NEAR_MISSES = 3
"""Quotes that a refusal offers."""

LIKELY_ENOUGH = 0.02
"""Probability of the sentences of which one must have the date or the figure asked for."""

MUST_HAVE: frozenset[Kind] = frozenset({"when", "number"})
"""Kinds that words tell surely enough to refuse for."""


VETO = 0.9 * min(ANSWER_FROM.values())
"""What is left of the probability where the name asked about, or the kind of thing that was
asked for, is nowhere: too little for any caution, in the order of before."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What became of one of the questions asked: sentences, or a reason why there are none."""

    text: str
    chosen: tuple[RankedSentence, ...]
    ranked: tuple[RankedSentence, ...]
    reason: str = ""
    is_conflicting: bool = False
    confidence: float = 0.0


class ExtractiveAnswerer:
    """Answers with sentences of the articles; safe to share between threads."""

    name = NAME

    def __init__(self, embedder: Embedder, *, caution: Caution = "normal") -> None:
        self._embedder = embedder
        self._caution = caution
        self._embeddings = SentenceEmbeddings(embedder)

    def stream(
        self,
        question: Question,
        retrieval: Retrieval,
        snapshot: Snapshot,
        *,
        stop: threading.Event | None = None,
    ) -> Iterator[Sentence | Answer]:
        """Yield each sentence, then the whole Answer."""
        parts = self._answer_parts(retrieval, snapshot)
        sentences: list[Sentence] = []
        for ranked in _distinct([each for part in parts for each in part.chosen]):
            if stop is not None and stop.is_set():
                break
            sentence = _as_sentence(ranked.candidate)
            sentences.append(sentence)
            yield sentence
        answer = _as_answer(question, retrieval, parts, tuple(sentences))
        if answer.outcome == "not_in_articles":
            hint = how_to_answer(answer.confidence or 0.0, self._caution)
            answer = dataclasses.replace(answer, reason=f"{answer.reason} {hint}".strip())
        yield answer

    def rank(self, retrieval: Retrieval, snapshot: Snapshot) -> list[RankedSentence]:
        """Return the sentences of the hits, ranked for the query as a whole."""
        candidates = collect_candidates(retrieval, snapshot)[:MOST_RANKED]
        return self._rank(retrieval.query.text, candidates, snapshot)

    def _answer_parts(self, retrieval: Retrieval, snapshot: Snapshot) -> list[_Part]:
        query = retrieval.query.text
        candidates = collect_candidates(retrieval, snapshot)[:MOST_RANKED]
        if kind_of(query) == "gist" and (gist := self._answer_gist(query, retrieval, snapshot)):
            return [gist]
        parts = split_parts(query)
        return [self._answer_part(text, candidates, snapshot) for text in _resolved(parts)]

    def _answer_gist(self, query: str, retrieval: Retrieval, snapshot: Snapshot) -> _Part | None:
        """Return the openings of the articles, or None where they are about something else."""
        openings = gist_sentences(retrieval, snapshot)
        ranked = self._rank(query, openings, snapshot)
        if not ranked:
            return None
        confidence = answer_probability(read_signals(query, ranked, snapshot))
        if has_topic(query) and not is_sure(confidence, self._caution):
            return None
        in_order = sorted(ranked, key=lambda each: openings.index(each.candidate))
        return _Part(query, tuple(in_order), tuple(ranked), confidence=confidence)

    def _answer_part(
        self, query: str, candidates: Sequence[Candidate], snapshot: Snapshot
    ) -> _Part:
        ranked = self._rank(query, candidates, snapshot)
        if not ranked:
            return _Part(query, (), (), reason=NOTHING_FOUND)
        if not content_tokens(query):
            return _Part(query, (), tuple(ranked), reason=NOTHING_ASKED)
        kind = kind_of(query)
        coverage = read_coverage(query, ranked, snapshot)
        lacks_kind = kind in NAMED and not any(
            holds(kind, each.candidate.told, query)
            for each in ranked
            if each.probability >= LIKELY_ENOUGH
        )
        confidence = answer_probability(read_signals(query, ranked, snapshot))
        if (lacks_kind and kind in MUST_HAVE) or lacks_a_name(query, ranked, snapshot):
            confidence *= VETO
        if not is_sure(confidence, self._caution):
            reason = explain(kind, coverage, lacks_kind=lacks_kind)
            return _Part(query, (), tuple(ranked), reason=reason, confidence=confidence)
        conflict = find_conflict(ranked, kind, query)
        chosen = conflict or tuple(select(ranked, query))
        return _Part(
            query,
            chosen,
            tuple(ranked),
            is_conflicting=bool(conflict),
            confidence=confidence,
        )

    def _rank(
        self, query: str, candidates: Sequence[Candidate], snapshot: Snapshot
    ) -> list[RankedSentence]:
        return rank_sentences(
            query, candidates, snapshot, embedder=self._embedder, embeddings=self._embeddings
        )


def _resolved(parts: Sequence[str]) -> list[str]:
    """Return the parts, each understandable without the ones before it."""
    history = tuple(Turn(part, "") for part in parts)
    return [make_query(Question(part, history=history[:i])).text for i, part in enumerate(parts)]


def _distinct(chosen: Sequence[RankedSentence], *, most: int | None = None) -> list[RankedSentence]:
    kept: list[RankedSentence] = []
    for each in chosen:
        if len(kept) == most:
            break
        if not any(is_repeated(each, other) for other in kept):
            kept.append(each)
    return kept


def _as_sentence(candidate: Candidate) -> Sentence:
    return Sentence(candidate.shown, "supported", candidate.quotes())


def _as_answer(
    question: Question,
    retrieval: Retrieval,
    parts: Sequence[_Part],
    sentences: tuple[Sentence, ...],
) -> Answer:
    near: list[RankedSentence] = []
    outcome = _outcome(parts)
    if outcome == "not_in_articles":
        in_order = sorted((r for p in parts for r in p.ranked), key=lambda r: -r.score)
        near = _distinct(in_order, most=NEAR_MISSES)
    return Answer(
        question=question.text,
        query=retrieval.query.text,
        outcome=outcome,
        reason=_reason(outcome, parts, question.filters),
        sentences=sentences,
        near_misses=tuple(quote_at(each.candidate.article, each.candidate.span) for each in near),
        hits=retrieval.hits,
        generation=retrieval.generation,
        answerer=NAME,
        confidence=round(max((part.confidence for part in parts), default=0.0), 4),
    )


def _outcome(parts: Sequence[_Part]) -> Outcome:
    if not any(part.chosen for part in parts):
        return "not_in_articles"
    if any(part.is_conflicting for part in parts):
        return "conflicting"
    return "answered" if all(part.chosen for part in parts) else "partial"


def _reason(outcome: Outcome, parts: Sequence[_Part], filters: Filters) -> str:
    if outcome == "answered":
        return ""
    if outcome == "conflicting":
        return next(describe_conflict(*part.chosen[:2]) for part in parts if part.is_conflicting)
    if outcome == "partial":
        missing = [part for part in parts if not part.chosen]
        return " ".join(f"Not answered: “{part.text}” {part.reason}" for part in missing)
    if not any(part.ranked for part in parts) and filters != Filters():
        return NOTHING_WITHIN_LIMITS
    return " ".join(dict.fromkeys(part.reason for part in parts))

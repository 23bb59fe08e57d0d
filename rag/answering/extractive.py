"""Answer with the articles' own sentences: no model writes, nothing is reworded.

The sentences of the hits are ranked, a decision is made whether they answer at all, and as few
as carry the answer are shown, each with what it leans on. See `ranking`, `abstention`,
`selection`, `conflicts`, `refusals`: this module only puts them in order.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.answering.abstention import (
    ANSWER_FROM,
    AnswerSignals,
    answer_probability,
    answer_weights,
    read_signals,
)
from rag.answering.asked import NAMED, Kind, compared_topic, holds, kind_of, split_parts
from rag.answering.conflicts import Conflict, find_conflict
from rag.answering.evidence import Candidate, collect_candidates
from rag.answering.gist import gist_sentences, has_topic
from rag.answering.notes import Decided, LeftOut, Notes, PartNotes
from rag.answering.quotes import quote_at
from rag.answering.ranking import RankedSentence, Signals, rank_sentences, signal_weights
from rag.answering.reading import SentenceReader
from rag.answering.refusals import (
    NOTHING_ASKED,
    NOTHING_FOUND,
    NOTHING_WITHIN_LIMITS,
    explain,
    lacks_a_name,
    read_coverage,
)
from rag.answering.selection import is_repeated, select, select_sides
from rag.records import Answer, Filters, Outcome, Question, Retrieval, Sentence, Turn
from rag.retrieval.follow_up import make_query
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.index.embedding import Embedder
    from rag.index.snapshot import Snapshot
    from rag.reranking.reranker import Reranker

NAME = "extractive"

MOST_RANKED = 64
"""Sentences that are looked at for one question; the rest of the worst hits is left out."""

NEAR_MISSES = 3
"""Quotes that a refusal offers."""

LIKELY_ENOUGH = 0.02
"""Probability of the sentences of which one must have the date or the figure asked for."""

MUST_HAVE: frozenset[Kind] = frozenset({"when", "number"})
"""Kinds that words tell surely enough to refuse for."""


VETO = 0.3
"""What is left of the probability where the name asked about, or the kind of thing that was
asked for, is nowhere: under `ANSWER_FROM` for certain, in the order of before."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What became of one of the questions asked: sentences, or a reason why there are none."""

    text: str
    chosen: tuple[RankedSentence, ...]
    ranked: tuple[RankedSentence, ...]
    reason: str = ""
    conflict: Conflict | None = None
    confidence: float = 0.0
    decided: Decided | None = None
    left_out: LeftOut = field(default_factory=list)


class ExtractiveAnswerer:
    """Answers with sentences of the articles; safe to share between threads."""

    name = NAME

    def __init__(self, embedder: Embedder, reranker: Reranker | None = None) -> None:
        self._reader = SentenceReader(embedder, reranker)

    def stream(
        self,
        question: Question,
        retrieval: Retrieval,
        snapshot: Snapshot,
        *,
        stop: threading.Event | None = None,
        notes: Notes | None = None,
    ) -> Iterator[Sentence | Answer]:
        """Yield each sentence, then the whole Answer."""
        parts = self._answer_parts(retrieval, snapshot)
        sentences: list[Sentence] = []
        shown: list[RankedSentence] = []
        for ranked in _distinct([each for part in parts for each in part.chosen]):
            if stop is not None and stop.is_set():
                break
            sentence = _as_sentence(ranked.candidate)
            sentences.append(sentence)
            shown.append(ranked)
            yield sentence
        if notes is not None:
            weights = signal_weights(has_reranker=self._reader.has_reranker)
            notes.parts = tuple(_noted(part, weights) for part in parts)
            notes.shown = tuple(shown)
        yield _as_answer(question, retrieval, parts, tuple(sentences))

    def rank(self, retrieval: Retrieval, snapshot: Snapshot) -> list[RankedSentence]:
        """Return the sentences of the hits, ranked for the query as a whole."""
        candidates = collect_candidates(retrieval, snapshot)[:MOST_RANKED]
        return self._rank(retrieval.query.text, candidates, snapshot)

    def _answer_parts(self, retrieval: Retrieval, snapshot: Snapshot) -> list[_Part]:
        query = retrieval.query.text
        candidates = collect_candidates(retrieval, snapshot)[:MOST_RANKED]
        if kind_of(query) == "gist" and (gist := self._answer_gist(query, retrieval, snapshot)):
            return [gist]
        if topic := compared_topic(query):
            return [self._answer_part(topic, candidates, snapshot, is_compared=True)]
        parts = split_parts(query)
        return [self._answer_part(text, candidates, snapshot) for text in _resolved(parts)]

    def _answer_gist(self, query: str, retrieval: Retrieval, snapshot: Snapshot) -> _Part | None:
        """Return the openings of the articles, or None where they are about something else."""
        openings = gist_sentences(retrieval, snapshot)
        ranked = self._rank(query, openings, snapshot)
        if not ranked:
            return None
        decided = self._decide(read_signals(query, ranked, snapshot), vetoes=())
        if has_topic(query) and decided.probability < ANSWER_FROM:
            return None
        in_order = sorted(ranked, key=lambda each: openings.index(each.candidate))
        return _Part(
            query,
            tuple(in_order),
            tuple(ranked),
            confidence=decided.probability,
            decided=decided,
        )

    def _answer_part(
        self,
        query: str,
        candidates: Sequence[Candidate],
        snapshot: Snapshot,
        *,
        is_compared: bool = False,
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
        vetoes = []
        if lacks_kind and kind in MUST_HAVE:
            vetoes.append(f"no likely sentence has a {NAMED[kind]}")
        if lacks_a_name(query, ranked, snapshot):
            vetoes.append("the article of the best sentence does not know all names")
        decided = self._decide(read_signals(query, ranked, snapshot), vetoes=tuple(vetoes))
        confidence = decided.probability
        if confidence < ANSWER_FROM:
            reason = explain(kind, coverage, lacks_kind=lacks_kind)
            return _Part(
                query, (), tuple(ranked), reason=reason, confidence=confidence, decided=decided
            )
        conflict = find_conflict(ranked, kind, query, is_compared=is_compared)
        left_out: LeftOut = []
        chosen = select_sides(ranked) if is_compared else select(ranked, left_out=left_out)
        return _Part(
            query,
            conflict.sentences if conflict else tuple(chosen),
            tuple(ranked),
            conflict=conflict,
            confidence=confidence,
            decided=decided,
            left_out=left_out,
        )

    def _decide(self, signals: AnswerSignals, *, vetoes: tuple[str, ...]) -> Decided:
        """Return the probability of the signals, and what the vetoes leave of it."""
        weights = answer_weights(has_reranker=self._reader.has_reranker)
        by_signals = answer_probability(signals, weights)
        left = by_signals * VETO if vetoes else by_signals
        return Decided(signals, weights, by_signals, vetoes, left, ANSWER_FROM)

    def _rank(
        self, query: str, candidates: Sequence[Candidate], snapshot: Snapshot
    ) -> list[RankedSentence]:
        return rank_sentences(query, candidates, snapshot, reader=self._reader)


def _noted(part: _Part, weights: Signals) -> PartNotes:
    return PartNotes(
        text=part.text,
        kind=kind_of(part.text),
        ranked=part.ranked,
        weights=weights,
        chosen=part.chosen,
        left_out=part.left_out,
        decided=part.decided,
        reason=part.reason,
        is_conflicting=part.conflict is not None,
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
    if any(part.conflict for part in parts):
        return "conflicting"
    return "answered" if all(part.chosen for part in parts) else "partial"


def _reason(outcome: Outcome, parts: Sequence[_Part], filters: Filters) -> str:
    if outcome == "answered":
        return ""
    if outcome == "conflicting":
        return next(part.conflict.reason for part in parts if part.conflict)
    if outcome == "partial":
        missing = [part for part in parts if not part.chosen]
        return " ".join(f"Not answered: “{part.text}” {part.reason}" for part in missing)
    if not any(part.ranked for part in parts) and filters != Filters():
        return NOTHING_WITHIN_LIMITS
    return " ".join(dict.fromkeys(part.reason for part in parts))

"""Answer with the articles' own sentences: no model writes, nothing is reworded.

What is answered is decided in `part_answers`; here it becomes sentences and an Answer.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from rag.answering.candidate import Candidate
from rag.answering.caution import how_to_answer
from rag.answering.near_misses import choose_near_misses
from rag.answering.notes import Notes
from rag.answering.part_answers import Part, PartAnswerer
from rag.answering.ranking import RankedSentence
from rag.answering.reading import SentenceReader
from rag.answering.refusals import NOTHING_MORE, NOTHING_WITHIN_LIMITS
from rag.answering.selection import is_repeated
from rag.records import Answer, Caution, Filters, Outcome, Question, Retrieval, Sentence

if TYPE_CHECKING:
    from rag.index.embedding import Embedder
    from rag.index.snapshot import Snapshot
    from rag.reranking.reranker import Reranker

NAME = "extractive"


class ExtractiveAnswerer:
    """Answers with sentences of the articles; safe to share between threads."""

    name = NAME

    def __init__(
        self,
        embedder: Embedder,
        reranker: Reranker | None = None,
        *,
        caution: Caution = "normal",
        without: Collection[str] = (),
    ) -> None:
        self._caution = caution
        reader = SentenceReader(embedder, reranker)
        self._part_answerers: dict[Caution, PartAnswerer] = {
            each: PartAnswerer(reader, caution=each, without=without) for each in get_args(Caution)
        }

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
        caution = question.caution or self._caution
        answerer = self._part_answerers[caution]
        parts = answerer.answer(retrieval, snapshot)
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
            notes.parts = tuple(part.noted(answerer.weights) for part in parts)
            notes.shown = tuple(shown)
        answer = _as_answer(question, retrieval, parts, tuple(sentences))
        if answer.outcome == "not_in_articles":
            hint = how_to_answer(answer.confidence or 0.0, caution)
            answer = replace(answer, reason=f"{answer.reason} {hint}".strip())
        yield answer

    def rank(self, retrieval: Retrieval, snapshot: Snapshot) -> list[RankedSentence]:
        """Return the sentences of the hits, ranked for the query as a whole."""
        return self._part_answerers[self._caution].rank(retrieval, snapshot)


def _distinct(chosen: Sequence[RankedSentence]) -> list[RankedSentence]:
    kept: list[RankedSentence] = []
    for each in chosen:
        if not any(is_repeated(each, other) for other in kept):
            kept.append(each)
    return kept


def _as_sentence(candidate: Candidate) -> Sentence:
    return Sentence(candidate.shown, "supported", candidate.quotes())


def _as_answer(
    question: Question,
    retrieval: Retrieval,
    parts: Sequence[Part],
    sentences: tuple[Sentence, ...],
) -> Answer:
    outcome = _outcome(parts)
    is_refused = outcome == "not_in_articles"
    return Answer(
        question=question.text,
        query=retrieval.query.text,
        outcome=outcome,
        reason=_reason(outcome, parts, question.filters),
        sentences=sentences,
        near_misses=choose_near_misses([part.ranked for part in parts]) if is_refused else (),
        hits=retrieval.hits,
        generation=retrieval.generation,
        answerer=NAME,
        confidence=round(max((part.confidence for part in parts), default=0.0), 4),
    )


def _outcome(parts: Sequence[Part]) -> Outcome:
    if not any(part.chosen for part in parts):
        return "not_in_articles"
    if any(part.conflict for part in parts):
        return "conflicting"
    return "answered" if all(part.chosen for part in parts) else "partial"


def _reason(outcome: Outcome, parts: Sequence[Part], filters: Filters) -> str:
    if outcome == "answered":
        return ""
    if outcome == "conflicting":
        return next(part.conflict.reason for part in parts if part.conflict)
    if outcome == "partial":
        missing = [part for part in parts if not part.chosen]
        return " ".join(dict.fromkeys(_not_answered(part) for part in missing))
    if not any(part.ranked for part in parts) and filters != Filters():
        return NOTHING_WITHIN_LIMITS
    reasons = list(dict.fromkeys(part.reason for part in parts))
    return " ".join([each for each in reasons if each != NOTHING_MORE] or reasons)


def _not_answered(part: Part) -> str:
    return f"Not answered: “{part.asked}” {part.reason}" if part.asked else part.reason

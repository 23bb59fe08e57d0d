"""Answer with excerpts of the articles: no model writes, nothing is reworded.

The hits are read with the question, their sentences ranked, excerpts made of them and read once
more, and a calibrated probability decides: an answer, what stands closest shown as such, or a
refusal. See `candidates`, `ranking`, `excerpts`, `rereading`, `answerability`, `selection`,
`conflicts`, `refusals`: this module puts them in order.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answering.answerability import (
    SURE_FROM,
    answer_probability,
    answer_weights,
    is_close,
    read_signals,
)
from rag.answering.candidates import read_hits
from rag.answering.conflicts import find_conflict
from rag.answering.excerpts import Excerpt, make_excerpts
from rag.answering.kinds.answerer import KindAnswerer
from rag.answering.notes import Decided, Notes, Part
from rag.answering.question.analysis import analyse
from rag.answering.question.subquestions import subquestions
from rag.answering.ranking import probabilities, rank_sentences, signal_weights
from rag.answering.refusals import NOTHING_ASKED, NOTHING_WITHIN_LIMITS, UNSURE, reason_for
from rag.answering.rereading import reread
from rag.answering.selection import MOST_EXCERPTS, is_repeated, overlap, select
from rag.records import (
    Answer,
    Caution,
    Filters,
    Outcome,
    Question,
    Retrieval,
    Sentence,
    Turn,
)
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder
    from rag.encoders.reader import Reader
    from rag.index.snapshot import Snapshot

NAME = "extractive"
MADE_EXCERPTS = 8
"""Excerpts that are made, of which an answer chooses."""

CLOSEST = 3
"""Quotes that a refusal offers."""


class ExtractiveAnswerer:
    """Answers with excerpts of the articles; safe to share between threads.

    `without` names signals that are left out, to measure what they earn.
    """

    name = NAME

    def __init__(  # noqa: PLR0913 - one part or setting each
        self,
        embedder: Embedder,
        reader: Reader | None = None,
        *,
        caution: Caution = "normal",
        excerpts: int = MOST_EXCERPTS,
        without: Collection[str] = (),
        index: Path | None = None,
    ) -> None:
        self._embedder, self._reader, self._caution = embedder, reader, caution
        self._most = excerpts
        has_reader = reader is not None
        self.weights = signal_weights(has_reader=has_reader, without=without)
        self._answer_weights = answer_weights(has_reader=has_reader, without=without)
        self._kinds = KindAnswerer(embedder, rank=self.rank, index=index)

    def stream(
        self,
        question: Question,
        retrieval: Retrieval,
        snapshot: Snapshot,
        *,
        stop: threading.Event | None = None,
        notes: Notes | None = None,
    ) -> Iterator[Sentence | Answer]:
        """Yield each excerpt, then the whole Answer."""
        if (answer := self._kinds.answer(question, retrieval, snapshot, notes)) is not None:
            yield from answer.sentences
            yield answer
            return
        caution = question.caution or self._caution
        parts = self._parts(question, retrieval, snapshot, caution)
        shown: list[Excerpt] = []
        for excerpt in _distinct([each for part in parts for each in part.chosen]):
            if stop is not None and stop.is_set():
                break
            shown.append(excerpt)
            yield excerpt.sentence()
        if notes is not None:
            notes.parts, notes.shown = tuple(parts), tuple(shown)
        sentences = tuple(excerpt.sentence() for excerpt in shown)
        yield _as_answer(question, retrieval, parts, sentences)

    def is_about(self, question: Question) -> bool:
        """Return whether Footnote is surely asked about, not the articles."""
        return self._kinds.is_about(question)

    def rank(self, question: Question, retrieval: Retrieval, snapshot: Snapshot) -> Part:
        """Return the sentences and excerpts of the hits, ranked for the question as a whole."""
        return self._part(question, retrieval, snapshot, question.caution or self._caution)

    def _parts(
        self, question: Question, retrieval: Retrieval, snapshot: Snapshot, caution: Caution
    ) -> list[Part]:
        asked = subquestions(question.text)
        if len(asked) == 1:
            return [self._part(question, retrieval, snapshot, caution)]
        parts: list[Part] = []
        for i, text in enumerate(asked):
            before = tuple(Turn(earlier, "") for earlier in asked[:i])
            one = dataclasses.replace(question, text=text, history=(*question.history, *before))
            leaning = dataclasses.replace(
                retrieval.query, leans_on_history=retrieval.query.leans_on_history or bool(before)
            )
            of_one = dataclasses.replace(retrieval, query=leaning)
            parts.append(self._part(one, of_one, snapshot, caution))
        return parts

    def _part(
        self, question: Question, retrieval: Retrieval, snapshot: Snapshot, caution: Caution
    ) -> Part:
        asked = analyse(question, retrieval.query, snapshot)
        hits = tuple(read_hits(asked.read_as, retrieval, snapshot, self._reader))
        ranked = tuple(rank_sentences(asked, hits, self.weights))
        part = Part(asked, hits, ranked, self.weights)
        if not content_tokens(retrieval.query.text):
            return dataclasses.replace(part, reason=NOTHING_ASKED)
        made = make_excerpts(hits, probabilities(ranked, hits), most=MADE_EXCERPTS)
        excerpts = reread(asked.read_as, made, self._reader)
        if not excerpts:
            return dataclasses.replace(part, reason=reason_for(asked, hits))
        chosen = select(excerpts, self._embedder, most=self._most)
        decided = self._decide(part, chosen[0], caution)
        is_shown = is_close(decided.probability, caution)
        reason = "" if is_shown else reason_for(asked, hits)
        return dataclasses.replace(
            part,
            excerpts=tuple(excerpts),
            chosen=tuple(chosen) if is_shown else (),
            decided=decided,
            reason=reason,
        )

    def _decide(self, part: Part, lead: Excerpt, caution: Caution) -> Decided:
        signals = read_signals(part.question, part.hits, lead)
        probability = answer_probability(signals, self._answer_weights)
        return Decided(signals, self._answer_weights, probability, SURE_FROM[caution])


def _distinct(chosen: Sequence[Excerpt]) -> list[Excerpt]:
    kept: list[Excerpt] = []
    for each in chosen:
        if not any(overlap(each, other) or is_repeated(each, other) for other in kept):
            kept.append(each)
    return kept


def _as_answer(
    question: Question,
    retrieval: Retrieval,
    parts: Sequence[Part],
    sentences: tuple[Sentence, ...],
) -> Answer:
    outcome, reason = _outcome(parts, question.filters)
    closest = [each.quote() for part in parts for each in part.excerpts]
    return Answer(
        question=question.text,
        query=retrieval.query.text,
        outcome=outcome,
        reason=reason,
        sentences=sentences,
        near_misses=tuple(dict.fromkeys(closest))[:CLOSEST] if outcome == "not_in_articles" else (),
        hits=retrieval.hits,
        generation=retrieval.generation,
        answerer=NAME,
        confidence=round(max((part.confidence for part in parts), default=0.0), 4),
        follows=retrieval.query.follows,
    )


def _outcome(parts: Sequence[Part], filters: Filters) -> tuple[Outcome, str]:
    """Return the outcome of all parts, and what is to be said of it."""
    if not any(part.chosen for part in parts):
        if not any(part.ranked for part in parts) and filters != Filters():
            return "not_in_articles", NOTHING_WITHIN_LIMITS
        return "not_in_articles", " ".join(dict.fromkeys(part.reason for part in parts))
    sure = [part for part in parts if part.chosen and part.decided and part.decided.is_sure]
    if not sure:
        return "unsure", UNSURE
    if missing := [part for part in parts if part not in sure]:
        return "partial", " ".join(f"Not surely answered: “{p.question.text}”" for p in missing)
    conflicts = filter(None, (find_conflict(part.chosen) for part in sure))
    if conflict := next(conflicts, None):
        return "conflicting", conflict.reason
    return "answered", ""

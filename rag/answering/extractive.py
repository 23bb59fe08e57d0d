"""Answer with the articles' own sentences: no model writes, nothing is reworded.

The sentences of the hits are ranked, a decision is made whether they answer at all, and as few
as carry the answer are shown, each with what it leans on. See `ranking`, `abstention`,
`selection`, `conflicts`, `refusals`: this module only puts them in order.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answering.abstention import ANSWER_FROM, answer_probability, read_signals
from rag.answering.asked import NAMED, Kind, holds, kind_of
from rag.answering.caution import how_to_answer, is_sure
from rag.answering.conflicts import describe_conflict, find_conflict
from rag.answering.embeddings import SentenceEmbeddings
from rag.answering.evidence import Candidate, collect_candidates
from rag.answering.gist import gist_sentences, has_topic
from rag.answering.near_misses import choose_near_misses
from rag.answering.parts import (
    AskedPart,
    Member,
    has_its_own,
    is_one_thing,
    read_members,
    read_parts,
)
from rag.answering.ranking import RankedSentence, rank_sentences
from rag.answering.refusals import (
    NOTHING_ASKED,
    NOTHING_FOUND,
    NOTHING_MORE,
    NOTHING_WITHIN_LIMITS,
    explain,
    explain_absent,
    is_absent,
    lacks_a_name,
    read_coverage,
)
from rag.answering.selection import is_repeated, select
from rag.config import Caution
from rag.records import Answer, Filters, Outcome, Question, Retrieval, Sentence
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.index.embedding import Embedder
    from rag.index.snapshot import Snapshot

NAME = "extractive"

MOST_RANKED = 64
"""Sentences that are looked at for one question; the rest of the worst hits is left out."""

LIKELY_ENOUGH = 0.02
"""Probability of the sentences of which one must have the date or the figure asked for."""

MUST_HAVE: frozenset[Kind] = frozenset({"when", "number"})
"""Kinds that words tell surely enough to refuse for."""


VETO = 0.9 * min(ANSWER_FROM.values())
"""What is left of the probability where the name asked about, or the kind of thing that was
asked for, is nowhere: too little for any caution, in the order of before."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What became of one of the questions asked: sentences, or a reason why there are none.

    `asked` is the question as typed; empty where the reason says by itself what is not answered.
    `is_lacking`: what it names or asks for is nowhere, so that no caution answers it.
    """

    asked: str
    chosen: tuple[RankedSentence, ...]
    ranked: tuple[RankedSentence, ...]
    reason: str = ""
    is_conflicting: bool = False
    confidence: float = 0.0
    is_lacking: bool = False


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
            answer = replace(answer, reason=f"{answer.reason} {hint}".strip())
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
        asked = read_parts(query)
        parts: list[_Part] = []
        for each in asked:
            found = self._answer_members(each, candidates, snapshot)
            before = list(zip(asked, parts, strict=False))
            parts += [self._kept_apart(part, each, before, snapshot) for part in found]
        return parts

    def _answer_members(
        self, asked: AskedPart, candidates: Sequence[Candidate], snapshot: Snapshot
    ) -> list[_Part]:
        """Return the answer, or one for each thing asked of where the articles lack some."""
        whole = self._answer_part(asked, candidates, snapshot)
        members = read_members(asked.query)
        if not members or is_one_thing(members, asked.query, _texts(candidates)):
            return [whole]
        parts = [self._answer_member(each, candidates, snapshot) for each in members]
        answered = [part for part in parts if part.chosen]
        if len(answered) == len(parts):
            return [whole] if whole.chosen else parts
        others_lack = all(part.chosen or part.is_lacking for part in parts)
        return parts if answered and others_lack else [whole]

    def _answer_member(
        self, member: Member, candidates: Sequence[Candidate], snapshot: Snapshot
    ) -> _Part:
        part = self._answer_part(AskedPart("", member.query), candidates, snapshot)
        if member.thing.is_name or not is_absent(member.thing, _texts(candidates), snapshot):
            return part
        reason = explain_absent(member.thing)
        return replace(_without_answer(part, reason), is_lacking=True)

    def _kept_apart(
        self,
        part: _Part,
        asked: AskedPart,
        earlier: Sequence[tuple[AskedPart, _Part]],
        snapshot: Snapshot,
    ) -> _Part:
        """Return a later part without sentences that answer only what was asked before it.

        Its reason is about its own words: those that it leans on were another question.
        """
        before = [
            (other, all(any(is_repeated(c, o) for o in told.chosen) for c in part.chosen))
            for other, told in earlier
        ]
        has_nothing_apart = asked.asked == asked.query and not part.chosen
        if not before or has_nothing_apart:
            return part
        if part.chosen and has_its_own(asked, part.chosen, before):
            return part
        coverage = read_coverage(asked.asked, part.ranked, snapshot)
        reason = explain(kind_of(asked.asked), coverage, lacks_kind=True)
        reason = NOTHING_MORE if reason == NOTHING_FOUND else reason
        return _without_answer(part, reason)

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
        self, asked: AskedPart, candidates: Sequence[Candidate], snapshot: Snapshot
    ) -> _Part:
        query = asked.query
        ranked = self._rank(query, candidates, snapshot)
        if not ranked:
            return _Part(asked.asked, (), (), reason=NOTHING_FOUND)
        if not content_tokens(query):
            return _Part(asked.asked, (), tuple(ranked), reason=NOTHING_ASKED)
        kind = kind_of(query)
        lacks_kind = kind in NAMED and not any(
            holds(kind, each.candidate.told, query)
            for each in ranked
            if each.probability >= LIKELY_ENOUGH
        )
        confidence = answer_probability(read_signals(query, ranked, snapshot))
        is_lacking = (lacks_kind and kind in MUST_HAVE) or lacks_a_name(query, ranked, snapshot)
        if is_lacking:
            confidence *= VETO
        if not is_sure(confidence, self._caution):
            coverage = read_coverage(query, ranked, snapshot)
            return _Part(
                asked.asked,
                (),
                tuple(ranked),
                reason=explain(kind, coverage, lacks_kind=lacks_kind),
                confidence=confidence,
                is_lacking=is_lacking,
            )
        conflict = find_conflict(ranked, kind, query)
        chosen = conflict or tuple(select(ranked, query))
        return _Part(
            asked.asked,
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


def _without_answer(part: _Part, reason: str) -> _Part:
    """Return a part as refused: for certain, where it had an answer."""
    confidence = part.confidence * VETO if part.chosen else part.confidence
    return replace(part, chosen=(), reason=reason, is_conflicting=False, confidence=confidence)


def _texts(candidates: Sequence[Candidate]) -> list[str]:
    passages = dict.fromkeys(each.hit.passage.text for each in candidates)
    titles = dict.fromkeys(each.article.title for each in candidates)
    return [*passages, *titles]


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
    parts: Sequence[_Part],
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
        return " ".join(dict.fromkeys(_not_answered(part) for part in missing))
    if not any(part.ranked for part in parts) and filters != Filters():
        return NOTHING_WITHIN_LIMITS
    reasons = list(dict.fromkeys(part.reason for part in parts))
    return " ".join([each for each in reasons if each != NOTHING_MORE] or reasons)


def _not_answered(part: _Part) -> str:
    return f"Not answered: “{part.asked}” {part.reason}" if part.asked else part.reason

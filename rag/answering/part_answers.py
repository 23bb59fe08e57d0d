"""Answer each of the questions that were asked in one: sentences, or a reason why there are none.

The sentences of the hits are ranked, a decision is made whether they answer at all, and as few
as carry the answer are chosen. See `parts`, `ranking`, `abstention`, `vetoes`, `selection`,
`conflicts`, `refusals`: this module only puts them in order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.answering.abstention import (
    ANSWER_FROM,
    AnswerSignals,
    answer_probability,
    answer_weights,
    read_signals,
)
from rag.answering.asked import compared_topic, kind_of
from rag.answering.candidate import Candidate
from rag.answering.caution import is_sure
from rag.answering.conflicts import Conflict, find_conflict
from rag.answering.evidence import collect_candidates
from rag.answering.gist import gist_sentences, has_topic
from rag.answering.meanings import DECISION_SIGNALS, SENTENCE_SIGNALS
from rag.answering.notes import Decided, LeftOut, PartNotes
from rag.answering.parts import (
    AskedPart,
    Member,
    has_its_own,
    is_one_thing,
    read_members,
    read_parts,
)
from rag.answering.ranking import RankedSentence, Signals, rank_sentences, signal_weights
from rag.answering.reading import SentenceReader
from rag.answering.refusals import (
    NOTHING_ASKED,
    NOTHING_FOUND,
    NOTHING_MORE,
    explain,
    explain_absent,
    is_absent,
    read_coverage,
)
from rag.answering.selection import is_repeated, select, select_sides
from rag.answering.vetoes import find_vetoes, lacks_kind
from rag.records import Caution, Retrieval
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

MOST_RANKED = 120
"""Sentences that are looked at for one question; the rest of the worst hits is left out."""

VETOES, CONFLICTS = "vetoes", "conflicts"
SWITCHES: dict[str, str] = (
    DECISION_SIGNALS
    | SENTENCE_SIGNALS
    | {
        VETOES: "refuse where a name or the kind of thing asked for is missing",
        CONFLICTS: "find figures and dates on which articles disagree",
    }
)
"""What can be left out by name, to measure what it earns: every signal, and two rules."""

VETO = 0.9 * min(ANSWER_FROM.values())
"""What is left of the probability where the name asked about, or the kind of thing that was
asked for, is nowhere: too little for any caution, in the order of before."""


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one of the questions asked: sentences, or a reason why there are none.

    `asked` is the question as typed; empty where the reason says by itself what is not answered.
    `is_lacking`: what it names or asks for is nowhere, so that no caution answers it.
    """

    asked: str
    chosen: tuple[RankedSentence, ...]
    ranked: tuple[RankedSentence, ...]
    reason: str = ""
    conflict: Conflict | None = None
    confidence: float = 0.0
    is_lacking: bool = False
    query: str = ""
    decided: Decided | None = None
    left_out: LeftOut = field(default_factory=list)

    def noted(self, weights: Signals) -> PartNotes:
        """Return what who explains the answer needs of it."""
        text = self.query or self.asked
        return PartNotes(
            text=text,
            kind=kind_of(text),
            ranked=self.ranked,
            weights=weights,
            chosen=self.chosen,
            left_out=self.left_out,
            decided=self.decided,
            reason=self.reason,
            is_conflicting=self.conflict is not None,
        )


class PartAnswerer:
    """Answers the questions in a query; safe to share between threads."""

    def __init__(
        self, reader: SentenceReader, *, caution: Caution, without: Collection[str] = ()
    ) -> None:
        self._reader = reader
        self._without = without
        self._caution = caution

    @property
    def weights(self) -> Signals:
        """The weights that sentences are ranked by."""
        return signal_weights(has_reranker=self._reader.has_reranker, without=self._without)

    def answer(self, retrieval: Retrieval, snapshot: Snapshot) -> list[Part]:
        """Return what became of each question in the query, in order."""
        query = retrieval.query.text
        candidates = collect_candidates(retrieval, snapshot)[:MOST_RANKED]
        if kind_of(query) == "gist" and (gist := self._answer_gist(query, retrieval, snapshot)):
            return [gist]
        if topic := compared_topic(query):
            asked = AskedPart(topic, topic)
            return [self._answer_part(asked, candidates, snapshot, is_compared=True)]
        asked_parts = read_parts(query)
        parts: list[Part] = []
        for each in asked_parts:
            found = self._answer_members(each, candidates, snapshot)
            before = list(zip(asked_parts, parts, strict=False))
            parts += [self._kept_apart(part, each, before, snapshot) for part in found]
        return parts

    def rank(self, retrieval: Retrieval, snapshot: Snapshot) -> list[RankedSentence]:
        """Return the sentences of the hits, ranked for the query as a whole."""
        candidates = collect_candidates(retrieval, snapshot)[:MOST_RANKED]
        return self._rank(retrieval.query.text, candidates, snapshot)

    def _answer_members(
        self, asked: AskedPart, candidates: Sequence[Candidate], snapshot: Snapshot
    ) -> list[Part]:
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
    ) -> Part:
        part = self._answer_part(AskedPart("", member.query), candidates, snapshot)
        if member.thing.is_name or not is_absent(member.thing, _texts(candidates), snapshot):
            return part
        reason = explain_absent(member.thing)
        return replace(_without_answer(part, reason), is_lacking=True)

    def _kept_apart(
        self,
        part: Part,
        asked: AskedPart,
        earlier: Sequence[tuple[AskedPart, Part]],
        snapshot: Snapshot,
    ) -> Part:
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

    def _answer_gist(self, query: str, retrieval: Retrieval, snapshot: Snapshot) -> Part | None:
        """Return the openings of the articles, or None where they are about something else."""
        openings = gist_sentences(retrieval, snapshot)
        ranked = self._rank(query, openings, snapshot)
        if not ranked:
            return None
        decided = self._decide(read_signals(query, ranked, snapshot), vetoes=())
        if has_topic(query) and not is_sure(decided.probability, self._caution):
            return None
        in_order = sorted(ranked, key=lambda each: openings.index(each.candidate))
        return Part(
            query,
            tuple(in_order),
            tuple(ranked),
            confidence=decided.probability,
            query=query,
            decided=decided,
        )

    def _answer_part(
        self,
        asked: AskedPart,
        candidates: Sequence[Candidate],
        snapshot: Snapshot,
        *,
        is_compared: bool = False,
    ) -> Part:
        query = asked.query
        ranked = self._rank(query, candidates, snapshot)
        if not ranked:
            return Part(asked.asked, (), (), reason=NOTHING_FOUND, query=query)
        if not content_tokens(query):
            return Part(asked.asked, (), tuple(ranked), reason=NOTHING_ASKED, query=query)
        kind = kind_of(query)
        lacking = lacks_kind(kind, query, ranked)
        vetoes = () if VETOES in self._without else find_vetoes(query, ranked, snapshot)
        decided = self._decide(read_signals(query, ranked, snapshot), vetoes=vetoes)
        part = Part(
            asked.asked,
            (),
            tuple(ranked),
            confidence=decided.probability,
            is_lacking=bool(vetoes),
            query=query,
            decided=decided,
        )
        if not is_sure(decided.probability, self._caution):
            coverage = read_coverage(query, ranked, snapshot)
            return replace(part, reason=explain(kind, coverage, lacks_kind=lacking))
        conflict = None
        if CONFLICTS not in self._without:
            conflict = find_conflict(ranked, kind, query, is_compared=is_compared)
        left_out: LeftOut = []
        chosen = select_sides(ranked) if is_compared else select(ranked, left_out=left_out)
        return replace(
            part,
            chosen=conflict.sentences if conflict else tuple(chosen),
            conflict=conflict,
            left_out=left_out,
        )

    def _decide(self, signals: AnswerSignals, *, vetoes: tuple[str, ...]) -> Decided:
        """Return the probability of the signals, and what the vetoes leave of it."""
        weights = answer_weights(has_reranker=self._reader.has_reranker, without=self._without)
        by_signals = answer_probability(signals, weights)
        left = by_signals * VETO if vetoes else by_signals
        return Decided(signals, weights, by_signals, vetoes, left, ANSWER_FROM[self._caution])

    def _rank(
        self, query: str, candidates: Sequence[Candidate], snapshot: Snapshot
    ) -> list[RankedSentence]:
        return rank_sentences(
            query, candidates, snapshot, reader=self._reader, without=self._without
        )


def _without_answer(part: Part, reason: str) -> Part:
    """Return a part as refused: for certain, where it had an answer."""
    if not part.chosen:
        return replace(part, reason=reason)
    confidence, decided = part.confidence * VETO, part.decided
    if decided is not None:
        vetoes = (*decided.vetoes, "what was found answers another part of the question")
        decided = replace(decided, vetoes=vetoes, probability=confidence)
    return replace(
        part, chosen=(), reason=reason, conflict=None, confidence=confidence, decided=decided
    )


def _texts(candidates: Sequence[Candidate]) -> list[str]:
    passages = dict.fromkeys(each.hit.passage.text for each in candidates)
    titles = dict.fromkeys(each.article.title for each in candidates)
    return [*passages, *titles]

"""What is written down while one question is answered, for who asks why.

Nothing is written where nobody asks: every answerer takes `Notes` or None. What is noted are
the very objects that made the answer, so that an explanation cannot tell another story.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.answering.abstention import AnswerSignals, AnswerWeights
from rag.answering.asked import Kind
from rag.answering.ranking import RankedSentence, Signals
from rag.explanation import Fate, WhyNot
from rag.records import Retrieval, Sentence
from rag.retrieval.scores import RankingScores

if TYPE_CHECKING:
    from rag.answering.llm.reply_parser import Draft
    from rag.answering.verdicts import Judgement
    from rag.index.snapshot import Snapshot

LeftOut = list[tuple[RankedSentence, WhyNot]]
"""Sentences that were looked at for an answer and are not in it, with the reason."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How one part was decided: signals, weights, probability, what was taken off, from where."""

    signals: AnswerSignals
    weights: AnswerWeights
    by_signals: float
    vetoes: tuple[str, ...]
    probability: float
    threshold: float


@dataclass(frozen=True, slots=True)
class PartNotes:
    """One of the questions asked in one, as it was ranked, chosen from and decided."""

    text: str
    kind: Kind
    ranked: tuple[RankedSentence, ...]
    weights: Signals
    chosen: tuple[RankedSentence, ...]
    left_out: LeftOut
    decided: Decided | None
    reason: str
    is_conflicting: bool


@dataclass(frozen=True, slots=True)
class DraftNotes:
    """One sentence of a reply, what was shown of it, and what each trial found missing."""

    draft: Draft
    fate: Fate
    sentence: Sentence | None
    trials: tuple[Judgement, ...]


@dataclass(slots=True)
class Notes:
    """The notes on one question; `snapshot` and `retrieval` are None until it was searched."""

    snapshot: Snapshot | None = None
    retrieval: Retrieval | None = None
    scores: RankingScores = field(default_factory=RankingScores)
    parts: tuple[PartNotes, ...] = ()
    shown: tuple[RankedSentence, ...] = ()
    drafts: list[DraftNotes] = field(default_factory=list)

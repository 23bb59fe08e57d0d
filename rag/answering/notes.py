"""What is written down while one question is answered, for who asks why.

Nothing is written where nobody asks: every answerer takes `Notes` or None. What is noted are
the very objects that made the answer, so that an explanation cannot state another story.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.answering.answerability import AnswerSignals, AnswerWeights
from rag.answering.candidates import ReadHit
from rag.answering.excerpts import Excerpt
from rag.answering.question.analysis import QuestionAnalysis
from rag.answering.ranking import Ranked, Signals
from rag.explanation import Fate, KindRead
from rag.records import Retrieval, Sentence
from rag.retrieval.scores import RankingScores

if TYPE_CHECKING:
    from rag.answering.llm.reply_parser import Draft
    from rag.answering.verification.verify import Judgement
    from rag.index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Decided:
    """How one part was decided: signals, weights, probability, and from where it is sure."""

    signals: AnswerSignals
    weights: AnswerWeights
    probability: float
    threshold: float

    @property
    def is_sure(self) -> bool:
        """Whether the part is answered, not merely shown as what is closest."""
        return self.probability >= self.threshold


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions asked in one: as read and ranked, what was chosen, what was decided.

    `excerpts` are all that were made, likeliest first; `chosen` those that are shown or would be.
    """

    question: QuestionAnalysis
    hits: tuple[ReadHit, ...]
    ranked: tuple[Ranked, ...]
    weights: Signals
    excerpts: tuple[Excerpt, ...] = ()
    chosen: tuple[Excerpt, ...] = ()
    decided: Decided | None = None
    reason: str = ""

    @property
    def confidence(self) -> float:
        """Probability that the first excerpt answers; 0 where there is none."""
        return self.decided.probability if self.decided else 0.0


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
    parts: tuple[Part, ...] = ()
    shown: tuple[Excerpt, ...] = ()
    drafts: list[DraftNotes] = field(default_factory=list)
    kind: KindRead | None = None

"""The records of an explanation: why these sentences were chosen, why they answer or do not.

Made from what answered the question, only for who asks; see `rag.answering.explaining`. Every
sum can be checked: the contributions of a candidate add up to its score, those of a decision,
with its bias, to the log-odds of its probability.

Of a sentence that an answer model wrote and no article carries there is no text here, nor any
word of it: only what sort of thing the articles lack ("1 name", "2 words").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.records import AnswerKind, Outcome, Quote, Verdict

WhyNot = Literal[
    "",
    "refused",
    "repeats a chosen excerpt",
    "too unlikely",
    "enough is shown",
    "the answer was stopped",
]
"""Why a candidate is not in the answer; empty where it is."""

Fate = Literal["shown", "left out", "said before", "says that the articles do not tell"]
"""What became of a sentence that an answer model wrote."""


@dataclass(frozen=True, slots=True)
class SignalShare:
    """One signal of a score: `contribution` is what its value, times its weight, adds to it."""

    name: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class WordRead:
    """A content word of a question, as it is searched.

    `weight` is its IDF in this corpus; `is_absent`: no passage of the index has it.
    """

    text: str
    weight: float
    is_absent: bool


@dataclass(frozen=True, slots=True)
class PassageScores:
    """One retrieved passage: `score` ranks it, `dense` and `lexical` are what that is made of.

    `dense` is the cosine of query and passage, `lexical` its BM25 score as a share of the best
    one's. None where a ranking was not asked, 0 where the words were not found.
    """

    passage_id: str
    article_id: str
    title: str
    start: int
    end: int
    rank: int
    score: float
    dense: float | None
    lexical: float | None


@dataclass(frozen=True, slots=True)
class CandidateScores:
    """One excerpt: its place as a quote, the score of its best sentence and what that is made of.

    `probability` is that of all its sentences among those of this question. `is_chosen`: the
    extractive way shows it, or would, where an answer model wrote the answer.
    """

    rank: int
    quote: Quote
    score: float
    probability: float
    signals: tuple[SignalShare, ...]
    is_chosen: bool
    why_not: WhyNot


@dataclass(frozen=True, slots=True)
class Decision:
    """How sure it is that the first excerpt answers: the signals and the probability.

    A part is surely answered from `threshold` on.
    """

    signals: tuple[SignalShare, ...]
    bias: float
    probability: float
    threshold: float

    @property
    def log_odds(self) -> float:
        """Return the bias and all contributions: the log-odds of `probability`."""
        return self.bias + sum(each.contribution for each in self.signals)


@dataclass(frozen=True, slots=True)
class PartExplained:
    """One of the questions asked in one: as read, its candidates best first, its decision.

    `decision` is None where there was nothing to decide about; `reason` says why a part is not
    answered.
    """

    text: str
    is_answered: bool
    words: tuple[WordRead, ...]
    candidates: tuple[CandidateScores, ...]
    decision: Decision | None
    reason: str


@dataclass(frozen=True, slots=True)
class KindRead:
    """What a question was read as asking for, where that is no fact, and how probable that is.

    `topic` is what it asks about, empty where it names none.
    """

    kind: AnswerKind
    probability: float
    topic: str


@dataclass(frozen=True, slots=True)
class DraftExplained:
    """One sentence that an answer model wrote, in the order of its reply.

    `text` is empty unless the sentence is shown; `missing` says what sort of things of it the
    articles lack.
    """

    number: int
    fate: Fate
    verdict: Verdict
    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one question got its answer.

    `parts` are what the extractive way saw: its sentences are the answer where `answerer` is
    "extractive"; otherwise they decided whether an answer model was asked, and `drafts` is what
    came of its reply. With a `kind` and no parts the sentences were not ranked by signals.
    """

    question: str
    query: str
    leans_on_history: bool
    passages: tuple[PassageScores, ...]
    parts: tuple[PartExplained, ...]
    drafts: tuple[DraftExplained, ...]
    outcome: Outcome
    reason: str
    answerer: str
    generation: int
    kind: KindRead | None = None

    @property
    def is_in_own_words(self) -> bool:
        """Tell whether the answer is the articles' sentences, not those of an answer model."""
        return self.answerer == "extractive"

    @property
    def has_reply(self) -> bool:
        """Tell whether an answer model replied, so that `parts` are only what stands beside it."""
        return bool(self.drafts) or not self.is_in_own_words

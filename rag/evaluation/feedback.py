"""What people say of answers: right or wrong, why, and what had been answered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from rag.records import Answer, Filters, Outcome, Quote, Sentence, Turn

Judgement = Literal["right", "wrong"]
Reason = Literal[
    "wrong_answer", "wrong_quote", "missing", "should_refuse", "should_answer", "other"
]

FORMAT = 1
MAX_COMMENT = 2_000  # characters

REASONS: dict[Reason, str] = {
    "wrong_answer": "Wrong answer",
    "wrong_quote": "Wrong quote or place",
    "missing": "Something is missing",
    "should_refuse": "Should have been refused",
    "should_answer": "Should have been answered",
    "other": "Other",
}


OF_REFUSALS: tuple[Reason, ...] = ("should_answer", "other")
"""What can be wrong with an answer that says nothing."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said of one answer; a `verdict` of None takes back what was said before."""

    id: str
    given: datetime
    conversation_id: str
    exchange_id: str
    question: str
    query: str
    history: tuple[Turn, ...]
    filters: Filters
    outcome: Outcome
    verdict: Judgement | None
    reasons: tuple[Reason, ...]
    comment: str
    sentences: tuple[Sentence, ...]
    generation: int
    answerer: str
    format: int = FORMAT

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotes of the answer, each once, in the order of their citations."""
        return tuple(dict.fromkeys(quote for s in self.sentences for quote in s.quotes))


@dataclass(frozen=True, slots=True)
class Asked:
    """Where in a conversation a question was asked, and with what."""

    conversation_id: str
    exchange_id: str
    question: str
    history: tuple[Turn, ...]
    filters: Filters


def feedback_on(
    asked: Asked,
    answer: Answer,
    *,
    verdict: Judgement | None,
    reasons: tuple[Reason, ...] = (),
    comment: str = "",
) -> Feedback:
    """Return the record of what is said now of an answer."""
    return Feedback(
        id=secrets.token_hex(8),
        given=datetime.now(UTC),
        conversation_id=asked.conversation_id,
        exchange_id=asked.exchange_id,
        question=asked.question,
        query=answer.query,
        history=asked.history,
        filters=asked.filters,
        outcome=answer.outcome,
        verdict=verdict,
        reasons=reasons,
        comment=comment.strip()[:MAX_COMMENT],
        sentences=answer.sentences,
        generation=answer.generation,
        answerer=answer.answerer,
    )


def reasons_for(outcome: Outcome) -> list[Reason]:
    """Return what can be wrong with an answer of that outcome."""
    if outcome == "unsure":
        return list(REASONS)
    is_refusal = not_answered(outcome)
    return [r for r in REASONS if r == "other" or (r in OF_REFUSALS) is is_refusal]


def not_answered(outcome: Outcome) -> bool:
    """Return whether the articles were said not to answer, or maybe not to."""
    return outcome in {"not_in_articles", "unsure"}

"""What follows from how sure it is that the articles answer: an answer, a hint, a call, or none.

The thresholds are in `abstention`, beside the fit that they belong to.
"""

from __future__ import annotations

from rag.answering.abstention import ANSWER_FROM, CALL_FROM
from rag.records import Answer, Caution


def is_sure(confidence: float, caution: Caution) -> bool:
    """Tell whether a question is answered with this probability."""
    return confidence >= ANSWER_FROM[caution]


def how_to_answer(confidence: float, caution: Caution) -> str:
    """Return how to get an answer where one was close; empty where no setting gives it.

    Only the mildest change is named: a reader who was refused for good has nothing to try.
    """
    for milder in sorted(ANSWER_FROM, key=lambda each: -ANSWER_FROM[each]):
        if ANSWER_FROM[milder] < ANSWER_FROM[caution] and is_sure(confidence, milder):
            return f"To answer such a question all the same, set caution to {milder}."
    return ""


def is_worth_a_call(answer: Answer) -> bool:
    """Tell whether an answer model may find more than the extractive answerer did.

    It is called where that one answered, and where it refused in doubt; not where nothing was
    found, and not where the passages are clearly about something else. An answerer that gives
    no probability leaves it to the model.
    """
    if answer.outcome != "not_in_articles":
        return True
    return bool(answer.near_misses) and (
        answer.confidence is None or answer.confidence >= CALL_FROM
    )

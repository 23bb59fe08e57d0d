"""What of an evaluated question a table is filtered and sorted by, and the row it shows."""

from __future__ import annotations

from dataclasses import dataclass

from rag.evaluation.records import EvaluatedQuestion
from rag.evaluation.reporting.nodes import Node, node
from rag.evaluation.reporting.report_measures import OUTCOMES, duration

KINDS = {
    "wrong": "Wrong",
    "right": "Right",
    "unsure": "Unsure",
    "refused": "Refused",
    "wrongly_refused": "Wrongly refused",
    "unsupported": "Unsupported sentence",
    "attributed": "Attributed sentence",
    "missed": "Not retrieved",
    "errors": "Errors",
}
DEEP = "Success@10"  # the measure that tells whether retrieval found an article of the answer


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """One row of the table. `kinds` are names of KINDS; `ms` is the time of the whole answer."""

    id: str
    question: str
    outcome: str
    kinds: tuple[str, ...]
    tags: tuple[str, ...]
    confidence: float | None
    ms: float | None


def facts_of(row: EvaluatedQuestion) -> QuestionFacts:
    """Return what the table shows of an evaluated question."""
    return QuestionFacts(
        id=row.id,
        question=row.question,
        outcome=row.outcome or ("error" if row.error_code else "retrieved"),
        kinds=_kinds(row),
        tags=row.tags,
        confidence=row.confidence,
        ms=row.timings_ms.get("total", row.timings_ms.get("retrieval")),
    )


def row_cells(facts: QuestionFacts) -> tuple[Node, ...]:
    """Return the cells of a row: the mark, the question, the outcome, confidence, time."""
    sign, said = _mark(facts)
    tags = [node("span", tag, class_="tag") for tag in facts.tags]
    words = node(
        "span",
        node("span", facts.question, class_="asked"),
        node("span", node("span", facts.id, class_="id"), *tags, class_="under"),
        class_="words",
    )
    return (
        node("span", sign, class_=f"sign {said.lower()}", role="img", aria_label=said, title=said),
        words,
        node("span", _outcome_name(facts.outcome), class_=f"outcome {facts.outcome}"),
        node("span", _confidence(facts), class_="confidence"),
        node("span", duration(facts.ms) if facts.ms is not None else "–", class_="time"),
    )


def _kinds(row: EvaluatedQuestion) -> tuple[str, ...]:
    refused = row.outcome == "not_in_articles"
    holds = {
        "wrong": row.is_right is False,
        "right": row.is_right is True,
        "unsure": row.outcome == "unsure",
        "refused": refused,
        "wrongly_refused": refused and row.expected.is_answerable is True,
        "unsupported": any(s.verdict == "unsupported" for s in row.sentences),
        "attributed": any(s.verdict == "attributed" for s in row.sentences),
        "missed": row.measures.get(DEEP) == 0,
        "errors": bool(row.error_code),
    }
    return tuple(kind for kind, is_so in holds.items() if is_so)


def _mark(facts: QuestionFacts) -> tuple[str, str]:
    for kind, sign, said in (
        ("errors", "!", "Error"),
        ("wrong", "✗", "Wrong"),
        ("right", "✓", "Right"),
        ("unsure", "?", "Unsure"),
        ("missed", "✗", "Missed"),
    ):
        if kind in facts.kinds:
            return sign, said
    return "·", "Unmarked"


def _outcome_name(outcome: str) -> str:
    return OUTCOMES.get(outcome, outcome)


def _confidence(facts: QuestionFacts) -> str:
    return "–" if facts.confidence is None else f"{facts.confidence:.2f}"

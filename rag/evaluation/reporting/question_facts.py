"""What is shown of an evaluated question: what a table is filtered by, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.evaluation.records import EvaluatedQuestion, Expected, ExpectedQuote
from rag.evaluation.reporting.article_texts import ArticleTexts, Excerpt
from rag.evaluation.reporting.wording import OUTCOMES
from rag.records import HitPlace, Quote, Span
from rag.text.visible import plain

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
MARKS = (
    ("errors", "!", "Error"),
    ("wrong", "✗", "Wrong"),
    ("right", "✓", "Right"),
    ("unsure", "?", "Unsure"),
    ("missed", "✗", "Missed"),
)
KEPT_WORDS = "The article cannot be shown as it was; these are the words that were kept."
HITS_SHOWN = 8  # passages at once; the rest, without words, with a click
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

    @property
    def mark(self) -> tuple[str, str]:
        """A sign for how it came out, and what the sign means."""
        marked = (each for each in MARKS if each[0] in self.kinds)
        _, sign, said = next(marked, ("", "·", "Unmarked"))
        return sign, said

    @property
    def sign(self) -> str:
        """The sign alone."""
        return self.mark[0]

    @property
    def said(self) -> str:
        """What the sign means."""
        return self.mark[1]


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


def row_data(facts: QuestionFacts) -> dict[str, Any]:
    """Return what a script filters and sorts by."""
    return {
        "words": plain(f"{facts.id} {facts.question}"),
        "outcome": facts.outcome,
        "kinds": facts.kinds,
        "tags": [plain(tag) for tag in facts.tags],
        "confidence": facts.confidence,
        "ms": facts.ms,
    }


def expected_facts(expected: Expected, texts: ArticleTexts) -> list[tuple[str, Sequence[str]]]:
    """Return what is known of the right answer beside its quotes, where anything is."""
    outcome = []
    if expected.outcome is not None:
        outcome = [OUTCOMES[expected.outcome]]
    elif expected.is_answerable is not None:
        outcome = [OUTCOMES["answered" if expected.is_answerable else "not_in_articles"]]
    rows = [
        ("Outcome", outcome),
        ("Answers", expected.answers),
        ("All of", expected.all_of),
        ("Articles", [_named(article_id, texts) for article_id in expected.articles]),
    ]
    return [(name, said) for name, said in rows if said]


def source_of(quote: Quote) -> str:
    """Return where a quote is from, in one line."""
    when = quote.published.isoformat() if quote.published else "undated"
    return " · ".join(part for part in (quote.title, quote.outlet, when) if part)


def where_of(quote: ExpectedQuote, texts: ArticleTexts) -> str:
    """Return in which articles a gold quote stands."""
    if not quote.places:
        return "Occurs nowhere in the articles."
    return f"Gold quote · {'; '.join(texts.title(place.article_id) for place in quote.places)}"


def words_of(hit: HitPlace, expected: Expected, texts: ArticleTexts) -> Excerpt | None:
    """Return the first words of a retrieved passage, or those around its gold quotes."""
    places = [p.span for q in expected.quotes for p in q.places if p.article_id == hit.article_id]
    gold = places if hit.passage_id in expected.relevant else ()
    return texts.passage(hit.article_id, Span(hit.start, hit.end), gold=gold)


def _named(article_id: str, texts: ArticleTexts) -> str:
    title = texts.title(article_id)
    return article_id if title == article_id else f"{title} ({article_id})"


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

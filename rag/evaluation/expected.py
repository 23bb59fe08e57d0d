"""What a generation holds of what a question set expects: gold quotes become places.

A quote of the set is looked for in the articles as any quote is (`answering.quotes`); the
passages that hold it are the judgements (qrels) that retrieval is measured against.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.answering.quotes import locate
from rag.errors import QuestionSetError
from rag.evaluation.records import Expected, ExpectedQuote, Place, SetQuestion
from rag.records import Passage, Span

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

HELD = 0.5
"""Share of the shorter of two spans that they must have in common: a passage may cut a gold
sentence, and a gold quote may be a paragraph of several passages."""

NAMED_AT_MOST = 10

LOOSELY_AT_MOST = 100
"""Articles in which a quote is looked for other than by its characters: a millisecond each."""

PassagesOf = Callable[[str], Sequence[Passage]]


def locate_expected(
    question: SetQuestion, snapshot: Snapshot, *, passages_of: PassagesOf | None = None
) -> Expected:
    """Return what is expected, with gold quotes at their places in the snapshot's articles.

    Quotes are looked for in the question's articles, or in all where it names none.
    `passages_of` gives the passages of an article where they are not those of the snapshot.
    """
    article_ids = question.articles or snapshot.article_ids
    quotes = tuple(_located(text, article_ids, snapshot) for text in question.quotes)
    places = [place for quote in quotes for place in quote.places]
    return Expected(
        answers=question.answers,
        all_of=question.all_of,
        articles=question.articles or tuple(dict.fromkeys(p.article_id for p in places)),
        quotes=quotes,
        relevant=_relevant(quotes, passages_of or snapshot.article_passages),
        is_answerable=question.is_answerable,
        outcome=question.outcome,
    )


def missing_articles(questions: Iterable[SetQuestion], snapshot: Snapshot) -> tuple[str, ...]:
    """Return the expected article ids that the snapshot does not have, sorted."""
    expected = {article_id for question in questions for article_id in question.articles}
    return tuple(sorted(expected - set(snapshot.article_ids)))


def require_articles(questions: Iterable[SetQuestion], snapshot: Snapshot) -> None:
    """Raise QuestionSetError E-EVL-010 unless the snapshot has every expected article."""
    missing = missing_articles(questions, snapshot)
    if not missing:
        return
    named = ", ".join(f'"{each}"' for each in missing[:NAMED_AT_MOST])
    more = f" and {len(missing) - NAMED_AT_MOST} more" if len(missing) > NAMED_AT_MOST else ""
    close = difflib.get_close_matches(missing[0], snapshot.article_ids, n=1)
    hint = f' Did you mean "{close[0]}"?' if close else ""
    count = f"{len(missing)} expected {'id is' if len(missing) == 1 else 'ids are'}"
    raise QuestionSetError(
        "E-EVL-010",
        f"{count} not in version {snapshot.generation} of the index: {named}{more}.{hint}",
    )


def overlaps(one: Span, other: Span) -> bool:
    """Return whether two spans of one article have half of the shorter one in common."""
    common = min(one.end, other.end) - max(one.start, other.start)
    return common > 0 and common >= HELD * min(one.end - one.start, other.end - other.start)


def _located(text: str, article_ids: Sequence[str], snapshot: Snapshot) -> ExpectedQuote:
    """Find a quote as it is written; only where no article holds it so, as `locate` does."""
    found = ExpectedQuote(text, tuple(_places(text, article_ids, snapshot, _literally)))
    if found.places or len(article_ids) > LOOSELY_AT_MOST:
        return found
    return ExpectedQuote(text, tuple(_places(text, article_ids, snapshot, locate)))


def _places(
    text: str,
    article_ids: Sequence[str],
    snapshot: Snapshot,
    find: Callable[[str, str], Span | None],
) -> Iterator[Place]:
    for article_id in article_ids:
        article = snapshot.article(article_id)
        span = find(text, article.text) if article is not None else None
        if span is not None:
            yield Place(article_id, span)


def _literally(quote: str, text: str) -> Span | None:
    start = text.find(quote) if quote.strip() else -1
    return Span(start, start + len(quote)) if start >= 0 else None


def _relevant(quotes: Sequence[ExpectedQuote], passages_of: PassagesOf) -> dict[str, int]:
    """Return how many gold quotes each passage holds, by passage id, for those that hold any."""
    held: dict[str, int] = {}
    for article_id in dict.fromkeys(p.article_id for quote in quotes for p in quote.places):
        for passage in passages_of(article_id):
            span = Span(passage.start, passage.end)
            count = sum(
                any(p.article_id == article_id and overlaps(span, p.span) for p in quote.places)
                for quote in quotes
            )
            if count:
                held[passage.id] = count
    return held

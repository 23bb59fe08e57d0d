"""Passages of whole sentences, sized to the embedder's window."""

from __future__ import annotations

from collections.abc import Callable

from rag.records import Article, Passage
from rag.text.sentences import split_sentences

CHUNKER = "sentences-0"


def searchable_text(article: Article, passage: Passage) -> str:
    """Return what is embedded and lexically indexed: title, outlet, date, and the passage."""
    return "\n".join(part for part in (_heading(article), passage.text) if part)


def chunk_article(
    article: Article, count_tokens: Callable[[str], int], *, max_tokens: int
) -> list[Passage]:
    """Split an article into passages of whole sentences of at most `max_tokens`."""
    spans = split_sentences(article.text)
    room = max_tokens - count_tokens(_heading(article))
    passages: list[Passage] = []
    start, end, used = 0, 0, 0
    for span in spans:
        size = count_tokens(article.text[span.start : span.end])
        if used and used + size > room:
            passages.append(Passage(article.id, start, end, article.text[start:end]))
            used = 0
        if not used:
            start = span.start
        end, used = span.end, used + size
    if used:
        passages.append(Passage(article.id, start, end, article.text[start:end]))
    return passages


def _heading(article: Article) -> str:
    day = article.published.isoformat() if article.published else ""
    return ". ".join(part for part in (article.title, article.outlet, day) if part)

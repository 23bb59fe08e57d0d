"""Articles for programs: listed page by page, and the text of one, whole or a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.errors import IndexingError
from rag.library.entries import Wanted, list_entries, wanted_places
from rag.records import Article, Filters
from rag.sharing.shapes import plain_value

if TYPE_CHECKING:
    from rag.assistant import Assistant


def listed_articles(
    assistant: Assistant, words: str, *, filters: Filters, offset: int, limit: int
) -> dict[str, Any]:
    """Return a page of the articles with all of `words` in title, outlet, authors or id.

    The newest first; `total` counts all pages, `next_offset` is None on the last one.
    """
    snapshot = assistant.snapshot()
    entries = list_entries(snapshot, None, {})
    places = wanted_places(entries, Wanted(words, filters, states=("indexed",)))
    page = places[offset : offset + limit]
    articles = {article.id: article for article in snapshot.articles()}
    return {
        "articles": [_without_text(articles[entries[place].id]) for place in page],
        "total": len(places),
        "next_offset": offset + limit if offset + limit < len(places) else None,
        "generation": snapshot.generation,
    }


def article_part(
    assistant: Assistant, article_id: str, *, start: int = 0, end: int | None = None
) -> dict[str, Any]:
    """Return an article with its text, or with the part from `start` to `end`.

    `characters` is the length of the whole text. Raises IndexingError E-IDX-011 for an article
    that is not in the index.
    """
    article = assistant.article(article_id)
    if article is None:
        raise IndexingError(
            "E-IDX-011",
            f'No article "{article_id}" in the index. List them with: GET /api/articles',
        )
    length = len(article.text)
    start = min(start, length)
    end = max(start, length if end is None else min(end, length))
    part = {"text": article.text[start:end], "start": start, "end": end, "characters": length}
    return {**plain_value(article), **part}


def _without_text(article: Article) -> dict[str, Any]:
    return {name: value for name, value in plain_value(article).items() if name != "text"}

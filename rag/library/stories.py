"""Which other articles tell the same story: near-duplicates, updates among them.

Candidates are what the lexical search finds for the beginning of the article; runs of words
decide, as they do for hits (see `rag.retrieval.duplicates`), but an update with other numbers
counts, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.records import Article
from rag.retrieval.duplicates import SAME_SHARE, Fingerprint
from rag.retrieval.retriever import search_terms

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

CANDIDATES = 60  # passages; copies of one story share its words and so lead the ranking
READ_AT_MOST = 30_000  # characters of an article that are compared


def same_story(article: Article, snapshot: Snapshot) -> list[Article]:
    """Return the articles that tell what `article` tells, or the other way round, by id."""
    passages = snapshot.article_passages(article.id)
    if not passages:
        return []
    rows = snapshot.search_lexical(search_terms(passages[0].text), CANDIDATES)
    ids = {snapshot.passage_article(row) for row, _ in rows} - {article.id}
    own = Fingerprint(article.text[:READ_AT_MOST])
    found = [other for id_ in sorted(ids) if (other := snapshot.article(id_)) is not None]
    return [other for other in found if _is_same(own, Fingerprint(other.text[:READ_AT_MOST]))]


def _is_same(one: Fingerprint, other: Fingerprint) -> bool:
    return max(one.share_in(other), other.share_in(one)) >= SAME_SHARE

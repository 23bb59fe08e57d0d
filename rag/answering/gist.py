"""Answer "What is this about?" with the sentences that open the articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.candidate import Candidate
from rag.answering.evidence import candidates_of
from rag.records import Article, Hit, Retrieval
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

MOST_ARTICLES = 3
"""Articles whose opening is shown."""

CLOSE_SCORE = 0.15
"""Passage score within which a further article is as much about the topic as the first."""

OPENING = 2_000
"""Characters of an article in which its opening is looked for."""

_ASKING_WORDS = frozenset(
    content_tokens(
        "summarise summarize summary give tell describe overview gist main key point points idea "
        "ideas topic topics news story stories message messages fact facts article articles "
        "report reports file say says about cover covered please this these me more"
    )
)


def has_topic(query: str) -> bool:
    """Tell whether the query names something, besides asking for a summary."""
    return any(term not in _ASKING_WORDS for term in content_tokens(query))


def gist_sentences(retrieval: Retrieval, snapshot: Snapshot) -> list[Candidate]:
    """Return the opening sentences of the articles that the hits are from, best article first.

    One article alone is told by its first three sentences, several by one each.
    """
    best = retrieval.hits[0].score if retrieval.hits else 0.0
    openers: dict[str, tuple[Article, Hit]] = {}
    for hit in retrieval.hits:
        article = snapshot.article(hit.passage.article_id)
        if article is not None and best - hit.score <= CLOSE_SCORE:
            openers.setdefault(article.id, (article, hit))
    each = MOST_ARTICLES if len(openers) == 1 else 1
    return [
        candidate
        for article, hit in list(openers.values())[:MOST_ARTICLES]
        for candidate in candidates_of(article, hit, 0, OPENING)[:each]
    ]

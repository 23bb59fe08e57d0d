"""What is new: the articles that the last build added or changed, else the newest by date."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answering.kinds.corpus import counted
from rag.answering.kinds.dates import day
from rag.answering.kinds.plain_excerpts import lead
from rag.answering.kinds.topics import newest_first
from rag.errors import RagError
from rag.index.snapshot import open_generation
from rag.records import Article, Changes, Filters, Sentence

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

MOST_ARTICLES = 4
WORDS = 35
"""Words of an excerpt; an answer stays within some 150."""


def what_is_new(
    snapshot: Snapshot, filters: Filters, index: Path | None
) -> tuple[str, list[Sentence]]:
    """Return a note on what the last build changed, and the openings of what is new."""
    changes = changed_since_parent(snapshot, index)
    fresh = [*changes.added, *changes.changed] if changes else []
    articles = newest_first(snapshot.articles_matching(filters))
    shown = newest_first([each for each in articles if each.id in fresh]) or articles
    return _note(changes), _openings(shown[:MOST_ARTICLES], snapshot)


def changed_since_parent(snapshot: Snapshot, index: Path | None) -> Changes | None:
    """Return what differs from the generation before; None where that is gone."""
    parent = snapshot.manifest.parent
    if index is None or parent is None:
        return None
    try:
        before = open_generation(index, parent).article_digests()
    except RagError:
        return None
    now = snapshot.article_digests()
    return Changes(
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(i for i in now.keys() & before.keys() if now[i] != before[i])),
        removed=tuple(sorted(before.keys() - now.keys())),
    )


def _note(changes: Changes | None) -> str:
    if changes is None:
        return "The newest articles by their dates:"
    if changes.is_empty:
        return "The last build changed no article. The newest by their dates:"
    parts = [
        f"{verb} {counted(len(ids), 'article')}"
        for verb, ids in (
            ("added", changes.added),
            ("changed", changes.changed),
            ("removed", changes.removed),
        )
        if ids
    ]
    return f"The last build {', '.join(parts)}."


def _openings(articles: Sequence[Article], snapshot: Snapshot) -> list[Sentence]:
    sentences = []
    for each in articles:
        article = snapshot.article(each.id)
        opening = lead(article, words=WORDS) if article else None
        if opening is not None:
            sentences.append(opening.sentence(day(each.published)))
    return sentences

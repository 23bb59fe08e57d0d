"""Summaries and the latest state: openings of the articles concerned, one an article, none twice.

Where one article alone is named for the topic, it is summarised by its opening and the sentences
nearest to it as a whole, and what one other article adds follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.answering.kinds.dates import day
from rag.answering.kinds.topics import Concerned, TopicReader, much_concerned, newest_first
from rag.records import Article, Filters, Sentence

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

MOST_ARTICLES = 4
"""Articles in the summary of a topic."""

FROM_ONE = 4
"""Excerpts in the summary of one article."""

ALONE_WORDS = 60
AMONG_OTHERS_WORDS = 40
"""Words of an excerpt; an answer stays within some 150."""


def summarise(
    topic: str, reader: TopicReader, snapshot: Snapshot, filters: Filters
) -> list[Sentence]:
    """Return what the articles concerned say of a topic; nothing where none is concerned."""
    found = reader.concerned(topic, snapshot, filters)
    if not found:
        return []
    if one := _only_one(found):
        others = [each for each in much_concerned(found, MOST_ARTICLES) if each != one][:1]
        central = reader.central(one, FROM_ONE - len(others), words=ALONE_WORDS)
        own = [each.sentence() for each in central]
        return own + _one_an_article(topic, others, reader, snapshot)
    articles = much_concerned(found, MOST_ARTICLES)
    return _one_an_article(topic, articles, reader, snapshot)


def latest(topic: str, reader: TopicReader, snapshot: Snapshot, filters: Filters) -> list[Sentence]:
    """Return what the newest of the articles concerned say, each with its date."""
    found = reader.concerned(topic, snapshot, filters)
    articles = newest_first([each.article for each in found])[:MOST_ARTICLES]
    return _one_an_article(topic, articles, reader, snapshot)


def _only_one(found: Sequence[Concerned]) -> Article | None:
    """Return the article that the topic is about: the only one whose title names it."""
    named = [each.article for each in found if each.is_named]
    if len(named) == 1:
        return named[0]
    return found[0].article if len(found) == 1 else None


def _one_an_article(
    topic: str, articles: Sequence[Article], reader: TopicReader, snapshot: Snapshot
) -> list[Sentence]:
    excerpts = [
        excerpt
        for article in articles
        if (excerpt := reader.about(topic, article, snapshot, words=AMONG_OTHERS_WORDS))
    ]
    return [
        each.sentence(day(each.article.published))
        for each in reader.new_ones(excerpts, len(excerpts))
    ]

"""Summaries and the latest state: openings of the articles concerned, one an article, none twice.

Where one article alone is named for the topic, it is summarised by its opening and the sentences
nearest to it as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.answering.kinds.dates import day
from rag.answering.kinds.plain_excerpts import PlainExcerpt
from rag.answering.kinds.topics import Concerned, TopicReader, much_concerned, newest_first
from rag.records import Article, Filters, Sentence

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

MOST_ARTICLES = 4
"""Articles in the summary of a topic."""

FROM_ONE = 4
"""Excerpts in the summary of one article."""

FIRST_WORDS = 60
FURTHER_WORDS = 30
"""Words of the first excerpt, which is the answer, and of each after it: some 150 in all."""


def summarise(
    topic: str, reader: TopicReader, snapshot: Snapshot, filters: Filters
) -> list[Sentence]:
    """Return what the articles concerned say of a topic; nothing where none is concerned."""
    found = reader.concerned(topic, snapshot, filters)
    if not found:
        return []
    if one := _only_one(found):
        return [each.sentence() for each in reader.central(one, FROM_ONE, words=FIRST_WORDS)]
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
    excerpts: list[PlainExcerpt] = []
    for article in articles:
        words = FURTHER_WORDS if excerpts else FIRST_WORDS
        if excerpt := reader.about(topic, article, snapshot, words=words):
            excerpts.append(excerpt)
    return [
        each.sentence(day(each.article.published))
        for each in reader.new_ones(excerpts, len(excerpts))
    ]

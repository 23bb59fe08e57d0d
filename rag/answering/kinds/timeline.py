"""Timelines: sentences with a date, in the order of their dates, each labelled with its own.

Of a topic, or of a period ("what happened in March 2020?"): then only dates within it count, and
each article gives the line that comes first in it, before any gives a second one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from rag.answering.kinds.dates import dates_in, day_of, is_within, order, year_meant
from rag.answering.kinds.plain_excerpts import PlainExcerpt, statements
from rag.answering.kinds.topics import TopicReader
from rag.answering.quotes import sentences_of
from rag.records import Article, Filters, Sentence
from rag.text.dates import PartialDate, read_dates
from rag.text.sentences import is_headline
from rag.text.tokens import content_tokens, tokenize

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

MOST_LINES = 6
MOST_WORDS = 45
"""Words of a line; a longer sentence is none."""

MOST_ARTICLES = 6
"""Articles that the lines are from."""

SEARCHED = 60
"""Passages that are looked up for the words of a period."""

_ACRONYM = re.compile(r"\b[A-Z]{2,}[ -]\Z")
_Dated = tuple[PartialDate, PlainExcerpt]


def make_timeline(
    topic: str, reader: TopicReader, snapshot: Snapshot, filters: Filters
) -> list[Sentence]:
    """Return the dated lines; nothing where the articles have none."""
    periods = read_dates(topic)
    matter = _without(topic, periods)
    if content_tokens(matter):
        found = reader.concerned(matter, snapshot, filters)[:MOST_ARTICLES]
        named = [each for each in found if each.is_named] or found
        dated = [line for each in named for line in _lines(each.article, periods)]
        ranked = [each.excerpt for each in reader.near(matter, _excerpts(dated), snapshot)]
    else:
        by_article = [list(_lines(a, periods)) for a in _dated_articles(topic, snapshot, filters)]
        dated = [line for in_turn in zip_longest(*by_article) for line in in_turn if line]
        ranked = _excerpts(dated)
    kept = reader.new_ones(ranked, MOST_LINES)
    in_order = sorted((each for each in dated if each[1] in kept), key=lambda each: order(each[0]))
    return [excerpt.sentence(day_of(when)) for when, excerpt in in_order]


def _lines(article: Article, periods: Sequence[PartialDate]) -> Iterator[_Dated]:
    """Yield the statements, and the headings that name a day, in the periods if there are some."""
    states = set(statements(article))
    for span in sentences_of(article.text):
        text = article.text[span.start : span.end]
        year = year_meant(article.text[: span.start], article.published)
        dates = [each for each in _finest(dates_in(text, year)) if not _is_number(each, text)]
        if periods:
            dates = [each for each in dates if is_within(each, periods)]
        is_line = span in states or any(each.day and is_headline(text) for each in dates)
        if dates and is_line and len(text.split()) <= MOST_WORDS:
            yield dates[0], PlainExcerpt(article, span)


def _is_number(when: PartialDate, text: str) -> bool:
    """Return whether a bare year is the number of something: "RFC 1952".

    >>> _is_number(read_dates("as in RFC 1952")[0], "as in RFC 1952")
    True
    """
    return when.month is None and bool(_ACRONYM.search(text[: when.start]))


def _excerpts(dated: Sequence[_Dated]) -> list[PlainExcerpt]:
    return [excerpt for _, excerpt in dated]


def _finest(dates: Sequence[PartialDate]) -> list[PartialDate]:
    """Return the dates that are as fine as the finest: a day states when, a year what else."""
    finest = max((_fineness(each) for each in dates), default=0)
    return [each for each in dates if _fineness(each) == finest]


def _fineness(when: PartialDate) -> int:
    return (when.month is not None) + (when.day is not None)


def _dated_articles(topic: str, snapshot: Snapshot, filters: Filters) -> list[Article]:
    """Return the articles with passages that have the words of a period, best first."""
    rows = snapshot.search_lexical(tokenize(topic), SEARCHED, filters=filters)
    ids = dict.fromkeys(snapshot.passage_article(row) for row, _ in rows)
    found = [snapshot.article(article_id) for article_id in ids]
    return [article for article in found if article is not None]


def _without(text: str, dates: Sequence[PartialDate]) -> str:
    for each in reversed(dates):
        text = f"{text[: each.start]} {text[each.end :]}"
    return text

"""Lists and comparisons: the excerpts that may hold items, and those of each side."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.answering.excerpts import Excerpt
from rag.answering.items import with_items
from rag.answering.kinds.plain_excerpts import PlainExcerpt, grown, statements
from rag.answering.kinds.topics import TopicReader
from rag.answering.notes import Part
from rag.answering.selection import is_repeated
from rag.records import Article, Question, Sentence

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

MOST_ITEMS = 8
MOST_A_SIDE = 2
MOST_SIDES = 3
WORDS = 40
"""Words of an excerpt, where several are shown."""

LIST_WORDS = 230
"""Words of a list; it may be longer than an answer with a single fact."""

MAY_HOLD_FROM = 0.003
"""Probability of an excerpt, among all that were read, from which it may hold an item."""

ARTICLES_A_SIDE = 3

_BETWEEN = re.compile(r"\s+(?:vs\.?|versus|than|from|with|to|or|and)\s+", re.IGNORECASE)


def make_list(part: Part) -> Part:
    """Return what was ranked with the excerpts chosen that may hold items, the lead first."""
    hits = {id(hit.hit): hit for hit in part.hits}
    chosen: list[Excerpt] = []
    for each in dict.fromkeys((*part.chosen, *part.excerpts)) if part.chosen else ():
        words = sum(len(one.text.split()) for one in (*chosen, each))
        is_repetition = any(is_repeated(each, one) for one in chosen)
        may_hold = not chosen or each.probability >= MAY_HOLD_FROM
        if may_hold and len(chosen) < MOST_ITEMS and words <= LIST_WORDS and not is_repetition:
            item = dataclasses.replace(each, label="")  # no earlier state of the lead's
            chosen.append(with_items(item, hits[id(each.hit)]))
    return dataclasses.replace(part, chosen=tuple(chosen))


def compare(
    sides: Sequence[str], question: Question, reader: TopicReader, snapshot: Snapshot
) -> list[Sentence]:
    """Return the excerpts of each side under its label; nothing where a side has none.

    Articles whose titles name a side speak for it before others.
    """
    groups: list[list[Sentence]] = []
    shown: list[PlainExcerpt] = []
    for side in sides[:MOST_SIDES]:
        found = reader.concerned(side, snapshot, question.filters)
        found = sorted(found, key=lambda each: not each.is_named)[:ARTICLES_A_SIDE]
        openings = [reader.about(side, each.article, snapshot, words=WORDS) for each in found]
        all_of_them = [excerpt for each in found for excerpt in _all(each.article)]
        near = reader.near(side, all_of_them, snapshot, asked=question.text)
        ranked = [*filter(None, openings[:1]), *(each.excerpt for each in near)]
        best = reader.new_ones([each for each in ranked if each not in shown], MOST_A_SIDE)
        shown += best
        groups.append([each.sentence(side) for each in best])
    return [each for group in groups for each in group] if all(groups) else []


def sides_of(topic: str, runs: Sequence[str]) -> list[str]:
    """Return what is compared: the parts of the topic between its joining words.

    >>> sides_of("cats and dogs", ["cats", "dogs"])
    ['cats', 'dogs']
    """
    parts = [part.strip() for part in _BETWEEN.split(topic) if part.strip()]
    return parts if len(parts) > 1 else list(runs)


def _all(article: Article) -> list[PlainExcerpt]:
    spans = statements(article)
    return [grown(article, spans, place, words=WORDS) for place in range(len(spans))]

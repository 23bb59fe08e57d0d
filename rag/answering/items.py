"""Marks the words that name the items of a list, not the noun that stands for all of them."""

from __future__ import annotations

import dataclasses

import numpy as np

from rag.answering.candidates import ReadHit
from rag.answering.excerpts import Excerpt, whole_words
from rag.records import Span

LONGEST = 120
"""Tokens that items have at most."""

NAMES_ITEMS = 2.0
"""Log odds by which a span with several items may be less likely than one that names them all."""

_JOINS = frozenset({",", ";", "and", "or", "/"})


def with_items(excerpt: Excerpt, hit: ReadHit) -> Excerpt:
    """Return the excerpt with its items marked.

    Of the spans of the marked sentence that join words ("fish, ships and timber") the likeliest is
    marked where it is nearly as likely as any.
    """
    reading, start, text = hit.reading, hit.hit.passage.start, hit.article.text
    marked = excerpt.marks[0].start
    within = next((s for s in hit.sentences if s.start <= marked < s.end), excerpt.span)
    inside = [
        i
        for i, token in enumerate(reading.tokens if reading else ())
        if within.start <= token.start + start and token.end + start <= within.end
    ]
    if reading is None or not inside:
        return excerpt
    tokens = reading.tokens[inside[0] : inside[-1] + 1]
    words = [text[token.start + start : token.end + start].casefold() for token in tokens]
    joined = np.cumsum([0, *(word in _JOINS for word in words)])
    sums = reading.begins[inside][:, np.newaxis] + reading.ends[inside][np.newaxis, :]
    row, column = np.indices(sums.shape)
    allowed = (column >= row) & (column < row + LONGEST)
    most = sums[allowed].max()
    allowed &= joined[column + 1] > joined[row]
    if not allowed.any() or sums[allowed].max() < most - NAMES_ITEMS:
        return excerpt
    first, last = divmod(int(np.where(allowed, sums, -np.inf).argmax()), len(tokens))
    items = Span(tokens[first].start + start, tokens[last].end + start)
    return dataclasses.replace(excerpt, marks=(whole_words(text, items, within),))

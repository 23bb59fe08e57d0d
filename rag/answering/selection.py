"""Choose the excerpts of an answer: as few as carry it, the newest state first, none twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rag.answering.excerpts import Excerpt
from rag.text.dates import read_dates
from rag.text.quantities import read_numbers
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder

MOST_EXCERPTS = 3
WORDS_AN_EXCERPT = 50
"""Words of an answer for each excerpt that it may have; one may take more, another less."""

ENOUGH = 0.92
"""Probability of the chosen excerpts from which no further one is shown."""

WORTH_ADDING = 0.05
"""Probability of an excerpt below which it costs more reading than it helps."""

AS_GOOD = 0.35
"""Share of the best excerpt's probability from which a newer article's may lead."""

SAME_SUBJECT_COSINE = 0.7
"""Likeness from which the newer of two excerpts states a later state of the same thing."""

SAME_TERMS = 0.75
"""Share of the shorter excerpt's content terms in the other from which it adds nothing."""


def select(
    excerpts: Sequence[Excerpt], embedder: Embedder, *, most: int = MOST_EXCERPTS
) -> list[Excerpt]:
    """Return `most` excerpts to show or fewer, the lead first.

    `excerpts` are likeliest first, not empty.
    """
    order = prefer_newer(excerpts, embedder)
    chosen = [order[0]]
    for each in order[1:]:
        seen = sum(one.probability for one in chosen)
        words = sum(len(one.text.split()) for one in (*chosen, each))
        if len(chosen) == most or seen >= ENOUGH or each.probability < WORTH_ADDING:
            break
        if words <= most * WORDS_AN_EXCERPT and not any(is_repeated(each, one) for one in chosen):
            chosen.append(each)
    return [chosen[0], *(_labelled(each, chosen[0]) for each in chosen[1:])]


def prefer_newer(excerpts: Sequence[Excerpt], embedder: Embedder) -> list[Excerpt]:
    """Return the excerpts with a newer state first, where one is nearly as likely."""
    first, *others = excerpts
    rivals = [
        other
        for other in others
        if _day(other) > _day(first) > date.min and other.probability >= AS_GOOD * first.probability
    ]
    if not rivals:
        return list(excerpts)
    vectors = embedder.embed_passages([each.text for each in (first, *rivals)])
    same = np.flatnonzero(vectors[1:] @ vectors[0] >= SAME_SUBJECT_COSINE)
    if not len(same):
        return list(excerpts)
    newest = max((rivals[i] for i in same), key=lambda each: (_day(each), each.probability))
    return [newest, *(each for each in excerpts if each is not newest)]


def is_repeated(one: Excerpt, other: Excerpt) -> bool:
    """Return whether `one` says nothing beside `other`: nearly its words, and no other value."""
    own, known = set(content_tokens(one.text)), set(content_tokens(other.text))
    if len(own & known) < SAME_TERMS * max(1, min(len(own), len(known))):
        return False
    return values_of(one.text) <= values_of(other.text)


def overlap(one: Excerpt, other: Excerpt) -> bool:
    """Return whether two excerpts have a part of an article in common."""
    return (
        one.article.id == other.article.id
        and one.span.start < other.span.end
        and other.span.start < one.span.end
    )


def values_of(text: str) -> frozenset[object]:
    """Return the numbers and dates of a text as values that compare."""
    numbers = {reading for number in read_numbers(text) for reading in number.readings}
    dates = {(day.year, day.month, day.day) for day in read_dates(text)}
    return frozenset(numbers | dates)


def _labelled(excerpt: Excerpt, lead: Excerpt) -> Excerpt:
    day, newest = excerpt.article.published, lead.article.published
    if day is None or newest is None or day >= newest:
        return excerpt
    return replace(excerpt, label=f"earlier, on {said_date(day)}")


def said_date(day: date) -> str:
    """Return a date as it is said: "6 December 2024"."""
    return f"{day.day} {day:%B %Y}"


def _day(excerpt: Excerpt) -> date:
    return excerpt.article.published or date.min

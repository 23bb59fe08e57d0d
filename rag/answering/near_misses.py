"""What a refusal offers: the sentences that come closest, no two the same."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from rag.answering.candidate import Candidate
from rag.answering.quotes import quote_at
from rag.answering.ranking import RankedSentence
from rag.answering.selection import is_repeated
from rag.records import Quote, Span
from rag.text.tokens import content_tokens

MOST = 3
"""Quotes that a refusal offers."""


def choose_near_misses(rankings: Sequence[Sequence[RankedSentence]]) -> tuple[Quote, ...]:
    """Return the closest sentences of several rankings, of each in turn, none said twice.

    A sentence that leans on the one right before it is quoted with it, or after it.
    """
    in_turn = itertools.chain.from_iterable(itertools.zip_longest(*rankings))
    kept: list[RankedSentence] = []
    quotes: list[Quote] = []
    for each in filter(None, in_turn):
        if len(quotes) == MOST:
            break
        if any(is_repeated(each, other) for other in kept):
            continue
        candidate = each.candidate
        for span in dict.fromkeys((_span(candidate), candidate.span)):
            quote = quote_at(candidate.article, span)
            if not any(_says(other, quote) or _says(quote, other) for other in quotes):
                kept.append(each)
                quotes.append(quote)
                break
    return tuple(quotes)


def _span(candidate: Candidate) -> Span:
    """Return the span that is shown for a candidate and has its sentence in it."""
    return next(s for s in candidate.spans if s.start <= candidate.span.start < s.end)


def _says(one: Quote, other: Quote) -> bool:
    """Tell whether a quote has another in it, in place or in words."""
    if one.article_id == other.article_id and one.start < other.end and other.start < one.end:
        return True
    said, words = content_tokens(one.text), content_tokens(other.text)
    return f" {' '.join(words)} " in f" {' '.join(said)} "

"""Excerpts: one to three sentences that stand together in an article, with the words that answer.

A sentence alone often says "he" or "the measure", or has the fact in the sentence beside it. Of
227 questions about news the best sentence alone held the answer in 45 %, up to 60 words round it
in 57 %. The score of an excerpt is the summed probability of its sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answering.candidates import ReadHit, answering_tokens
from rag.answering.quotes import quote_at
from rag.records import Article, Hit, Quote, Sentence, Span

MOST_WORDS = 60
"""Words of an excerpt; a longer sentence comes alone."""

MOST_SENTENCES = 3
PARAGRAPH = "\n\n"
"""What parts paragraphs in the text of an article: an excerpt is of one."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of an article: `article.text[span.start:span.end]`.

    `best` is its likeliest sentence; `marks` are the words that answer; `probability` is that of
    its sentences among all that were read, which add up to 1; `alone` the log odds that it answers
    when it is read without its passage, 0 where it was not.
    """

    article: Article
    hit: Hit
    span: Span
    best: Span
    marks: tuple[Span, ...]
    probability: float
    alone: float = 0.0
    label: str = ""

    @property
    def text(self) -> str:
        """Return the excerpt as it stands in the article."""
        return self.article.text[self.span.start : self.span.end]

    @property
    def marked(self) -> str:
        """Return the words that answer."""
        return " ".join(self.article.text[mark.start : mark.end] for mark in self.marks)

    def quote(self) -> Quote:
        """Return it as a quote."""
        return quote_at(self.article, self.span)

    def sentence(self) -> Sentence:
        """Return it as a piece of an answer."""
        return Sentence(self.text, "supported", (self.quote(),), marks=self.marks, label=self.label)


def make_excerpts(
    hits: Sequence[ReadHit], probabilities: Sequence[NDArray[np.float64]], *, most: int
) -> list[Excerpt]:
    """Return up to `most` excerpts, likeliest first, none sharing a sentence with another.

    `probabilities` has one array a hit, (sentences,).
    """
    left = [each.copy() for each in probabilities]
    excerpts: list[Excerpt] = []
    while len(excerpts) < most:
        best = max(
            ((float(p.max()), -n, int(p.argmax())) for n, p in enumerate(left) if len(p)),
            default=(0.0, 0, 0),
        )
        if best[0] <= 0:
            break
        hit, own = hits[-best[1]], left[-best[1]]
        first, last = _window(hit, own, best[2])
        excerpts.append(_excerpt(hit, own, best[2], first, last))
        own[first : last + 1] = -1.0
    return sorted(excerpts, key=lambda each: -each.probability)


def _excerpt(hit: ReadHit, own: NDArray[np.float64], core: int, first: int, last: int) -> Excerpt:
    span = Span(hit.sentences[first].start, hit.sentences[last].end)
    marks = _marks(hit, span) or (hit.sentences[core],)
    probability = float(own[first : last + 1].clip(min=0).sum())
    return Excerpt(hit.article, hit.hit, span, hit.sentences[core], marks, probability)


def _window(hit: ReadHit, own: NDArray[np.float64], core: int) -> tuple[int, int]:
    """Return the first and last sentence of the likeliest window round one sentence."""

    def worth(window: tuple[int, int]) -> tuple[float, int]:
        first, last = window
        return float(own[first : last + 1].clip(min=0).sum()), -last

    return max(_windows(hit, own, core), key=worth)


def _windows(hit: ReadHit, own: NDArray[np.float64], core: int) -> Iterator[tuple[int, int]]:
    """Yield the windows round a sentence, of sentences that state something and are not taken."""
    yield core, core
    free = (own >= 0) & np.isfinite(hit.log_odds)
    for first in range(max(0, core - MOST_SENTENCES + 1), core + 1):
        for last in range(core, min(len(free), first + MOST_SENTENCES)):
            text = hit.article.text[hit.sentences[first].start : hit.sentences[last].end]
            if PARAGRAPH in text or len(text.split()) > MOST_WORDS:
                break
            if free[first : last + 1].all():
                yield first, last


def _marks(hit: ReadHit, span: Span) -> tuple[Span, ...]:
    """Return the likeliest words that answer within a part of the hit."""
    reading = hit.reading
    if reading is None:
        return ()
    start = hit.hit.passage.start
    tokens = answering_tokens(reading, Span(span.start - start, span.end - start))
    if tokens is None:
        return ()
    first, last = (reading.tokens[token] for token in tokens)
    return (whole_words(hit.article.text, Span(first.start + start, last.end + start), span),)


def whole_words(text: str, mark: Span, within: Span) -> Span:
    """Return the mark grown to whole words: "New York" is never "New Yor"."""
    start, end = mark.start, mark.end
    while start > within.start and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < within.end and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    if text[end : end + 1] == "%" and end < within.end:
        end += 1
    return Span(start, end)

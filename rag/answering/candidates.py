"""The sentences of the hits that an answer may be made of, as the reader reads them in place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.encoders.reader import PassageReading, ReadablePassage
from rag.records import Article, Hit, Retrieval, Span
from rag.text.sentences import is_code, is_headline, is_question, split_sentences
from rag.text.tokens import content_tokens, tokenize

if TYPE_CHECKING:
    from rag.encoders.reader import Reader
    from rag.index.snapshot import Snapshot

LONGEST_SENTENCE = 1_200
"""Characters from which a "sentence" is a table or a list that could not be split."""

FEWEST_TERMS = 2
"""Content terms below which a sentence states nothing ("Read more.")."""

MOST_READ = 6
"""Hits that are read with the question, the best; what stands further down answers as rarely as
it misleads."""

_OWN_NUMBER = re.compile(r"\W*(?:[A-Za-z]+\W?)??\d+(?:\.\d+)*(?:[.):]?\s|[.):]?$)")
"""The number of a heading or an item: "2.1 Basics", "A.5.2 The strike", "Section 1"."""

LONGEST_MARK = 30
"""Tokens that the words that answer have at most."""


@dataclass(frozen=True, slots=True)
class ReadHit:
    """A hit with its sentences, as offsets into the article, and what the reader made of it.

    `log_odds` (sentences,): that each answers, rather than nothing; 0 without a reader, -inf for
    what states nothing (questions, code, scraps, headings without a figure). `span_odds`:
    those of the words in it that answer best, begin and end in the mean; 0 without a reader.
    `reading` is None without one.
    """

    article: Article
    hit: Hit
    sentences: tuple[Span, ...]
    log_odds: NDArray[np.float64]
    span_odds: NDArray[np.float64]
    reading: PassageReading | None

    def text(self, i: int) -> str:
        """Return sentence `i`."""
        return self.article.text[self.sentences[i].start : self.sentences[i].end]


def read_hits(
    asked: str, retrieval: Retrieval, snapshot: Snapshot, reader: Reader | None
) -> list[ReadHit]:
    """Return the best hits, each read with the question, best hit first."""
    found = []
    for hit in retrieval.hits[:MOST_READ]:
        article = snapshot.article(hit.passage.article_id)
        if article is not None:
            found.append((article, hit, tuple(split_sentences(hit.passage.text))))
    readings: list[PassageReading | None] = [None] * len(found)
    if reader is not None:
        passages = [ReadablePassage(h.passage.text, spans, a.title) for a, h, spans in found]
        readings = list(reader.read(asked, passages))
    return [
        _read_hit(article, hit, spans, reading)
        for (article, hit, spans), reading in zip(found, readings, strict=True)
    ]


def terms_in(text: str) -> frozenset[str]:
    """Return the terms of a text, as the index has them."""
    return frozenset(tokenize(text))


def heading_of(article: Article) -> str:
    """Return title, outlet and date: they are said of every sentence."""
    day = article.published
    dated = f"{day.isoformat()} {day.day} {day:%B} {day:%Y}" if day else ""
    return f"{article.title} {article.outlet} {dated}"


def _read_hit(
    article: Article, hit: Hit, spans: tuple[Span, ...], reading: PassageReading | None
) -> ReadHit:
    texts = [hit.passage.text[span.start : span.end] for span in spans]
    scores = np.zeros(len(spans)) if reading is None else reading.sentences.astype(np.float64)
    states = np.array([_states_something(text) for text in texts], dtype=bool)
    start = hit.passage.start
    return ReadHit(
        article,
        hit,
        tuple(Span(span.start + start, span.end + start) for span in spans),
        np.where(states, scores, -np.inf),
        np.array([_span_odds(reading, span) for span in spans]),
        reading,
    )


def answering_tokens(reading: PassageReading, within: Span) -> tuple[int, int] | None:
    """Return the first and last token of the likeliest words within a part of the passage."""
    inside = [
        i
        for i, token in enumerate(reading.tokens)
        if within.start <= token.start and token.end <= within.end
    ]
    if not inside:
        return None
    low, high = inside[0], inside[-1] + 1
    begin, end = best_span(reading.begins[low:high], reading.ends[low:high])
    return low + begin, low + end


def best_span(begins: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[int, int]:
    """Return the first and last token of the likeliest span of at most LONGEST_MARK tokens."""
    sums = begins[:, np.newaxis] + ends[np.newaxis, :]
    row, column = np.indices(sums.shape)
    allowed = (column >= row) & (column < row + LONGEST_MARK)
    best = int(np.where(allowed, sums, -np.inf).argmax())
    return best // len(ends), best % len(ends)


def _span_odds(reading: PassageReading | None, sentence: Span) -> float:
    tokens = None if reading is None else answering_tokens(reading, sentence)
    if reading is None or tokens is None:
        return 0.0
    return float(reading.begins[tokens[0]] + reading.ends[tokens[1]]) / 2


def _states_something(text: str) -> bool:
    """Return whether a sentence states something; a heading or an entry does with a figure in it.

    "Version 1.33, 2021-01-07" is all that a list of changes says of a day, "2.1 Basics" is nothing.
    """
    figures = text[match.end() :] if (match := _OWN_NUMBER.match(text)) else text
    is_entry = not text.endswith(":") and any(character.isdigit() for character in figures)
    return (
        len(text) <= LONGEST_SENTENCE
        and not is_question(text)
        and not is_code(text)
        and (is_entry or not is_headline(text))
        and len(content_tokens(text)) >= FEWEST_TERMS
    )

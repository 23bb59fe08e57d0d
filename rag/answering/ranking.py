"""Rank the sentences of the hits by few learned signals.

The weights are a listwise fit (softmax over a question's sentences, Cao et al. 2007) on labelled
questions, made by tests/benchmarks/fit_answering.py; what each signal earns stands in
tests/benchmarks/RESULTS.md.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answering.candidates import ReadHit, terms_in
from rag.answering.question.analysis import QuestionAnalysis
from rag.text.dates import PartialDate, read_dates


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for one sentence, or the weights of it.

    `reader`: log odds that the sentence answers rather than nothing, 0 without a reader; `span`:
    those of the likeliest words in it; `retrieval`: the fused score of its passage; `opening`: 1
    where an article begins with it, for articles say first what matters most; `terms`: the share of
    the question's terms, weighed by IDF, that the sentence has; `date`: see `date_fit`. Beside the
    reader the weight of `date` is set by hand.
    """

    reader: float
    span: float
    retrieval: float
    opening: float
    terms: float
    date: float


OPENING = 600
"""Characters of an article, some 100 words, that are its opening."""

WITH_READER = Signals(reader=0.47, span=0.44, retrieval=4.81, opening=0.83, terms=0.0, date=1.0)
WITHOUT_READER = Signals(reader=0.0, span=0.0, retrieval=7.24, opening=0.0, terms=6.61, date=1.0)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One sentence of a hit with its signals, score, and probability among all sentences."""

    hit: int
    place: int
    signals: Signals
    score: float
    probability: float


def signal_weights(*, has_reader: bool, without: Collection[str] = ()) -> Signals:
    """Return the weights fitted with or without a reader; 0 for signals left out by name."""
    weights = WITH_READER if has_reader else WITHOUT_READER
    left_out = [field.name for field in dataclasses.fields(weights) if field.name in without]
    return dataclasses.replace(weights, **dict.fromkeys(left_out, 0.0))


def rank_sentences(
    question: QuestionAnalysis, hits: Sequence[ReadHit], weights: Signals
) -> list[Ranked]:
    """Return every sentence that states something, best first; ties keep the order of the hits."""
    places: list[tuple[int, int]] = []
    signals: list[Signals] = []
    for number, hit in enumerate(hits):
        for place, each in enumerate(_signals(question, hit)):
            if np.isfinite(hit.log_odds[place]):
                places.append((number, place))
                signals.append(each)
    if not places:
        return []
    scores = np.array([dataclasses.astuple(each) for each in signals]) @ np.array(
        dataclasses.astuple(weights)
    )
    odds = np.exp(scores - scores.max())
    shares = odds / odds.sum()
    return [
        Ranked(places[i][0], places[i][1], signals[i], float(scores[i]), float(shares[i]))
        for i in np.argsort(-scores, kind="stable")
    ]


def probabilities(ranked: Sequence[Ranked], hits: Sequence[ReadHit]) -> list[NDArray[np.float64]]:
    """Return the probability of each sentence of each hit; 0 for what states nothing."""
    found = [np.zeros(len(hit.sentences)) for hit in hits]
    for each in ranked:
        found[each.hit][each.place] = each.probability
    return found


def _signals(question: QuestionAnalysis, hit: ReadHit) -> list[Signals]:
    published = hit.article.published
    own_day = read_dates(published.isoformat()) if published and question.dates else ()
    return [
        Signals(
            reader=0.0 if hit.reading is None else float(hit.log_odds[i]),
            span=float(hit.span_odds[i]),
            retrieval=hit.hit.score,
            opening=float(hit.sentences[i].start < OPENING),
            terms=question.coverage(terms_in(hit.text(i))),
            date=date_fit(question.dates, hit.text(i), own_day),
        )
        for i in range(len(hit.sentences))
    ]


def date_fit(asked: Sequence[PartialDate], text: str, published: Sequence[PartialDate]) -> float:
    """Return 1 where a date asked for is stated, or none and it is the article's; -1 where others.

    0 where nothing tells, or the article's date fits and those that are stated do not.

    >>> date_fit(read_dates("in May 2020"), "On 3 May 2020 it fell.", ())
    1.0
    """
    if not asked:
        return 0.0
    stated = read_dates(text)
    if _fits(asked, stated):
        return 1.0
    if _fits(asked, published):
        return 0.0 if stated else 1.0
    return -1.0 if stated or published else 0.0


def _fits(asked: Sequence[PartialDate], dates: Sequence[PartialDate]) -> bool:
    return any(day.carries(want) for want in asked for day in dates)

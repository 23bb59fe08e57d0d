"""Rank sentences for a question by a weighted sum of a few signals.

The weights are rounded from listwise fits on labelled sentences of three sets, each made without
the set that it was measured on. tests/benchmarks/fit_answering.py fits them anew.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.answering.asked import kind_of
from rag.answering.candidate import Candidate, heading_of
from rag.answering.focus import asks_now, time_fit
from rag.answering.holding import holds
from rag.answering.reading import SentenceReader
from rag.answering.terms import term_set, terms_of
from rag.answering.weights import TermWeights, weigh_terms
from rag.retrieval.follow_up import asked_from

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

MOST_READ = 24
"""Sentences, best by their words, that are embedded and read by the reranker; it is what an
answer waits for."""

TYPICAL_LENGTH = 150
"""Characters of an ordinary sentence."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for one sentence. Shares are of the weight of the question's terms, 0 to 1.

    `reranker`, its log odds that the sentence answers, 0 without one;
    `cosine` of question and sentence, with what it leans on; `passage_score` as fused in
    retrieval; the shares that the sentence covers, that it covers with heading and sentences
    before it (`context`), and that its passage covers; `predicate_share`, what the sentence
    covers of the terms that are neither name nor figure; `names_share`, how far the context
    speaks of the names, those only in the heading counting half; `holds`, whether it has the
    kind of thing asked for (1), has not (-1), or no kind can be told (0); `newness`, how far up
    its article is among the dates at hand, where the question is about how things stand; `time`,
    whether it tells of what is to come or of what was, as asked (1, -1, 0); `length`, logarithm
    over a typical one; `was_told`, 1 where an answer just before had
    it and it has not the kind of thing that is asked for now, else 0.
    """

    reranker: float
    cosine: float
    passage_score: float
    sentence_share: float
    context_share: float
    passage_share: float
    predicate_share: float
    names_share: float
    holds: float
    newness: float
    time: float
    length: float
    was_told: float


WITHOUT_RERANKER = Signals(
    reranker=0.0,
    cosine=4.14,
    passage_score=3.59,
    sentence_share=1.91,
    context_share=4.5,
    passage_share=0.79,
    predicate_share=2.25,
    names_share=3.0,
    holds=0.89,
    newness=2.0,
    time=0.44,
    length=-0.11,
    was_told=-3.0,
)
"""Fitted (see `abstention`), but for three that the sets cannot tell: their articles have no dates
(`newness`), none tells the answering sentences of a follow-up (`was_told`), and of every 100
questions at most one is answered better or worse by a weight of `names_share` between 0.7, as
fitted, and 4. Another company's facts are a bad answer, so it is
high. A difference of 1 in the sum means odds of e to 1."""

WITH_RERANKER = Signals(
    reranker=0.82,
    cosine=2.5,
    passage_score=3.35,
    sentence_share=0.53,
    context_share=2.34,
    passage_share=1.03,
    predicate_share=1.45,
    names_share=1.5,
    holds=0.81,
    newness=2.5,
    time=0.93,
    length=-0.37,
    was_told=-3.0,
)
"""Fitted by tests/benchmarks/fit_answering.py on 24 November 2026, 150 questions a set; the same
three by hand, names counting less, for the reranker reads them. Fits to later rerankers gave it
.82 and .87, cosine 3.52 and 3.77; that is taken as it is and between, and what else moved (own
words less, context more) made no difference on other questions. The answering sentence first, and
in the first three, of the questions that a candidate answers, under weights fitted on the other
sets, without the reranker (150 questions a set) and with it (250):

             words alone   with the reranker
    squad2   .85  .97      .90  .97
    xquad    .86  .93      .88  .97
    clapnq   .68  .97      .72  .96"""


def signal_weights(*, has_reranker: bool, without: Collection[str] = ()) -> Signals:
    """Return the weights fitted with or without a reranker; 0 for signals left out by name."""
    weights = WITH_RERANKER if has_reranker else WITHOUT_RERANKER
    left_out = [field.name for field in fields(weights) if field.name in without]
    return replace(weights, **dict.fromkeys(left_out, 0.0))


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A candidate with its score, `probability` among the candidates, signals and vector."""

    candidate: Candidate
    score: float
    probability: float
    signals: Signals
    vector: NDArray[np.float32]


def rank_sentences(
    query: str,
    candidates: Sequence[Candidate],
    snapshot: Snapshot,
    *,
    reader: SentenceReader,
    without: Collection[str] = (),
) -> list[RankedSentence]:
    """Return the candidates best first, signals left out by name; ties keep the order of hits."""
    if not candidates:
        return []
    weights = weigh_terms(query, snapshot)
    newness = _newness(query, candidates)
    wordy = [
        _signals(query, candidate, weights, newness=newness[i])
        for i, candidate in enumerate(candidates)
    ]
    by_words = signal_weights(has_reranker=False, without=without)
    best_by_words = np.argsort(-_score(wordy, by_words), kind="stable")[:MOST_READ]
    kept = sorted(int(i) for i in best_by_words)
    candidates = [candidates[i] for i in kept]
    readings = reader.read(query, candidates)
    signals = [
        replace(wordy[i], cosine=float(cosine), reranker=float(log_odds))
        for i, cosine, log_odds in zip(kept, readings.cosines, readings.log_odds, strict=True)
    ]
    weights_of = signal_weights(has_reranker=reader.has_reranker, without=without)
    scores = _score(signals, weights_of)
    odds = np.exp(scores - scores.max())
    return [
        RankedSentence(
            candidates[i],
            float(scores[i]),
            float(odds[i] / odds.sum()),
            signals[i],
            readings.vectors[i],
        )
        for i in np.argsort(-scores, kind="stable")
    ]


def _score(signals: Sequence[Signals], weights: Signals) -> NDArray[np.float64]:
    values = np.array([astuple(each) for each in signals], dtype=np.float64)
    return np.asarray(values @ np.array(astuple(weights)))


def _newness(query: str, candidates: Sequence[Candidate]) -> list[float]:
    days = sorted({c.article.published for c in candidates if c.article.published})
    if not days[1:] or not asks_now(query):
        return [0.0] * len(candidates)
    place = {day: i / (len(days) - 1) for i, day in enumerate(days)}
    return [place[c.article.published] if c.article.published else 0.5 for c in candidates]


def _signals(query: str, candidate: Candidate, weights: TermWeights, *, newness: float) -> Signals:
    own = term_set(candidate.text)
    heading = heading_of(candidate.article)
    context = candidate.context_texts
    named = weights.names_share(context), weights.names_share((heading, *context))
    has = holds(kind_of(query), candidate.told, query)
    asked = query[asked_from(query) :]
    has_now = holds(kind_of(asked), candidate.told, asked)
    return Signals(
        reranker=0.0,
        cosine=0.0,
        passage_score=candidate.hit.score,
        sentence_share=weights.share(own),
        context_share=weights.share(terms_of((heading, *context))),
        passage_share=weights.share(terms_of((heading, candidate.hit.passage.text))),
        predicate_share=weights.share(own, of=weights.predicate),
        names_share=sum(named) / len(named),
        holds=0.0 if has is None else (1.0 if has else -1.0),
        newness=newness,
        time=time_fit(query, candidate.text),
        length=math.log(max(1, len(candidate.text)) / TYPICAL_LENGTH),
        was_told=float(candidate.was_told and not has_now),
    )

"""Rank sentences for a question by a weighted sum of a few signals.

The weights are rounded from listwise fits on labelled sentences of three sets, each made without
the set that it was measured on. tests/benchmarks/fit_answering.py fits them anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.answering.asked import holds, kind_of, time_fit
from rag.answering.evidence import Candidate, heading_of
from rag.answering.terms import term_set
from rag.answering.weights import TermWeights, weigh_terms

if TYPE_CHECKING:
    from rag.answering.embeddings import SentenceEmbeddings
    from rag.index.embedding import Embedder
    from rag.index.snapshot import Snapshot

MOST_EMBEDDED = 16
"""Sentences, best by their words, whose cosine is computed; it is what an answer waits for."""

TYPICAL_LENGTH = 150
"""Characters of an ordinary sentence."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for one sentence. Shares are of the weight of the question's terms, 0 to 1.

    `cosine` of question and sentence, with what it leans on; `passage_score` as fused in retrieval; the shares that
    the sentence covers, that it covers with the sentences before it and the heading (`context`),
    and that its passage covers; `predicate_share`, what the sentence covers of the terms that
    are neither name nor figure; `names_share`, how far the context speaks of the names; `holds`,
    whether it has the kind of thing asked for (1), has not (-1), or no kind can be told (0);
    `time`, whether it tells of what is to come or of what was, as asked (1, -1, 0); `length`,
    logarithm over a typical one.
    """

    cosine: float
    passage_score: float
    sentence_share: float
    context_share: float
    passage_share: float
    predicate_share: float
    names_share: float
    holds: float
    time: float
    length: float


SIGNAL_WEIGHTS = Signals(
    cosine=6.5,
    passage_score=5.4,
    sentence_share=1.5,
    context_share=3.0,
    passage_share=2.0,
    predicate_share=1.5,
    names_share=1.5,
    holds=0.95,
    time=0.3,
    length=0.25,
)
"""Rounded from the fits; a difference of 1 in the sum means odds of e to 1."""


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
    embedder: Embedder,
    embeddings: SentenceEmbeddings,
) -> list[RankedSentence]:
    """Return the candidates best first; ties keep the order of the hits."""
    if not candidates:
        return []
    weights = weigh_terms(query, snapshot)
    wordy = [_signals(query, candidate, weights) for candidate in candidates]
    by_words = np.argsort(-_score(wordy), kind="stable")[:MOST_EMBEDDED]
    kept = sorted(int(i) for i in by_words)
    candidates = [candidates[i] for i in kept]
    vectors = embeddings.embed([candidate.standalone for candidate in candidates])
    cosines = vectors @ embedder.embed_query(query)
    signals = [
        replace(wordy[i], cosine=float(cosine)) for i, cosine in zip(kept, cosines, strict=True)
    ]
    scores = _score(signals)
    odds = np.exp(scores - scores.max())
    return [
        RankedSentence(
            candidates[i],
            float(scores[i]),
            float(odds[i] / odds.sum()),
            signals[i],
            vectors[i],
        )
        for i in np.argsort(-scores, kind="stable")
    ]


def _score(signals: Sequence[Signals]) -> NDArray[np.float64]:
    values = np.array([astuple(each) for each in signals], dtype=np.float64)
    return np.asarray(values @ np.array(astuple(SIGNAL_WEIGHTS)))


def _signals(query: str, candidate: Candidate, weights: TermWeights) -> Signals:
    own = term_set(candidate.text)
    heading = heading_of(candidate.article)
    context = f"{heading}\n{candidate.context_text}"
    has = holds(kind_of(query), candidate.text, query)
    return Signals(
        cosine=0.0,
        passage_score=candidate.hit.score,
        sentence_share=weights.share(own),
        context_share=weights.share(term_set(context)),
        passage_share=weights.share(term_set(heading) | term_set(candidate.hit.passage.text)),
        predicate_share=weights.share(own, of=weights.predicate),
        names_share=weights.names_share(context),
        holds=0.0 if has is None else (1.0 if has else -1.0),
        time=time_fit(query, candidate.text),
        length=math.log(max(1, len(candidate.text)) / TYPICAL_LENGTH),
    )

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

from rag.answering.asked import holds, kind_of
from rag.answering.evidence import Candidate, heading_terms
from rag.answering.weights import TermWeights, weigh_terms
from rag.text.tokens import tokenize

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

    `cosine` of question and sentence; `passage_score` as fused in retrieval; the shares that
    the sentence covers, with what it leans on and the title, and that its passage covers;
    `holds`, whether it has the kind of thing asked for (1), has not (-1), or no kind can be
    told (0); `length`, logarithm over a typical one.
    """

    cosine: float
    passage_score: float
    sentence_share: float
    shown_share: float
    passage_share: float
    holds: float
    length: float


SIGNAL_WEIGHTS = Signals(
    cosine=6.5,
    passage_score=5.4,
    sentence_share=0.9,
    shown_share=4.2,
    passage_share=3.1,
    holds=0.95,
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
    tokens: frozenset[str]


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
    vectors = embeddings.embed([candidate.text for candidate in candidates])
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
            frozenset(tokenize(candidates[i].text)),
        )
        for i in np.argsort(-scores, kind="stable")
    ]


def _score(signals: Sequence[Signals]) -> NDArray[np.float64]:
    values = np.array([astuple(each) for each in signals], dtype=np.float64)
    return np.asarray(values @ np.array(astuple(SIGNAL_WEIGHTS)))


def _signals(query: str, candidate: Candidate, weights: TermWeights) -> Signals:
    heading = heading_terms(candidate.article)
    has = holds(kind_of(query), candidate.text, query)
    return Signals(
        cosine=0.0,
        passage_score=candidate.hit.score,
        sentence_share=weights.share(set(tokenize(candidate.text))),
        shown_share=weights.share(heading.union(tokenize(candidate.shown))),
        passage_share=weights.share(heading.union(tokenize(candidate.hit.passage.text))),
        holds=0.0 if has is None else (1.0 if has else -1.0),
        length=math.log(max(1, len(candidate.text)) / TYPICAL_LENGTH),
    )

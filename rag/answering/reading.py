"""The models that read candidates: the embedder each by itself, the reranker with the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.answering.candidate import Candidate
from rag.answering.embeddings import SentenceEmbeddings
from rag.reranking.pairs import shown
from rag.retrieval.follow_up import asked_from

if TYPE_CHECKING:
    from rag.index.embedding import Embedder
    from rag.reranking.reranker import Reranker


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read of n candidates, a row each.

    Unit vectors (n, dimension), their cosines with the question (n,), and the reranker's log odds
    that the sentence answers (n,), zeros without a reranker.
    """

    vectors: NDArray[np.float32]
    cosines: NDArray[np.float32]
    log_odds: NDArray[np.float32]


class SentenceReader:
    """Reads candidates for a question; safe to share between threads."""

    def __init__(self, embedder: Embedder, reranker: Reranker | None = None) -> None:
        self._embedder = embedder
        self._embeddings = SentenceEmbeddings(embedder)
        self._reranker = reranker

    @property
    def has_reranker(self) -> bool:
        """Whether question and sentence are read together, too."""
        return self._reranker is not None

    def read(self, question: str, candidates: Sequence[Candidate]) -> Readings:
        """Return what the models make of each candidate.

        The embedder reads it with what it leans on; the reranker with the title of its article,
        which on three sets does as well as both, in fewer tokens, and of a follow-up only what is
        asked now: it takes the subject before it for part of what is asked.
        """
        vectors = self._embeddings.embed([each.standalone for each in candidates])
        log_odds = np.zeros(len(candidates), np.float32)
        if self._reranker is not None:
            texts = [shown(each.text, each.article.title) for each in candidates]
            log_odds = self._reranker.answers(question[asked_from(question) :], texts)
        return Readings(vectors, vectors @ self._embedder.embed_query(question), log_odds)

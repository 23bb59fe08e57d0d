"""A published cross-encoder as the reranker, by hub name or path; run by sentence-transformers.

Nothing is downloaded. Its scores are taken as log odds, which those trained with a binary loss
are; the weights of the other signals were fitted beside ours.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import CrossEncoder
from torch import nn

from rag.errors import EmbedderError


class PublishedReranker:
    """See `Reranker` for what its methods promise."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        try:
            self._model = CrossEncoder(
                name, device="cpu", local_files_only=True, activation_fn=nn.Identity()
            )
        except (OSError, ValueError) as error:
            raise EmbedderError(
                "E-EMB-006",
                f'The reranker "{name}" is not on this machine. Run: hf download {name}; '
                'or set reranker to "none".',
            ) from error

    def answers(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return of each text the log odds that it answers rather than nothing, shape (n,)."""
        if not texts:
            return np.zeros(0, np.float32)
        with self._lock:
            scores = self._model.predict([(question, text) for text in texts])
        return np.asarray(scores, np.float32).reshape(len(texts), -1)[:, -1]

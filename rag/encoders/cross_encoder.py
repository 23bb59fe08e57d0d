"""A published cross-encoder in place of the reader for ranking, by hub name or path.

Run by sentence-transformers; nothing is downloaded. It scores sentence by sentence, so that it says
nothing of the words that answer, and claims stay with the reader that comes with Footnote. Its
scores are taken as log odds, which those trained with a binary loss are.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from sentence_transformers import CrossEncoder
from torch import nn

from rag.encoders.reader import EntailmentScores, PassageReading, ReadablePassage, Reader
from rag.encoders.reader_input import with_title
from rag.errors import EmbedderError

_NONE = np.zeros(0, np.float32)


class CrossEncoderReader:
    """See `Reader` for what its methods promise; `claims` is what reads claims."""

    def __init__(self, name: str, *, claims: Reader) -> None:
        self.name = name
        self._claims = claims
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

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[PassageReading]:
        """Return the score of each sentence of each passage."""
        pairs = [
            (question, with_title(passage.text[span.start : span.end], passage.title)[0])
            for passage in passages
            for span in passage.sentences
        ]
        if not pairs:
            return [PassageReading(_NONE, 0.0, _NONE, _NONE, ()) for _ in passages]
        with self._lock:
            scores = np.asarray(self._model.predict(pairs), np.float32)
        parts = np.split(
            scores.reshape(len(pairs), -1)[:, -1],
            np.cumsum([len(passage.sentences) for passage in passages])[:-1],
        )
        return [
            PassageReading(part, float(part.max(initial=0.0)), _NONE, _NONE, ()) for part in parts
        ]

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        """Return whether the evidence entails the claim, as the reader of Footnote says."""
        return self._claims.entails(claim, evidence)

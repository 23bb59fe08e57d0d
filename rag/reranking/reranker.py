"""The reranker: what it promises, and which one a Config asks for.

Ours (`reranker_openvino`) was trained by `rag.training` and comes with the repo. Any published
cross-encoder can take its place by its hub name, for people who have the hub.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import NO_RERANKER, OWN_RERANKER, Config


class Reranker(Protocol):
    """Scores sentences for a question; safe to share between threads."""

    @property
    def name(self) -> str:
        """Which one it is, for people."""

    def answers(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return of each text the log odds that it answers rather than nothing, shape (n,)."""


def load_reranker(config: Config) -> Reranker | None:
    """Return the reranker that `config` names; None where it wants none.

    Raises EmbedderError E-EMB-006 for weights that are damaged or not on this machine.
    """
    if config.reranker == NO_RERANKER:
        return None
    if config.reranker == OWN_RERANKER:
        from rag.reranking.reranker_files import load_weights  # noqa: PLC0415 - heavy
        from rag.reranking.reranker_openvino import OwnReranker  # noqa: PLC0415 - heavy

        return OwnReranker(load_weights(), threads=config.threads)
    from rag.reranking.reranker_published import PublishedReranker  # noqa: PLC0415 - imports torch

    return PublishedReranker(config.reranker)

"""The embedder: what it promises, and which one a Config asks for.

A row depends on its text alone, bit for bit: so a build that embeds only the new passages gives
the same bytes as one that embeds them all. Two runners keep that promise by embedding one text at
a time, unpadded: `embedder_openvino` (fast, without torch) and `embedder_torch`
(sentence-transformers itself, which the fast one is checked against).
"""

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.encoders.bert import Bert, UnsupportedModelError, read_bert
from rag.encoders.model_files import ModelFolder, find_model
from rag.errors import EmbedderError

_log = logging.getLogger(__name__)


class Embedder(Protocol):
    """Turns passages and queries into unit vectors of float32; safe to share between threads."""

    @property
    def fingerprint(self) -> dict[str, object]:
        """All that decides a vector besides its text, as JSON can hold it."""

    @property
    def key(self) -> str:
        """SHA-256 of the fingerprint; vectors of two keys are never compared."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Longest text that is embedded whole, its special tokens included."""

    def embed_passages(
        self, texts: Sequence[str], *, on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return unit vectors of shape (n, dimension); `on_done` is told how many are done.

        A longer text is cut at `max_tokens`. Raises EmbedderError E-EMB-001 for a vector that
        is not finite.
        """

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of a query, of shape (dimension,)."""

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, special tokens included, uncut."""


def load_embedder(config: Config) -> Embedder:
    """Return the embedder that `config` names, from files on this machine.

    Nothing is downloaded. Raises EmbedderError: E-EMB-002 for files that are damaged or missing,
    E-EMB-003 for a model that is not on this machine, E-EMB-004 for a runner that cannot run it,
    E-EMB-005 for a precision that this processor does not have.
    """
    folder = find_model(config.embedder)
    threads = config.threads or available_cores()
    if config.embedder_runner != "torch":
        try:
            return _fast_embedder(folder, config, threads=threads)
        except UnsupportedModelError as reason:
            if config.embedder_runner == "openvino":
                raise EmbedderError(
                    "E-EMB-004",
                    f'OpenVINO cannot run the embedder "{folder.name}": {reason}. '
                    'Set embedder_runner to "torch" or "auto".',
                ) from reason
            _log.info('Embedding "%s" with torch: %s', folder.name, reason)
    from rag.encoders.embedder_torch import ReferenceEmbedder  # noqa: PLC0415 - imports torch

    precision = config.embedder_precision
    return ReferenceEmbedder(
        folder, threads=threads, precision="float32" if precision == "auto" else precision
    )


def _fast_embedder(folder: ModelFolder, config: Config, *, threads: int) -> Embedder:
    if importlib.util.find_spec("openvino") is None:
        raise UnsupportedModelError("openvino is not installed")
    bert = read_bert(folder.path)
    *first, last = _precisions(config)
    for precision in first:
        try:
            return _fast_in(precision, folder, bert, config, threads=threads)
        except UnsupportedModelError as reason:
            _log.info('Embedding "%s" not in %s: %s', folder.name, precision, reason)
    return _fast_in(last, folder, bert, config, threads=threads)


def _fast_in(
    precision: str, folder: ModelFolder, bert: Bert, config: Config, *, threads: int
) -> Embedder:
    from rag.encoders.embedder_openvino import OpenVinoEmbedder  # noqa: PLC0415 - imports openvino

    fast = OpenVinoEmbedder(folder, bert, threads=threads, precision=precision)
    if not folder.has_published_weights:
        from rag.encoders.agreement import require_agreement  # noqa: PLC0415 - rarely needed

        require_agreement(fast, folder, remembered_in=config.index_folder / "cache")
    return fast


def _precisions(config: Config) -> list[str]:
    """Return the precisions to try, the wanted one first; the fingerprint names what was taken."""
    if config.embedder_precision != "auto":
        return [config.embedder_precision]
    return ["int8", "float32"] if multiplies_int8() else ["float32"]


def multiplies_int8() -> bool:
    """Return whether this processor has instructions for products of int8 (VNNI).

    Without them int8 is no faster than float32, and rounds differently.
    """
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:  # not Linux
        return False
    return "avx512_vnni" in flags or "avx_vnni" in flags


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

"""The reference embedder: sentence-transformers itself, on torch.

Runs every model that it can load from a folder, and is what the fast embedder is checked against.
One text at a time, so that a vector depends on its text alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from rag.encoders.fingerprint import key_of, require_finite
from rag.encoders.model_files import ModelFolder
from rag.errors import EmbedderError

_PACKAGES = ("sentence-transformers", "transformers", "torch")
# Texts between two reports of progress; a query waits for no more than these.
_BLOCK = 8
# For a model that says nowhere how much it reads; what BERT reads.
_USUAL_MAX_TOKENS = 512


class ReferenceEmbedder:
    """Runs any sentence-transformers model; see `Embedder` for what its methods promise."""

    def __init__(self, folder: ModelFolder, *, threads: int, precision: str) -> None:
        if precision == "bfloat16" and not torch.cpu._is_avx512_bf16_supported():  # noqa: SLF001 - nothing public tells
            raise EmbedderError(
                "E-EMB-005",
                'This processor has no bfloat16. Set embedder_precision to "float32".',
            )
        if precision == "int8":
            raise EmbedderError(
                "E-EMB-004",
                f'The embedder "{folder.name}" runs in torch, which has no int8. '
                'Set embedder_precision to "float32".',
            )
        torch.set_num_threads(threads)
        self._name = folder.name
        self._model = _load(folder, precision)
        self._lock = threading.Lock()
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or _USUAL_MAX_TOKENS)
        self.fingerprint: dict[str, object] = {
            "id": folder.name,
            "files": folder.sha256,
            "runner": ", ".join(f"{package} {version(package)}" for package in _PACKAGES),
            "precision": precision,
            "normalized": True,
            "dimension": self.dimension,
            "max_tokens": self.max_tokens,
        }
        self.key = key_of(self.fingerprint)

    def embed_passages(
        self, texts: Sequence[str], *, on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return unit vectors of shape (n, dimension)."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _BLOCK):
            block = list(texts[start : start + _BLOCK])
            with self._lock:
                vectors[start : start + len(block)] = self._model.encode_document(
                    block, batch_size=1, normalize_embeddings=True, show_progress_bar=False
                )
            if on_done is not None:
                on_done(start + len(block))
        return require_finite(vectors, texts, name=self._name)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of a query, of shape (dimension,)."""
        with self._lock:
            vector = self._model.encode_query(
                [text], batch_size=1, normalize_embeddings=True, show_progress_bar=False
            )
        row: NDArray[np.float32] = np.asarray(vector, np.float32)[0]
        require_finite(row[np.newaxis], [text], name=self._name)
        return row

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, special tokens included, uncut."""
        with self._lock:
            return len(self._model.tokenizer.encode(text, truncation=False, verbose=False))


def _load(folder: ModelFolder, precision: str) -> SentenceTransformer:
    try:
        return SentenceTransformer(
            str(folder.path),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"dtype": precision, "use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EmbedderError(
            "E-EMB-002",
            f'The embedder "{folder.name}" in "{folder.path}" cannot be loaded: '
            f"{' '.join(str(error).split())[:200]}. Install it again or choose another one.",
        ) from error

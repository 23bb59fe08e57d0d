"""Dense search: exact inner products over unit vectors, by FAISS.

The only module that imports faiss. The index is made from raw floats at every opening (4 ms for
10,000 passages): FAISS's own files have no checksum, and reading one trusts its bytes.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedIndexError, EmbedderError

VECTORS = "vectors.f32"
UNIT_TOLERANCE = 1e-3  # how far from 1 a stored vector's length may be; bfloat16 stays within


class Dense:
    """The embeddings of all passages, by row; shape (passages, dimension), float32, unit length."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors: NDArray[np.float32] | None = vectors
        self._passages, self._dimension = vectors.shape
        self._faiss: Any = None
        self._index: Any = None
        self._lock = threading.Lock()

    def search(
        self, vector: NDArray[np.float32], k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` (row, inner product), best first, ties by row.

        `vector` has shape (dimension,). Raises EmbedderError E-EMB-001 where it is not finite.
        """
        query = np.ascontiguousarray(vector, dtype=np.float32)
        if query.shape != (self._dimension,) or not np.isfinite(query).all():
            raise EmbedderError(
                "E-EMB-001",
                f"The embedder returned an invalid vector for the question (shape {query.shape}, "
                f"expected ({self._dimension},)). Check the setting embedder.",
            )
        passages = int(self._passages if allowed is None else np.count_nonzero(allowed))
        if k <= 0 or passages == 0:
            return []
        self._make_ready()
        return self._search_with_ties(query[np.newaxis], min(k, passages), passages, allowed)

    def vector(self, row: int) -> NDArray[np.float32]:
        """Return the embedding of a passage, shape (dimension,)."""
        if not 0 <= row < self._passages:
            raise IndexError(row)
        self._make_ready()
        vector: NDArray[np.float32] = self._index.reconstruct(row)
        return vector

    def _make_ready(self) -> None:
        """Hand the vectors to FAISS at the first search: listing articles needs no FAISS."""
        with self._lock:
            if self._vectors is not None:
                import faiss  # noqa: PLC0415 - 0.15 s

                self._faiss, self._index = faiss, faiss.IndexFlatIP(self._dimension)
                self._index.add(self._vectors)
                self._vectors = None

    def _search_with_ties(
        self,
        query: NDArray[np.float32],
        k: int,
        passages: int,
        allowed: NDArray[np.bool_] | None,
    ) -> list[tuple[int, float]]:
        """Ask for more until the k-th score has no equal left out: then ties go by row."""
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        options = None
        if bits is not None:
            options = self._faiss.SearchParameters(sel=self._faiss.IDSelectorBitmap(bits))
        wanted = min(k + 1, passages)
        while True:
            scores, rows = self._index.search(query, wanted, params=options)
            if wanted == passages or scores[0][wanted - 1] < scores[0][k - 1]:
                break
            wanted = min(2 * wanted, passages)
        found = [
            (int(row), float(score))
            for row, score in zip(rows[0], scores[0], strict=True)
            if row >= 0  # FAISS fills up with -1
        ]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]


def encode_vectors(vectors: NDArray[np.float32]) -> bytes:
    """Return the bytes of vectors.f32: little-endian float32, row after row, no header."""
    return np.ascontiguousarray(vectors, dtype="<f4").tobytes()


def decode_vectors(data: bytes, *, passages: int, dimension: int) -> NDArray[np.float32]:
    """Return the vectors in `data`; raises DamagedIndexError where they do not fit."""
    if len(data) != passages * dimension * 4:
        raise DamagedIndexError("E-IDX-003", "vectors.f32 does not fit its passages")
    vectors = np.frombuffer(data, dtype="<f4").reshape(passages, dimension)
    if not are_unit_vectors(vectors):
        raise DamagedIndexError("E-IDX-003", "vectors.f32 holds a vector that is not of length 1")
    return vectors


def are_unit_vectors(vectors: NDArray[np.float32]) -> bool:
    """Return whether every row is finite and of length 1."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return bool(np.all(np.abs(lengths - 1.0) <= UNIT_TOLERANCE))  # false for NaN

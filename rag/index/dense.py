"""Dense search: exact inner products over unit vectors, by FAISS.

The only module that imports faiss. Up to some 100,000 passages the float32 vectors are searched
themselves. Beyond, their float16 copies are, in half the memory and time, and what could be among
the best is scored again by its float32 vector: rounding moves an inner product of unit vectors by
2^-11 at most, so the hits are those of float32.

FAISS reads an index from memory without a copy; its bytes were checked before (`blocks`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import EmbedderError
from rag.index.blocks import Sections

VECTORS, HALVES = "vectors", "half-vectors"  # sections: an index of FAISS each
KINDS = FLOAT32, FLOAT16 = "float32", "float32 after float16"
FLOAT32_AT_MOST = 100_000  # passages; 154 MB and 5 ms a search at 384 dimensions
UNIT_TOLERANCE = 1e-3  # how far from 1 a stored vector's length may be; bfloat16 stays within
ROUNDING = 5e-4  # of an inner product by float16: 2^-11, and what float32 sums lose
SPARE = 64  # hits more that are asked of float16; the best by float32 are then nearly always in


class SegmentVectors:
    """The embeddings of one segment's passages, shape (passages, dimension), of unit length."""

    def __init__(self, sections: Sections, *, passages: int, dimension: int, kind: str) -> None:
        self._sections = sections
        self._lock = threading.Lock()
        self._index: Any = None
        self.passages = passages
        self.dimension = dimension
        self.kind = kind

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return rows and scores of the best `k`, or of all that are allowed."""
        faiss = _faiss()
        options = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            options = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        scores, rows = self._ready(faiss).search(
            query[np.newaxis], min(k, self.passages), params=options
        )
        found = rows[0] >= 0  # FAISS fills up with -1
        return rows[0][found], scores[0][found]

    def rescored(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the score of each row by its float32 vector."""
        faiss = _faiss()
        found = np.stack([self.vector(int(row)) for row in rows])
        scores, order = faiss.knn(
            query[np.newaxis], found, len(rows), metric=faiss.METRIC_INNER_PRODUCT
        )
        by_row = np.empty(len(rows), np.float32)
        by_row[order[0]] = scores[0]
        return by_row

    def vector(self, row: int) -> NDArray[np.float32]:
        """Return the embedding of a passage, shape (dimension,)."""
        size = self.dimension * 4
        data = self._sections.part(VECTORS, _LEAD + row * size, _LEAD + (row + 1) * size)
        return np.frombuffer(data, "<f4")

    def vectors(self) -> NDArray[np.float32]:
        """Return all embeddings."""
        data = self._sections.section(VECTORS)[_LEAD:]
        return np.frombuffer(data, "<f4").reshape(self.passages, self.dimension)

    def _ready(self, faiss: Any) -> Any:
        with self._lock:
            if self._index is None:
                section = self._sections.section(VECTORS if self.kind == FLOAT32 else HALVES)
                self._data = np.frombuffer(section, np.uint8)  # FAISS holds a bare pointer to it
                reader = faiss.ZeroCopyIOReader(faiss.swig_ptr(self._data), self._data.size)
                self._index = faiss.read_index(reader)
            return self._index


class Dense:
    """The embeddings of all passages, by row: those of the segments, one after another."""

    def __init__(self, segments: Sequence[SegmentVectors], *, dimension: int, kind: str) -> None:
        self._segments = segments
        self._dimension = dimension
        self._firsts = np.cumsum([0, *(segment.passages for segment in segments)])
        self._margin = 0.0 if kind == FLOAT32 else 2 * ROUNDING
        self._spare = 1 if kind == FLOAT32 else SPARE

    def search(
        self, vector: NDArray[np.float32], k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` (row, inner product), best first, ties by row.

        `vector` has shape (dimension,). Raises EmbedderError E-EMB-001 where it is not finite.
        """
        query = checked_query(vector, self._dimension)
        parts = [
            (segment, int(first), None if allowed is None else allowed[first : first + count])
            for segment, first in zip(self._segments, self._firsts, strict=False)
            if (count := segment.passages)
        ]
        parts = [part for part in parts if part[2] is None or part[2].any()]
        if k <= 0 or not parts:
            return []
        rows, scores = self._candidates(query, parts, k)
        order = np.lexsort((rows, -scores))[:k]
        return [(int(rows[i]), float(scores[i])) for i in order]

    def vector(self, row: int) -> NDArray[np.float32]:
        """Return the embedding of a passage, shape (dimension,)."""
        if not 0 <= row < self._firsts[-1]:
            raise IndexError(row)
        at = int(np.searchsorted(self._firsts, row, side="right")) - 1
        return self._segments[at].vector(row - int(self._firsts[at]))

    def _candidates(
        self, query: NDArray[np.float32], parts: Sequence[_Part], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return every row that may be among the best `k` or equal to the last, with its score."""
        wanted = k + self._spare
        while True:
            found = [segment.search(query, wanted, mask) for segment, _, mask in parts]
            scores = np.concatenate([each for _, each in found])
            if len(scores) <= k:
                floor = -np.inf
            else:
                floor = float(np.partition(scores, -k)[-k]) - self._margin
            if all(len(each) < wanted or each[-1] < floor for _, each in found):
                break
            wanted *= 2
        if not self._margin:
            rows = [each + first for (each, _), (_, first, _) in zip(found, parts, strict=True)]
            return np.concatenate(rows), scores
        return self._scored_again(query, parts, found, floor)

    def _scored_again(
        self,
        query: NDArray[np.float32],
        parts: Sequence[_Part],
        found: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]],
        floor: float,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        rows, scores = [], []
        for (own, rough), (segment, first, _) in zip(found, parts, strict=True):
            near = np.sort(own[rough >= floor])
            if len(near):
                rows.append(near + first)
                scores.append(segment.rescored(query, near))
        return np.concatenate(rows), np.concatenate(scores)


_Part = tuple[SegmentVectors, int, NDArray[np.bool_] | None]


def kind_for(passages: int) -> str:
    """Return how this many passages are searched."""
    return FLOAT32 if passages <= FLOAT32_AT_MOST else FLOAT16


def encode_vectors(
    vectors: NDArray[np.float32], *, kind: str
) -> tuple[dict[str, bytes], dict[str, int]]:
    """Return the sections of vectors of shape (passages, dimension), and the lead of each."""
    faiss = _faiss()
    dimension = vectors.shape[1]
    indexes = {VECTORS: faiss.IndexFlatIP(dimension)}
    if kind == FLOAT16:
        indexes[HALVES] = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
    sections, leads = {}, {}
    for name, index in indexes.items():
        index.add(np.ascontiguousarray(vectors))
        sections[name] = faiss.serialize_index(index).tobytes()
        leads[name] = len(sections[name]) - vectors.size * (4 if name == VECTORS else 2)
    assert leads[VECTORS] == _LEAD  # where `vector` looks for the first
    return sections, leads


def checked_query(vector: NDArray[np.float32], dimension: int) -> NDArray[np.float32]:
    """Return the vector of a question; raises EmbedderError E-EMB-001 for one that cannot be."""
    query = np.ascontiguousarray(vector, dtype=np.float32)
    if query.shape != (dimension,) or not np.isfinite(query).all():
        raise EmbedderError(
            "E-EMB-001",
            f"The embedder returned an invalid vector for the question (shape {query.shape}, "
            f"expected ({dimension},)). Check the setting embedder.",
        )
    return query


def are_unit_vectors(vectors: NDArray[np.float32]) -> bool:
    """Return whether every row is finite and of length 1."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return bool(np.all(np.abs(lengths - 1.0) <= UNIT_TOLERANCE))  # false for NaN


def _faiss() -> Any:
    """Import FAISS for this thread, without threads of its own.

    They share the queries of a search, of which there is one, and wait for it in a busy loop: five
    to fifteen times the processor's time for float16.
    """
    import faiss  # noqa: PLC0415 - 0.15 s

    faiss.omp_set_num_threads(1)
    return faiss


_LEAD = 45  # bytes of FAISS before the vectors of a flat index

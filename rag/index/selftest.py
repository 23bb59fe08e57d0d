"""A few searches whose outcome is stored with a generation and must come out again.

Checksums prove that bytes did not change; this proves that searching these bytes, with the
libraries installed now, finds what an independent computation found when they were made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedIndexError
from rag.index.lexical import Lexical
from rag.index.manifest import canonical_json

SELFTEST = "selftest.json"
QUERIES = 16  # of each kind
TOP = 5
TERMS_PER_QUERY = 6
BLOCK_ROWS = 16_384  # rows multiplied at once; bounds the memory of the float64 copy
SCORE_TOLERANCE = 1e-4  # float32 sums differ by less between libraries and processors


class Searchable(Protocol):
    """What a snapshot offers and the self-test asks."""

    def vector(self, row: int) -> NDArray[np.float32]:
        """Return the embedding of a passage."""

    def search_dense(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """Return the best (row, score) for a vector."""

    def search_lexical(self, tokens: Sequence[str], k: int) -> list[tuple[int, float]]:
        """Return the best (row, score) for terms."""


def encode_selftest(
    vectors: NDArray[np.float32], tokens: Sequence[Sequence[str]], lexical: Lexical
) -> bytes:
    """Return the bytes of selftest.json: evenly spread passages and the scores they find."""
    rows = sorted({int(row) for row in np.linspace(0, len(vectors) - 1, QUERIES)})
    dense = [
        {"row": row, "scores": scores}
        for row, scores in zip(rows, _dense_scores(vectors, rows), strict=True)
    ]
    queries = [sorted(set(tokens[row]))[:TERMS_PER_QUERY] for row in rows]
    terms = [{"tokens": query, "scores": _lexical_scores(lexical, query)} for query in queries]
    return canonical_json({"dense": dense, "lexical": terms}) + b"\n"


def run_selftest(data: bytes, snapshot: Searchable) -> None:
    """Search as selftest.json says; raises DamagedIndexError where another score comes out."""
    expected = json.loads(data)
    for query in expected["dense"]:
        hits = snapshot.search_dense(snapshot.vector(query["row"]), TOP)
        _compare(hits, query["scores"], f"dense search for passage {query['row']}")
    for query in expected["lexical"]:
        hits = snapshot.search_lexical(query["tokens"], TOP)
        _compare(hits, query["scores"], f"lexical search for {' '.join(query['tokens'])}")


def _compare(hits: Sequence[tuple[int, float]], scores: Sequence[float], what: str) -> None:
    found = [score for _, score in hits]
    if len(found) != len(scores) or not np.allclose(found, scores, atol=SCORE_TOLERANCE, rtol=1e-4):
        raise DamagedIndexError("E-IDX-010", f"the self-test failed: {what}")


def _dense_scores(vectors: NDArray[np.float32], rows: Sequence[int]) -> list[list[float]]:
    queries = vectors[list(rows)].astype(np.float64)
    best = np.full((len(rows), 0), -np.inf)
    for start in range(0, len(vectors), BLOCK_ROWS):
        block = vectors[start : start + BLOCK_ROWS].astype(np.float64)
        together = np.hstack([best, queries @ block.T])
        best = -np.sort(-together, axis=1)[:, :TOP]
    return [[round(score, 6) for score in row] for row in best.tolist()]


def _lexical_scores(lexical: Lexical, query: Sequence[str]) -> list[float]:
    totals = np.zeros(lexical.passage_count)
    for token in query:
        term = lexical.terms[token]
        entries = slice(lexical.starts[term], lexical.starts[term + 1])
        np.add.at(totals, lexical.rows[entries], lexical.scores[entries].astype(np.float64))
    best = sorted((score for score in totals.tolist() if score > 0), reverse=True)[:TOP]
    return [round(score, 6) for score in best]

"""A few searches whose outcome is stored with a segment and must come out again.

Checksums prove that bytes did not change; this proves that searching these bytes, with the
libraries installed now, finds what an independent computation found when they were made.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedIndexError
from rag.index.dense import Dense, SegmentVectors
from rag.index.lexical import K1, B, Lexical, SegmentTerms
from rag.index.manifest import canonical_json

SELFTEST = "selftest"
QUERIES = 16  # of each kind
TOP = 5
TERMS_PER_QUERY = 6
BLOCK_ROWS = 16_384  # rows multiplied at once; bounds the memory of the float64 copy
SCORE_TOLERANCE = 1e-4  # float32 sums differ by less between libraries and processors


def encode_selftest(vectors: NDArray[np.float32], terms: Sequence[Sequence[str]]) -> bytes:
    """Return the self-test of a segment: evenly spread passages and the scores they find there."""
    rows = sorted({int(row) for row in np.linspace(0, len(vectors) - 1, QUERIES)})
    rows = rows if len(vectors) else []
    dense = [
        {"row": row, "scores": scores}
        for row, scores in zip(rows, _dense_scores(vectors, rows), strict=True)
    ]
    queries = [sorted(set(terms[row]))[:TERMS_PER_QUERY] for row in rows]
    lexical = [
        {"tokens": query, "scores": scores}
        for query, scores in zip(queries, _lexical_scores(terms, queries), strict=True)
    ]
    return canonical_json({"dense": dense, "lexical": lexical})


def run_selftest(data: bytes, vectors: SegmentVectors, terms: SegmentTerms) -> None:
    """Search as the self-test says; raises DamagedIndexError where another score comes out."""
    expected = json.loads(data)
    dense = Dense([vectors], dimension=vectors.dimension, kind=vectors.kind)
    lexical = Lexical([terms])
    for query in expected["dense"]:
        hits = dense.search(vectors.vector(query["row"]), TOP)
        _compare(hits, query["scores"], f"dense search for passage {query['row']}")
    for query in expected["lexical"]:
        hits = lexical.search(query["tokens"], TOP)
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


def _lexical_scores(
    passages: Sequence[Sequence[str]], queries: Sequence[Sequence[str]]
) -> list[list[float]]:
    """Return the best BM25 scores of each query, as the formula is written, in float64."""
    wanted = frozenset[str]().union(*queries)
    counts = [Counter(filter(wanted.__contains__, terms)) for terms in passages]
    df = Counter(term for count in counts for term in count)
    mean = sum(map(len, passages)) / max(len(passages), 1) or 1.0
    norms = [K1 * (1 - B + B * len(terms) / mean) for terms in passages]
    idf = {t: math.log(1 + (len(passages) - n + 0.5) / (n + 0.5)) for t, n in df.items()}
    found = []
    for query in queries:
        scores = (
            sum(idf[t] * count[t] / (norm + count[t]) for t in query if t in count)
            for count, norm in zip(counts, norms, strict=True)
            if count
        )
        best = sorted((score for score in scores if score > 0), reverse=True)[:TOP]
        found.append([round(score, 6) for score in best])
    return found

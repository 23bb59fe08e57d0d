"""Lexical search: BM25 with Lucene's idf (Kamphuis et al., ECIR 2020), over segments.

A segment has how often each of its terms stands in each of its passages, and nothing of the
others, so a change elsewhere leaves it as it is. What depends on all passages (how many have a
term, how long one is on average) is added up when the index is opened and at a question.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.index.blocks import Sections

K1 = 1.2  # how soon a repeated term stops adding; Lucene's default
B = 0.75  # how much a long passage is discounted; Lucene's default
SCORER = f"bm25 lucene k1={K1} b={B}"

TERMS, KEYS, STARTS, ROWS, COUNTS, LENGTHS = (
    "terms",
    "term-keys",
    "term-starts",
    "term-rows",
    "term-counts",
    "lengths",
)
FEW_ROWS = 1 << 16  # passages whose rows fit into two bytes
ASKED_IN_PARTS = 8  # questions of a process that read the postings of their terms alone
MOST_OF_A_TERM = (1 << 16) - 1  # occurrences in one passage that are counted


def term_key(term: str) -> int:
    """Return the 64 bits that stand for a term: of a million terms two share them in 1 of 10^7."""
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@dataclass(frozen=True)
class SegmentTerms:
    """The terms of one segment's passages: term t stands in `rows[starts[t]:starts[t + 1]]`."""

    sections: Sections
    passages: int

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """Return how many terms each passage has, shape (passages,)."""
        return np.frombuffer(self.sections.section(LENGTHS), "<i4")

    @cached_property
    def terms(self) -> list[str]:
        """Return every term."""
        data = str(self.sections.section(TERMS), "utf-8", "surrogatepass")
        return data.split("\n") if data else []

    def places(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return where the postings of each term begin and end, shape (terms, 2)."""
        if not len(self._keys):
            return np.zeros((len(keys), 2), np.int64)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        starts, stops = self._starts[at], self._starts[at + 1]
        stops = np.where(self._keys[at] == keys, stops, starts)
        return np.stack([starts, stops], axis=1).astype(np.int64)

    def postings(
        self, places: Sequence[tuple[int, int]]
    ) -> tuple[NDArray[np.unsignedinteger], NDArray[np.uint16]]:
        """Return the passages of some terms, one term after another, and how often each has it.

        The first questions read the postings of their terms; then all are taken in at once.
        """
        self._asked[0] += 1
        if self._asked[0] > ASKED_IN_PARTS:
            rows, counts = self._all
            return (
                np.concatenate([rows[a:b] for a, b in places]),
                np.concatenate([counts[a:b] for a, b in places]),
            )
        size = self._row_type.itemsize
        parts = [self.sections.part(ROWS, a * size, b * size) for a, b in places]
        counted = [self.sections.part(COUNTS, a * 2, b * 2) for a, b in places]
        return (
            np.frombuffer(b"".join(parts), self._row_type),
            np.frombuffer(b"".join(counted), "<u2"),
        )

    @cached_property
    def _all(self) -> tuple[NDArray[np.unsignedinteger], NDArray[np.uint16]]:
        return (
            np.frombuffer(self.sections.section(ROWS), self._row_type),
            np.frombuffer(self.sections.section(COUNTS), "<u2"),
        )

    @cached_property
    def _asked(self) -> list[int]:
        return [0]

    @cached_property
    def _keys(self) -> NDArray[np.uint64]:
        return np.frombuffer(self.sections.section(KEYS), "<u8")

    @cached_property
    def _starts(self) -> NDArray[np.uint32]:
        return np.frombuffer(self.sections.section(STARTS), "<u4")

    @property
    def _row_type(self) -> np.dtype[np.unsignedinteger]:
        return _row_type(self.passages)


class Lexical:
    """BM25 over the passages of all segments, whose rows follow one another."""

    def __init__(self, segments: Sequence[SegmentTerms]) -> None:
        self._segments = segments
        self.passage_count = sum(segment.passages for segment in segments)

    def search(
        self, tokens: Sequence[str], k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` (row, score) of passages that hold a token; best first, ties by row."""
        if k <= 0 or not tokens:
            return []
        places = self._places(tokens)
        lengths = places[:, :, 1] - places[:, :, 0]
        weights = np.array([self._idf(df) for df in lengths.sum(axis=0).tolist()])
        totals = np.zeros(self.passage_count, dtype=np.float32)
        first = 0
        for at, (segment, norm) in enumerate(zip(self._segments, self._norms, strict=True)):
            if lengths[at].any():
                rows, counts = segment.postings(places[at].tolist())
                scores = np.repeat(weights, lengths[at]) * (counts / (norm[rows] + counts))
                totals[first : first + segment.passages] = np.bincount(
                    rows, scores, minlength=segment.passages
                )
            first += segment.passages
        if allowed is not None:
            totals[~allowed] = 0.0
        return best_rows(totals, np.flatnonzero(totals > 0.0), k)

    def document_frequency(self, token: str) -> int:
        """Return how many passages hold `token`."""
        places = self._places([token])
        return int((places[:, :, 1] - places[:, :, 0]).sum())

    @cached_property
    def terms(self) -> Collection[str]:
        """Return every term that a passage holds."""
        return frozenset[str]().union(*(segment.terms for segment in self._segments))

    def _places(self, tokens: Sequence[str]) -> NDArray[np.int64]:
        """Return the places of each token's postings, shape (segments, tokens, 2)."""
        keys = np.array([term_key(token) for token in tokens], np.uint64)
        found = [segment.places(keys) for segment in self._segments]
        return np.array(found, np.int64).reshape(len(self._segments), len(tokens), 2)

    def _idf(self, df: int) -> float:
        return math.log(1 + (self.passage_count - df + 0.5) / (df + 0.5))

    @cached_property
    def _norms(self) -> list[NDArray[np.float32]]:
        """Return by segment what the length of each passage does to its scores."""
        lengths = [segment.lengths.astype(np.float64) for segment in self._segments]
        mean = sum(float(each.sum()) for each in lengths) / max(self.passage_count, 1) or 1.0
        return [(K1 * (1 - B + B * each / mean)).astype(np.float32) for each in lengths]


def best_rows(
    scores: NDArray[np.float32], candidates: NDArray[np.int64], k: int
) -> list[tuple[int, float]]:
    """Return the `k` candidates with the highest scores, best first, ties by row."""
    if k <= 0 or not len(candidates):
        return []
    if len(candidates) > k:
        threshold = np.partition(scores[candidates], -k)[-k]
        candidates = candidates[scores[candidates] >= threshold]
    order = np.lexsort((candidates, -scores[candidates]))[:k]
    return [(int(row), float(scores[row])) for row in candidates[order]]


def encode_terms(passages: Sequence[Sequence[str]]) -> dict[str, bytes]:
    """Return the sections of the terms of passages, each given as its terms."""
    numbers: dict[str, int] = {}
    flat = np.fromiter(
        (numbers.setdefault(term, len(numbers)) for terms in passages for term in terms), np.int64
    )
    lengths = np.array([len(terms) for terms in passages], "<i4")
    terms = list(numbers)
    keys = np.array([term_key(term) for term in terms], "<u8")
    order = np.argsort(keys)
    rank = np.empty(len(terms), np.int64)
    rank[order] = np.arange(len(terms))
    places = rank[flat] * len(passages) + np.repeat(np.arange(len(passages)), lengths)
    distinct, counts = np.unique(places, return_counts=True)
    columns, rows = np.divmod(distinct, max(len(passages), 1))
    return {
        TERMS: "\n".join(terms[i] for i in order.tolist()).encode("utf-8", "surrogatepass"),
        KEYS: keys[order].tobytes(),
        STARTS: np.searchsorted(columns, np.arange(len(terms) + 1)).astype("<u4").tobytes(),
        ROWS: rows.astype(_row_type(len(passages))).tobytes(),
        COUNTS: np.minimum(counts, MOST_OF_A_TERM).astype("<u2").tobytes(),
        LENGTHS: lengths.tobytes(),
    }


def _row_type(passages: int) -> np.dtype[np.unsignedinteger]:
    return np.dtype("<u2" if passages <= FEW_ROWS else "<u4")

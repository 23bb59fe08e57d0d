"""Lexical search: BM25, scored by bm25s when the index is built, summed by numpy at a question.

bm25s computes the score of every term in every passage once ("eager" BM25: Lù, 2024,
arXiv:2407.03618); what is left for a question is to add up the columns of its terms. Adding them
here spares each cold `ask` the import of bm25s and scipy (0.4 s), and takes a mask of passages.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedIndexError

K1 = 1.2  # how soon a repeated term stops adding; Lucene's default
B = 0.75  # how much a long passage is discounted; Lucene's default
SCORER = f"bm25s lucene k1={K1} b={B}"

SCORES, ROWS, STARTS, TERMS = (
    "bm25-scores.npy",
    "bm25-rows.npy",
    "bm25-starts.npy",
    "bm25-terms.json",
)
Number = TypeVar("Number", np.float32, np.int32, np.int64)

LEXICAL_FILES = frozenset({SCORES, ROWS, STARTS, TERMS})


@dataclass(frozen=True, slots=True)
class Lexical:
    """BM25 scores by term: those of term t are `scores[starts[t]:starts[t + 1]]`, in `rows`."""

    terms: dict[str, int]
    scores: NDArray[np.float32]
    rows: NDArray[np.int32]
    starts: NDArray[np.int64]
    passage_count: int

    def search(
        self, tokens: Sequence[str], k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` (row, score) of passages that hold a token; best first, ties by row."""
        totals = np.zeros(self.passage_count, dtype=np.float32)
        for token in tokens:
            column = self._column(token)
            totals[self.rows[column]] += self.scores[column]  # a row occurs once in a column
        if allowed is not None:
            totals[~allowed] = 0.0
        return best_rows(totals, np.flatnonzero(totals > 0.0), k)

    def document_frequency(self, token: str) -> int:
        """Return how many passages hold `token`."""
        column = self._column(token)
        return int(column.stop - column.start)

    def _column(self, token: str) -> slice:
        term = self.terms.get(token)
        return slice(0, 0) if term is None else slice(self.starts[term], self.starts[term + 1])


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


def build_lexical(passages: Sequence[Sequence[str]]) -> Lexical:
    """Return the BM25 index of passages given as their tokens; the terms are sorted."""
    bm25s = _import_bm25s()
    terms = {term: number for number, term in enumerate(sorted(set().union(*passages)))}
    if not terms:
        return _without_terms(len(passages))
    model = bm25s.BM25(method="lucene", k1=K1, b=B, csc_backend="numpy")
    numbers = [list(map(terms.__getitem__, tokens)) for tokens in passages]
    model.index((numbers, terms), create_empty_token=False, show_progress=False)
    return Lexical(
        terms=terms,
        scores=model.scores["data"].astype(np.float32),
        rows=model.scores["indices"].astype(np.int32),
        starts=model.scores["indptr"].astype(np.int64),
        passage_count=len(passages),
    )


def _import_bm25s() -> Any:
    """Import bm25s without its progress bars.

    Even a hidden tqdm bar starts a thread, and takes a lock that a killed fork never gives back.
    bm25s looks for this variable when it is imported, and offers no other way.
    """
    os.environ.setdefault("DISABLE_TQDM", "1")
    import bm25s  # noqa: PLC0415 - 0.4 s that only a build needs

    return bm25s


def encode_lexical(lexical: Lexical) -> dict[str, bytes]:
    """Return the files of a lexical index by name."""
    terms = json.dumps(list(lexical.terms), ensure_ascii=False, separators=(",", ":"))
    return {
        SCORES: _encode_array(lexical.scores),
        ROWS: _encode_array(lexical.rows),
        STARTS: _encode_array(lexical.starts),
        TERMS: terms.encode("utf-8"),
    }


def decode_lexical(files: Mapping[str, bytes], *, passage_count: int) -> Lexical:
    """Return the lexical index in `files`; raises DamagedIndexError where they do not fit."""
    try:
        names = json.loads(files[TERMS])
        lexical = Lexical(
            terms={term: number for number, term in enumerate(names)},
            scores=_decode_array(files[SCORES], np.float32),
            rows=_decode_array(files[ROWS], np.int32),
            starts=_decode_array(files[STARTS], np.int64),
            passage_count=passage_count,
        )
    except (ValueError, TypeError, EOFError) as error:
        raise DamagedIndexError("E-IDX-003", f"the lexical index is damaged: {error}") from error
    if not _holds_together(lexical):
        raise DamagedIndexError("E-IDX-003", "the lexical index does not fit its passages")
    return lexical


def _holds_together(lexical: Lexical) -> bool:
    starts, rows = lexical.starts, lexical.rows
    return bool(
        len(starts) == len(lexical.terms) + 1
        and starts[0] == 0
        and starts[-1] == len(rows) == len(lexical.scores)
        and np.all(np.diff(starts) >= 0)
        and np.isfinite(lexical.scores).all()
        and (len(rows) == 0 or (rows.min() >= 0 and rows.max() < lexical.passage_count))
    )


def _without_terms(passage_count: int) -> Lexical:
    return Lexical(
        terms={},
        scores=np.zeros(0, dtype=np.float32),
        rows=np.zeros(0, dtype=np.int32),
        starts=np.zeros(1, dtype=np.int64),
        passage_count=passage_count,
    )


def _encode_array(array: NDArray[np.generic]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _decode_array(data: bytes, dtype: type[Number]) -> NDArray[Number]:
    array: NDArray[Number] = np.load(io.BytesIO(data), allow_pickle=False)
    if array.dtype != dtype or array.ndim != 1:
        raise ValueError(f"an array is {array.dtype} with {array.ndim} dimensions")
    return array

"""Which index of FAISS a large corpus could be searched in: python tests/benchmarks/dense_kinds.py

Vectors are mixed as in `speed.py`, cut into segments as an index is, each with an index of its own;
questions are those of the demo set. A row: milliseconds of the processor for all segments, and the
share of the exact 150 among the best 150 found once those are scored again in float32.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rag.config import load_config
from rag.encoders.embedder import load_embedder
from rag.retrieval.retriever import CANDIDATES
from tests.benchmarks.speed import QUESTIONS, MixedEmbedder
from tests.benchmarks.synthetic import demo_sentences

SEGMENT = 14_336  # passages of one at a million
SPARE = 64  # hits more that are asked of each, as `rag/index/dense.py` does
PRODUCT = faiss.METRIC_INNER_PRODUCT
Codes = faiss.ScalarQuantizer


def kinds(dimension: int) -> Iterator[tuple[str, Callable[[], Any], tuple[int, ...]]]:
    """Yield the name of each kind, what makes it, and how many of its lists to look into."""
    yield "float32", lambda: faiss.IndexFlatIP(dimension), (0,)
    for name, code in (("float16", Codes.QT_fp16), ("8 bits", Codes.QT_8bit)):
        yield name, lambda c=code: faiss.IndexScalarQuantizer(dimension, c, PRODUCT), (0,)
    yield "RaBitQ, 4 bits", lambda: faiss.IndexRaBitQ(dimension, PRODUCT, 4), (0,)
    for lists in (128, 256):

        def inverted(lists: int = lists) -> Any:
            coarse = faiss.IndexFlatIP(dimension)
            return faiss.IndexIVFScalarQuantizer(coarse, dimension, lists, Codes.QT_fp16, PRODUCT)

        yield f"float16 in {lists} lists", inverted, (lists // 8, lists // 4, lists // 2)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--segments", type=int, default=8)
    segments = parser.parse_args().segments
    faiss.omp_set_num_threads(1)
    embedder = load_embedder(load_config())
    mixed = MixedEmbedder(embedder.embed_passages(demo_sentences()))
    parts = [
        mixed.embed_passages([f"{at}-{row}" for row in range(SEGMENT)]) for at in range(segments)
    ]
    texts = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    queries = np.stack([embedder.embed_query(text) for text in texts])
    every = np.concatenate(parts)
    exact = np.argsort(-(queries @ every.T), axis=1)[:, :CANDIDATES]
    print("| index of a segment | training, s a segment | ms, p50 / p95 | recall, mean / lowest |")
    print("|---|---:|---:|---:|")
    for name, make, looks in kinds(mixed.dimension):
        indexes, began = [make() for _ in parts], time.process_time()
        for index, vectors in zip(indexes, parts, strict=True):
            index.train(vectors)
            index.add(vectors)
        trained = (time.process_time() - began) / segments
        for look in looks:
            for index in indexes if look else ():
                index.nprobe = look
            cells = measured(indexes, queries, every, exact)
            label = f"{name}, {look} looked into" if look else name
            print(f"| {label} | {trained:.2f} | {cells} |", flush=True)


def measured(indexes: list, queries: np.ndarray, every: np.ndarray, exact: np.ndarray) -> str:
    """Return the two last cells of a row."""
    times, shares = [], []
    for query, best in zip(queries, exact, strict=True):
        began = time.process_time()
        found = [index.search(query[np.newaxis], CANDIDATES + SPARE)[1][0] for index in indexes]
        times.append((time.process_time() - began) * 1000)
        rows = np.concatenate([own[own >= 0] + at * SEGMENT for at, own in enumerate(found)])
        again = rows[np.argsort(-(every[rows] @ query))[:CANDIDATES]]
        shares.append(len(set(again) & set(best)) / CANDIDATES)
    p50, p95 = np.percentile(times, [50, 95])
    return f"{p50:.1f} / {p95:.1f} | {np.mean(shares):.4f} / {min(shares):.3f}"


if __name__ == "__main__":
    main()

"""Measures what reading candidates costs: python tests/benchmarks/rerank.py

Sentences of the demo corpus that retrieval finds for a few questions are read with each question
by the carried reranker: the time of so many at once, and how far its log odds are from those in
float32.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from rag.answering.evidence import collect_candidates
from rag.assistant import Assistant
from rag.config import Config
from rag.records import Question
from rag.reranking.pairs import shown
from rag.reranking.reranker_files import load_weights
from rag.reranking.reranker_openvino import OwnReranker
from rag.retrieval.retriever import Retriever
from tests.benchmarks.figures import QUESTIONS

ROOT = Path(__file__).parents[2]
HITS = 40  # enough for 50 sentences


def main() -> None:
    """Read the candidates of each question, print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--candidates", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = candidates(Path(folder), most=options.candidates)
    own, exact = OwnReranker(load_weights()), OwnReranker(load_weights(), in_int8=False)
    off = [np.abs(own.answers(q, texts) - exact.answers(q, texts)) for q, texts in found.items()]
    spread = [exact.answers(q, texts).std() for q, texts in found.items()]
    for name, reranker in (("as carried", own), ("in float32", exact)):
        walls = []
        for _ in range(options.rounds):
            for question, texts in found.items():
                started = time.perf_counter()
                reranker.answers(question, texts)
                walls.append((time.perf_counter() - started) * 1000)
        counts = {len(texts) for texts in found.values()}
        print(f"{name}: {statistics.median(walls):.0f} ms for {min(counts)} to {max(counts)}")
    print(f"log odds off by {np.concatenate(off).mean():.3f}, spread {np.mean(spread):.2f}")


def candidates(folder: Path, *, most: int) -> dict[str, list[str]]:
    """Return for each question the texts of the first candidates, as the reranker reads them."""
    assistant = Assistant(Config(corpus=ROOT / "corpus", index=folder / "index"))
    assistant.build()
    snapshot, retriever = assistant.snapshot(), Retriever(assistant.embedder)
    found = {}
    for text in QUESTIONS:
        retrieval = retriever.retrieve(Question(text), snapshot, k=HITS)
        sentences = collect_candidates(retrieval, snapshot)[:most]
        found[text] = [shown(each.text, each.article.title) for each in sentences]
    return found


if __name__ == "__main__":
    main()

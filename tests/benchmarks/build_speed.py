"""A whole build against sentence-transformers alone: python tests/benchmarks/build_speed.py

Builds an index of articles made from the demo corpus, then embeds its passages with
sentence-transformers in float32, with as many threads. The figures are their time by this one's.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sentence_transformers import SentenceTransformer
from torch import set_num_threads

from rag.config import DEFAULT_EMBEDDER, Config
from rag.encoders.embedder import load_embedder
from rag.encoders.model_files import find_model
from rag.index.build import build_index
from rag.index.snapshot import open_snapshot
from rag.text.chunking import searchable_text
from tests.benchmarks.synthetic import write_corpus

BATCH = 32  # what SentenceTransformer.encode takes by itself
THREADS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=300)
    articles = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            corpus=Path(folder) / "corpus", index=Path(folder) / "index", threads=THREADS
        )
        write_corpus(config.corpus, articles)
        embedder = load_embedder(config)
        built = measure(lambda: build_index(config, embedder))
        snapshot = open_snapshot(config.index)
        rows = [snapshot.passage(row) for row in range(snapshot.passage_count)]
        texts = [searchable_text(snapshot.article(each.article_id), each) for each in rows]
    set_num_threads(THREADS)
    reference = SentenceTransformer(str(find_model(DEFAULT_EMBEDDER).path), device="cpu")
    reference.encode_document(texts[:BATCH])  # what is made at the first use
    bare = measure(lambda: reference.encode_document(texts, batch_size=BATCH))
    clock, processor = (theirs / ours for theirs, ours in zip(bare, built, strict=True))
    print(f"{len(texts)} passages: {clock:.2f} by the clock, {processor:.2f} of processor time")


def measure(act: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds by the clock and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()

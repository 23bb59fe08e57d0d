"""What the index costs: opening, searching, and a rebuild after one new article.

    python tests/benchmarks/index.py --passages 10000

Embeddings come from the word-overlap embedder at the real one's dimension, so that the figures are
those of the index alone; the corpus is that of synthetic.py, read by the real readers.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rag.config import Config
from rag.index.build import build_index, plan_build
from rag.index.snapshot import open_snapshot
from rag.records import Filters
from rag.text.tokens import tokenize
from tests.benchmarks.synthetic import write_corpus
from tests.doubles import WordEmbedder

PASSAGES_PER_ARTICLE = 2.3  # of the synthetic corpus, about
DIMENSION = 384  # of the default embedder
CANDIDATES = 50  # hits that retrieval asks of each search
RUNS = 200
NEW = "Added\n\nA new report counts 4,711 containers on the quay. Nobody expected so many.\n"


class TimedEmbedder(WordEmbedder):
    """Adds up the seconds that embedding passages took."""

    seconds = 0.0

    def embed_passages(self, texts, *, on_done=None):
        started = time.perf_counter()
        try:
            return super().embed_passages(texts, on_done=on_done)
        finally:
            self.seconds += time.perf_counter() - started


def main() -> None:
    """Build, rebuild, open and search, and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open:
        _open_cold(options.open)
        return
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), options.passages)


def _measure(folder: Path, passages: int) -> None:
    config = Config(corpus=folder / "corpus", index=folder / "index")
    write_corpus(config.corpus, round(passages / PASSAGES_PER_ARTICLE))
    embedder = TimedEmbedder(dimension=DIMENSION)
    _build(config, embedder, "first build")
    _build(config, embedder, "build, nothing to do")
    (config.corpus / "zz-added.txt").write_text(NEW, encoding="utf-8")
    started = time.perf_counter()
    plan_build(config)
    print(f"dry run: {time.perf_counter() - started:.2f} s")
    _build(config, embedder, "build after one new article")
    command = [sys.executable, __file__, "--open", str(config.index)]
    subprocess.run(command, check=True)
    _search(config, embedder)


def _build(config: Config, embedder: TimedEmbedder, what: str) -> None:
    embedder.seconds = 0.0
    used = time.process_time()
    report = build_index(config, embedder)
    processor = time.process_time() - used - embedder.seconds
    print(
        f"{what}: {report.seconds:.2f} s, not embedding {report.seconds - embedder.seconds:.2f} "
        f"s, of the processor {processor:.2f} s; {report.passages} passages, "
        f"{report.embedded} embedded"
    )


def _open_cold(index: Path) -> None:
    before = _resident_mb()
    started = time.perf_counter()
    snapshot = open_snapshot(index)
    opened = time.perf_counter()
    snapshot.search_dense(snapshot.vector(0), 1)
    searched = time.perf_counter()
    print(
        f"opening in a new process: {opened - started:.2f} s, first search with the import of "
        f"FAISS {searched - opened:.2f} s; memory {before} MB before, {_resident_mb()} MB after"
    )


def _resident_mb() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def _search(config: Config, embedder: WordEmbedder) -> None:
    snapshot = open_snapshot(config.index)
    text = snapshot.passage(snapshot.passage_count // 2).text[:120]
    vector, tokens = embedder.embed_query(text), tokenize(text)
    third = Filters(articles=snapshot.article_ids[::3])
    searches: dict[str, Callable[[], object]] = {
        "search_dense": lambda: snapshot.search_dense(vector, CANDIDATES),
        "search_lexical": lambda: snapshot.search_lexical(tokens, CANDIDATES),
        "search_dense, a third allowed": lambda: snapshot.search_dense(
            vector, CANDIDATES, filters=third
        ),
        "search_lexical, a third allowed": lambda: snapshot.search_lexical(
            tokens, CANDIDATES, filters=third
        ),
        "articles_matching": lambda: snapshot.articles_matching(Filters(outlets=("nobody",))),
        "50 passages": lambda: [snapshot.passage(row) for row in range(CANDIDATES)],
    }
    for name, search in searches.items():
        times = []
        for _ in range(RUNS):
            started = time.perf_counter()
            search()
            times.append((time.perf_counter() - started) * 1000)
        print(f"{name}: p50 {statistics.median(times):.2f} ms")


if __name__ == "__main__":
    main()

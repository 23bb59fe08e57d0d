"""Measures the embedder against sentence-transformers: python tests/benchmarks/embed.py

Both embed the same passages, sorted by length, with as many threads, in turns; the figure is the
ratio of characters a second. Then what a question waits for: a cold process, and a warm one.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from sentence_transformers import SentenceTransformer
from torch import set_num_threads

from rag.config import DEFAULT_EMBEDDER, Config
from rag.encoders.embedder import Embedder, load_embedder
from rag.encoders.model_files import find_model
from rag.text.sentences import is_headline, split_sentences

ROOT = Path(__file__).parents[2]
BATCH = 32  # what SentenceTransformer.encode takes by itself
COLD = """
import time
start = time.perf_counter()
from rag.config import Config
from rag.encoders.embedder import load_embedder
embedder = load_embedder(Config(threads={threads}))
embedder.embed_query("Which measures were paused?")
seconds = time.perf_counter() - start
status = open("/proc/self/status", encoding="utf-8").read()
print(seconds, int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def make_passages(embedder: Embedder, *, count: int, tokens: int) -> list[str]:
    """Return passages of about `tokens` tokens from the demo corpus' sentences, by length."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("corpus/**/*.md"))]
    bodies = [text.split("---\n", 2)[-1] for text in texts]
    sentences = [b[s.start : s.end] for b in bodies for s in split_sentences(b)]
    sized = [(s, embedder.count_tokens(s) - 2) for s in sentences if not is_headline(s)]
    draw = random.Random(7)  # noqa: S311 - the same passages every time
    passages = []
    for _ in range(count):
        passage, used, wanted = [], 2, tokens * draw.uniform(0.75, 1.2)
        while used < wanted:
            sentence, size = draw.choice(sized)
            passage.append(sentence)
            used += size
        passages.append(" ".join(passage))
    return sorted(passages, key=len)


def measure(embed: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds by the clock and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    embed()
    return time.perf_counter() - wall, time.process_time() - cpu


def compare(fast: Embedder, passages: list[str], *, rounds: int, threads: int) -> None:
    set_num_threads(threads)
    reference = SentenceTransformer(str(find_model(DEFAULT_EMBEDDER).path), device="cpu")
    runs: dict[str, Callable[[], object]] = {
        "sentence-transformers": lambda: reference.encode_document(passages, batch_size=BATCH),
        "footnote": lambda: fast.embed_passages(passages),
    }
    sample = passages[:: max(len(passages) // 64, 1)]
    cosines = np.sum(reference.encode_document(sample) * fast.embed_passages(sample), axis=1)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(measure(run))
    characters = sum(map(len, passages))
    print(f"{'':22} {'chars/s':>9} {'ms wall':>8} {'ms CPU':>8}   a passage, median of {rounds}")
    for name, measured in times.items():
        wall, cpu = (statistics.median(part) for part in zip(*measured, strict=True))
        each = 1_000 / len(passages)
        print(f"{name:22} {characters / wall:>9,.0f} {wall * each:>8.1f} {cpu * each:>8.1f}")
    pairs = list(zip(times["sentence-transformers"], times["footnote"], strict=True))
    ratios = [statistics.median(a[part] / b[part] for a, b in pairs) for part in (0, 1)]
    print(f"ratio: {ratios[0]:.2f} by the clock, {ratios[1]:.2f} of processor time")
    print(f"cosine to sentence-transformers: lowest {cosines.min():.7f} of {len(sample)}")


def ask(fast: Embedder, *, threads: int) -> None:
    question = "Which measures did Washington put on hold before the April meeting?"
    warm = [measure(lambda: fast.embed_query(question))[0] for _ in range(200)]
    print(f"warm query: p50 {statistics.median(warm) * 1_000:.1f} ms")
    colds = [
        [float(part) for part in run_cold(threads).split()] for _ in range(3)
    ]  # the first one also fills the disk cache
    seconds, mebibytes = (statistics.median(part) for part in zip(*colds, strict=True))
    print(f"cold process to first query: {seconds:.2f} s, {mebibytes:.0f} MiB")


def run_cold(threads: int) -> str:
    script = COLD.format(threads=threads)
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=1_024)
    parser.add_argument("--tokens", type=int, default=150, help="mean length of a passage")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--precision", default="auto", choices=["auto", "float32", "bfloat16", "int8"]
    )
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    fast = load_embedder(Config(threads=options.threads, embedder_precision=options.precision))
    passages = make_passages(fast, count=options.passages, tokens=options.tokens)
    tokens = statistics.mean(map(fast.count_tokens, passages))
    print(
        f"{len(passages)} passages, {tokens:.0f} tokens each, {options.threads} threads,", end=" "
    )
    print(fast.fingerprint["precision"])
    ask(fast, threads=options.threads)
    compare(fast, passages, rounds=options.rounds, threads=options.threads)


if __name__ == "__main__":
    main()

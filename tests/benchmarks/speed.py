"""What the index costs as it grows: searching, opening, a rebuild, memory, disk; writes SPEED.md.

    python tests/benchmarks/speed.py --sizes 10000,100000 --page tests/benchmarks/SPEED.md

Texts are sentences of the demo corpus, recombined and renumbered; vectors are real embeddings of
those sentences, mixed in pairs with some noise, so that near ones are about as near as real ones.
Questions are those of the demo set. Reading a file is the tests' own short parser: formats are
measured elsewhere. Every figure of a size comes from one run, and the searches of all sizes from
one processor, so their ratios hold on a busy machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rag.config import Config, load_config
from rag.encoders.embedder import load_embedder
from rag.index import readings
from rag.index.build import build_index
from rag.index.snapshot import Snapshot, open_snapshot
from rag.retrieval.retriever import CANDIDATES, search_terms
from tests.benchmarks.synthetic import demo_sentences
from tests.doubles import WORD, TextReader

BEGIN, END = "<!-- growth -->", "<!-- /growth -->"
QUESTIONS = Path(__file__).parents[1] / "questions" / "demo.jsonl"
SENTENCES_PER_ARTICLE = 48
PASSAGES_PER_ARTICLE = 8.6  # of these, about
NOISE = 0.45  # length of what is added to a mix of two embeddings
RUNS = 60
EXACT = 30  # questions whose hits are compared with all inner products
NEW = "Added\n\nA new report counts 4,711 containers on the quay. Nobody expected so many.\n"


class MixedEmbedder:
    """Gives a text a mix of two real embeddings that its SHA-256 chooses."""

    seconds = 0.0  # of the processor that mixing took

    def __init__(self, base: np.ndarray) -> None:
        self._base = base
        self.dimension = base.shape[1]
        self.max_tokens = 256
        self.fingerprint: dict[str, object] = {"id": "mixed", "dimension": self.dimension}
        self.key = hashlib.sha256(b"mixed").hexdigest()

    def embed_passages(
        self, texts: list[str], *, on_done: Callable[[int], None] | None = None
    ) -> np.ndarray:
        started = time.process_time()
        rows = np.stack([self._mix(text) for text in texts])
        self.seconds += time.process_time() - started
        return rows

    def count_tokens(self, text: str) -> int:
        return len(WORD.findall(text)) * 5 // 4

    def _mix(self, text: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
        chance = np.random.default_rng(seed)
        one, other = self._base[chance.integers(len(self._base), size=2)]
        share = chance.uniform(0.5, 0.9)
        noise = chance.standard_normal(self.dimension, np.float32)
        mixed = share * one + (1 - share) * other
        mixed = mixed / np.linalg.norm(mixed) + NOISE * noise / np.linalg.norm(noise)
        return (mixed / np.linalg.norm(mixed)).astype(np.float32)


def write_corpus(folder: Path, articles: int, sentences: list[str]) -> None:
    """Write `articles` text files of 48 sentences, a thousand to a folder."""
    for number in range(articles):
        chance = random.Random(number)  # noqa: S311 - made to be repeatable
        chosen = chance.choices(sentences, k=SENTENCES_PER_ARTICLE)
        body = [f"{text} Case {chance.randrange(10**6)}." for text in chosen]
        parts = [" ".join(body[at : at + 8]) for at in range(0, len(body), 8)]
        path = folder / f"{number // 1000:04}" / f"{number:07}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Report {number}\n\n" + "\n\n".join(parts) + "\n", encoding="utf-8")


def measure(size: int, folder: Path, base: np.ndarray, questions: Questions) -> dict[str, Any]:
    """Return the figures of one size."""
    config = Config(corpus=folder / "corpus", index=folder / "index")
    write_corpus(config.corpus, round(size / PASSAGES_PER_ARTICLE), demo_sentences())
    embedder = MixedEmbedder(base)
    (first, _), again = _build(config, embedder), []
    for number in range(3):
        (config.corpus / f"added-{number}.txt").write_text(f"{NEW}{number}\n", encoding="utf-8")
        again.append(_build(config, embedder))
    cpu, clock = map(statistics.median, zip(*again, strict=True))
    index = config.index
    command = [sys.executable, __file__, "--open", str(index)]
    opened = [json.loads(subprocess.check_output(command)) for _ in range(3)]
    snapshot = open_snapshot(index)
    files = list((index / "gen" / f"{snapshot.generation:06d}").iterdir())
    return {
        "passages": snapshot.passage_count,
        "kind": snapshot.manifest.dense,
        "segments": len(snapshot.segments),
        **{key: statistics.median(one[key] for one in opened) for key in opened[0]},
        **_searches(snapshot, questions),
        "disk": sum(path.stat().st_size for path in files) / 1e6,
        "build_cpu": first,
        "rebuild_cpu": cpu,
        "rebuild_s": clock,
    }


Questions = list[tuple[np.ndarray, list[str]]]


def _build(config: Config, embedder: MixedEmbedder) -> tuple[float, float]:
    """Return the seconds of the processor but for embedding, and those by the clock."""
    embedder.seconds, used, began = 0.0, time.process_time(), time.perf_counter()
    build_index(config, embedder)  # type: ignore[arg-type]
    return time.process_time() - used - embedder.seconds, time.perf_counter() - began


def _searches(snapshot: Snapshot, questions: Questions) -> dict[str, float]:
    asked = [questions[at % len(questions)] for at in range(RUNS)]
    for vector, terms in asked[:10]:  # what is checked at its first use is
        snapshot.search_dense(vector, CANDIDATES)
        snapshot.search_lexical(terms, CANDIDATES)
    dense = [_ms(lambda v=v: snapshot.search_dense(v, CANDIDATES)) for v, _ in asked]
    lexical = [_ms(lambda t=t: snapshot.search_lexical(t, CANDIDATES)) for _, t in asked]
    both = [a + b for a, b in zip(dense, lexical, strict=True)]
    found = {}
    for name, times in (("dense", dense), ("lexical", lexical), ("both", both)):
        p50, p95 = np.percentile(times, [50, 95])
        found |= {f"{name}_p50": float(p50), f"{name}_p95": float(p95)}
    return {**found, "recall": _recall(snapshot, questions[:EXACT])}


def _ms(act: Callable[[], object]) -> float:
    """Return the milliseconds of processor time; others on the machine do not count."""
    started = time.process_time()
    act()
    return (time.process_time() - started) * 1000


def _recall(snapshot: Snapshot, questions: Questions) -> float:
    """Return the share of the 150 rows with the highest inner product that are found."""
    queries = np.stack([vector for vector, _ in questions]).astype(np.float64)
    parts = [queries @ s.vectors.vectors().astype(np.float64).T for s in snapshot.segments]
    scores = np.hstack(parts)
    shares = []
    for (vector, _), exact in zip(questions, scores, strict=True):
        floor = np.sort(exact)[-CANDIDATES]
        hits = snapshot.search_dense(vector, CANDIDATES)
        shares.append(np.mean([exact[row] >= floor - 1e-6 for row, _ in hits]))
    return float(np.mean(shares))


def _open_cold(index: Path) -> None:
    before = _memory_mb()
    started = time.perf_counter()
    snapshot = open_snapshot(index)
    opened = time.perf_counter()
    vector = snapshot.vector(0)
    snapshot.search_lexical(["report", "contain"], CANDIDATES)
    lexical = time.perf_counter()
    snapshot.search_dense(vector, CANDIDATES)
    dense = time.perf_counter()
    snapshot.passage(0)
    told = {
        "open_ms": (opened - started) * 1000,
        "first_lexical_ms": (lexical - opened) * 1000,
        "first_dense_ms": (dense - lexical) * 1000,
        "memory": _memory_mb() - before,
    }
    print(json.dumps(told))


def _memory_mb() -> float:
    """Return the memory of this process that nothing else shares or can drop, in MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


ROWS = {
    "passages": ("passages", "{:,.0f}"),
    "searched in": ("kind", "{}"),
    "segments": ("segments", "{:,.0f}"),
    "dense search p50 / p95, ms of the processor": ("dense_p50", "{:.1f}"),
    "lexical search p50 / p95, ms of the processor": ("lexical_p50", "{:.1f}"),
    "both p50 / p95, ms of the processor": ("both_p50", "{:.1f}"),
    "recall of the dense 150 against all products": ("recall", "{:.4f}"),
    "opening, ms": ("open_ms", "{:.1f}"),
    "first lexical search of a process, ms": ("first_lexical_ms", "{:.0f}"),
    "first dense search of a process (checks every vector), ms": ("first_dense_ms", "{:.0f}"),
    "memory of its own after both, MB": ("memory", "{:.0f}"),
    "disk, MB": ("disk", "{:.0f}"),
    "build without embedding, s of the processor": ("build_cpu", "{:.1f}"),
    "build after one new article, s of the processor": ("rebuild_cpu", "{:.2f}"),
    "the same by the clock, s": ("rebuild_s", "{:.2f}"),
}


def table(found: list[dict[str, Any]]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| |" + "---|" * len(found)]
    for label, (key, shape) in ROWS.items():
        cells = []
        for one in found:
            cell = shape.format(one[key])
            if key.endswith("_p50"):
                cell += " / " + shape.format(one[key.replace("_p50", "_p95")])
            cells.append(cell)
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    lines[0], lines[1] = lines[1], "|---|" + "---:|" * len(found)
    return "\n".join(lines)


PLOTTED = {
    "dense_p50": "dense search, ms",
    "lexical_p50": "lexical search, ms",
    "rebuild_cpu": "build after one, s",
    "open_ms": "opening, ms",
    "disk": "disk, MB",
    "memory": "memory of its own, MB",
}
COLOURS = ("#1b6ca8", "#c2571a", "#2e7d32", "#8e24aa", "#616161", "#00838f")


def plot(found: list[dict[str, Any]]) -> str:
    """Return an SVG of cost against passages, both logarithmic; slope 1 is growth by size."""
    sizes = [one["passages"] for one in found]
    low, high = np.log10(min(sizes)), np.log10(max(sizes))
    values = [max(one[key], 1e-3) for one in found for key in PLOTTED]
    bottom, top = np.floor(np.log10(min(values))), np.ceil(np.log10(max(values)))

    def place(size: float, value: float) -> tuple[float, float]:
        across = 60 + 420 * (np.log10(size) - low) / max(high - low, 1e-9)
        return across, 340 - 300 * (np.log10(max(value, 1e-3)) - bottom) / (top - bottom)

    parts = []
    for power in range(int(bottom), int(top) + 1):
        _, y = place(sizes[0], 10.0**power)
        parts.append(f'<path d="M60 {y:.1f}H480" stroke="#ddd"/>')
        parts.append(f'<text x="54" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    parts += [
        f'<text x="{place(size, 1)[0]:.0f}" y="360" text-anchor="middle">{size:,}</text>'
        for size in sizes
    ]
    for number, ((key, label), colour) in enumerate(zip(PLOTTED.items(), COLOURS, strict=True)):
        known = [(o["passages"], o[key]) for o in found]
        points = " ".join("{:.1f},{:.1f}".format(*place(*one)) for one in known)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(f'<text x="490" y="{60 + 18 * number}" fill="{colour}">{label}</text>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 380" '
        'font-family="sans-serif" font-size="11"><rect width="620" height="380" fill="#fff"/>'
        + "".join(parts)
        + "</svg>\n"
    )


def write_page(path: Path, found: list[dict[str, Any]], command: str) -> None:
    """Write the table between its marks on the page, and the plot beside it."""
    path.with_suffix(".svg").write_text(plot(found), encoding="utf-8")
    told = (
        f"`{command}`,\n{date.today():%d %B %Y}, {os.cpu_count()} cores shared with other work "  # noqa: DTZ011
        f"(load {os.getloadavg()[0]:.0f} at the end), 384 dimensions, {CANDIDATES} hits a search."
        "\n\n"
        f"{table(found)}"
    )
    page = path.read_text(encoding="utf-8")
    between = re.compile(f"(?<={BEGIN}\n).*?(?=\n{END})", re.DOTALL)
    path.write_text(between.sub(lambda _: told, page), encoding="utf-8")


def main() -> None:
    """Measure each size, print the table, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--page", type=Path)
    parser.add_argument("--folder", type=Path, help="where to write; removed in the end")
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open:
        _open_cold(options.open)
        return
    readings.ArticleReader = TextReader  # type: ignore[assignment,misc]
    embedder = load_embedder(load_config())
    base = embedder.embed_passages(demo_sentences())
    asked = QUESTIONS.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["question"] for line in asked]
    questions = [(embedder.embed_query(text), search_terms(text)) for text in texts]
    found = []
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            found.append(measure(size, Path(folder), base, questions))
        print(json.dumps(found[-1]), flush=True)
    print(table(found))
    if options.page:
        command = f"python tests/benchmarks/speed.py --sizes {options.sizes} --page {options.page}"
        write_page(options.page, found, command)


if __name__ == "__main__":
    main()

"""Measure `index status` of a folder of many small files that did not change.

    python tests/benchmarks/status.py 50000

Makes the files and an index of them (by words, since no vector is asked for), then prints the wall
and CPU seconds of `python -m rag index status`, twice: each in a process of its own.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rag.config import Config
from rag.index import readings
from rag.index.build import build_index
from tests.doubles import TextReader, WordEmbedder

RUNS = 2
SETTLED_S = 3.0  # a file that was written just now is read again: its time may not tell


def prepare(folder: Path, files: int) -> Config:
    """Write `files` small files below `folder`, and an index of them."""
    config = Config(corpus=folder / "corpus", index=folder / "index")
    for number in range(files):
        path = config.corpus / f"{number // 1000:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (
            f"Report {number}\n\nWarehouse {number} counted {number * 7} crates on day {number}.\n"
        )
        path.write_text(text, encoding="utf-8")
    time.sleep(SETTLED_S)
    readings.ArticleReader = TextReader  # type: ignore[misc]
    build_index(config, WordEmbedder(dimension=16))
    return config


def measure(config: Config) -> None:
    """Print what `index status` takes."""
    folders = ["--corpus", str(config.corpus), "--index", str(config.index)]
    command = [sys.executable, "-m", "rag", "index", "status", *folders]
    for _ in range(RUNS):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        unchanged = next(line for line in told.stdout.splitlines() if line.startswith("Unchanged"))
        load = os.getloadavg()[0]
        print(f"index status: {seconds:.1f} s, {cpu:.1f} s of CPU (load {load:.0f}); {unchanged}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        measure(prepare(Path(made), int(sys.argv[1])))

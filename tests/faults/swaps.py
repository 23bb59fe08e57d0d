"""Ask while generations swap, and check each answer against its own generation (T-06).

    python -m tests.faults.swaps --answers 1000000

One process builds state after state and removes old generations; threads ask a holder that follows.
An answer is right when its hits, texts and vectors all belong to the state of its generation.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the threads here are the readers

from rag.config import Config
from rag.index import snapshot as snapshot_module
from rag.index.snapshot import SnapshotHolder
from rag.text.tokens import tokenize
from tests.faults.workbench import EMBEDDER, PLACES, build_state, make_config, read_here, timed

THREADS = 4
PAUSE_S = 0.005  # between two builds: readers get to see most generations


@dataclass(slots=True)
class Tally:
    """What the readers saw."""

    answers: int = 0
    generations: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def run_swaps(answers: int, folder: Path) -> Tally:
    """Ask `answers` questions in threads while another process builds."""
    read_here()
    snapshot_module.CHECK_EVERY_S = 0.0  # look at the pointer at every question
    config = make_config(folder)
    build_state(config, 1)  # state k is generation k from here on
    command = [sys.executable, "-m", "tests.faults.swaps", "--build-in", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as builder:
        try:
            assert builder.stdout.readline(), "the builder did not start"
            return _ask_in_threads(config, answers)
        finally:
            builder.stdin.close()  # the builder ends with its input
            assert builder.wait(60) == 0, "the builder failed"


def _ask_in_threads(config: Config, answers: int) -> Tally:
    tally = Tally()
    holder = SnapshotHolder(config.index, embedder=EMBEDDER)
    threads = [
        threading.Thread(target=_ask, args=(holder, tally, answers // THREADS, number))
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _ask(holder: SnapshotHolder, tally: Tally, answers: int, number: int) -> None:
    seen = set()
    for count in range(answers):
        place = PLACES[(count + number) % len(PLACES)].lower()
        snapshot = holder.get()
        state = snapshot.generation
        [(row, _)] = snapshot.search_lexical(tokenize(f"{place} crates counted"), 1)
        [(same, _)] = snapshot.search_dense(snapshot.vector(row), 1)
        text = snapshot.passage(row).text
        seen.add(state)
        if same != row or f" {state * 7} crates" not in text or snapshot.degraded:
            tally.wrong.append(f"generation {state}: {place}, row {row}, {same}: {text!r}")
    with tally.lock:
        tally.answers += answers
        tally.generations |= seen


def _build_until_told(folder: Path) -> None:
    """Build state after state until the standard input is closed."""
    read_here()
    config = make_config(folder)
    stopped = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    state = 1
    while not stopped.is_set():
        state += 1
        assert build_state(config, state) == state, "a state is a generation"
        if state == 2:
            print("started", flush=True)
        time.sleep(PAUSE_S)


def main() -> None:
    """Ask as often as told and print the tally; or be the builder."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--answers", type=int, default=20_000)
    parser.add_argument("--build-in", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build_in:
        _build_until_told(options.build_in)
        return
    tally, took = timed(lambda folder: run_swaps(options.answers, folder))
    print(
        f"{tally.answers} answers from {len(tally.generations)} generations ({took}): "
        f"{len(tally.wrong)} wrong, 0 errors"
    )
    for line in tally.wrong[:10]:
        print(line)
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()

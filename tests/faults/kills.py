"""Kill builds at random times and prove that the index holds one whole state afterwards (T-01).

    python tests/faults/kills.py --kills 10000 --seed 1

A child builds state k + 1 over state k and is killed with SIGKILL somewhere in it. The index must
then hold state k or k + 1, not degraded; k + 1 where the child had said that it was done.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a forked child must not wait for lost threads
sys.path.insert(0, str(Path(__file__).resolve().parent))

from workbench import (
    EMBEDDER,
    make_config,
    memory_folder,
    read_here,
    read_state,
    write_state,
)

from rag.config import Config
from rag.index.build import build_index

OVERSHOOT = 1.15  # of a build's time: some children are done before the kill
WARM_BUILDS = 5


@dataclass(slots=True)
class Tally:
    """How the trials ended."""

    kills: int = 0
    before: int = 0
    after: int = 0
    acknowledged: int = 0


def run_kills(kills: int, seed: int, folder: Path) -> Tally:
    """Run trials until `kills` children were killed; AssertionError at the first bad state."""
    read_here()
    choose = random.Random(seed)  # noqa: S311 - not for secrets
    config = make_config(folder)
    seconds = 0.0
    for state in range(1, WARM_BUILDS + 1):
        write_state(config.corpus, state)
        _, _, seconds = _build_and_kill(config, None)
    tally = Tally()
    while tally.kills < kills:
        wait = choose.uniform(0, OVERSHOOT * seconds)
        write_state(config.corpus, state + 1)
        was_killed, acknowledged, took = _build_and_kill(config, wait)
        seconds = 0.95 * seconds + 0.05 * max(took, seconds) if was_killed else took
        found, snapshot = read_state(config)
        where = f"seed {seed}, kill {tally.kills}, after {wait:.4f} s"
        assert not snapshot.degraded, f"{where}: {snapshot.degraded}"
        assert found in (state, state + 1), f"{where}: state {found} after {state}"
        assert found == state + 1 or not acknowledged, f"{where}: an acknowledged build is lost"
        tally.kills += was_killed
        tally.before += was_killed and found == state
        tally.after += was_killed and found == state + 1
        tally.acknowledged += was_killed and acknowledged
        state = found
    write_state(config.corpus, state + 1)
    assert build_index(config, EMBEDDER).changes.changed, "the index can still be built"
    return tally


def _build_and_kill(config: Config, wait: float | None) -> tuple[bool, bool, float]:
    """Return whether the child was killed, whether it was done, and how long it lived."""
    ours, theirs = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _build_in_child(config, theirs)
    os.close(theirs)
    if wait is not None:
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    said = os.read(ours, 1)
    os.close(ours)
    assert said in (b"", b"+"), "the build failed on its own"
    return os.WIFSIGNALED(status), said == b"+", time.monotonic() - started


def _build_in_child(config: Config, pipe: int) -> None:
    """Build, say so, and stay to be killed for a moment; never returns."""
    said = b"-"
    try:
        build_index(config, EMBEDDER)
        said = b"+"
    finally:
        os.write(pipe, said)
        time.sleep(0.001)
        os._exit(0)


def main() -> None:
    """Run as many kills as asked and print the tally."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory_folder()) as folder:
        tally = run_kills(options.kills, options.seed, Path(folder))
    seconds = time.monotonic() - started
    print(
        f"{tally.kills} kills (seed {options.seed}, {seconds:.0f} s): {tally.before} left the old "
        f"state, {tally.after} the new one, {tally.acknowledged} after it was acknowledged; "
        "0 unreadable, 0 mixed, 0 acknowledged builds lost"
    )


if __name__ == "__main__":
    main()

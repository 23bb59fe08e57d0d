"""Kill builds at random times and prove that the index holds one whole state afterwards (T-01).

    python -m tests.faults.kills --kills 10000 --seed 1
    python -m tests.faults.kills --every-call 1

A child builds state k + 1 over state k and is killed with SIGKILL somewhere in it. The index must
then hold state k or k + 1, not degraded; k + 1 where the child had said that it was done.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a forked child must not wait for lost threads

from rag.config import Config
from rag.index.build import build_index
from rag.index.disk import Disk
from rag.index.generations import rollback
from tests.faults.disks import CountingDisk, KillingDisk
from tests.faults.workbench import (
    EMBEDDER,
    build_state,
    copy_index,
    make_config,
    prepare,
    read_here,
    read_state,
    timed,
    write_state,
)

OVERSHOOT = 1.15  # of a build's time: about one child in eight is done before the kill
LONGER, SHORTER = 1.02, 0.87  # keep it one in eight while the machine gets busier or calmer
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
    build_state(config, 1)  # imports what the children would otherwise be killed importing
    seconds = 0.0
    for state in range(2, WARM_BUILDS + 1):
        write_state(config.corpus, state)
        _, _, seconds = _build_and_kill(config, None)
    tally = Tally()
    while tally.kills < kills:
        wait = choose.uniform(0, OVERSHOOT * seconds)
        write_state(config.corpus, state + 1)
        was_killed, acknowledged, _ = _build_and_kill(config, wait)
        seconds *= LONGER if was_killed else SHORTER
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


def run_kill_points(folder: Path, *, every: int = 1) -> int:
    """Kill a build and a rollback before and after every call to the disk; return how many.

    With `every` n, only each n-th of these kills is tried.
    """
    config, whole = prepare(folder, (1, 2))
    write_state(config.corpus, 3)
    kills = 0
    for action, outcomes in ((_build, {2, 3}), (_roll_back, {1, 2})):
        copy_index(whole, config.index)
        counting = CountingDisk()
        action(config, counting)
        points = list(product(range(1, counting.count + 1), (False, True)))
        for at, is_done in points[::every]:
            copy_index(whole, config.index)
            child = os.fork()
            if child == 0:
                _act_in_child(action, config, KillingDisk(at, is_done=is_done))
            _, status = os.waitpid(child, 0)
            kills += os.WIFSIGNALED(status)
            found, snapshot = read_state(config)
            where = f"{action.__name__}, call {at} ({counting.log[at - 1]}), done: {is_done}"
            assert not snapshot.degraded, f"{where}: {snapshot.degraded}"
            assert found in outcomes, f"{where}: state {found}"
            build_index(config, EMBEDDER)
            assert read_state(config)[0] == 3, f"{where}: the next build does not repair"
    return kills


def _build(config: Config, disk: Disk) -> None:
    build_index(config, EMBEDDER, disk=disk)


def _roll_back(config: Config, disk: Disk) -> None:
    rollback(config.index, 1, disk=disk)


def _act_in_child(action: Callable[[Config, Disk], None], config: Config, disk: Disk) -> None:
    try:
        action(config, disk)
    finally:
        os._exit(0)


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
    parser.add_argument("--every-call", type=int, metavar="N", help="kill at each N-th file call")
    options = parser.parse_args()
    if options.every_call:
        kills, _ = timed(lambda folder: run_kill_points(folder, every=options.every_call))
        print(f"{kills} kills at file calls: 0 unreadable, 0 mixed")
        return
    tally, took = timed(lambda folder: run_kills(options.kills, options.seed, folder))
    print(
        f"{tally.kills} kills (seed {options.seed}, {took}): {tally.before} left the old "
        f"state, {tally.after} the new one, {tally.acknowledged} after it was acknowledged; "
        "0 unreadable, 0 mixed, 0 acknowledged builds lost"
    )


if __name__ == "__main__":
    main()

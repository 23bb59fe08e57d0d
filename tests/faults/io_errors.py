"""Let each file call of a build, an opening and a rollback fail: no failure passes (T-04).

    python -m tests.faults.io_errors

Call number j fails with ENOSPC, EIO, EMFILE or EACCES, once or from then on. The program must say
so in an error of its own, or have done what it was asked; the index must hold one whole state.
"""

from __future__ import annotations

import argparse
import collections
import errno
from collections.abc import Callable
from pathlib import Path

from rag.config import Config
from rag.errors import IndexingError
from rag.index.build import build_index
from rag.index.disk import Disk
from rag.index.generations import rollback
from tests.faults.disks import CountingDisk, FailingDisk
from tests.faults.workbench import (
    EMBEDDER,
    copy_index,
    prepare,
    read_state,
    timed,
    write_state,
)

ERRORS = (errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EACCES)
NEWEST = 2  # the state that is there before the call that fails
CODES = {"E-IDX-001", "E-IDX-003", "E-IDX-004", "E-IDX-005", "E-IDX-008", "E-IDX-010", "E-IDX-012"}

Action = Callable[[Config, Disk], int]


def _build(config: Config, disk: Disk) -> int:
    build_index(config, EMBEDDER, disk=disk)
    return NEWEST + 1


def _roll_back(config: Config, disk: Disk) -> int:
    rollback(config.index, 1, disk=disk)
    return 1


def _open(config: Config, disk: Disk) -> int:
    state, _ = read_state(config, disk=disk)
    return state


ACTIONS: dict[str, Action] = {"build": _build, "rollback": _roll_back, "open": _open}


def run_io_errors(folder: Path, *, every: int = 1) -> collections.Counter[str]:
    """Fail each call (or each `every`-th trial); AssertionError where an error passed unseen."""
    config, whole = prepare(folder, (1, NEWEST))
    write_state(config.corpus, NEWEST + 1)
    outcomes: collections.Counter[str] = collections.Counter()
    trial = 0
    for name, action in ACTIONS.items():
        for at in range(1, _count_calls(config, whole, action) + 1):
            for error in ERRORS:
                for for_good in (False, True):
                    trial += 1
                    if trial % every == 0:
                        copy_index(whole, config.index)
                        disk = FailingDisk(at, error, for_good=for_good)
                        outcomes[f"{name}: {_try(config, action, disk)}"] += 1
    return outcomes


def _count_calls(config: Config, whole: Path, action: Action) -> int:
    copy_index(whole, config.index)
    disk = CountingDisk()
    action(config, disk)
    return disk.count


def _try(config: Config, action: Action, disk: FailingDisk) -> str:
    code, reached = "", None
    try:
        reached = action(config, disk)
    except IndexingError as error:
        code = error.code
    where = f"call {disk.at} ({disk.failed}), errno {disk.error}, for good: {disk.for_good}"
    assert disk.failed, f"{where}: never reached"
    assert not code or code in CODES, f"{where}: {code}"
    state, snapshot = read_state(config)
    assert not snapshot.degraded, f"{where}: {snapshot.degraded}"
    if reached is not None:
        assert state == reached or action is _open, f"{where}: said {reached}, holds {state}"
        return "done all the same"
    assert state in (1, NEWEST, NEWEST + 1), f"{where}: {state}"
    build_index(config, EMBEDDER)
    state, _ = read_state(config)
    assert state == NEWEST + 1, f"{where}: the next build does not repair"
    return f"refused, {code}"


def main() -> None:
    """Run every trial and print how they ended."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="run each n-th trial only")
    options = parser.parse_args()
    outcomes, took = timed(lambda folder: run_io_errors(folder, every=options.every))
    print(f"{outcomes.total()} injected errors ({took}): 0 silent successes")
    for outcome, count in outcomes.most_common():
        print(f"{count:6d}  {outcome}")


if __name__ == "__main__":
    main()

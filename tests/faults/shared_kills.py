"""Kill a build on object storage before and after each call to the storage, on a `moto` server.

    python -m tests.faults.shared_kills --every 1

What a machine without a copy reads must then be the state before or the one after; the next build,
of another machine, must reach the one after. In the end no object is left that no generation names.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import signal
from itertools import product
from pathlib import Path

from rag.config import Config
from rag.index import lease
from rag.index.build import build_index
from rag.index.storage import Storage
from tests.faults.kills import Tally
from tests.faults.object_storage import S3Server
from tests.faults.workbench import (
    EMBEDDER,
    build_state,
    make_config,
    read_here,
    read_state,
    timed,
    write_state,
)

CALL = Storage._call  # noqa: SLF001 - each request goes through it


def run_shared_kills(folder: Path, *, every: int = 1) -> Tally:
    """Try each `every`-th of the kills; AssertionError at the first bad state."""
    with S3Server() as server:
        os.environ |= server.environment
        return _run(folder, server, every)


def _run(folder: Path, server: S3Server, every: int) -> Tally:
    read_here()
    lease.SETTLED_AFTER_S, lease.ENDS_AFTER_S = 0.0, 0.3
    local = make_config(folder)
    config = dataclasses.replace(local, index=server.new_folder(), home=folder / "builder")
    for state in (1, 2):
        calls = _count(config, state)
    tally = Tally()
    for at, is_done in [*product(range(1, calls + 1), (False, True))][::every]:
        write_state(config.corpus, state + 1)
        before = server.names(config.index)
        child = os.fork()
        if child == 0:
            _build_and_die(config, at, is_done=is_done)
        _, status = os.waitpid(child, 0)
        where = f"call {at}, done: {is_done}"
        assert os.WIFSIGNALED(status), f"{where}: the build ended on its own"
        found = _state_of_a_reader(config)
        assert found in {state, state + 1}, f"{where}: state {found}, of {before}"
        tally.kills += 1
        tally.before += found == state
        tally.after += found == state + 1
        state += 1
        config = dataclasses.replace(config, home=folder / f"builder-{tally.kills}")
        build_index(config, EMBEDDER)
        assert _state_of_a_reader(config) == state, f"{where}: the next build does not repair"
        shutil.rmtree(folder / f"builder-{tally.kills - 1}", ignore_errors=True)
    build_state(config, state + 1)
    _assert_nothing_is_left(config, server)
    return tally


def _count(config: Config, state: int) -> int:
    """Build a state; return how many calls to the storage that took."""
    calls = []

    def counted(storage, method, *args, **options):
        calls.append(method)
        return CALL(storage, method, *args, **options)

    Storage._call = counted  # noqa: SLF001 - likewise
    build_state(config, state)
    Storage._call = CALL  # noqa: SLF001 - likewise
    return len(calls)


def _build_and_die(config: Config, at: int, *, is_done: bool) -> None:
    left = at

    def deadly(*args, **options):
        nonlocal left
        left -= 1
        result = CALL(*args, **options) if left or is_done else None
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    Storage._call = deadly  # noqa: SLF001 - likewise
    try:
        build_index(config, EMBEDDER)
    finally:
        os._exit(0)


def _state_of_a_reader(config: Config) -> int:
    home = config.home.with_name("reader")
    shutil.rmtree(home, ignore_errors=True)
    found, snapshot = read_state(dataclasses.replace(config, home=home))
    assert not snapshot.degraded, snapshot.degraded
    return found


def _assert_nothing_is_left(config: Config, server: S3Server) -> None:
    names = set(server.names(config.index))
    needed = {"CURRENT"}
    for name in {name for name in names if name.startswith("gen/")}:
        files = json.loads(server.read(config.index, name))["files"].values()
        needed |= {name, *(f"blocks/{record['sha256']}" for record in files)}
    assert names == needed, sorted(names ^ needed)


def main() -> None:
    """Run the kills and print how they ended."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try each N-th kill only")
    every = parser.parse_args().every
    tally, took = timed(lambda folder: run_shared_kills(folder, every=every))
    print(
        f"{tally.kills} kills at calls to object storage ({took}): {tally.before} left the old "
        f"state, {tally.after} the new one; 0 unreadable, 0 mixed, no object left over"
    )


if __name__ == "__main__":
    main()

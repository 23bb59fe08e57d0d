"""Put what is no regular file in each place of an index: nothing hangs, all is built over (T-10).

    python -m tests.faults.file_kinds

Each trial takes a fresh copy of an index of three generations, puts one thing (a folder, a FIFO, a
link, a socket, a device, an empty or a foreign file, nothing) in one place, and lets each action
meet it in a process of its own. What each action must do is said in
its function; one that takes longer than `PATIENCE_S` hangs.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import shutil
import signal
import socket
import stat
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from rag.config import Config
from rag.errors import DamagedIndexError, IndexingError
from rag.index.build import build_index, plan_build
from rag.index.generations import rollback
from rag.index.inspection import status, verify
from rag.index.loading import PROBLEMS_FILE
from rag.index.manifest import MANIFEST
from tests.faults.workbench import (
    EMBEDDER,
    copy_index,
    prepare,
    read_state,
    timed,
    write_state,
)

PATIENCE_S = 60.0  # an action takes some 0.1 s; a loaded machine is no hang
OLDEST, NEWEST = 1, 3  # states of the index; state k is generation k
CACHES = [f"cache/{name}.sqlite" for name in ("readings", "chunkings", "embeddings")]
SEGMENT = "a segment"  # stands for the name of one
CURRENT_FILES = [f"gen/000003/{name}" for name in (MANIFEST, PROBLEMS_FILE, SEGMENT)]
OLDER_FILES = [f"gen/000002/{name}" for name in (MANIFEST, SEGMENT)]
LEFTOVERS = ["CURRENT.tmp-1-abc", "gen/.tmp-000004-abc", "gen/.dead-000001"]
FOLDERS = ["gen", "gen/000003", "gen/000002", "quarantine", "cache"]
PLACES = [
    *("CURRENT", "writer.lock", *FOLDERS, *CURRENT_FILES, *OLDER_FILES, *LEFTOVERS, *CACHES),
    *(f"{CACHES[0]}{suffix}" for suffix in ("-wal", "-shm", "-journal")),
]


def _missing(path: Path, whole: Path) -> None:
    """Leave the place empty."""


def _empty_file(path: Path, whole: Path) -> None:
    path.touch()


def _foreign_file(path: Path, whole: Path) -> None:
    path.write_bytes(b"not what was written here\n" * 99)


def _empty_folder(path: Path, whole: Path) -> None:
    path.mkdir()


def _full_folder(path: Path, whole: Path) -> None:
    (path / "inner").mkdir(parents=True)
    (path / "inner" / "file").write_text("inside", encoding="utf-8")


def _fifo(path: Path, whole: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path, whole: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket may have some 100 bytes
        made.bind(path.name)
        os.chdir(here)


def _link_to_itself(path: Path, whole: Path) -> None:
    path.symlink_to(path.name)


def _link_to_nothing(path: Path, whole: Path) -> None:
    path.symlink_to("nothing-is-here")


def _link_to_the_same(path: Path, whole: Path) -> None:
    path.symlink_to(whole)


def _link_to_device(path: Path, whole: Path) -> None:
    path.symlink_to("/dev/zero")


def _device(path: Path, whole: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero
    except PermissionError:  # only root makes one
        _link_to_device(path, whole)


KINDS: dict[str, Callable[[Path, Path], None]] = {
    make.__name__[1:].replace("_", " "): make
    for make in (
        *(_missing, _empty_file, _foreign_file, _empty_folder, _full_folder, _fifo, _socket),
        *(_link_to_itself, _link_to_nothing, _link_to_the_same, _link_to_device, _device),
    )
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing in one place, met by one action."""

    place: str
    kind: str
    action: str


def ask(config: Config, trial: Trial) -> None:
    """The newest whole state answers; where it is not the newest, the reason names the place."""
    if trial.place == "gen" and not _is_same(trial):
        with contextlib.suppress(DamagedIndexError):
            read_state(config)
        return
    state, snapshot = read_state(config)
    if _is_harmless(trial):
        assert not snapshot.degraded, snapshot.degraded
    else:
        assert Path(trial.place).name.lstrip("0") in snapshot.degraded, snapshot.degraded
    lost = trial.place.startswith("gen/000003") and not _is_harmless(trial)
    assert state == (NEWEST - 1 if lost else NEWEST), f"state {state}: {snapshot.degraded}"


def build(config: Config, trial: Trial) -> None:
    """A build goes over it, and what it leaves is whole."""
    write_state(config.corpus, NEWEST + 1)
    build_index(config, EMBEDDER)
    state, snapshot = read_state(config)
    assert (state, snapshot.degraded) == (NEWEST + 1, ""), f"state {state}: {snapshot.degraded}"
    damaged = {one.generation for one in verify(config.index) if one.damage}
    assert damaged <= {NEWEST - 1}, f"damaged after a build: {damaged}"


def show_status(config: Config, trial: Trial) -> None:
    """The state is told, or that nothing is whole; what a build would change is told, too."""
    nothing_is_whole = (DamagedIndexError,) if trial.place == "gen" else ()
    with contextlib.suppress(*nothing_is_whole):
        status(config.index)
    plan_build(config)


def roll_back(config: Config, trial: Trial) -> None:
    """An older whole generation can be gone back to."""
    if trial.place == "gen" and not _is_same(trial):
        with contextlib.suppress(IndexingError):
            rollback(config.index, OLDEST)
        return
    rollback(config.index, OLDEST)
    state, snapshot = read_state(config)
    assert (state, snapshot.degraded) == (OLDEST, ""), f"state {state}: {snapshot.degraded}"


def check(config: Config, trial: Trial) -> None:
    """Each damaged generation is reported, and the reason names the place."""
    damaged = [one.damage for one in verify(config.index) if one.damage]
    is_checked = trial.place == "CURRENT" or trial.place.startswith(("gen/000003", "gen/000002"))
    is_gone = (trial.place, trial.kind) == ("gen/000002", "missing")  # nothing names it
    if is_checked and not is_gone and not _is_same(trial):
        name = Path(trial.place).name
        assert any(name in reason or name.isdigit() for reason in damaged), damaged
    elif trial.place != "gen":
        assert not damaged, damaged


ACTIONS = {
    "ask": ask,
    "build": build,
    "status": show_status,
    "rollback": roll_back,
    "verify": check,
}


def _is_harmless(trial: Trial) -> bool:
    """Return whether what answers is not touched: another place, or the same behind a link."""
    decides = trial.place in {"CURRENT", "gen"} or trial.place.startswith("gen/000003")
    return not decides or _is_same(trial)


def _is_same(trial: Trial) -> bool:
    """Return whether the place is a folder that may lie elsewhere, behind a link."""
    return trial.kind == "link to the same" and trial.place in FOLDERS


def run_file_kinds(folder: Path, *, every: int = 1) -> tuple[int, dict[Trial, str]]:
    """Run each `every`-th trial; return how many, and what went wrong by trial."""
    config, whole = prepare(folder, range(OLDEST, NEWEST + 1), keep=5)
    places = [_named(place, whole) for place in PLACES]
    trials = [Trial(*found) for found in product(places, KINDS, ACTIONS)][::every]
    failed = {trial: said for trial in trials if (said := _try(config, whole, trial))}
    return len(trials), failed


def _named(place: str, whole: Path) -> str:
    folder, _, name = place.rpartition("/")
    if name != SEGMENT:
        return place
    names = sorted(path.name for path in (whole / folder).glob("*.blocks"))
    return f"{folder}/{next(name for name in names if name != PROBLEMS_FILE)}"


def _try(config: Config, whole: Path, trial: Trial) -> str:
    """Return what went wrong; empty when all is well."""
    copy_index(whole, config.index)
    write_state(config.corpus, NEWEST)
    path = config.index / trial.place
    _remove(path)
    KINDS[trial.kind](path, whole / trial.place)
    with _child(lambda: ACTIONS[trial.action](config, trial)) as (child, pipe):
        until = time.monotonic() + PATIENCE_S
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > until:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return "hangs"
            time.sleep(0.002)
        return os.read(pipe, 4000).decode("utf-8", "replace")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _child(act: Callable[[], None]) -> Iterator[tuple[int, int]]:
    """Run `act` in a child; yield its process id, and a pipe with the error that ended it."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
            place = traceback.extract_tb(error.__traceback__)[-1]
            said = f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})"
            os.write(theirs, said.encode("utf-8")[:4000])
        finally:
            os._exit(0)
    os.close(theirs)
    try:
        yield child, ours
    finally:
        os.close(ours)


def main() -> None:
    """Run the trials and print what went wrong, by action."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="run each n-th trial only")
    options = parser.parse_args()
    (count, failed), took = timed(lambda folder: run_file_kinds(folder, every=options.every))
    hangs = sum(said == "hangs" for said in failed.values())
    print(
        f"{count} trials, {len(PLACES)} places x {len(KINDS)} kinds x {len(ACTIONS)} actions "
        f"({took}): {hangs} hang, {len(failed) - hangs} go wrong otherwise"
    )
    for action, number in collections.Counter(trial.action for trial in failed).most_common():
        print(f"{number:6d}  {action}")
    for trial, said in failed.items():
        print(f"{trial.action}, {trial.kind} as {trial.place}: {said}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

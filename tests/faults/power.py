"""Cut the power after every change to the disk, and prove that one whole state is left (T-03).

    python -m tests.faults.power

The changes of a real build are recorded. After each, a disk may have kept any of what was not yet
synced: names of a folder before its sync, bytes of a file before its own. Every folder that can so
arise (all, none, and a sample of the rest) is laid out and opened. Then each sync is left out in
turn: each time a bad state must be found, so no sync is there for nothing.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.config import Config
from rag.errors import IndexingError
from rag.index.build import build_index
from rag.index.inspection import verify
from tests.faults.disks import Operation, RecordingDisk
from tests.faults.workbench import EMBEDDER, prepare, read_state, timed, write_state

OLD, NEW = 2, 3
SAMPLES = 6  # of the many folders that one cut may leave


@dataclass(slots=True)
class File:
    """A file: what was written, and how much of it is surely on the disk."""

    data: bytes = b""
    safe: bytes = b""


@dataclass(slots=True)
class Folder:
    """A folder: its names now, its names that are surely on the disk."""

    names: dict[str, File | Folder] = field(default_factory=dict)
    safe: dict[str, File | Folder] = field(default_factory=dict)


def record_build(config: Config) -> list[Operation]:
    """Build the new state over the old one and return every change to the disk."""
    disk = RecordingDisk()
    write_state(config.corpus, NEW)
    build_index(config, EMBEDDER, disk=disk)
    return disk.operations


def states_after_cuts(
    before: Path, index: Path, operations: Sequence[Operation], choose: random.Random
) -> Iterator[tuple[int, Folder]]:
    """Yield (number of changes done, a folder that the disk may hold) for every cut."""
    root = _load(before)
    for number, operation in enumerate(operations, start=1):
        _apply(root, index, operation)
        yield number, _survivor(root, None, keep=0.0)
        yield number, _survivor(root, None, keep=1.0)
        for _ in range(SAMPLES):
            yield number, _survivor(root, choose, keep=0.5)


class Judge:
    """Lays out what a disk may hold, opens it, and remembers the verdict."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._verdicts: dict[int, tuple[int, str]] = {}
        self.cuts = 0

    def problem(self, survivor: Folder, *, is_acknowledged: bool) -> str:
        """Return what is wrong with a surviving folder; empty for one whole state."""
        self.cuts += 1
        key = hash(_visible(survivor))
        if key not in self._verdicts:
            shutil.rmtree(self._config.index, ignore_errors=True)
            _lay_out(survivor, self._config.index)
            self._verdicts[key] = self._open()
        state, problem = self._verdicts[key]
        if is_acknowledged and state != NEW:
            return problem or f"it holds state {state}, and the new one was acknowledged"
        return problem

    def _open(self) -> tuple[int, str]:
        try:
            state, snapshot = read_state(self._config)
        except (IndexingError, AssertionError) as error:
            return 0, f"the index does not open: {error}"
        if snapshot.degraded:
            return state, snapshot.degraded
        damage = [f"generation {v.generation}: {v.damage}" for v in verify(self._config.index)]
        damage = [line for line in damage if not line.endswith(": ")]
        return state, "; ".join(damage) or ("" if state in (OLD, NEW) else f"state {state}")


def first_bad_state(
    before: Path, operations: Sequence[Operation], config: Config, judge: Judge, *, seed: int
) -> str:
    """Return how the first cut that leaves no whole state goes wrong; empty where none does."""
    choose = random.Random(seed)  # noqa: S311 - not for secrets
    done = len(operations)
    for number, survivor in states_after_cuts(before, config.index, operations, choose):
        problem = judge.problem(survivor, is_acknowledged=number == done)
        if problem:
            return f"after change {number} of {done} ({operations[number - 1].kind}): {problem}"
    return ""


def run_power_cuts(folder: Path, *, seed: int = 1) -> tuple[int, list[str]]:
    """Return the number of cuts that left a whole state, and each sync that proved necessary.

    AssertionError where the real order of changes leaves a bad state, or a sync proves idle.
    """
    config, before = prepare(folder, (1, OLD))
    for index in (config.index, before):
        shutil.rmtree(index / "cache")  # SQLite syncs its own, and may lose all
        (index / "cache").mkdir()
    operations = record_build(config)
    judge = Judge(config)
    bad = first_bad_state(before, operations, config, judge, seed=seed)
    assert not bad, bad
    cuts, necessary = judge.cuts, []
    for number, operation in enumerate(operations):
        if operation.kind != "sync" or not _is_promised(operation, config):
            continue
        without = [*operations[:number], *operations[number + 1 :]]
        bad = first_bad_state(before, without, config, judge, seed=seed)
        name = operation.path.relative_to(config.index)
        assert bad, f"nothing goes wrong without the sync of {name}"
        necessary.append(f"{name}: {bad}")
    return cuts, necessary


def _is_promised(operation: Operation, config: Config) -> bool:
    return operation.path != config.index / "writer.lock"


def _apply(root: Folder, index: Path, operation: Operation) -> None:
    if not operation.path.is_relative_to(index):
        return
    if operation.kind == "sync":
        node = _find(root, index, operation.path)
        if isinstance(node, Folder):
            node.safe = dict(node.names)
        else:
            node.safe = node.data
        return
    parent = _find(root, index, operation.path.parent)
    name = operation.path.name
    if operation.kind == "create":
        parent.names[name] = File()
    elif operation.kind == "make folder":
        parent.names[name] = Folder()
    elif operation.kind == "write":
        parent.names[name].data += operation.data
    elif operation.kind == "truncate":
        parent.names[name].data = b""
    elif operation.kind == "link":
        target = _find(root, index, operation.target.parent)
        target.names[operation.target.name] = parent.names[name]
    elif operation.kind == "rename":
        target = _find(root, index, operation.target.parent)
        target.names[operation.target.name] = parent.names.pop(name)
    else:
        del parent.names[name]


def _survivor(root: Folder, choose: random.Random | None, *, keep: float) -> Folder:
    """Return what the disk may hold: each change since the last sync is kept, or not."""
    names = {}
    for name in sorted(set(root.names) | set(root.safe)):
        has_changed = root.names.get(name) is not root.safe.get(name)
        source = root.names if has_changed and _flip(choose, keep) else root.safe
        if name in source:
            names[name] = _survive(source[name], choose, keep=keep)
    return Folder(names)


def _survive(node: File | Folder, choose: random.Random | None, *, keep: float) -> File | Folder:
    if isinstance(node, Folder):
        return _survivor(node, choose, keep=keep)
    if node.data == node.safe or _flip(choose, keep):
        return File(node.data)
    if choose is None or choose.random() < 0.5:
        return File(node.safe)
    torn = choose.randrange(len(node.data) + 1)
    return File(node.data[:torn] + bytes(len(node.data) - torn))


def _flip(choose: random.Random | None, keep: float) -> bool:
    return keep == 1.0 if choose is None else choose.random() < keep


def _visible(folder: Folder) -> tuple[object, ...]:
    """Return what a folder holds as one value, but for leftovers, which nobody reads."""
    return tuple(
        (name, _visible(node) if isinstance(node, Folder) else node.data)
        for name, node in sorted(folder.names.items())
        if not name.startswith((".tmp-", ".dead-"))
    )


def _find(root: Folder, index: Path, path: Path) -> File | Folder:
    node: File | Folder = root
    for part in path.relative_to(index).parts:
        node = node.names[part]
    return node


def _load(path: Path) -> Folder:
    names: dict[str, File | Folder] = {}
    for entry in sorted(path.iterdir()):
        if entry.is_dir():
            names[entry.name] = _load(entry)
        else:
            names[entry.name] = File(entry.read_bytes(), entry.read_bytes())
    return Folder(names, dict(names))


def _lay_out(folder: Folder, path: Path) -> None:
    path.mkdir()
    for name, node in folder.names.items():
        if isinstance(node, Folder):
            _lay_out(node, path / name)
        else:
            (path / name).write_bytes(node.data)


def main() -> None:
    """Cut the power everywhere and print what held."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    (cuts, necessary), took = timed(lambda folder: run_power_cuts(folder, seed=options.seed))
    print(f"{cuts} power cuts ({took}): 0 left no whole state")
    print(f"{len(necessary)} syncs, each necessary; without it:")
    for line in necessary:
        print(f"  {line}")


if __name__ == "__main__":
    main()

"""Disks that fail or remember: each stands in for `rag.index.disk.Disk`, call by call."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.index.disk import Disk

CALLS = tuple(sorted(name for name, value in vars(Disk).items() if callable(value)))


class CountingDisk(Disk):
    """Counts its calls, and lets a subclass step in before each."""

    def __init__(self) -> None:
        self.count = 0
        self.log: list[str] = []

    def before(self, name: str, args: tuple[Any, ...]) -> None:
        """Step in before call number `count`, counted from 1."""


def _counted(name: str) -> Any:
    real = getattr(Disk, name)

    def call(self: CountingDisk, *args: Any, **options: Any) -> Any:
        self.count += 1
        self.log.append(name)
        self.before(name, args)
        return real(self, *args, **options)

    return call


for _name in CALLS:
    setattr(CountingDisk, _name, _counted(_name))


class FailingDisk(CountingDisk):
    """Fails at call number `at` with `error`; at all later ones too where it is `for_good`.

    A call that fails does nothing, but closing closes: so does the system.
    """

    def __init__(self, at: int, error: int, *, for_good: bool) -> None:
        super().__init__()
        self.at = at
        self.error = error
        self.for_good = for_good
        self.failed = ""

    def before(self, name: str, args: tuple[Any, ...]) -> None:
        if self.count != self.at and not (self.for_good and self.count > self.at):
            return
        self.failed = self.failed or name
        if name == "close":
            os.close(args[0])
        raise OSError(self.error, os.strerror(self.error))


class KillingDisk(CountingDisk):
    """Kills its process at call number `at`: before it, or after it where `is_done`.

    A write is killed in its middle where it is not done.
    """

    def __init__(self, at: int, *, is_done: bool) -> None:
        super().__init__()
        self.at = at
        self.is_done = is_done

    def before(self, name: str, args: tuple[Any, ...]) -> None:
        if self.count == self.at + self.is_done:
            if name == "write" and not self.is_done:
                os.write(args[0], args[1][: len(args[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class Operation:
    """One change to the file system: what, on which path, with which bytes or second path."""

    kind: str
    path: Path
    data: bytes = b""
    target: Path | None = None


@dataclass
class RecordingDisk(Disk):
    """Remembers every change in its order; `skip_sync` leaves out the syncs whose number it holds.

    The operations are those of the real code, so that a model of a disk that loses its power
    cannot disagree with it.
    """

    operations: list[Operation] = field(default_factory=list)
    _paths: dict[int, Path] = field(default_factory=dict)

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        is_new = bool(flags & os.O_CREAT) and not path.exists()
        fd = super().open(path, flags, mode)
        self._paths[fd] = path
        if is_new:
            self.operations.append(Operation("create", path))
        return fd

    def write(self, fd: int, data: memoryview) -> int:
        count = super().write(fd, data)
        self.operations.append(Operation("write", self._paths[fd], bytes(data[:count])))
        return count

    def truncate(self, fd: int) -> None:
        super().truncate(fd)
        self.operations.append(Operation("truncate", self._paths[fd]))

    def sync(self, fd: int) -> None:
        super().sync(fd)
        self.operations.append(Operation("sync", self._paths[fd]))

    def make_folder(self, path: Path) -> None:
        super().make_folder(path)
        self.operations.append(Operation("make folder", path))

    def link(self, source: Path, target: Path) -> None:
        super().link(source, target)
        self.operations.append(Operation("link", source, target=target))

    def rename(self, source: Path, target: Path) -> None:
        super().rename(source, target)
        self.operations.append(Operation("rename", source, target=target))

    def replace(self, source: Path, target: Path) -> None:
        super().replace(source, target)
        self.operations.append(Operation("rename", source, target=target))

    def remove_file(self, path: Path) -> None:
        super().remove_file(path)
        self.operations.append(Operation("remove file", path))

    def remove_folder(self, path: Path) -> None:
        super().remove_folder(path)
        self.operations.append(Operation("remove folder", path))

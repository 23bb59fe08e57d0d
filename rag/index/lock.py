"""One writer at a time: a lock that the system drops with the process that holds it.

The file's content names the holder for the message; it never decides who holds the lock, so a
lock cannot be stale. What is no regular file in its place is moved aside under a lock on the
folder, so that of two that find it one alone replaces it.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError
from rag.index.disk import (
    NO_FILE,
    Disk,
    is_file_or_free,
    move_aside,
    read_file,
    write_all,
)

MAX_HOLDER_BYTES = 512
LOOKS = 3  # times that the lock may be held by `is_locked`, which lets go of it at once
LOOK_S = 0.005
NO_LOCK = NO_FILE | {errno.ENOENT, errno.EACCES, errno.EPERM}

# A forked child inherits a flock and would hold it on after its parent was killed.
_held: set[int] = set()


@contextmanager
def writer_lock(path: Path, disk: Disk) -> Iterator[None]:
    """Hold the lock at `path`; raises IndexingError E-IDX-004 where another process holds it."""
    fd = _open(path, disk)
    _held.add(fd)
    try:
        _take(fd, path, disk)
        disk.truncate(fd)
        write_all(disk, fd, _describe_self())
        yield
    finally:
        _held.discard(fd)
        with suppress(OSError):  # the lock is gone either way, and the file holds no data
            disk.close(fd)


def is_locked(path: Path, disk: Disk) -> bool:
    """Tell whether another process, or another thread of this one, holds the lock at `path`."""
    try:
        fd = disk.open(path, os.O_RDONLY)
    except OSError as error:
        if error.errno in NO_LOCK:
            return False
        raise
    try:
        disk.share_lock(fd)
    except BlockingIOError:
        return True
    finally:
        disk.close(fd)
    return False


def _open(path: Path, disk: Disk) -> int:
    try:
        return _open_file(path, disk)
    except OSError as error:
        if error.errno not in NO_FILE:
            raise
    folder = disk.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    _held.add(folder)
    try:
        _take(folder, path, disk)
        if not is_file_or_free(path):  # else another process was faster
            move_aside(disk, path)
        return _open_file(path, disk)
    finally:
        _held.discard(folder)
        disk.close(folder)


def _open_file(path: Path, disk: Disk) -> int:
    fd = disk.open(path, os.O_RDWR | os.O_CREAT)
    try:
        disk.size(fd)
    except OSError:
        disk.close(fd)
        raise
    return fd


def _take(fd: int, path: Path, disk: Disk) -> None:
    for _ in range(LOOKS):
        with suppress(BlockingIOError):
            disk.lock(fd)
            return
        time.sleep(LOOK_S)
    try:
        disk.lock(fd)
    except BlockingIOError as error:
        raise IndexingError("E-IDX-004", _describe_holder(path, disk)) from error


def _describe_self() -> bytes:
    started = datetime.now().astimezone().isoformat(timespec="seconds")
    return json.dumps({"pid": os.getpid(), "started": started}).encode("utf-8")


def _describe_holder(path: Path, disk: Disk) -> str:
    try:
        holder = json.loads(read_file(disk, path, limit=MAX_HOLDER_BYTES))
        started = datetime.fromisoformat(holder["started"])
        who = f"A build (pid {holder['pid']}) has been running since {started:%H:%M}"
    except (OSError, DamagedIndexError, ValueError, KeyError, TypeError):
        who = "Another build is running"
    return f"{who}. Wait until it has ended, then run it again."


def _close_inherited() -> None:
    for fd in _held:
        os.close(fd)
    _held.clear()


os.register_at_fork(after_in_child=_close_inherited)

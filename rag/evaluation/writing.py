"""Writing the files of questions, feedback and runs: a line added or a file made as a whole.

A failed write adds nothing and leaves what was there as it was.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import QuestionSetError
from rag.private_files import FOLDER_MODE


@contextmanager
def writing(what: object, more: str = "") -> Iterator[None]:
    """Raise QuestionSetError E-EVL-014 where the system refuses to write `what` meanwhile."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise QuestionSetError("E-EVL-014", f"Cannot write {what}: {why}.{more}") from error


@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """Yield a path aside to write to, and put what is there in place of `path` at the end."""
    aside = path.with_name(f".{path.name}.tmp-{os.getpid()}-{threading.get_ident()}")
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def locked_for_append(path: Path, *, mode: int) -> Iterator[int]:
    """Open or create a file that no other process or thread appends to meanwhile."""
    path.parent.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
    while True:
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, mode)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_still(path, descriptor):
                if is_new:
                    _sync_folder(path.parent)
                yield descriptor
                return
        finally:
            os.close(descriptor)  # and with it the lock


def append_line(descriptor: int, line: bytes) -> None:
    """Append `line`, which ends in a line break, durably; or nothing, raising OSError.

    It gets a line of its own even after one that was cut off. The caller holds the file's lock.
    """
    size = os.fstat(descriptor).st_size
    is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    left = memoryview(b"\n" + line if is_torn else line)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _is_still(path: Path, descriptor: int) -> bool:
    """Return whether `path` is the open file: it may have been replaced before the lock was had."""
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

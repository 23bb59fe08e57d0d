"""Every call that the index makes to the file system, in one place.

Tests put a failing or recording `Disk` in its place: each method below is one system call, so a
fault can be injected at each. What is written here is on the disk when the call returns.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import secrets
import shutil
import stat
import sys
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError

log = logging.getLogger(__name__)

BUILD_COMMAND = "python -m rag index build"

FOLDER_MODE = 0o700  # articles may be private: nobody else reads the index
FILE_MODE = 0o600
SEALED_FILE_MODE = 0o400  # a published generation is never changed; rm -r still removes it
BLOCK = 1 << 20  # bytes a read or write

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
NOT_WRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}
# How opening fails where a link, a folder, a socket or a FIFO without a reader stands.
NO_FILE = {errno.ELOOP, errno.EMLINK, errno.EISDIR, errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP}
NO_FOLDER = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


class Disk:
    """The system calls of the index; each raises OSError as the system does."""

    def open(self, path: Path, flags: int, mode: int = FILE_MODE) -> int:
        """Open or create `path`, not for child processes; follow no link, wait for no FIFO."""
        if not flags & os.O_DIRECTORY:
            flags |= os.O_NOFOLLOW | os.O_NONBLOCK
        return os.open(path, flags | os.O_CLOEXEC, mode)

    def read(self, fd: int, count: int) -> bytes:
        """Return up to `count` bytes; none at the end."""
        return os.read(fd, count)

    def read_at(self, fd: int, count: int, offset: int) -> bytes:
        """Return up to `count` bytes from `offset` on; none at the end."""
        return os.pread(fd, count, offset)

    def write(self, fd: int, data: memoryview) -> int:
        """Write some of `data`; return how many bytes."""
        return os.write(fd, data)

    def truncate(self, fd: int) -> None:
        """Empty the file."""
        os.ftruncate(fd, 0)

    def size(self, fd: int) -> int:
        """Return the bytes of the file; raises OSError ENXIO for what is no regular file."""
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.ENXIO, "It is not a regular file")
        return found.st_size

    def sync(self, fd: int) -> None:
        """Put what was written on the disk."""
        if sys.platform == "darwin":
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)  # fsync alone leaves data in the drive's cache
        else:
            os.fsync(fd)

    def close(self, fd: int) -> None:
        """Close the file; its lock ends."""
        os.close(fd)

    def lock(self, fd: int) -> None:
        """Take a lock that ends with `fd`; raises BlockingIOError where another holds it."""
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def share_lock(self, fd: int) -> None:
        """Take a lock that only `lock` excludes; raises BlockingIOError where another has that."""
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def names(self, folder: Path) -> list[str]:
        """Return the names in `folder`, sorted."""
        return sorted(entry.name for entry in folder.iterdir())

    def make_folder(self, path: Path) -> None:
        """Create a folder that only its owner may enter."""
        path.mkdir(FOLDER_MODE)

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name, `target`."""
        target.hardlink_to(source)

    def rename(self, source: Path, target: Path) -> None:
        """Move `source` to `target`, which must not be there."""
        source.rename(target)

    def replace(self, source: Path, target: Path) -> None:
        """Move `source` over `target` in one step."""
        source.replace(target)

    def remove_file(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()

    def free_bytes(self, folder: Path) -> int:
        """Return how many bytes can still be written."""
        return shutil.disk_usage(folder).free


DISK = Disk()


def write_file(disk: Disk, path: Path, data: bytes, *, mode: int = SEALED_FILE_MODE) -> None:
    """Create `path` with exactly `data`, on the disk on return; it must not exist yet."""
    fd = disk.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        write_all(disk, fd, data)
        disk.sync(fd)
        written = disk.size(fd)
    finally:
        disk.close(fd)
    if written != len(data):
        raise OSError(errno.EIO, f"{written} of {len(data)} bytes were written", str(path))


def write_all(disk: Disk, fd: int, data: bytes) -> None:
    """Write all of `data`; a short write goes on where it stopped."""
    rest = memoryview(data)
    while rest:
        rest = rest[disk.write(fd, rest[:BLOCK]) :]


def read_file(disk: Disk, path: Path, *, limit: int) -> bytes:
    """Return the content of `path`, or its first `limit` + 1 bytes where it is longer.

    Raises DamagedIndexError where a folder, a link, a FIFO, a socket or a device is in its place.
    """
    try:
        fd = disk.open(path, os.O_RDONLY)
        try:
            disk.size(fd)
            blocks = []
            left = limit + 1
            while left > 0 and (block := disk.read(fd, min(left, BLOCK))):
                blocks.append(block)
                left -= len(block)
            return b"".join(blocks)
        finally:
            disk.close(fd)
    except OSError as error:
        if error.errno in NO_FILE:
            raise DamagedIndexError("E-IDX-003", f"{path.name} is not a regular file") from error
        raise


def sync_folder(disk: Disk, folder: Path) -> None:
    """Put the names in `folder` on the disk: a rename may otherwise be lost with the power."""
    fd = disk.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        disk.sync(fd)
    finally:
        disk.close(fd)


def make_folder(disk: Disk, folder: Path) -> None:
    """Create `folder` unless it is there, and its parents with it."""
    if not folder.is_dir():
        if not folder.parent.is_dir():
            make_folder(disk, folder.parent)
        disk.make_folder(folder)
        sync_folder(disk, folder.parent)


def remove_tree(disk: Disk, path: Path) -> None:
    """Remove a folder with all it holds, or anything else; no link is followed."""
    if path.is_symlink() or not path.is_dir():
        disk.remove_file(path)
        return
    for name in disk.names(path):
        remove_tree(disk, path / name)
    disk.remove_folder(path)


def is_file_or_free(path: Path) -> bool:
    """Return whether `path` is a regular file, no link to one, or nothing at all."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def is_folder_or_free(path: Path) -> bool:
    """Return whether `path` is a folder, or a link to one, or nothing at all."""
    return path.is_dir() or not os.path.lexists(path)


def move_aside(disk: Disk, path: Path) -> None:
    """Move what is in the place of something else to a name beside it, kept for the person."""
    aside = path.with_name(f"{path.name}-damaged-{secrets.token_hex(3)}")
    log.info("%s is not what belongs there, and is now %s", path, aside.name)
    disk.rename(path, aside)


def cannot_write(
    error: OSError, index: Path, *, state: str = "Nothing was changed"
) -> IndexingError:
    """Return what to tell a person when the index cannot be written; `state` says what holds."""
    if error.errno in NO_SPACE:
        return IndexingError(
            "E-IDX-008",
            f'The disk of "{index}" is full. {state}. Free some space and run it again.',
        )
    if error.errno in NOT_WRITABLE:
        return IndexingError(
            "E-IDX-005",
            f'"{index}" cannot be written ({error.strerror}). {state}; questions still work. '
            "Make the folder writable, or name another one with --index.",
        )
    if error.errno in {errno.EEXIST, errno.ENOTDIR}:
        return IndexingError(
            "E-IDX-005", f'"{index}" is not a folder. {state}. Name another one with --index.'
        )
    return IndexingError(
        "E-IDX-012",
        f'Writing "{index}" failed ({error.strerror or error}). {state}. '
        f"Check the disk, then run: {BUILD_COMMAND}",
    )


def cannot_read(error: OSError, index: Path) -> IndexingError:
    """Return what to tell a person when the index is there and the system does not hand it out."""
    return IndexingError(
        "E-IDX-012",
        f'"{index}" cannot be read now ({error.strerror or error}). '
        "Check the permissions and the disk, then try again.",
    )

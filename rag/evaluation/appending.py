"""Adding a line to a file of records so that a failed write adds nothing."""

from __future__ import annotations

import os


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

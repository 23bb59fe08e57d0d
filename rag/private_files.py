"""Files for one person alone: what they asked and kept, and what is worked out of articles."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def open_private(path: str | Path, flags: int) -> int:
    """Open a file so that, where it is made, nobody else reads it; an `opener` for `open`."""
    return os.open(path, flags, FILE_MODE)


def write_private(path: Path, content: bytes) -> None:
    """Write a file aside, sync it, and put it in place. Raises OSError; nothing is left aside."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    aside = path.with_suffix(f".tmp-{os.getpid()}")
    try:
        with open(aside, "wb", opener=open_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise

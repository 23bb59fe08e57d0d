"""Files for one person alone: what they asked and kept, and what is worked out of articles."""

from __future__ import annotations

import os
from collections.abc import Callable
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


def kept_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return what a private file holds; `make` gives it where there is none. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    try:
        descriptor = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return path.read_bytes()
    secret = make()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return secret

"""One builder among machines: a lease in the index folder, which ends after its holder did.

The writer's lock decides on one machine, and wherever the file system passes locks on. Where it
does not, this does: the holder renews a file; who finds another's waits until it was not renewed
for a while, by its own clock, writes itself in, and looks once more whether it stayed in (Fischer's
algorithm, Lamport 1987). A holder that was away for longer than that has lost it, and is told so
before it would switch.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError
from rag.index.disk import FILE_MODE, Disk, cannot_read, cannot_write, read_file, write_file

RENEWED_EVERY_S = 3.0
ENDS_AFTER_S = 20.0  # without being renewed: some missed renewals of a busy machine
SETTLED_AFTER_S = 1.0  # longer than writing the file takes
LOOK_S = 0.05
MOST_BYTES = 512


@contextmanager
def held_lease(path: Path, disk: Disk) -> Iterator[Callable[[], None]]:
    """Hold the lease at `path`; raises IndexingError E-IDX-004 while another holds it.

    Yields what raises it for a lease that was lost. E-IDX-005, E-IDX-008 or E-IDX-012 say what the
    system refuses. The caller holds the writer's lock.
    """
    token = secrets.token_hex(8)
    _wait_for_end(path, disk)
    _write(path, disk, token)
    time.sleep(SETTLED_AFTER_S)
    ended = threading.Event()

    def require() -> None:
        if token not in _read(path, disk):
            raise _taken(_read(path, disk))

    def renew() -> None:
        while not ended.wait(RENEWED_EVERY_S):
            with suppress(IndexingError):  # the next time, or it ends
                if token in _read(path, disk):
                    _write(path, disk, token)

    require()
    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield require
    finally:
        ended.set()
        thread.join()
        with suppress(OSError, IndexingError):
            if token in _read(path, disk):
                disk.remove_file(path)


def _wait_for_end(path: Path, disk: Disk) -> None:
    """Return once nobody holds the lease; raises where it is renewed meanwhile.

    One of this machine is that of a process that died: its lock would still be held.
    """
    found = _read(path, disk)
    waits_until = time.monotonic() + ENDS_AFTER_S
    while found and _is_foreign(found) and time.monotonic() < waits_until:
        time.sleep(LOOK_S)
        if (now := _read(path, disk)) != found and now:
            raise _taken(now)
        found = now


def _is_foreign(found: str) -> bool:
    with suppress(ValueError, TypeError, KeyError):
        return bool(json.loads(found)["host"] != socket.gethostname())
    return False


def _read(path: Path, disk: Disk) -> str:
    """Return what the lease says; nothing where there is none, or none that can be read."""
    try:
        return read_file(disk, path, limit=MOST_BYTES).decode("utf-8", "replace")
    except (FileNotFoundError, DamagedIndexError):
        return ""
    except OSError as error:
        raise cannot_read(error, path.parent) from error


def _write(path: Path, disk: Disk, token: str) -> None:
    aside = path.with_name(f"{path.name}.tmp-{secrets.token_hex(3)}")
    holder = {"host": socket.gethostname(), "pid": os.getpid(), "token": token}
    renewed = {**holder, "renewed": secrets.token_hex(4)}
    try:
        write_file(disk, aside, json.dumps(renewed).encode("utf-8"), mode=FILE_MODE)
        disk.replace(aside, path)
    except OSError as error:
        raise cannot_write(error, path.parent) from error


def _taken(found: str) -> IndexingError:
    try:
        holder = json.loads(found)
        who = f"A build on {holder['host']} (pid {holder['pid']}) is running"
    except (ValueError, KeyError, TypeError):
        who = "Another build took its place"
    return IndexingError("E-IDX-004", f"{who}. Wait until it has ended, then run it again.")

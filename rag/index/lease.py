"""One builder among machines: a lease beside the index, which ends after its holder did.

The writer's lock decides on one machine, and wherever a file system passes locks on. Where none
does, this does: the holder renews what it wrote; who finds another's waits until it was not renewed
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
from typing import Protocol

from rag.errors import DamagedIndexError, IndexingError
from rag.index.disk import FILE_MODE, Disk, cannot_read, cannot_write, read_file, write_file

LEASE = "LEASE"
RENEWED_EVERY_S = 3.0
ENDS_AFTER_S = 20.0  # without being renewed: some missed renewals of a busy machine
SETTLED_AFTER_S = 1.0  # longer than writing it takes
LOOK_S = 0.25
MOST_BYTES = 512


class Place(Protocol):
    """Where a lease lies, by its name; errors are IndexingError. `Storage` is another one."""

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return what it says; None where there is none."""

    def version(self, name: str) -> str | None:
        """Return what names this version of it, as far as that is told."""

    def write(self, name: str, data: bytes, *, over: str | None) -> None:
        """Put it there in one step, where that can be told only over the version `over`."""

    def remove(self, name: str) -> None:
        """Remove it."""


class Folder:
    """A folder as the place of a lease, whose holder has the writer's lock, too."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return what it says; None where there is none, or none that can be read."""
        try:
            return read_file(self._disk, self._path / name, limit=limit)
        except (FileNotFoundError, DamagedIndexError):
            return None
        except OSError as error:
            raise cannot_read(error, self._path) from error

    def version(self, name: str) -> None:
        """Return None: a file is replaced whatever it is."""

    def write(self, name: str, data: bytes, *, over: str | None) -> None:
        """Put it there in one step."""
        del over
        aside = self._path / f"{name}.tmp-{secrets.token_hex(3)}"
        try:
            write_file(self._disk, aside, data, mode=FILE_MODE)
            self._disk.replace(aside, self._path / name)
        except OSError as error:
            raise cannot_write(error, self._path) from error

    def remove(self, name: str) -> None:
        """Remove it, or leave it to end by itself."""
        with suppress(OSError):
            self._disk.remove_file(self._path / name)


@contextmanager
def held_lease(place: Place) -> Iterator[Callable[[object], None]]:
    """Hold the lease in `place`; raises IndexingError E-IDX-004 while another holds it.

    Yields what raises it for a lease that was lost, whatever it is given. E-IDX-005, E-IDX-008,
    E-IDX-012 or E-IDX-013 say what was refused. The caller holds the writer's lock.
    """
    token = secrets.token_hex(8)
    place.write(LEASE, _describe_self(token), over=_wait_for_end(place))
    time.sleep(SETTLED_AFTER_S)
    ended = threading.Event()

    def require(_: object = None) -> None:
        if token not in (found := _read(place)):
            raise _taken(found)

    def renew() -> None:
        while not ended.wait(RENEWED_EVERY_S):
            with suppress(IndexingError):  # the next time, or it ends
                version = place.version(LEASE)
                if token in _read(place):
                    place.write(LEASE, _describe_self(token), over=version)

    require()
    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield require
    finally:
        ended.set()
        thread.join()
        with suppress(IndexingError):
            if token in _read(place):
                place.remove(LEASE)


def _wait_for_end(place: Place) -> str | None:
    """Return the version that may be replaced once nobody holds the lease; raises if renewed.

    In a folder one of this machine is that of a process that died: its lock would still be held.
    """
    version, found = place.version(LEASE), _read(place)
    waits_until = time.monotonic() + ENDS_AFTER_S
    while found and time.monotonic() < waits_until:
        if isinstance(place, Folder) and not _is_foreign(found):
            break
        time.sleep(LOOK_S)
        version, now = place.version(LEASE), _read(place)
        if now != found and now:
            raise _taken(now)
        found = now
    return version


def _is_foreign(found: str) -> bool:
    with suppress(ValueError, TypeError, KeyError):
        return bool(json.loads(found)["host"] != socket.gethostname())
    return False


def _read(place: Place) -> str:
    return (place.read(LEASE, limit=MOST_BYTES) or b"").decode("utf-8", "replace")


def _describe_self(token: str) -> bytes:
    holder = {"host": socket.gethostname(), "pid": os.getpid(), "token": token}
    return json.dumps({**holder, "renewed": secrets.token_hex(4)}).encode("utf-8")


def _taken(found: str) -> IndexingError:
    try:
        holder = json.loads(found)
        who = f"A build on {holder['host']} (pid {holder['pid']}) is running"
    except (ValueError, KeyError, TypeError):
        who = "Another build took its place"
    return IndexingError("E-IDX-004", f"{who}. Wait until it has ended, then run it again.")

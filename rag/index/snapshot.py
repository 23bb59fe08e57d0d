"""Opening the index for questions: the current generation, or the best that is left.

A damaged generation is set aside and the one before it opened; the snapshot then says so in
`degraded`. `SnapshotHolder` follows the pointer while a program runs.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError
from rag.index.disk import BUILD_COMMAND, DISK, Disk, cannot_read, is_folder_or_free
from rag.index.layout import FOREIGN_FILES, Layout
from rag.index.loading import Fingerprinted, Snapshot, load_generation
from rag.index.lock import is_locked
from rag.index.manifest import Pointer
from rag.index.quarantine import set_aside
from rag.index.store import EMBEDDED, Store

__all__ = ["Snapshot", "SnapshotHolder", "open_generation", "open_snapshot"]

log = logging.getLogger(__name__)

SWITCH_RETRIES = 50  # times that the pointer may move away under a reader
SWITCH_PAUSE_S = 0.005
PUBLISH_PATIENCE_S = 5.0  # reading back a generation takes less, up to a million passages
CHECK_EVERY_S = 1.0  # a new generation is seen this long after its build at the latest


def open_snapshot(  # noqa: PLR0913 - each says how
    index: Path,
    *,
    embedder: Fingerprinted | None = None,
    disk: Disk = DISK,
    has_lock: bool = False,
    is_checked: bool = False,
    store: Store = EMBEDDED,
) -> Snapshot:
    """Return the current generation of `index`, or the newest whole one before it.

    What it holds is checked when it is used; with `is_checked`, and where another generation than
    the current one is opened, all of it is at once.

    With `embedder` the generation must have been built with it. Raises IndexingError: E-IDX-001
    no index, E-IDX-003 nothing whole, E-IDX-006 too new, E-IDX-007 another embedder, E-IDX-009
    another program's index, E-IDX-012 the system does not hand it out, E-IDX-013 the store does
    not answer. `has_lock` says that the caller holds the writer's lock.
    """
    layout = Layout(index)
    try:
        snapshot = _Opening(layout, disk, store, has_lock).current(is_checked=is_checked)
    except OSError as error:
        raise cannot_read(error, index) from error
    if embedder is not None:
        snapshot.require_embedder(embedder)
    return snapshot


def open_generation(
    index: Path, number: int, *, disk: Disk = DISK, store: Store = EMBEDDED
) -> Snapshot:
    """Return one generation, checked, current or not, as an evaluation pins it.

    Raises IndexingError E-IDX-011 where it is gone, DamagedIndexError where it is not whole.
    """
    layout = Layout(index)
    if number not in layout.numbers(disk):
        raise IndexingError("E-IDX-011", f'Generation {number} is no longer in "{index}".')
    try:
        return load_generation(layout.generation(number), disk, store=store)
    except OSError as error:
        raise cannot_read(error, index) from error


class SnapshotHolder:
    """Hands out the current generation, and follows the pointer at most once a second.

    Whoever keeps a snapshot keeps its generation. `notice` says why a newer generation is not
    in use although there is one; empty when all is well.
    """

    def __init__(
        self,
        index: Path,
        *,
        embedder: Fingerprinted | None = None,
        disk: Disk = DISK,
        store: Store = EMBEDDED,
    ) -> None:
        self._layout = Layout(index)
        self._embedder = embedder
        self._disk = disk
        self._store = store
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._checked = -CHECK_EVERY_S
        self.notice = ""

    def get(self) -> Snapshot:
        """Return the current snapshot; while one thread opens a new one, others get the old."""
        snapshot = self._snapshot
        if snapshot is not None and not snapshot.damage:
            if time.monotonic() - self._checked < CHECK_EVERY_S:
                return snapshot
            if not self._lock.acquire(blocking=False):
                return snapshot
        else:
            self._lock.acquire()
        try:
            return self._follow()
        finally:
            self._lock.release()

    def refresh(self) -> Snapshot:
        """Return the current snapshot now, as after a build in the same program."""
        with self._lock:
            self._checked = -CHECK_EVERY_S
            return self._follow()

    def _follow(self) -> Snapshot:
        old = self._snapshot
        is_damaged = old is not None and bool(old.damage)
        is_recent = time.monotonic() - self._checked < CHECK_EVERY_S
        if old is not None and is_recent and not is_damaged:
            return old
        if old is not None:
            self._store.follow(self._layout, self._disk)
        stamp = _stamp(self._layout.current)
        if old is None or is_damaged or stamp != self._stamp:
            self._snapshot = None if is_damaged else old
            old = self._snapshot = self._open(self._snapshot, is_checked=is_damaged)
            self._stamp = stamp
        self._checked = time.monotonic()
        return old

    def _open(self, old: Snapshot | None, *, is_checked: bool = False) -> Snapshot:
        try:
            snapshot = open_snapshot(
                self._layout.index,
                embedder=self._embedder,
                disk=self._disk,
                store=self._store,
                is_checked=is_checked,
            )
        except IndexingError as error:
            if old is None:
                raise
            log.info("generation %s stays in use: %s", old.generation, error)
            self.notice = error.message
            return old
        self.notice = snapshot.degraded
        return snapshot


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


@dataclass(frozen=True, slots=True)
class _Opening:
    """Opens what a reader, or a writer with the lock, finds in an index folder."""

    layout: Layout
    disk: Disk
    store: Store
    has_lock: bool

    def current(self, *, is_checked: bool) -> Snapshot:
        """Open the generation that CURRENT names, or what is left."""
        layout, disk = self.layout, self.disk
        if not self.has_lock:
            self.store.follow(layout, disk)
        for _ in range(SWITCH_RETRIES):
            try:
                pointer = layout.pointer(disk)
            except (FileNotFoundError, NotADirectoryError):
                if not self.has_lock and _is_being_published(layout, disk):
                    continue
                return self._any(why="CURRENT is missing")
            except DamagedIndexError as error:
                return self._any(why=error.message)
            try:
                digest = pointer.manifest_sha256
                return self._load(pointer.generation, digest, is_checked=is_checked)
            except DamagedIndexError as error:
                why = error.message
            if not _has_moved(layout, disk, pointer):
                return self._despite(pointer, why=why)
            time.sleep(SWITCH_PAUSE_S)
        raise IndexingError(
            "E-IDX-012", f'"{layout.index}" changes faster than it can be read. Try again.'
        )

    def _load(
        self, number: int, manifest_sha256: str | None = None, *, is_checked: bool = True
    ) -> Snapshot:
        return load_generation(
            self.layout.generation(number),
            self.disk,
            manifest_sha256=manifest_sha256,
            is_checked=is_checked,
            store=self.store,
        )

    def _despite(self, pointer: Pointer, *, why: str) -> Snapshot:
        """Open what is left where CURRENT and its generation do not go together."""
        number = pointer.generation
        try:
            self._load(number)
        except DamagedIndexError:
            return self._any(why=f"generation {number} is damaged ({why})", named=number)
        return self._any(why=f"CURRENT does not fit generation {number}")

    def _any(self, *, why: str, named: int | None = None) -> Snapshot:
        """Open the newest whole one, those before `named` first; set aside what is damaged."""
        layout, disk, has_lock = self.layout, self.disk, self.has_lock
        numbers = layout.numbers(disk)
        if not numbers and named is None:
            raise _no_index(layout)
        if not is_folder_or_free(layout.generations):
            why = f'"{layout.generations}" is not a folder'
        damaged: dict[int, str] = {}
        for number in _by_preference(numbers, named):
            degraded = (
                f"{why[0].upper()}{why[1:]}; generation {number} is used instead. "
                f"Repair it with: {BUILD_COMMAND}"
            )
            try:
                snapshot = self._load(number)
            except DamagedIndexError as error:
                damaged[number] = error.message
                continue
            snapshot.degraded = degraded
            log.info("%s", degraded)
            set_aside(layout, sorted(damaged), disk, has_lock=has_lock)
            return snapshot
        if has_lock or self.store.has_original:  # what follows writes it anew; evidence is kept
            set_aside(layout, numbers, disk, has_lock=has_lock)
        reasons = "; ".join(f"{number:06d}: {reason}" for number, reason in damaged.items())
        raise DamagedIndexError(
            "E-IDX-003",
            f'No generation in "{layout.index}" is whole ({reasons or why}). '
            f"Rebuild it with: {BUILD_COMMAND}",
        )


def _is_being_published(layout: Layout, disk: Disk) -> bool:
    """Wait while the first build checks its generation, which CURRENT will name; tell if it does.

    A build that follows the loss of CURRENT looks the same, so the wait has an end.
    """
    waits_until = time.monotonic() + PUBLISH_PATIENCE_S
    while layout.numbers(disk) and is_locked(layout.lock, disk):
        if layout.current.exists():
            return True
        if time.monotonic() > waits_until:
            return False
        time.sleep(SWITCH_PAUSE_S)
    return layout.current.exists()


def _has_moved(layout: Layout, disk: Disk, pointer: Pointer) -> bool:
    try:
        return layout.pointer(disk) != pointer
    except (FileNotFoundError, DamagedIndexError):
        return True


def _by_preference(numbers: list[int], named: int | None) -> list[int]:
    """Newest first; but what is newer than the generation that CURRENT names comes last."""
    newest_first = sorted(numbers, reverse=True)
    if named is None:
        return newest_first
    return [n for n in newest_first if n <= named] + [n for n in newest_first if n > named]


def _no_index(layout: Layout) -> IndexingError:
    for name in FOREIGN_FILES:
        if (layout.index / name).exists():
            return IndexingError(
                "E-IDX-009",
                f'"{layout.index / name}" is the index of another program; it is not opened. '
                f"Build one with: {BUILD_COMMAND}",
            )
    return IndexingError("E-IDX-001", f"No index yet. Build it with: {BUILD_COMMAND}")

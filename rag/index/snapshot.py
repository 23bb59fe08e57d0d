"""Opening the index for questions: the current generation, or the best that is left.

A damaged generation is set aside and the one before it opened; the snapshot then says so in
`degraded`. `SnapshotHolder` follows the pointer while a program runs.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError
from rag.index.disk import BUILD_COMMAND, DISK, Disk, cannot_read, is_folder_or_free
from rag.index.layout import FOREIGN_FILES, Layout
from rag.index.loading import Fingerprinted, Snapshot, load_generation
from rag.index.lock import is_locked
from rag.index.manifest import Pointer
from rag.index.quarantine import set_aside

__all__ = ["Snapshot", "SnapshotHolder", "open_generation", "open_snapshot"]

log = logging.getLogger(__name__)

SWITCH_RETRIES = 50  # times that the pointer may move away under a reader
SWITCH_PAUSE_S = 0.005
PUBLISH_PATIENCE_S = 5.0  # reading back a generation takes less, up to a million passages
CHECK_EVERY_S = 1.0  # a new generation is seen this long after its build at the latest


def open_snapshot(
    index: Path,
    *,
    embedder: Fingerprinted | None = None,
    disk: Disk = DISK,
    has_lock: bool = False,
    is_checked: bool = False,
) -> Snapshot:
    """Return the current generation of `index`, or the newest whole one before it.

    What it holds is checked when it is used; with `is_checked`, and where another generation than
    the current one is opened, all of it is at once.

    With `embedder` the generation must have been built with it. Raises IndexingError: E-IDX-001
    no index, E-IDX-003 nothing whole, E-IDX-006 too new, E-IDX-007 another embedder, E-IDX-009
    another program's index, E-IDX-012 the system does not hand it out. `has_lock` says that the
    caller holds the writer's lock.
    """
    layout = Layout(index)
    try:
        snapshot = _open_current(layout, disk, has_lock=has_lock, is_checked=is_checked)
    except OSError as error:
        raise cannot_read(error, index) from error
    if embedder is not None:
        snapshot.require_embedder(embedder)
    return snapshot


def open_generation(index: Path, number: int, *, disk: Disk = DISK) -> Snapshot:
    """Return one generation, checked, current or not, as an evaluation pins it.

    Raises IndexingError E-IDX-011 where it is gone, DamagedIndexError where it is not whole.
    """
    layout = Layout(index)
    if number not in layout.numbers(disk):
        raise IndexingError("E-IDX-011", f'Generation {number} is no longer in "{index}".')
    try:
        return load_generation(layout.generation(number), disk)
    except OSError as error:
        raise cannot_read(error, index) from error


class SnapshotHolder:
    """Hands out the current generation, and follows the pointer at most once a second.

    Whoever keeps a snapshot keeps its generation. `notice` says why a newer generation is not
    in use although there is one; empty when all is well.
    """

    def __init__(
        self, index: Path, *, embedder: Fingerprinted | None = None, disk: Disk = DISK
    ) -> None:
        self._layout = Layout(index)
        self._embedder = embedder
        self._disk = disk
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


def _open_current(layout: Layout, disk: Disk, *, has_lock: bool, is_checked: bool) -> Snapshot:
    for _ in range(SWITCH_RETRIES):
        try:
            pointer = layout.pointer(disk)
        except (FileNotFoundError, NotADirectoryError):
            if not has_lock and _is_being_published(layout, disk):
                continue
            return _open_any(layout, disk, why="CURRENT is missing", has_lock=has_lock)
        except DamagedIndexError as error:
            return _open_any(layout, disk, why=error.message, has_lock=has_lock)
        folder = layout.generation(pointer.generation)
        try:
            return load_generation(
                folder, disk, manifest_sha256=pointer.manifest_sha256, is_checked=is_checked
            )
        except DamagedIndexError as error:
            why = error.message
        if not _has_moved(layout, disk, pointer):
            return _open_despite(pointer, layout, disk, why=why, has_lock=has_lock)
        time.sleep(SWITCH_PAUSE_S)
    raise IndexingError(
        "E-IDX-012", f'"{layout.index}" changes faster than it can be read. Try again.'
    )


def _open_despite(
    pointer: Pointer, layout: Layout, disk: Disk, *, why: str, has_lock: bool
) -> Snapshot:
    """Open what is left where CURRENT and its generation do not go together."""
    number = pointer.generation
    try:
        load_generation(layout.generation(number), disk, is_checked=True)
    except DamagedIndexError:
        why = f"generation {number} is damaged ({why})"
        return _open_any(layout, disk, why=why, has_lock=has_lock, named=number)
    why = f"CURRENT does not fit generation {number}"
    return _open_any(layout, disk, why=why, has_lock=has_lock)


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


def _open_any(
    layout: Layout, disk: Disk, *, why: str, has_lock: bool, named: int | None = None
) -> Snapshot:
    """Open the newest whole generation, those before `named` first; set aside what is damaged."""
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
            folder = layout.generation(number)
            snapshot = load_generation(folder, disk, degraded=degraded, is_checked=True)
        except DamagedIndexError as error:
            damaged[number] = error.message
            continue
        log.info("%s", degraded)
        set_aside(layout, sorted(damaged), disk, has_lock=has_lock)
        return snapshot
    if has_lock:  # a build follows; the evidence is kept
        set_aside(layout, numbers, disk, has_lock=True)
    reasons = "; ".join(f"{number:06d}: {reason}" for number, reason in damaged.items())
    raise DamagedIndexError(
        "E-IDX-003",
        f'No generation in "{layout.index}" is whole ({reasons or why}). '
        f"Rebuild it with: {BUILD_COMMAND}",
    )


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

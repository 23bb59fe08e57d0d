"""Making a generation current: write, put on the disk, read back, and only then switch.

Until the switch an error leaves everything as it was. The switch is one rename: a reader sees the
old generation or the new one. The order of the steps, and each sync, is what makes that true
through a crash; tests/faults breaks each of them.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError
from rag.index.disk import (
    BUILD_COMMAND,
    FILE_MODE,
    Disk,
    cannot_write,
    remove_tree,
    sync_folder,
    write_file,
)
from rag.index.layout import Layout
from rag.index.loading import Snapshot, check_generation
from rag.index.manifest import (
    MANIFEST,
    FileRecord,
    Manifest,
    Pointer,
    encode_manifest,
    encode_pointer,
    sha256_hex,
)
from rag.index.quarantine import set_aside
from rag.index.store import EMBEDDED, Store

# How linking fails where a file system has no second names, or no more of them.
NO_LINKS = {errno.EPERM, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV}


class Draft:
    """A generation that is being written, in a folder that no reader looks into."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk
        self.files: dict[str, FileRecord] = {}
        self.linked: set[str] = set()

    def write(self, name: str, data: bytes, record: FileRecord) -> None:
        """Write a file that no generation had before."""
        write_file(self._disk, self._folder / name, data)
        self.files[name] = record

    def link(self, name: str, record: FileRecord, *, source: Path) -> None:
        """Take over a file that a generation in `source` has, which was checked."""
        try:
            self._disk.link(source / name, self._folder / name)
            self.linked.add(name)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            write_file(self._disk, self._folder / name, (source / name).read_bytes())
        self.files[name] = record


def publish(
    layout: Layout,
    disk: Disk,
    fill: Callable[[Draft], Manifest],
    *,
    store: Store = EMBEDDED,
    before: Callable[[Pointer], None] = lambda _: None,
) -> Snapshot:
    """Write a generation, check it as a reader would, make it current, and return it.

    `fill` writes its files and returns its manifest, but for its number and its files. The caller
    holds the writer's lock; the store may refuse the switch in `before`. Raises IndexingError
    E-IDX-005, E-IDX-008, E-IDX-012 for what the system refuses, E-IDX-013 where the store does not
    answer, E-IDX-010 for a generation that does not read back as written.
    """
    try:
        number = layout.next_number(disk)
        with _draft(layout, number, disk) as (draft, folder):
            manifest = replace(fill(draft), generation=number, files=draft.files)
            encoded = encode_manifest(manifest)
            write_file(disk, folder / MANIFEST, encoded)
            sync_folder(disk, folder)
            disk.rename(folder, layout.generation(number))
        sync_folder(disk, layout.generations)
        snapshot = _read_back(layout, number, disk, store, known=draft.linked)
    except OSError as error:
        raise cannot_write(error, layout.index) from error
    pointer = Pointer(number, sha256_hex(encoded))
    before(pointer)
    switch(layout, pointer, disk)
    store.switched(manifest)
    return snapshot


def switch(layout: Layout, pointer: Pointer, disk: Disk) -> None:
    """Make CURRENT name `pointer`; on the disk on return.

    Raises IndexingError that says which generation is current now: after an error here it may be
    the old or the new one, never a mixture.
    """
    aside = layout.index / f"CURRENT.tmp-{os.getpid()}-{secrets.token_hex(3)}"
    try:
        write_file(disk, aside, encode_pointer(pointer), mode=FILE_MODE)
        disk.replace(aside, layout.current)
        sync_folder(disk, layout.index)
    except OSError as error:
        raise cannot_write(error, layout.index, state=_state(layout, disk)) from error


@contextmanager
def _draft(layout: Layout, number: int, disk: Disk) -> Iterator[tuple[Draft, Path]]:
    folder = layout.generations / f".tmp-{number:06d}-{secrets.token_hex(3)}"
    disk.make_folder(folder)
    try:
        yield Draft(folder, disk), folder
    except Exception:
        with suppress(OSError):  # a full disk gets its space back now; else the next build tidies
            remove_tree(disk, folder)
        raise


def _read_back(
    layout: Layout, number: int, disk: Disk, store: Store, *, known: set[str]
) -> Snapshot:
    folder: Path = layout.generation(number)
    try:
        return check_generation(folder, disk, known=known, store=store)
    except DamagedIndexError as error:
        set_aside(layout, [number], disk, has_lock=True)
        raise IndexingError(
            "E-IDX-010",
            f"The new generation {number} does not read back as written ({error.message}); "
            f"the index is unchanged. Check the disk, then run: {BUILD_COMMAND}",
        ) from error


def _state(layout: Layout, disk: Disk) -> str:
    try:
        return f"The current generation is {layout.pointer(disk).generation}"
    except (OSError, IndexingError):
        return "The current generation is not known"

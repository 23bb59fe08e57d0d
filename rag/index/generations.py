"""Changing the generations on disk: holding the index for it, going back, removing old ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError
from rag.index.disk import (
    DISK,
    Disk,
    cannot_read,
    cannot_write,
    is_file_or_free,
    is_folder_or_free,
    make_folder,
    move_aside,
    read_file,
    remove_tree,
    sync_folder,
)
from rag.index.layout import Layout, names_in, read_manifest
from rag.index.loading import Snapshot, check_generation
from rag.index.lock import writer_lock
from rag.index.manifest import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    OLD_FORMAT,
    Pointer,
    sha256_hex,
)
from rag.index.publish import switch
from rag.index.store import EMBEDDED, Store

log = logging.getLogger(__name__)


def rollback(
    index: Path, generation: int, *, disk: Disk = DISK, store: Store = EMBEDDED
) -> Snapshot:
    """Make an earlier generation current again, after every check; return it.

    Raises IndexingError E-IDX-011 where there is no such generation, E-IDX-003 where it is
    damaged, E-IDX-004 while a build runs.
    """
    layout = Layout(index)
    with writing(layout, disk), store.building(layout, disk) as before_switch:
        try:
            snapshot, pointer = _check_for_rollback(layout, generation, disk, store)
        except OSError as error:
            raise cannot_read(error, index) from error
        before_switch(pointer)
        switch(layout, pointer, disk)
        store.switched(snapshot.manifest)
    return snapshot


def collect(layout: Layout, *, keep: int, disk: Disk, store: Store = EMBEDDED) -> None:
    """Remove all but the current generation and the `keep` newest others that can be read.

    The caller holds the writer's lock. A reader that is opening a removed one finds CURRENT moved
    and opens that. What cannot be removed stays for the next time, and is logged.
    """
    try:
        current = layout.pointer(disk).generation
        others = [number for number in layout.numbers(disk) if number != current]
        outdated = [number for number in others if _is_outdated(layout.generation(number), disk)]
        others = [number for number in others if number not in outdated]
        for number in (*outdated, *others[: max(0, len(others) - keep)]):
            dead = layout.generations / f".dead-{number:06d}"
            disk.rename(layout.generation(number), dead)
            sync_folder(disk, layout.generations)
            remove_tree(disk, dead)
        store.collect(layout, disk, keep=_collections(layout, disk))
    except (OSError, IndexingError) as error:
        log.info("old generations stay until the next build: %s", error)


@contextmanager
def writing(layout: Layout, disk: Disk) -> Iterator[None]:
    """Hold the writer's lock on an index folder that is there and free of what is in the way.

    Raises IndexingError E-IDX-004 while another process writes, E-IDX-005, E-IDX-008 or E-IDX-012
    for what the system refuses.
    """
    with ExitStack() as stack:
        try:
            make_folder(disk, layout.index)
            stack.enter_context(writer_lock(layout.lock, disk))
            _clear_places(layout, disk)
            make_folder(disk, layout.generations)
            make_folder(disk, layout.cache)
            _remove_leftovers(layout, disk)
        except OSError as error:
            raise cannot_write(error, layout.index) from error
        yield


def _check_for_rollback(
    layout: Layout, generation: int, disk: Disk, store: Store
) -> tuple[Snapshot, Pointer]:
    numbers = layout.numbers(disk)
    if generation not in numbers:
        known = ", ".join(map(str, numbers)) or "none"
        raise IndexingError(
            "E-IDX-011",
            f'There is no generation {generation} in "{layout.index}" (found: {known}). '
            "See: python -m rag index status",
        )
    folder = layout.generation(generation)
    try:
        snapshot = check_generation(folder, disk, store=store)
    except DamagedIndexError as error:
        raise DamagedIndexError(
            "E-IDX-003",
            f"Generation {generation} is damaged ({error.message}). Choose another one: "
            "python -m rag index status",
        ) from error
    manifest = read_file(disk, folder / MANIFEST, limit=MAX_MANIFEST_BYTES)
    return snapshot, Pointer(generation, sha256_hex(manifest))


def _clear_places(layout: Layout, disk: Disk) -> None:
    """Move aside what is no file where a file belongs, and no folder where a folder does."""
    if not is_file_or_free(layout.current):
        move_aside(disk, layout.current)
    for folder in (layout.generations, layout.quarantine, layout.cache):
        if not is_folder_or_free(folder):
            move_aside(disk, folder)


def _remove_leftovers(layout: Layout, disk: Disk) -> None:
    for folder in layout.leftovers(disk):
        remove_tree(disk, folder)
    for name in names_in(layout.index, disk):
        if name.startswith(("CURRENT.tmp-", "LEASE.tmp-")):
            remove_tree(disk, layout.index / name)


def _collections(layout: Layout, disk: Disk) -> set[str]:
    """Return the collections of all generations; one that cannot be opened needs none."""
    found = set()
    for number in layout.numbers(disk):
        with suppress(IndexingError):
            found.add(read_manifest(layout.generation(number), disk)[1].collection)
    return found


def _is_outdated(folder: Path, disk: Disk) -> bool:
    """Return whether an older Footnote wrote a generation, so that this one cannot read it."""
    try:
        read_manifest(folder, disk)
    except IndexingError as error:
        return error.code == OLD_FORMAT
    except OSError:
        return False
    return False

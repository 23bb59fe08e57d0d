"""The generations on disk: what is there, whether it is whole, going back, removing old ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError
from rag.index.disk import (
    BUILD_COMMAND,
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
from rag.index.layout import Layout, names_in
from rag.index.loading import Snapshot, check_generation
from rag.index.lock import writer_lock
from rag.index.manifest import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    OLD_FORMAT,
    Manifest,
    Pointer,
    parse_manifest,
    sha256_hex,
)
from rag.index.publish import switch
from rag.index.snapshot import open_snapshot
from rag.index.store import AWAY, EMBEDDED, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """One generation on disk, as its manifest tells; nothing but the manifest was checked."""

    generation: int
    created: datetime | None
    articles: int
    passages: int
    bytes: int
    is_current: bool
    damage: str = ""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The state of an index folder. `degraded` says what is wrong; empty when all is well."""

    index: Path | str
    generation: int
    created: datetime
    articles: int
    passages: int
    embedder: str
    dense: str
    degraded: str
    generations: tuple[GenerationInfo, ...]
    quarantined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether one generation is whole, every check there is; `damage` is empty when it is."""

    generation: int
    is_current: bool
    damage: str


def status(index: Path, *, snapshot: Snapshot | None = None, disk: Disk = DISK) -> IndexStatus:
    """Return the state of `index`; raises IndexingError as open_snapshot does.

    `snapshot` is the current generation where the caller has opened it.
    """
    snapshot = snapshot or open_snapshot(index, disk=disk)
    layout = Layout(index)
    current = None if snapshot.degraded else snapshot.generation
    return IndexStatus(
        index=index,
        generation=snapshot.generation,
        created=snapshot.created,
        articles=snapshot.manifest.articles,
        passages=snapshot.passage_count,
        embedder=str(snapshot.manifest.embedder.get("id", "unnamed")),
        dense=snapshot.manifest.dense,
        degraded=snapshot.degraded,
        generations=tuple(
            _describe(layout, number, disk, is_current=number == current)
            for number in layout.numbers(disk)
        ),
        quarantined=tuple(layout.quarantined(disk)),
    )


def verify(index: Path, *, disk: Disk = DISK, store: Store = EMBEDDED) -> tuple[Verification, ...]:
    """Check every generation on disk in full, and change nothing.

    A damaged CURRENT is reported as generation 0. Raises IndexingError E-IDX-001 for no index,
    E-IDX-013 where the store does not answer.
    """
    layout = Layout(index)
    store.follow(layout, disk)
    try:
        current, damage = _check_pointer(layout, disk)
        numbers = layout.numbers(disk)
        reasons = {number: _damage(layout.generation(number), disk, store) for number in numbers}
    except OSError as error:
        raise cannot_read(error, index) from error
    if not numbers and current is None:
        raise IndexingError("E-IDX-001", f"No index yet. Build it with: {BUILD_COMMAND}")
    pointed = [Verification(0, is_current=False, damage=damage)] if damage else []
    return (
        *pointed,
        *(Verification(n, is_current=n == current, damage=why) for n, why in reasons.items()),
    )


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


def _describe(layout: Layout, number: int, disk: Disk, *, is_current: bool) -> GenerationInfo:
    try:
        manifest = _manifest(layout.generation(number), disk)
    except (OSError, IndexingError) as error:
        return GenerationInfo(number, None, 0, 0, 0, is_current=is_current, damage=str(error))
    return GenerationInfo(
        generation=number,
        created=datetime.fromisoformat(manifest.created),
        articles=manifest.articles,
        passages=manifest.passages,
        bytes=sum(record.bytes for record in manifest.files.values()),
        is_current=is_current,
    )


def _collections(layout: Layout, disk: Disk) -> set[str]:
    """Return the collections of all generations; one that cannot be opened needs none."""
    found = set()
    for number in layout.numbers(disk):
        with suppress(IndexingError):
            found.add(_manifest(layout.generation(number), disk).collection)
    return found


def _is_outdated(folder: Path, disk: Disk) -> bool:
    """Return whether an older Footnote wrote a generation, so that this one cannot read it."""
    try:
        _manifest(folder, disk)
    except IndexingError as error:
        return error.code == OLD_FORMAT
    except OSError:
        return False
    return False


def _manifest(folder: Path, disk: Disk) -> Manifest:
    data = read_file(disk, folder / MANIFEST, limit=MAX_MANIFEST_BYTES)
    return parse_manifest(data)


def _check_pointer(layout: Layout, disk: Disk) -> tuple[int | None, str]:
    """Return the generation that CURRENT names, None if none, and what is wrong with CURRENT."""
    try:
        pointer = layout.pointer(disk)
    except (FileNotFoundError, NotADirectoryError):
        return None, "CURRENT is missing"
    except DamagedIndexError as error:
        return None, error.message
    return pointer.generation, _pointer_damage(layout, pointer, disk)


def _pointer_damage(layout: Layout, pointer: Pointer, disk: Disk) -> str:
    path = layout.generation(pointer.generation) / MANIFEST
    try:
        data = read_file(disk, path, limit=MAX_MANIFEST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return f"CURRENT names generation {pointer.generation}, which is not there"
    except DamagedIndexError as error:
        return f"CURRENT names generation {pointer.generation}, of which {error.message}"
    if sha256_hex(data) != pointer.manifest_sha256:
        return f"CURRENT does not fit generation {pointer.generation}"
    return ""


def _damage(folder: Path, disk: Disk, store: Store) -> str:
    try:
        check_generation(folder, disk, store=store)
    except IndexingError as error:
        if error.code == AWAY:
            raise
        return error.message
    return ""

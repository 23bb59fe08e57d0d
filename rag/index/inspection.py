"""The generations on disk: what is there, and whether it is whole. Nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError
from rag.index.disk import BUILD_COMMAND, DISK, Disk, cannot_read, read_file
from rag.index.layout import Layout, read_manifest
from rag.index.loading import Snapshot, check_generation
from rag.index.manifest import MANIFEST, MAX_MANIFEST_BYTES, Pointer, sha256_hex
from rag.index.snapshot import open_snapshot
from rag.index.store import AWAY, EMBEDDED, Store


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


def _describe(layout: Layout, number: int, disk: Disk, *, is_current: bool) -> GenerationInfo:
    try:
        _, manifest = read_manifest(layout.generation(number), disk)
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

"""What a machine's folder has of an index on object storage, by the names that it has there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rag.errors import DamagedIndexError
from rag.index.blocks import BlockFile
from rag.index.disk import Disk, read_file
from rag.index.layout import Layout
from rag.index.manifest import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    FileRecord,
    Pointer,
    sha256_hex,
)

MANIFESTS, BLOCKS = "gen", "blocks"
"""The folders of the storage."""


def manifest_name(pointer: Pointer) -> str:
    """Return the name of a manifest in the storage."""
    return f"{MANIFESTS}/{pointer.generation:06d}-{pointer.manifest_sha256}.json"


def is_here(layout: Layout, disk: Disk, pointer: Pointer) -> bool:
    """Return whether the folder has the generation of a pointer."""
    path = layout.generation(pointer.generation) / MANIFEST
    with suppress(OSError, DamagedIndexError):
        found = read_file(disk, path, limit=MAX_MANIFEST_BYTES)
        return sha256_hex(found) == pointer.manifest_sha256
    return False


def is_current(layout: Layout, disk: Disk, pointer: Pointer) -> bool:
    """Return whether the folder has switched to the generation of a pointer."""
    with suppress(OSError, DamagedIndexError):
        return layout.pointer(disk) == pointer and is_here(layout, disk, pointer)
    return False


def link_same(layout: Layout, disk: Disk, path: Path, record: FileRecord) -> bool:
    """Give the file that a generation here has, if it is whole, a second name; tell if one had."""
    for number in reversed(layout.numbers(disk)):
        source = layout.generation(number) / path.name
        with suppress(OSError, DamagedIndexError):
            BlockFile(source, record, disk, is_mapped=True).check()
            disk.link(source, path)
            return True
    return False

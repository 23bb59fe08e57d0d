"""Making a generation current: write, put on the disk, read back, and only then switch.

Until the switch an error leaves everything as it was. The switch is one rename: a reader sees the
old generation or the new one. The order of the steps, and each sync, is what makes that true
through a crash; tests/faults breaks each of them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
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


def publish(layout: Layout, manifest: Manifest, files: Mapping[str, bytes], disk: Disk) -> Snapshot:
    """Write a generation, check it as a reader would, make it current, and return it.

    The caller holds the writer's lock. Raises IndexingError E-IDX-005, E-IDX-008, E-IDX-012 for
    what the system refuses, E-IDX-010 for a generation that does not read back as written.
    """
    try:
        number = layout.next_number(disk)
        encoded = _encode_manifest(manifest, number, files)
        _write_generation(layout, number, {**files, MANIFEST: encoded}, disk)
        snapshot = _read_back(layout, number, disk)
    except OSError as error:
        raise cannot_write(error, layout.index) from error
    switch(layout, Pointer(number, sha256_hex(encoded)), disk)
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


def _encode_manifest(manifest: Manifest, number: int, files: Mapping[str, bytes]) -> bytes:
    records = {name: FileRecord(len(data), sha256_hex(data)) for name, data in files.items()}
    return encode_manifest(replace(manifest, generation=number, files=records))


def _write_generation(layout: Layout, number: int, files: Mapping[str, bytes], disk: Disk) -> None:
    folder = layout.generations / f".tmp-{number:06d}-{secrets.token_hex(3)}"
    disk.make_folder(folder)
    try:
        for name in sorted(files):
            write_file(disk, folder / name, files[name])
        sync_folder(disk, folder)
        disk.rename(folder, layout.generation(number))
    except OSError:
        with suppress(OSError):  # a full disk gets its space back now; else the next build tidies
            remove_tree(disk, folder)
        raise
    sync_folder(disk, layout.generations)


def _read_back(layout: Layout, number: int, disk: Disk) -> Snapshot:
    folder: Path = layout.generation(number)
    try:
        return check_generation(folder, disk)
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

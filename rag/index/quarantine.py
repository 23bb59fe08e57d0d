"""Setting damaged generations aside: they are kept for the person, and no longer opened."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext

from rag.errors import IndexingError
from rag.index.disk import Disk, is_folder_or_free, make_folder, move_aside, sync_folder
from rag.index.layout import Layout
from rag.index.lock import writer_lock

log = logging.getLogger(__name__)


def set_aside(layout: Layout, numbers: Sequence[int], disk: Disk, *, has_lock: bool) -> None:
    """Move generations to quarantine/; where that cannot be done they stay, and are logged."""
    if not numbers:
        return
    try:
        with nullcontext() if has_lock else writer_lock(layout.lock, disk):
            if not is_folder_or_free(layout.quarantine):
                move_aside(disk, layout.quarantine)
            make_folder(disk, layout.quarantine)
            for number in numbers:
                _move(layout, number, disk)
    except (OSError, IndexingError) as error:
        log.info("damaged generations %s stay where they are: %s", list(numbers), error)


def _move(layout: Layout, number: int, disk: Disk) -> None:
    source = layout.generation(number)
    taken = set(layout.quarantined(disk))
    names = (f"{number:06d}-damaged{suffix}" for suffix in ("", *(f"-{n}" for n in range(2, 100))))
    name = next(name for name in names if name not in taken)
    disk.rename(source, layout.quarantine / name)
    sync_folder(disk, layout.quarantine)
    sync_folder(disk, layout.generations)

"""Where things are below the index folder, and the pointer to the current generation.

- CURRENT             which generation is current, one line of JSON
- writer.lock         held by a build; its content names the holder
- LEASE, STORE        where another store is used: which machine builds, and the index's name there
- gen/000017/         one generation, never changed: manifest.json and the files it lists, of
                      which those that did not change are also names of files of others
- gen/.tmp-…          a generation being written; gen/.dead-… one being removed
- quarantine/         damaged generations, kept for the person
- cache/              readings and embeddings that the next build need not compute again
- …-damaged-…         what was found in the place of one of these and is no file, or no folder
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path

from rag.errors import DamagedIndexError
from rag.index.disk import NO_FOLDER, Disk, read_file
from rag.index.manifest import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    MAX_POINTER_BYTES,
    Manifest,
    Pointer,
    parse_manifest,
    parse_pointer,
)

log = logging.getLogger(__name__)

FOREIGN_FILES = ("index.faiss", "index.pkl")  # what LangChain's FAISS store leaves; a pickle

LEFTOVER = re.compile(r"\.(tmp|dead)-.*")
NUMBER = re.compile(r"\d{6,}")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one index folder."""

    index: Path

    @property
    def current(self) -> Path:
        """The pointer to the current generation."""
        return self.index / "CURRENT"

    @property
    def lock(self) -> Path:
        """The file that a writer locks."""
        return self.index / "writer.lock"

    @property
    def store(self) -> Path:
        """The file with the index's name in its store."""
        return self.index / "STORE"

    @property
    def generations(self) -> Path:
        """The folder of all generations."""
        return self.index / "gen"

    @property
    def quarantine(self) -> Path:
        """The folder of damaged generations."""
        return self.index / "quarantine"

    @property
    def cache(self) -> Path:
        """The folder of the caches."""
        return self.index / "cache"

    def generation(self, number: int) -> Path:
        """Return the folder of a generation."""
        return self.generations / f"{number:06d}"

    def numbers(self, disk: Disk) -> list[int]:
        """Return the numbers of all generations on disk, oldest first."""
        return sorted(int(n) for n in names_in(self.generations, disk) if NUMBER.fullmatch(n))

    def leftovers(self, disk: Disk) -> list[Path]:
        """Return what an interrupted build or collection left below gen/."""
        names = names_in(self.generations, disk)
        return [self.generations / name for name in names if LEFTOVER.fullmatch(name)]

    def quarantined(self, disk: Disk) -> list[str]:
        """Return the names of the damaged generations that were set aside."""
        return names_in(self.quarantine, disk)

    def pointer(self, disk: Disk) -> Pointer:
        """Return what CURRENT says; raises FileNotFoundError or DamagedIndexError."""
        return parse_pointer(read_file(disk, self.current, limit=MAX_POINTER_BYTES))

    def next_number(self, disk: Disk) -> int:
        """Return a generation number that was never used in this folder."""
        used = self.numbers(disk)
        used += [int(name[:6]) for name in self.quarantined(disk) if name[:6].isdigit()]
        try:
            used.append(self.pointer(disk).generation)
        except (FileNotFoundError, DamagedIndexError):
            log.info("CURRENT does not tell which generation it named")
        return max(used, default=0) + 1


def read_manifest(folder: Path, disk: Disk) -> tuple[bytes, Manifest]:
    """Return the manifest of a generation as written, and read. Raises OSError, IndexingError."""
    data = read_file(disk, folder / MANIFEST, limit=MAX_MANIFEST_BYTES)
    return data, parse_manifest(data)


def names_in(folder: Path, disk: Disk) -> list[str]:
    """Return the names in `folder`, sorted; none where it does not exist, or is no folder."""
    try:
        return disk.names(folder)
    except OSError as error:
        if error.errno in NO_FOLDER:
            return []
        raise

"""A file of named sections in blocks, each block with its own SHA-256, checked at its first use.

Opening reads the table at the file's end alone, so it costs the same whatever lies before it; what
a question uses is read and checked then, and never used unchecked. A small file is kept in memory
as far as it was read, and nothing that happens on the disk changes it after that; a large one is
mapped, so that processes share it and the system may drop what is not in use.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedIndexError
from rag.index.disk import NO_FILE, Disk, cannot_read
from rag.index.manifest import FileRecord, canonical_json, parse_strict_json, sha256_hex

BLOCK = 1 << 16  # bytes that share a checksum: 0.1 ms to check, 0.05 % of the file in checksums
DIGEST = 32
ALIGNMENT = 64  # bytes; of a cache line, and of what vector instructions load
MOST_TABLE_BYTES = 1 << 26  # of a file of some 100 GB


class Sections(Protocol):
    """Named bytes."""

    def section(self, name: str) -> memoryview:
        """Return a whole section."""

    def part(self, name: str, start: int, stop: int) -> memoryview:
        """Return the bytes from `start` to `stop` of a section."""


def encode_sections(
    sections: Mapping[str, bytes], *, leads: Mapping[str, int] | None = None
) -> tuple[bytes, FileRecord]:
    """Return a file's bytes, and its record for the manifest.

    A section begins at a multiple of 64 bytes; one with a lead of n bytes so that what follows
    these n does.
    """
    body = bytearray()
    places = {}
    for name, data in sections.items():
        lead = (leads or {}).get(name, 0)
        body += bytes(-(len(body) + lead) % ALIGNMENT)
        places[name] = [len(body), len(data)]
        body += data
    digests = b"".join(
        hashlib.sha256(memoryview(body)[at : at + BLOCK]).digest()
        for at in range(0, len(body), BLOCK)
    )
    table = canonical_json({"block": BLOCK, "sections": places}) + b"\n" + digests
    record = FileRecord(len(body) + len(table), len(table), sha256_hex(table))
    return bytes(body) + table, record


class BlockFile:
    """The sections of one file; safe to share between threads.

    What is damaged raises DamagedIndexError, and `damage` says so from then on. With `is_mapped`
    the file must not be cut short by others while it is in use: the system ends the process then.
    """

    def __init__(self, path: Path, record: FileRecord, disk: Disk, *, is_mapped: bool) -> None:
        self.name = path.name
        self.damage = ""
        self._path = path
        self._disk = disk
        fd = _open_file(path, disk)
        self._close = weakref.finalize(self, os.close, fd)
        self._fd = fd
        if _size(path, fd, disk) != record.bytes:
            raise self._damaged()
        size = record.bytes - record.table
        self._places, self._digests = self._read_table(record)
        self._is_mapped = is_mapped and size > 0
        if self._is_mapped:
            mapped = mmap.mmap(fd, record.bytes, access=mmap.ACCESS_READ)
            self._buffer: NDArray[np.uint8] = np.frombuffer(mapped, np.uint8, size)
            self._close()  # the mapping has its own
        else:
            room = np.empty(size + ALIGNMENT, np.uint8)  # takes memory where it is written
            first = -room.ctypes.data % ALIGNMENT
            self._buffer = room[first : first + size]
        self._is_checked = np.zeros(len(self._digests) // DIGEST, bool)
        self._is_whole = False

    def section(self, name: str) -> memoryview:
        """Return a whole section, checked."""
        start, length = self._place(name)
        return self._checked(start, start + length)

    def part(self, name: str, start: int, stop: int) -> memoryview:
        """Return the bytes from `start` to `stop` of a section, checked."""
        first, length = self._place(name)
        if not 0 <= start <= stop <= length:
            raise self._damaged()
        return self._checked(first + start, first + stop)

    def check(self) -> None:
        """Check every block anew, whatever was checked before."""
        self._is_whole = False
        self._is_checked[:] = False
        self._checked(0, len(self._buffer))
        self._is_whole = True

    def _place(self, name: str) -> tuple[int, int]:
        try:
            return self._places[name]
        except KeyError:
            raise self._damaged() from None

    def _checked(self, start: int, stop: int) -> memoryview:
        if not self._is_whole:
            blocks = self._is_checked[start // BLOCK : -(-stop // BLOCK)]
            if not blocks.all():
                for block in np.flatnonzero(~blocks) + start // BLOCK:
                    self._check(int(block))
        return self._buffer.data[start:stop]

    def _check(self, block: int) -> None:
        at = block * BLOCK
        place = self._buffer[at : at + BLOCK]
        data = place.data if self._is_mapped else self._read(len(place), at)
        wanted = self._digests[block * DIGEST : (block + 1) * DIGEST]
        if len(data) != len(place) or hashlib.sha256(data).digest() != wanted:
            raise self._damaged()
        if not self._is_mapped:
            place[:] = np.frombuffer(data, np.uint8)
        self._is_checked[block] = True

    def _read(self, count: int, offset: int) -> bytes:
        pieces = []
        try:
            while count and (piece := self._disk.read_at(self._fd, count, offset)):
                pieces.append(piece)
                count -= len(piece)
                offset += len(piece)
        except OSError as error:
            raise cannot_read(error, self._path) from error
        return b"".join(pieces)

    def _read_table(self, record: FileRecord) -> tuple[dict[str, tuple[int, int]], bytes]:
        size = record.bytes - record.table
        table = self._read(record.table, size)
        if sha256_hex(table) != record.sha256:
            raise self._damaged()
        line, _, digests = table.partition(b"\n")
        fields = parse_strict_json(line, what=self.name, limit=MOST_TABLE_BYTES)
        places = {name: (start, length) for name, (start, length) in fields["sections"].items()}
        if len(digests) != -(-size // BLOCK) * DIGEST or fields["block"] != BLOCK:
            raise self._damaged()
        return places, digests

    def _damaged(self) -> DamagedIndexError:
        self.damage = f"{self.name} does not have the content written"
        return DamagedIndexError("E-IDX-003", self.damage)


def _open_file(path: Path, disk: Disk) -> int:
    try:
        return disk.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DamagedIndexError("E-IDX-003", f"{path.name} is missing") from error
    except OSError as error:
        raise _no_file(error, path) from error


def _size(path: Path, fd: int, disk: Disk) -> int:
    try:
        return disk.size(fd)
    except OSError as error:
        raise _no_file(error, path) from error


def _no_file(error: OSError, path: Path) -> Exception:
    if error.errno in NO_FILE:
        return DamagedIndexError("E-IDX-003", f"{path.name} is not a regular file")
    return error

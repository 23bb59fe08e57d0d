"""Values that are dear to compute, kept between builds, each with its own checksum.

A cache may be deleted or damaged at any time: a value that does not fit its checksum is gone, a
file that is no database is started anew. Writes are committed every few seconds, so a build that
is killed goes on where it was.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.errors import IndexingError
from rag.index.disk import BUILD_COMMAND, DISK, FILE_MODE, is_file_or_free, remove_tree

log = logging.getLogger(__name__)

COMMIT_EVERY_S = 2.0
WAIT_FOR_WRITER_S = 10.0  # a dry run and a build may write at once
CHECKSUM_BYTES = 16
KEYS_PER_QUERY = 500  # SQLite takes at least 999 parameters
SLACK = 2  # a cache holds at most this many times what the last build used
ALWAYS_KEPT = 1_000  # rows; below this nothing is worth pruning

DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_FORMAT")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
CODES = {
    "SQLITE_FULL": "E-IDX-008",
    "SQLITE_READONLY": "E-IDX-005",
    "SQLITE_CANTOPEN": "E-IDX-005",
    "SQLITE_PERM": "E-IDX-005",
}

SCHEMA = """CREATE TABLE IF NOT EXISTS entries
(key BLOB PRIMARY KEY, value BLOB NOT NULL, checksum BLOB NOT NULL) WITHOUT ROWID"""


def cache_key(*parts: str) -> bytes:
    """Return the key that stands for `parts`, in their order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.digest()


class Cache:
    """A table of bytes by key in one SQLite file; `None` as the path keeps it in memory."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._database = self._open()
        self._pending: dict[bytes, bytes] = {}
        self._committed = time.monotonic()

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the values of those keys that are there and whole."""
        wanted = sorted(set(keys))  # neighbours lie on one page of the file
        found = {key: self._pending[key] for key in wanted if key in self._pending}
        try:
            rows = self._rows("key, value, checksum", wanted)
            found.update((key, value) for key, value, own in rows if own == _checksum(key, value))
        except sqlite3.Error as error:
            self._recover(error)
            return {}
        return found

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, or None."""
        return self.get_many([key]).get(key)

    def put_many(self, values: Mapping[bytes, bytes]) -> None:
        """Keep values; those put in the last seconds may be lost with the process."""
        self._pending.update(values)
        if time.monotonic() - self._committed >= COMMIT_EVERY_S:
            self.commit()

    def commit(self) -> None:
        """Keep what was put so far, whatever happens to this process."""
        rows = [(key, value, _checksum(key, value)) for key, value in self._pending.items()]
        try:
            with self._database:  # a short transaction: a dry run may write beside a build
                self._database.executemany("INSERT OR REPLACE INTO entries VALUES (?,?,?)", rows)
        except sqlite3.Error as error:
            self._recover(error)
        else:
            self._pending.clear()
        self._committed = time.monotonic()

    def known(self, keys: Collection[bytes]) -> set[bytes]:
        """Return which keys are there; their values were not looked at."""
        wanted = sorted(keys)
        found = {key for key in wanted if key in self._pending}
        try:
            found.update(key for (key,) in self._rows("key", wanted))
        except sqlite3.Error as error:
            self._recover(error)
        return found

    def entries(self) -> list[tuple[bytes, bytes]]:
        """Return every key with its value, for a cache in memory that another one takes over."""
        self.commit()
        return self._database.execute("SELECT key, value FROM entries").fetchall()

    def prune(self, used: Callable[[], Iterable[bytes]], *, count: int) -> None:
        """Drop what is not `used`, some `count` keys, once it is more than what is."""
        try:
            (held,) = self._database.execute("SELECT count(*) FROM entries").fetchone()
            if held <= max(SLACK * count, ALWAYS_KEPT):
                return
            keys = set(used())
            stored = [key for (key,) in self._database.execute("SELECT key FROM entries")]
            unused = [(key,) for key in stored if key not in keys]
            with self._database:
                self._database.executemany("DELETE FROM entries WHERE key = ?", unused)
        except sqlite3.Error as error:
            self._recover(error)

    def close(self) -> None:
        """Commit and close."""
        self.commit()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _rows(self, columns: str, keys: list[bytes]) -> Iterator[tuple[bytes, ...]]:
        for start in range(0, len(keys), KEYS_PER_QUERY):
            some = keys[start : start + KEYS_PER_QUERY]
            marks = ",".join("?" * len(some))
            statement = f"SELECT {columns} FROM entries WHERE key IN ({marks})"  # noqa: S608
            yield from self._database.execute(statement, some)

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(self._path)
        except sqlite3.Error as error:
            if _name(error).startswith(BUSY):
                raise self._refusal(error) from error
            self._discard(error)
            return _connect(self._path)

    def _recover(self, error: sqlite3.Error) -> None:
        """Start anew after damage, and let another writer be; the rest is for a person to see."""
        if _name(error).startswith(BUSY):
            log.info("the cache %s is busy: %s", self._path, error)
            return
        self._database.close()
        self._discard(error)
        self._database = _connect(self._path)

    def _discard(self, error: sqlite3.Error) -> None:
        if self._path is None or not _name(error).startswith(DAMAGE):
            raise self._refusal(error) from error
        log.info("the cache %s is damaged and starts anew: %s", self._path, error)
        for path in _files(self._path):
            remove_tree(DISK, path)

    def _refusal(self, error: sqlite3.Error) -> IndexingError:
        name = _name(error)
        code = next((code for start, code in CODES.items() if name.startswith(start)), "E-IDX-012")
        return IndexingError(
            code,
            f'The cache "{self._path}" cannot be used ({error}); the index is unchanged. '
            f"Check the disk and the permissions, then run: {BUILD_COMMAND}",
        )


def _files(path: Path) -> list[Path]:
    """Return what there is of the files that SQLite keeps for a database, links included."""
    names = [path.with_name(path.name + suffix) for suffix in ("", "-journal", "-wal", "-shm")]
    return [name for name in names if os.path.lexists(name)]


def _prepare(path: Path) -> None:
    """Remove what is no regular file, on which SQLite could wait for ever; keep others out."""
    if not all(map(is_file_or_free, _files(path))):
        log.info("the cache %s is no regular file and starts anew", path)
        for found in _files(path):
            remove_tree(DISK, found)
    if path.exists():  # not opened: closing it would end the locks of another thread's SQLite
        path.chmod(FILE_MODE)
    else:
        DISK.close(DISK.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE))


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        with suppress(OSError):  # SQLite then says what is wrong
            _prepare(path)
    database = sqlite3.connect(path or ":memory:", timeout=WAIT_FOR_WRITER_S)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute("PRAGMA trusted_schema=OFF")
        database.execute("PRAGMA cell_size_check=ON")
        database.execute(SCHEMA)
        database.execute("SELECT key, value, checksum FROM entries LIMIT 0")
    except sqlite3.Error:
        database.close()
        raise
    return database


def _name(error: sqlite3.Error) -> str:
    """Return SQLite's name of an error; what Python says by itself is about damaged values."""
    return str(getattr(error, "sqlite_errorname", "SQLITE_CORRUPT"))


def _checksum(key: bytes, value: bytes) -> bytes:
    return hashlib.sha256(key + value).digest()[:CHECKSUM_BYTES]

"""Object storage as an index needs it: whole objects by name, through fsspec.

`s3://` goes through s3fs, any other scheme through what fsspec has for it. Credentials are those
that the file system finds in the environment; none is taken, kept or shown here. A write may ask
for the version that it replaces where versions are told (S3's ETag); elsewhere the lease alone
keeps builders apart.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import ConfigError, DamagedIndexError, IndexingError
from rag.index.disk import NO_SPACE
from rag.index.store import away

S3 = {"connect_timeout": 3.0, "read_timeout": 10.0, "retries": {"max_attempts": 1}}  # s, of silence
ANY = "any version"  # may be replaced
AWAY: Any = object()  # a missing object is an error
CURE = "Check the address, the network and the credentials in the environment, then try again."
INSTALL = "Install s3fs with: .venv/bin/pip install -r requirements-s3.txt"


class Storage:
    """The objects below an address; connects when first needed; safe to share between threads.

    Every method raises IndexingError E-IDX-013 where the storage does not answer as it should.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._lock = threading.Lock()
        self._files: Any = None
        self._root = ""

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return an object, or its first `limit` + 1 bytes; None where there is none."""
        data: bytes | None = self._call("cat_file", name, absent=None, start=0, end=limit + 1)
        return data

    def version(self, name: str) -> str | None:
        """Return what names the version of an object, "" where none is told, None for no object."""
        found = self._call("info", name, absent=None)
        return None if found is None else str(found.get("ETag", ""))

    def sizes(self, folder: str) -> dict[str, int]:
        """Return the names of the objects in a folder, and their bytes."""
        found = self._call("find", folder, absent={}, detail=True)
        return {path[len(self._root) + 1 :]: each["size"] for path, each in found.items()}

    def write(self, name: str, data: bytes, *, over: str | None = ANY) -> None:
        """Write an object in one step; with `over` only over that version, None being no object.

        Raises IndexingError E-IDX-004 where another is there. What is there counts as written: the
        answer to a write may have been lost.
        """
        known = {"mode": "create"} if over is None else {"IfMatch": over}
        try:
            self._call("pipe_file", name, data, **({} if over in {ANY, ""} else known))
        except IndexingError as error:
            if over == ANY or (now := self.version(name)) == over:
                raise
            if now is None or self.read(name, limit=len(data)) != data:
                raise IndexingError(
                    "E-IDX-004",
                    f'Another build changed "{self.address}". Wait until it has ended, then run it '
                    "again.",
                ) from error

    def upload(self, path: Path, name: str) -> None:
        """Write an object from a file, in one step."""
        self._call("put_file", name, lpath=str(path))

    def download(self, name: str, path: Path) -> None:
        """Write an object into a file; raises DamagedIndexError where there is none."""
        with self.naming(name):
            if self._call("get_file", name, lpath=str(path), absent=False) is False:
                raise DamagedIndexError("E-IDX-003", "it is not there")

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""
        self._call("rm_file", name, absent=None)

    @contextmanager
    def naming(self, name: str) -> Iterator[None]:
        """State of damage which object has it, and what cures it."""
        try:
            yield
        except DamagedIndexError as error:
            raise DamagedIndexError(
                "E-IDX-003",
                f'"{self.address}/{name}" is damaged ({error.message}). Remove it, then run on the '
                "machine that builds: python -m rag index build",
            ) from error

    def _call(
        self, method: str, name: str, *arguments: Any, absent: Any = AWAY, **options: Any
    ) -> Any:
        with self._lock:
            if self._files is None:
                self._files, self._root = _open(self.address)
        path = f"{self._root}/{name}"
        try:
            call = getattr(self._files, method)
            if "lpath" in options:
                return call(rpath=path, **options)
            return call(path, *arguments, **options)
        except Exception as error:  # each file system has errors of its own
            if isinstance(error, FileNotFoundError) and absent is not AWAY:
                return absent
            if isinstance(error, OSError) and error.errno in NO_SPACE:
                raise  # of the disk here
            why = f"{type(error).__name__}: {error}"
            raise away(f'"{self.address}"', why, cure=CURE) from error


def _open(address: str) -> tuple[Any, str]:
    """Return the file system of an address, which remembers no listing, and the path in it."""
    is_s3 = address.startswith("s3://")
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - with an address only

        options = {"config_kwargs": S3} if is_s3 else {}
        files, root = url_to_fs(address, use_listings_cache=False, **options)
    except (ImportError, ValueError) as error:
        cure = INSTALL if is_s3 else "Name a folder, or s3://BUCKET/FOLDER"
        message = f'index "{address}" cannot be reached with what is installed. {cure}.'
        raise ConfigError("E-CFG-001", message) from error
    files.retries = 1  # of s3fs, besides the client's own
    return files, root.rstrip("/")

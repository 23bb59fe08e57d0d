"""An index on object storage: one machine builds, any number follow, each with a copy in a folder.

What is there is never changed: the files of generations in blocks/, named by the SHA-256 of their
tables, and manifests in gen/. CURRENT alone is replaced, last, and on S3 only where it still says
what the builder found (If-Match). A machine copies whole files, checks every block of them, and
then switches its folder, so that all that holds for a folder holds for the copy: a block is checked
again when a question first uses it, old answers go on, and what is removed there is removed here.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import DamagedIndexError, IndexingError
from rag.index.blocks import BlockFile
from rag.index.disk import (
    BUILD_COMMAND,
    FILE_MODE,
    SEALED_FILE_MODE,
    Disk,
    cannot_write,
    read_file,
    remove_tree,
    sync_folder,
    write_file,
)
from rag.index.generations import collect, writing
from rag.index.layout import Layout, read_manifest
from rag.index.lease import MOST_BYTES, held_lease
from rag.index.local_copy import (
    BLOCKS,
    MANIFESTS,
    is_current,
    is_here,
    link_same,
    manifest_name,
)
from rag.index.manifest import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    MAX_POINTER_BYTES,
    OLD_FORMAT,
    FileRecord,
    Pointer,
    encode_pointer,
    parse_manifest,
    parse_pointer,
    sha256_hex,
)
from rag.index.publish import switch
from rag.index.storage import Storage
from rag.index.store import AWAY, Store

CURRENT, NAME = "CURRENT", "STORE"
OWN = re.compile(r"gen/(\d{6,})-([0-9a-f]{64})\.json|blocks/[0-9a-f]{64}")
BUSY = "E-IDX-004"
REPAIRABLE = {"E-IDX-003", OLD_FORMAT}
ATTEMPTS = 3  # at copying a generation that may be removed meanwhile
ASKED_EVERY_S = 1.0  # whether there is a newer generation
WAITS_S = 0.5  # of a question for that; a copy goes on beside it
RETRIED_AFTER_S = 10.0  # where the storage did not answer

log = logging.getLogger(__name__)


class Shared:
    """The store of an index at an address: `store` searches it, and `keep` is as in `collect`."""

    has_original = True

    def __init__(self, store: Store, address: str, *, keep: int) -> None:
        self.settings = store.settings
        self.kind, self.searched, self.searches = store.kind, store.searched, store.searches
        self.switched, self.load = store.switched, store.load
        self._store = store
        self._storage = Storage(address)
        self._keep = keep
        self._damaged: set[str] = set()  # objects to be written anew
        self._require_turn: Callable[[object], None] = lambda _: None
        self._lock = threading.Lock()
        self._update: threading.Thread | None = None
        self._asks_after = 0.0
        self._has_begun = False
        self._error: IndexingError | None = None  # of the last time that it asked

    @property
    def away(self) -> str:
        """Return why the storage could not be asked the last time; empty where it could."""
        return self._error.message if self._error else ""

    def follow(self, layout: Layout, disk: Disk) -> None:
        """Copy the current generation, unless it is here.

        The first time raises IndexingError: E-IDX-001 where there is none, E-IDX-003 where it is
        damaged, E-IDX-013 where the storage does not answer. After that a question waits for what
        takes no time only, and answers from the generation that is here.
        """
        with self._lock:
            is_due = time.monotonic() >= self._asks_after
            if not self._has_begun:
                if is_due or self._error is None or self._error.code != AWAY:
                    self._ask(layout, disk)
                if self._error is not None:  # the same for a while: each look at a page asks
                    raise self._error
                self._has_begun = True
                return
            if not is_due or (self._update is not None and self._update.is_alive()):
                return
            self._update = threading.Thread(
                target=self._ask, args=(layout, disk), name="index copy", daemon=True
            )
            self._update.start()
        self._update.join(WAITS_S)

    @contextmanager
    def building(self, layout: Layout, disk: Disk) -> Iterator[Callable[[Pointer], None]]:
        """Hold the lease, copy what is there, and mend it; yields what puts a generation there."""
        with held_lease(self._storage) as self._require_turn:
            version = self._storage.version(CURRENT)
            with _refusals(layout):
                for name in sorted(self._storage.sizes(MANIFESTS)):
                    with _repairable(name):
                        self._copy(layout, disk, name)
                with _repairable(CURRENT):
                    self._mend(layout, disk)

            def publish(pointer: Pointer) -> None:
                with _refusals(layout):
                    self._put(layout, disk, pointer)
                self._require_turn(pointer)
                self._storage.write(CURRENT, encode_pointer(pointer), over=version)

            yield publish

    def collect(self, layout: Layout, disk: Disk, *, keep: Collection[str]) -> None:
        """Remove what no generation needs that the builder's folder has."""
        self._require_turn(None)
        needed = set()
        for number in layout.numbers(disk):
            data, manifest = read_manifest(layout.generation(number), disk)
            needed.add(manifest_name(Pointer(number, sha256_hex(data))))
            needed.update(f"{BLOCKS}/{record.sha256}" for record in manifest.files.values())
        for folder in (MANIFESTS, BLOCKS):  # a manifest goes before what it names
            for name in sorted(self._storage.sizes(folder).keys() - needed):
                if OWN.fullmatch(name):
                    self._storage.remove(name)
        self._store.collect(layout, disk, keep=keep)

    def _ask(self, layout: Layout, disk: Disk) -> None:
        self._error, wait = None, ASKED_EVERY_S
        try:
            self._copy_current(layout, disk)
        except IndexingError as error:
            log.info("the copy stays as it is: %s", error)
            self._error, wait = error, RETRIED_AFTER_S
        self._asks_after = time.monotonic() + wait

    def _copy_current(self, layout: Layout, disk: Disk) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            pointer = self._pointer()
            if is_current(layout, disk, pointer):
                return
            try:
                with writing(layout, disk), _refusals(layout):
                    self._copy(layout, disk, manifest_name(pointer))
                    switch(layout, pointer, disk)
                    collect(layout, keep=self._keep, disk=disk)
            except DamagedIndexError:
                if attempt == ATTEMPTS or self._pointer() == pointer:
                    raise
            except IndexingError as error:
                if error.code != BUSY or not layout.current.exists():
                    raise  # else another process here copies or builds, and switches
                return

    def _pointer(self) -> Pointer:
        data = self._storage.read(CURRENT, limit=MAX_POINTER_BYTES)
        if data is None:
            raise IndexingError(
                "E-IDX-001",
                f'No index yet in "{self._storage.address}". Build it with: {BUILD_COMMAND}',
            )
        with self._storage.naming(CURRENT):
            return parse_pointer(data)

    def _copy(self, layout: Layout, disk: Disk, name: str) -> None:
        """Copy the generation of a manifest into the folder, unless it is there."""
        found = OWN.fullmatch(name)
        if found is None or is_here(layout, disk, pointer := Pointer(int(found[1]), found[2])):
            return
        data = self._storage.read(name, limit=MAX_MANIFEST_BYTES)
        with self._storage.naming(name):
            if data is None or sha256_hex(data) != pointer.manifest_sha256:
                raise DamagedIndexError("E-IDX-003", "it does not have the content written")
            manifest = parse_manifest(data)
        draft = layout.generations / f".tmp-{found[1]}-{secrets.token_hex(3)}"
        disk.make_folder(draft)
        for file, record in manifest.files.items():
            if not link_same(layout, disk, draft / file, record):
                self._fetch(draft / file, record, disk)
        write_file(disk, draft / MANIFEST, data)
        sync_folder(disk, draft)
        folder = layout.generation(pointer.generation)
        if folder.exists():  # another one of this number, or what is left of it
            remove_tree(disk, folder)
        disk.rename(draft, folder)
        sync_folder(disk, layout.generations)

    def _fetch(self, path: Path, record: FileRecord, disk: Disk) -> None:
        name = f"{BLOCKS}/{record.sha256}"
        write_file(disk, path, b"", mode=FILE_MODE)
        self._storage.download(name, path)
        try:
            with self._storage.naming(name):
                BlockFile(path, record, disk, is_mapped=True).check()
        except DamagedIndexError:
            self._damaged.add(name)
            raise
        path.chmod(SEALED_FILE_MODE)

    def _mend(self, layout: Layout, disk: Disk) -> None:
        """Go on with the current generation there, and put back what of it was lost."""
        self._share_name(layout, disk)
        try:
            pointer = self._pointer()
        except IndexingError as error:
            if error.code == AWAY:
                raise
            layout.current.unlink(missing_ok=True)  # else a build may find nothing to do
            return
        if not is_current(layout, disk, pointer):
            switch(layout, pointer, disk)
        if is_here(layout, disk, pointer):
            self._put(layout, disk, pointer)

    def _put(self, layout: Layout, disk: Disk, pointer: Pointer) -> None:
        """Put a generation there, its manifest last; what is there stays as it is."""
        self._share_name(layout, disk)
        folder = layout.generation(pointer.generation)
        data, manifest = read_manifest(folder, disk)
        there = self._storage.sizes(BLOCKS)
        for file, record in manifest.files.items():
            name = f"{BLOCKS}/{record.sha256}"
            if there.get(name) != record.bytes or name in self._damaged:
                BlockFile(folder / file, record, disk, is_mapped=True).check()
                self._storage.upload(folder / file, name)
        name = manifest_name(pointer)
        if self._storage.sizes(MANIFESTS).get(name) != len(data):
            self._storage.write(name, data)

    def _share_name(self, layout: Layout, disk: Disk) -> None:
        """Let every builder use the name that the index has in the store that searches it."""
        name = self._storage.read(NAME, limit=MOST_BYTES)
        if name is None:
            with suppress(FileNotFoundError):
                self._storage.write(NAME, read_file(disk, layout.store, limit=MOST_BYTES))
        else:
            layout.store.unlink(missing_ok=True)
            write_file(disk, layout.store, name)


@contextmanager
def _refusals(layout: Layout) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(error, layout.index) from error


@contextmanager
def _repairable(what: str) -> Iterator[None]:
    """Let a build go on after what it writes anew: damage, and what an older Footnote wrote."""
    try:
        yield
    except IndexingError as error:
        if error.code not in REPAIRABLE:
            raise
        log.info("%s is written anew: %s", what, error)

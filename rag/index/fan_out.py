"""Reading and embedding on many processors, by Ray Data: what a build would do, done before it.

A worker runs the build's own steps over some files or texts, with caches in memory, and sends
their entries; they go into the build's caches as they come, and the build goes on as ever. So the
index is the same, byte for byte; what arrived before a kill is kept; and what workers leave out (a
file that they cannot open) the build does itself. A file is parsed in a process of its own, with
its limits, as on one machine.

Each machine has Footnote, the corpus and the embedder in the same places, with the same libraries
and precision; a worker that would compute something else says so, and the build ends.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import Config
from rag.corpus.files import CorpusFile
from rag.corpus.reading import PARSER_VERSION, ArticleReader
from rag.encoders.embedder import Embedder, load_embedder
from rag.errors import ConfigError, IndexingError
from rag.index.cache import Cache
from rag.index.cached_reader import CachedReader
from rag.index.contents import Chunker, embed_texts
from rag.text.chunking import CHUNKER
from rag.text.tokens import TOKENIZER

if TYPE_CHECKING:
    from rag.index.plan import Plan, Tell, Work

HERE = "ray"  # a cluster of this machine alone, for as long as the build takes
FILES_AT_ONCE, TEXTS_AT_ONCE = 16, 64  # what a killed worker costs: some seconds
ROWS_AT_ONCE = 50_000  # of one run of Ray Data: 50 MB; models are loaded anew for the next
WORKER_BYTES = 1 << 30  # that a machine must have free for a worker
STORE_BYTES = 256 << 20  # of Ray's objects here; blocks are a few MB
SILENT_AT_MOST_S = 900.0  # without a batch done: no free processor, or one kills each worker
ENVIRONMENT = {  # no reports to Ray's makers, our progress alone on the terminal, nobody uninvited
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DATA_LOG_LEVEL": "ERROR",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_AUTH_MODE": "token",
}

READ, CHUNKED, EMBEDDED, DONE, REFUSED = "read", "chunked", "embedded", "done", "refused"
Row = tuple[str, bytes, bytes]
"""What a worker sends: a cache's name, a key and a value; how many rows are done; or why not."""


class Workers:
    """The workers of a cluster that was joined."""

    def __init__(self, ray: Any, config: Config, embedder: Embedder) -> None:
        self._ray = ray
        self._arguments = (config, identity(embedder))

    def read(self, files: Sequence[CorpusFile], readings: Cache, chunkings: Cache) -> Iterator[int]:
        """Read and split files into the caches; yields how many are done."""
        rows = [json.dumps({**asdict(file), "path": str(file.path)}).encode() for file in files]
        caches = {READ: readings, CHUNKED: chunkings}
        return accumulate(self._run(Reading, rows, caches, at_once=FILES_AT_ONCE))

    def embed(self, plan: Plan, work: Work, tell: Tell) -> int:
        """Embed what the plan's cache lacks into it; returns how many texts."""
        done, waiting = 0, dict[bytes, str]()
        for texts in chain(plan.missing(work), [None]):
            waiting.update(texts or {})
            if waiting and (texts is None or len(waiting) >= ROWS_AT_ONCE):
                rows = [json.dumps([key.hex(), text]).encode() for key, text in waiting.items()]
                caches = {EMBEDDED: plan.cache}
                for count in self._run(Embedding, rows, caches, at_once=TEXTS_AT_ONCE):
                    done += count
                    tell(done, max(work.to_embed, done))
                waiting.clear()
        return done

    def _run(
        self,
        worker: type[Worker],
        rows: Sequence[bytes],
        caches: dict[str, Cache],
        *,
        at_once: int,
    ) -> Iterator[int]:
        """Put what workers send into the caches; yields how many rows each batch had."""
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            for kind, key, value in self._results(worker, some, at_once):
                if kind == REFUSED:
                    raise _failed(value.decode())
                if kind == DONE:
                    yield int(value)
                else:
                    caches[kind].put_many({key: value})
        for cache in caches.values():
            cache.commit()

    def _results(self, worker: type[Worker], rows: Sequence[bytes], at_once: int) -> Iterator[Row]:
        """Yield what the workers send; a thread waits for Ray, so that silence has an end."""
        data = self._ray.data
        batches = -(-len(rows) // at_once)
        processors = int(self._ray.cluster_resources().get("CPU", 1))
        size = max(1, min(processors, batches))
        found = data.from_items([{"row": row} for row in rows], override_num_blocks=batches)
        found = found.map_batches(
            worker,
            batch_format="pyarrow",
            # one worker is enough to begin: waiting for all of them never ends where other jobs
            # hold a processor
            compute=data.ActorPoolStrategy(min_size=1, initial_size=size, max_size=size),
            fn_constructor_args=self._arguments,
            num_cpus=1,
            memory=WORKER_BYTES,
        )
        arrived: queue.Queue[Any] = queue.Queue(maxsize=8)

        def wait() -> None:
            try:
                for table in found.iter_batches(batch_size=None, batch_format="pyarrow"):
                    arrived.put(table)
                arrived.put(None)
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                arrived.put(error)

        threading.Thread(target=wait, daemon=True).start()
        while (table := _next(arrived)) is not None:
            columns = (table.column(name).to_pylist() for name in ("kind", "key", "value"))
            yield from zip(*columns, strict=True)


class Worker:
    """What a process of the cluster holds: an embedder with one thread, and no more than a batch.

    `expected` is the identity of the builder's embedder and libraries.
    """

    def __init__(self, config: Config, expected: str) -> None:
        self.config = replace(config, threads=1)
        self.embedder = load_embedder(self.config)
        own = identity(self.embedder)
        self._refusal = "" if own == expected else f"a worker has {own}, this machine {expected}"

    def __call__(self, batch: Any) -> Any:
        """Return the rows that stand for the work on a table of input rows."""
        import pyarrow as pa  # noqa: PLC0415 - with Ray only

        given = batch.column("row").to_pylist()
        rows = [(REFUSED, b"", self._refusal.encode())]
        if not self._refusal:
            rows = [*self.work(given), (DONE, b"", str(len(given)).encode())]
        names = ("kind", "key", "value")
        columns = zip(names, zip(*rows, strict=True), strict=True)
        return pa.table({name: list(column) for name, column in columns})

    def work(self, given: Sequence[bytes]) -> Iterable[Row]:
        """Return the entries of caches that some input rows make."""
        raise NotImplementedError


class Reading(Worker):
    """Reads files and splits their articles into passages."""

    def __init__(self, config: Config, expected: str) -> None:
        super().__init__(config, expected)
        self._parser = ArticleReader(config)  # its process serves batch after batch

    def work(self, given: Sequence[bytes]) -> Iterable[Row]:
        """Return what the files hold, as the caches of readings and of chunkings have it."""
        told = [json.loads(row) for row in given]
        files = [CorpusFile(**{**fields, "path": Path(fields["path"])}) for fields in told]
        readings, chunkings = Cache(None), Cache(None)
        reader = CachedReader(self.config, readings, files, self._parser)
        chunker = Chunker(self.embedder, chunkings, passage_tokens=self.config.passage_tokens)
        for file in files:
            found = reader.read(file).found
            chunker.chunk(reader.load(found), [each.digest for each in found])
        for kind, cache in ((READ, readings), (CHUNKED, chunkings)):
            yield from ((kind, key, value) for key, value in cache.entries())


class Embedding(Worker):
    """Embeds texts."""

    def work(self, given: Sequence[bytes]) -> Iterable[Row]:
        """Return the embedding of each text."""
        texts = {bytes.fromhex(key): text for key, text in map(json.loads, given)}
        found = embed_texts(texts, self.embedder, Cache(None), on_done=lambda _: None)
        return [(EMBEDDED, key, value) for key, value in found.items()]


def identity(embedder: Embedder) -> str:
    """Return all that decides what a worker computes, besides the settings."""
    fingerprint = json.dumps(dict(embedder.fingerprint), sort_keys=True)
    return f"{PARSER_VERSION} · {CHUNKER} · {TOKENIZER} · {fingerprint}"


@contextmanager
def joined(on: str, config: Config, embedder: Embedder) -> Iterator[Workers | None]:
    """Yield the workers of `on`: none for "", this machine's for "ray", those of "ray://HOST:PORT".

    The last is the address of a cluster's head; this machine must have joined it with `ray start`
    (Ray Data does not run over Ray's client), its token be in RAY_AUTH_TOKEN or ~/.ray/auth_token.

    Raises ConfigError E-CFG-001 without Ray or for another address, IndexingError E-IDX-014 where
    the cluster is not reached, or fails in what follows.
    """
    if not on:
        yield None
        return
    if on != HERE and not on.startswith(f"{HERE}://"):
        raise ConfigError("E-CFG-001", f'--on "{on}" must be ray or ray://HOST:6379.')
    ray = _ray()
    try:
        _join(ray, on)
    except (ray.exceptions.RayError, ConnectionError, RuntimeError, ValueError) as error:
        raise _failed(f"{on}: {error}") from error
    try:
        yield Workers(ray, config, embedder)
    except ray.exceptions.RayError as error:
        raise _failed(str(error)) from error
    finally:
        ray.shutdown()


def _join(ray: Any, on: str) -> None:
    options: dict[str, Any] = {}
    if on == HERE:
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        options = {
            "object_store_memory": STORE_BYTES,
            "include_dashboard": False,
            "_node_ip_address": "127.0.0.1",
        }
    address = "local" if on == HERE else on.removeprefix(f"{HERE}://")
    ray.init(address, configure_logging=False, log_to_driver=False, **options)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False


def _ray() -> Any:
    """Import Ray."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    try:
        import ray  # noqa: PLC0415 - an extra, and heavy
        import ray.data  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise ConfigError(
            "E-CFG-001",
            "--on ray needs Ray. Install it with: .venv/bin/pip install -r requirements-ray.txt",
        ) from error
    return ray


def _next(arrived: queue.Queue[Any]) -> Any:
    try:
        item = arrived.get(timeout=SILENT_AT_MOST_S)
    except queue.Empty as error:
        raise _failed(f"no worker finished anything in {SILENT_AT_MOST_S:.0f} s") from error
    if isinstance(item, BaseException):
        raise item
    return item


def _failed(why: str) -> IndexingError:
    lines = [line.strip() for line in why.splitlines() if line.strip()]
    return IndexingError(
        "E-IDX-014",
        f"Ray did not read or embed all ({lines[-1] if lines else why}); the index is unchanged, "
        "and what was done is kept. Run it again, or without --on.",
    )

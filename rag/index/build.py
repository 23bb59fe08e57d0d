"""Building the index: from the corpus folder to a new generation, computing only what is new.

The same articles, settings and embedder give the same files, byte for byte, however the index was
reached; only the manifest tells the generations apart.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from rag.config import Config
from rag.encoders.embedder import Embedder
from rag.errors import ArticleError, IndexingError
from rag.index.cache import Cache
from rag.index.disk import DISK, Disk, cannot_write
from rag.index.fan_out import joined
from rag.index.generations import collect, writing
from rag.index.layout import Layout
from rag.index.plan import Plan, Work, Writer
from rag.index.publish import publish
from rag.index.readings import Corpus, Listing, list_corpus, read_corpus
from rag.index.snapshot import Snapshot, open_snapshot
from rag.index.store import Store, store_of
from rag.records import BuildReport, Changes, Progress, Stage

log = logging.getLogger(__name__)

READINGS, CHUNKINGS, EMBEDDINGS = "readings.sqlite", "chunkings.sqlite", "embeddings.sqlite"

SPACE_FACTOR = 2.2  # free bytes asked for: the generation, and the cache that grows with it
MOST_REASONS = 20  # of files that cannot be read, said where none can
NOTHING_TO_KEEP = {"E-IDX-001", "E-IDX-003", "E-IDX-009"}  # none, none whole, not ours

OnProgress = Callable[[Progress], None]


def build_index(
    config: Config,
    embedder: Embedder,
    *,
    on_progress: OnProgress | None = None,
    disk: Disk = DISK,
    on: str = "",
) -> BuildReport:
    """Bring the index up to date with the corpus, and tell what changed.

    With `on`, "ray" or "ray://HOST:PORT", files are read and texts embedded there (`fan_out`).

    Where nothing changed the current generation stays. Raises ArticleError E-DOC-020 for a corpus
    without a readable article, IndexingError E-IDX-004 while another build runs, E-IDX-005,
    E-IDX-008, E-IDX-010 or E-IDX-012 for what the disk refuses, E-IDX-013 where the store does not
    answer, E-IDX-014 where Ray fails; the index is then unchanged.
    """
    started = time.monotonic()
    layout, store = Layout(config.index_folder), store_of(config)

    def tell(stage: Stage) -> Callable[[int, int], None]:
        return lambda done, total: on_progress and on_progress(Progress(stage, done, total))

    with (
        writing(layout, disk),
        store.building(layout, disk) as before_switch,
        _caches(layout) as (readings, chunkings, embeddings),
        joined(on, config, embedder) as workers,
    ):
        elsewhere = (
            partial(workers.read, readings=readings, chunkings=chunkings) if workers else None
        )
        corpus = read_corpus(config, readings, tell=tell("reading"), read_elsewhere=elsewhere)
        if not corpus.digests:
            raise _nothing_readable(config, corpus)
        current = _current(layout, disk, store, has_lock=True)
        changes = _compare(corpus, current)
        plan = Plan(config, corpus, embedder, store, caches=(chunkings, embeddings))
        if plan.is_built_as(current):
            assert current is not None
            store.switched(current.manifest)  # a build that was killed may not have come to it
            return _report(current, changes, embedded=0, started=started)
        work = plan.chunk(current, tell=tell("chunking"))
        if not work.passages:
            raise _nothing_readable(config, corpus)
        _require_space(work, layout, disk)
        embedded = workers.embed(plan, work, tell("embedding")) if workers else 0
        writer = Writer(plan, work, layout, disk, tell=tell)
        snapshot = publish(layout, disk, writer.fill, store=store, before=before_switch)
        tell("checking")(1, 1)
        collect(layout, keep=config.keep_generations, disk=disk, store=store)
        plan.prune(work)
    return _report(snapshot, changes, embedded=embedded + writer.embedded, started=started)


def plan_build(config: Config, *, snapshot: Snapshot | None = None, disk: Disk = DISK) -> Changes:
    """Return what a build would change, without building; needs no embedder.

    `snapshot` is the generation to compare with; without it the current one is opened. A file is
    taken as unchanged by its size, times and inode; any other is read, and kept for the build.
    """
    layout = Layout(config.index_folder)
    with _readings_to_plan_with(layout) as cache:
        corpus = list_corpus(config, cache)
    return _compare(corpus, snapshot or _current(layout, disk, store_of(config), has_lock=False))


def _nothing_readable(config: Config, corpus: Corpus) -> ArticleError:
    """Return the error about a corpus without an article, with the reason of each file."""
    reasons = [problem.message for problem in corpus.failed]
    shown = reasons[:MOST_REASONS]
    more = [f"{len(reasons) - len(shown):,} more files."] if len(reasons) > len(shown) else []
    start = f'No readable article in "{config.corpus}"; the index is unchanged.'
    return ArticleError("E-DOC-020", " ".join([start, *shown, *more]))


def _compare(corpus: Listing, current: Snapshot | None) -> Changes:
    old = {} if current is None else current.article_digests()
    new = corpus.digests
    common = sorted(new.keys() & old.keys())
    return Changes(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(name for name in common if new[name] != old[name]),
        removed=tuple(sorted(old.keys() - new.keys())),
        unchanged=tuple(name for name in common if new[name] == old[name]),
        duplicates=corpus.duplicates,
        failed=corpus.failed,
        warnings=corpus.warnings,
    )


def _current(layout: Layout, disk: Disk, store: Store, *, has_lock: bool) -> Snapshot | None:
    """Return the current generation; None where there is none that could be kept."""
    try:
        return open_snapshot(
            layout.index, disk=disk, has_lock=has_lock, is_checked=has_lock, store=store
        )
    except IndexingError as error:
        if error.code in NOTHING_TO_KEEP:
            return None
        raise


def _require_space(work: Work, layout: Layout, disk: Disk) -> None:
    needed = SPACE_FACTOR * work.bytes
    try:
        free = disk.free_bytes(layout.index)
    except OSError as error:
        raise cannot_write(error, layout.index) from error
    if free < needed:
        raise IndexingError(
            "E-IDX-008",
            f'"{layout.index}" needs about {needed / 1e6:,.0f} MB free, {free / 1e6:,.0f} MB are '
            "available. Nothing was changed. Free some space and run it again.",
        )


@contextmanager
def _caches(layout: Layout) -> Iterator[list[Cache]]:
    with ExitStack() as stack:
        names = (READINGS, CHUNKINGS, EMBEDDINGS)
        yield [stack.enter_context(Cache(layout.cache / name)) for name in names]


def _readings_to_plan_with(layout: Layout) -> Cache:
    """Return the cache of readings; one in memory where there is none that can be written."""
    if layout.cache.is_dir():
        try:
            return Cache(layout.cache / READINGS)
        except IndexingError as error:
            log.info("planning without the cache: %s", error)
    return Cache(None)


def _report(snapshot: Snapshot, changes: Changes, *, embedded: int, started: float) -> BuildReport:
    return BuildReport(
        generation=snapshot.generation,
        changes=changes,
        passages=snapshot.passage_count,
        embedded=embedded,
        seconds=time.monotonic() - started,
    )

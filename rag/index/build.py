"""Building the index: from the corpus folder to a new generation, computing only what is new.

The same articles, settings and embedder give the same files, byte for byte, however the index was
reached; only the manifest tells the generations apart.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from rag import __version__
from rag.config import Config
from rag.corpus.reading import PARSER_VERSION
from rag.encoders.embedder import Embedder
from rag.errors import ArticleError, IndexingError
from rag.index.cache import Cache
from rag.index.contents import Contents, Tell, chunk_articles, embed_contents
from rag.index.dense import VECTORS, encode_vectors
from rag.index.disk import DISK, Disk, cannot_write
from rag.index.generations import collect, writing
from rag.index.layout import Layout
from rag.index.lexical import SCORER, build_lexical, encode_lexical
from rag.index.loading import Snapshot, content_sha256
from rag.index.manifest import Manifest
from rag.index.passages import PASSAGES, encode_passages
from rag.index.publish import publish
from rag.index.readings import Corpus, Listing, list_corpus, read_corpus
from rag.index.selftest import SELFTEST, encode_selftest
from rag.index.snapshot import open_snapshot
from rag.records import BuildReport, Changes, Progress, Stage
from rag.text.chunking import CHUNKER
from rag.text.tokens import TOKENIZER

log = logging.getLogger(__name__)

READINGS, CHUNKINGS, EMBEDDINGS = "readings.sqlite", "chunkings.sqlite", "embeddings.sqlite"

SPACE_FACTOR = 2.2  # free bytes asked for: the generation, and the cache that grows with it
TERM_BYTES = 8  # of the lexical index a term of a passage: a float32 and an int32
MOST_REASONS = 20  # of files that cannot be read, said where none can
NOTHING_TO_KEEP = {"E-IDX-001", "E-IDX-003", "E-IDX-009"}  # none, none whole, not ours

OnProgress = Callable[[Progress], None]


def build_index(
    config: Config,
    embedder: Embedder,
    *,
    on_progress: OnProgress | None = None,
    disk: Disk = DISK,
) -> BuildReport:
    """Bring the index up to date with the corpus, and tell what changed.

    Where nothing changed the current generation stays. Raises ArticleError E-DOC-020 for a corpus
    without a readable article, IndexingError E-IDX-004 while another build runs, E-IDX-005,
    E-IDX-008, E-IDX-010 or E-IDX-012 for what the disk refuses; the index is then unchanged.
    """
    started = time.monotonic()
    layout = Layout(config.index)

    def tell(stage: Stage) -> Callable[[int, int], None]:
        return lambda done, total: on_progress and on_progress(Progress(stage, done, total))

    with writing(layout, disk), _caches(layout) as (readings, chunkings, embeddings):
        corpus = read_corpus(config, readings, tell=tell("reading"))
        current = _current(layout, disk, has_lock=True)
        plan = _make_plan(config, corpus, embedder, chunkings, tell=tell("chunking"))
        changes = _compare(corpus, current)
        if current is not None and plan.is_built_as(current):
            return _report(current, changes, embedded=0, started=started)
        _require_space(plan, layout, disk)
        vectors, embedded = embed_contents(
            plan.contents, corpus.articles, embedder, embeddings, tell=tell("embedding")
        )
        tell("writing")(0, 1)
        manifest = plan.manifest(parent=None if current is None else current.generation)
        snapshot = publish(layout, manifest, plan.files(vectors), disk)
        tell("checking")(1, 1)
        collect(layout, keep=config.keep_generations, disk=disk)
    return _report(snapshot, changes, embedded=embedded, started=started)


def plan_build(config: Config, *, snapshot: Snapshot | None = None, disk: Disk = DISK) -> Changes:
    """Return what a build would change, without building; needs no embedder.

    `snapshot` is the generation to compare with; without it the current one is opened. A file is
    taken as unchanged by its size, times and inode; any other is read, and kept for the build.
    """
    layout = Layout(config.index)
    with _readings_to_plan_with(layout) as cache:
        corpus = list_corpus(config, cache)
    return _compare(corpus, snapshot or _current(layout, disk, has_lock=False))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the next generation would be made of."""

    corpus: Corpus
    contents: Contents
    embedder: Embedder
    settings: dict[str, object]
    content_sha256: str

    def is_built_as(self, current: Snapshot) -> bool:
        """Return whether a generation already holds what a build would write."""
        return not current.degraded and current.manifest.content_sha256 == self.content_sha256

    def manifest(self, *, parent: int | None) -> Manifest:
        """Return the manifest; its number and its files are known once it is published."""
        return Manifest(
            generation=0,
            parent=parent,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            app=f"footnote {__version__}",
            settings=self.settings,
            embedder=dict(self.embedder.fingerprint),
            embedder_key=self.embedder.key,
            dimension=self.embedder.dimension,
            articles=len(self.corpus.articles),
            passages=len(self.contents.spans),
            content_sha256=self.content_sha256,
            files={},
        )

    def files(self, vectors: NDArray[np.float32]) -> dict[str, bytes]:
        """Return every file of the generation but the manifest."""
        lexical = build_lexical(self.contents.terms)
        return {
            VECTORS: encode_vectors(vectors),
            PASSAGES: encode_passages(
                self.corpus.articles,
                list(self.corpus.digests.values()),
                spans=self.contents.spans,
                problems=self.corpus.problems,
            ),
            SELFTEST: encode_selftest(vectors, self.contents.terms, lexical),
            **encode_lexical(lexical),
        }


def _nothing_readable(config: Config, corpus: Corpus) -> ArticleError:
    """Return the error about a corpus without an article, with the reason of each file."""
    reasons = [problem.message for problem in corpus.failed]
    shown = reasons[:MOST_REASONS]
    more = [f"{len(reasons) - len(shown):,} more files."] if len(reasons) > len(shown) else []
    start = f'No readable article in "{config.corpus}"; the index is unchanged.'
    return ArticleError("E-DOC-020", " ".join([start, *shown, *more]))


def _make_plan(
    config: Config, corpus: Corpus, embedder: Embedder, cache: Cache, *, tell: Tell
) -> _Plan:
    digests = list(corpus.digests.values())
    contents = chunk_articles(
        corpus.articles,
        digests,
        embedder=embedder,
        cache=cache,
        passage_tokens=config.passage_tokens,
        tell=tell,
    )
    if not contents.spans:
        raise _nothing_readable(config, corpus)
    settings = {  # what decides the content, besides the articles and the embedder
        "chunker": CHUNKER,
        "lexical": SCORER,
        "passage_tokens": config.passage_tokens,
        "parsers": PARSER_VERSION,
        "tokenizer": TOKENIZER,
    }
    content = content_sha256(settings, embedder.key, digests, contents.spans, corpus.problems)
    return _Plan(corpus, contents, embedder, settings, content)


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


def _current(layout: Layout, disk: Disk, *, has_lock: bool) -> Snapshot | None:
    """Return the current generation; None where there is none that could be kept."""
    try:
        return open_snapshot(layout.index, disk=disk, has_lock=has_lock)
    except IndexingError as error:
        if error.code in NOTHING_TO_KEEP:
            return None
        raise


def _require_space(plan: _Plan, layout: Layout, disk: Disk) -> None:
    contents = plan.contents
    vectors = len(contents.spans) * plan.embedder.dimension * 4
    terms = sum(map(len, contents.terms)) * TERM_BYTES
    texts = sum(len(article.text) for article in plan.corpus.articles)
    needed = SPACE_FACTOR * (vectors + terms + texts)
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

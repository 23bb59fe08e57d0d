"""The plan of a build: which segments there will be, what is to be made anew, and making it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from rag import __version__
from rag.config import Config
from rag.corpus.reading import PARSER_VERSION
from rag.encoders.embedder import Embedder
from rag.index.cache import Cache
from rag.index.contents import Chunker, Contents, embed_contents, missing_texts
from rag.index.disk import Disk
from rag.index.layout import Layout
from rag.index.lexical import SCORER
from rag.index.loading import PROBLEMS_FILE, Snapshot, content_sha256, encode_problems
from rag.index.manifest import Manifest, SegmentRecord
from rag.index.publish import Draft
from rag.index.readings import Corpus
from rag.index.segments import encode_segment, segment_file, split_articles
from rag.index.store import Loading, Store
from rag.records import Article, Stage
from rag.text.chunking import CHUNKER
from rag.text.tokens import TOKENIZER

TERM_BYTES = 4  # of the lexical index a term of a passage: its row and its count

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be written: `segments` in their order, those in `new` made, the others linked."""

    segments: tuple[SegmentRecord, ...]
    new: frozenset[str]
    source: Snapshot | None
    parent: int | None
    to_embed: int
    bytes: int

    @property
    def passages(self) -> int:
        """How many passages there will be."""
        return sum(segment.passages for segment in self.segments)


class Plan:
    """What the next generation would be made of; `caches` are of chunkings and embeddings."""

    def __init__(
        self,
        config: Config,
        corpus: Corpus,
        embedder: Embedder,
        store: Store,
        *,
        caches: tuple[Cache, Cache],
    ) -> None:
        self.corpus = corpus
        self.embedder = embedder
        self._chunkings, self.cache = caches
        self.chunker = Chunker(embedder, self._chunkings, passage_tokens=config.passage_tokens)
        self.store = store
        self.settings: dict[str, object] = {  # what decides the content, besides the articles
            "chunker": CHUNKER,
            "lexical": SCORER,
            "passage_tokens": config.passage_tokens,
            "parsers": PARSER_VERSION,
            "tokenizer": TOKENIZER,
            **store.settings,
        }
        self.articles = {
            segment_file(list(digests.values()), self.settings, embedder.key): digests
            for digests in split_articles(corpus.digests)
        }
        self.content_sha256 = content_sha256(
            self.settings, embedder.key, list(self.articles), corpus.problems
        )

    def is_built_as(self, current: Snapshot | None) -> bool:
        """Return whether a generation already holds what a build would write."""
        if current is None or current.degraded:
            return False
        return current.manifest.content_sha256 == self.content_sha256

    def chunk(self, current: Snapshot | None, *, tell: Tell) -> Work:
        """Return what is to be done, after splitting what is not in `current` into passages."""
        old = {} if current is None else {s.file: s for s in current.manifest.segments}
        new = [file for file in self.articles if file not in old]
        parent = None if current is None else current.generation
        work = self._chunk(current, new, old, parent=parent, tell=tell)
        if current is None or self.store.kind(work.passages) == current.manifest.dense:
            return work
        return self._chunk(None, list(self.articles), {}, parent=parent, tell=tell)

    def _chunk(
        self,
        source: Snapshot | None,
        new: Sequence[str],
        old: Mapping[str, SegmentRecord],
        *,
        parent: int | None,
        tell: Tell,
    ) -> Work:
        records = dict(old)
        total = sum(len(self.articles[file]) for file in new)
        done, characters, terms = 0, 0, 0
        keys: set[bytes] = set()
        for file in new:
            articles, contents = self.contents(file)
            records[file] = SegmentRecord(file, len(articles), len(contents.spans))
            keys.update(contents.embedding_keys)
            characters += sum(len(article.text) for article in articles)
            terms += sum(map(len, contents.terms))
            done += len(articles)
            tell(done, total)
        self.chunker.commit()
        passages = sum(records[file].passages for file in new)
        return Work(
            tuple(records[file] for file in self.articles),
            frozenset(new),
            source,
            parent,
            to_embed=len(keys) - len(self.cache.known(keys)),
            bytes=passages * self.embedder.dimension * 4 + terms * TERM_BYTES + characters,
        )

    def contents(self, file: str) -> tuple[list[Article], Contents]:
        """Return the articles of a segment, and their passages."""
        digests = self.articles[file]
        articles = self.corpus.load(digests)
        return articles, self.chunker.chunk(articles, list(digests.values()))

    def missing(self, work: Work) -> Iterator[dict[bytes, str]]:
        """Yield the texts of each new segment that the cache has no embedding of, by key."""
        for file in sorted(work.new):
            articles, contents = self.contents(file)
            known = self.cache.known(set(contents.embedding_keys))
            yield missing_texts(contents, articles, known)

    def manifest(self, work: Work, *, collection: str) -> Manifest:
        """Return the manifest; its number and its files are known once it is published."""
        return Manifest(
            generation=0,
            parent=work.parent,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            app=f"footnote {__version__}",
            settings=self.settings,
            embedder=dict(self.embedder.fingerprint),
            embedder_key=self.embedder.key,
            dimension=self.embedder.dimension,
            articles=len(self.corpus.digests),
            passages=work.passages,
            content_sha256=self.content_sha256,
            files={},
            segments=work.segments,
            dense=self.store.kind(work.passages),
            collection=collection,
        )

    def prune(self, work: Work) -> None:
        """Drop from the caches what no article needs any more, once that is the larger part."""
        digests = self.corpus.digests.values()
        self._chunkings.prune(lambda: map(self.chunker.key, digests), count=len(digests))
        self.cache.prune(
            lambda: (
                key for file in self.articles for key in self.contents(file)[1].embedding_keys
            ),
            count=work.passages,
        )


class Writer:
    """Writes a generation segment by segment, so that no more than one is in memory."""

    def __init__(
        self, plan: Plan, work: Work, layout: Layout, disk: Disk, *, tell: Callable[[Stage], Tell]
    ) -> None:
        self._plan = plan
        self._work = work
        self._layout = layout
        self._disk = disk
        self._kind = plan.store.kind(work.passages)
        self._tell = tell
        self.embedded = 0

    def fill(self, draft: Draft) -> Manifest:
        """Write every file of the generation, load what is searched elsewhere, return its manifest.

        A store that keeps generations apart from their files takes in all passages each time.
        """
        plan, work = self._plan, self._work
        loading = plan.store.load(
            self._layout, self._disk, dimension=plan.embedder.dimension, kind=self._kind
        )
        for number, segment in enumerate(work.segments):
            if segment.file in work.new or work.source is None:
                self._write(draft, segment.file, loading)
            else:
                folder = self._layout.generation(work.source.generation)
                draft.link(segment.file, work.source.manifest.files[segment.file], source=folder)
                if loading is not None:
                    self._load(segment.file, loading)
            self._tell("writing")(number, len(work.segments))
        draft.write(PROBLEMS_FILE, *encode_problems(plan.corpus.problems))
        if loading is not None:
            loading.finish()
        return plan.manifest(work, collection="" if loading is None else loading.collection)

    def _write(self, draft: Draft, file: str, loading: Loading | None) -> None:
        plan = self._plan
        articles, contents, vectors = self._load(file, loading)
        data, record = encode_segment(
            articles,
            list(plan.articles[file].values()),
            spans=contents.spans,
            searched=plan.store.searched(contents.terms, vectors, kind=self._kind),
        )
        draft.write(file, data, record)

    def _load(
        self, file: str, loading: Loading | None
    ) -> tuple[list[Article], Contents, NDArray[np.float32]]:
        plan = self._plan
        articles, contents = plan.contents(file)
        before, total = self.embedded, self._work.to_embed
        vectors, new = embed_contents(
            contents,
            articles,
            plan.embedder,
            plan.cache,
            on_done=lambda done: self._tell("embedding")(before + done, max(total, before + done)),
        )
        self.embedded += new
        if loading is not None:
            loading.add(articles, contents, vectors)
        return articles, contents, vectors

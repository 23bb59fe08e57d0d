"""The plan of a build: which segments there will be, what is to be made anew, and making it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rag import __version__
from rag.config import Config
from rag.corpus.reading import PARSER_VERSION
from rag.encoders.embedder import Embedder
from rag.index.cache import Cache
from rag.index.contents import Chunker, Contents, embed_contents
from rag.index.dense import kind_for
from rag.index.layout import Layout
from rag.index.lexical import SCORER
from rag.index.loading import PROBLEMS_FILE, Snapshot, content_sha256, encode_problems
from rag.index.manifest import Manifest, SegmentRecord
from rag.index.publish import Draft
from rag.index.readings import Corpus
from rag.index.segments import encode_segment, segment_file, split_articles
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
    """What the next generation would be made of."""

    def __init__(
        self, config: Config, corpus: Corpus, embedder: Embedder, chunker: Chunker, cache: Cache
    ) -> None:
        self.corpus = corpus
        self.embedder = embedder
        self.chunker = chunker
        self.cache = cache
        self.settings: dict[str, object] = {  # what decides the content, besides the articles
            "chunker": CHUNKER,
            "lexical": SCORER,
            "passage_tokens": config.passage_tokens,
            "parsers": PARSER_VERSION,
            "tokenizer": TOKENIZER,
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
        if current is None or kind_for(work.passages) == current.manifest.dense:
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

    def manifest(self, work: Work) -> Manifest:
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
            dense=kind_for(work.passages),
        )

    def prune(self, work: Work, chunkings: Cache) -> None:
        """Drop from the caches what no article needs any more, once that is the larger part."""
        digests = self.corpus.digests.values()
        chunkings.prune(lambda: map(self.chunker.key, digests), count=len(digests))
        self.cache.prune(
            lambda: (
                key for file in self.articles for key in self.contents(file)[1].embedding_keys
            ),
            count=work.passages,
        )


class Writer:
    """Writes a generation segment by segment, so that no more than one is in memory."""

    def __init__(
        self, plan: Plan, work: Work, layout: Layout, *, tell: Callable[[Stage], Tell]
    ) -> None:
        self._plan = plan
        self._work = work
        self._layout = layout
        self._tell = tell
        self.embedded = 0

    def fill(self, draft: Draft) -> Manifest:
        """Write every file of the generation, and return its manifest."""
        source = self._work.source
        for number, segment in enumerate(self._work.segments):
            if segment.file in self._work.new or source is None:
                self._write(draft, segment.file)
            else:
                folder = self._layout.generation(source.generation)
                draft.link(segment.file, source.manifest.files[segment.file], source=folder)
            self._tell("writing")(number, len(self._work.segments))
        draft.write(PROBLEMS_FILE, *encode_problems(self._plan.corpus.problems))
        return self._plan.manifest(self._work)

    def _write(self, draft: Draft, file: str) -> None:
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
        data, record = encode_segment(
            articles,
            list(plan.articles[file].values()),
            spans=contents.spans,
            terms=contents.terms,
            vectors=vectors,
            dense=kind_for(self._work.passages),
        )
        draft.write(file, data, record)

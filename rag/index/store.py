"""Where the embeddings and postings of a generation are kept and searched: the `Store` protocol.

With every store the articles, their texts, passages and manifests are files of the index folder,
and a generation is current when CURRENT names it. A store ranks: what is shown for a row that it
returns is read from the files, checked. `EMBEDDED` keeps all in the files (`dense`, `lexical`);
`milvus` is the other one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.errors import IndexingError
from rag.index.dense import Dense, encode_vectors, kind_for
from rag.index.disk import BUILD_COMMAND, Disk
from rag.index.layout import Layout
from rag.index.lexical import encode_terms
from rag.index.manifest import Manifest, Pointer
from rag.index.selftest import SELFTEST, encode_selftest
from rag.records import Article, Filters
from rag.redaction import without_secrets

if TYPE_CHECKING:
    from rag.index.contents import Contents
    from rag.index.loading import Snapshot

AWAY = "E-IDX-013"  # a store that cannot be reached, or is too slow
MOST_OF_A_REASON = 120  # characters, in an error of one line

Ranking = list[tuple[int, float]]
"""(row, score) pairs, best first, ties by row."""

Searched = tuple[dict[str, bytes], dict[str, int]]
"""Sections of a segment's file, and the lead of each that has one (`encode_sections`)."""


class Searches(Protocol):
    """The searches over one generation, whose rows count from 0; safe to share between threads."""

    damage: str  # what was found wrong when it was used; empty when all is well

    def dense(self, vector: NDArray[np.float32], k: int, *, filters: Filters) -> Ranking:
        """Return up to `k` (row, inner product) for a vector of shape (dimension,)."""

    def lexical(self, tokens: Sequence[str], k: int, *, filters: Filters) -> Ranking:
        """Return up to `k` (row, score above 0) by BM25; only the order of scores is given."""

    def vectors(self, rows: Sequence[int]) -> list[NDArray[np.float32]]:
        """Return the embedding of each row, of shape (dimension,)."""

    def check(self) -> None:
        """Check what is not in the files; raises DamagedIndexError."""


class Loading(Protocol):
    """Takes in one generation, its passages in the order of their rows."""

    collection: str  # the name under which the manifest will know it

    def add(
        self, articles: Sequence[Article], contents: Contents, vectors: NDArray[np.float32]
    ) -> None:
        """Take in the passages of the next articles."""

    def finish(self) -> None:
        """Return once all that was added will be found."""


class Store(Protocol):
    """What keeps and searches generations. Errors are IndexingError E-IDX-013 with their cure."""

    settings: Mapping[str, object]  # what of it decides the content of a segment's file
    has_original: bool  # the index folder is a copy, and `follow` brings back what is lost of it

    @property
    def away(self) -> str:
        """Return why the original could not be asked the last time; empty where it could."""

    def kind(self, passages: int) -> str:
        """Return how this many passages are searched densely, as the manifest says."""

    def searched(
        self, terms: Sequence[Sequence[str]], vectors: NDArray[np.float32], *, kind: str
    ) -> Searched:
        """Return what a segment's file holds of its passages for searching."""

    def searches(self, generation: Snapshot) -> Searches:
        """Return the searches over a generation. Connects nowhere yet."""

    def follow(self, layout: Layout, disk: Disk) -> None:
        """Bring the folder up to the index that it is a copy of, if it is one."""

    def building(
        self, layout: Layout, disk: Disk
    ) -> AbstractContextManager[Callable[[Pointer], None]]:
        """Let one machine build; yields what must be called before CURRENT names a generation.

        That raises IndexingError E-IDX-004 if the turn was lost.
        """

    def load(self, layout: Layout, disk: Disk, *, dimension: int, kind: str) -> Loading | None:
        """Begin a new generation; None where its files are all of it."""

    def switched(self, manifest: Manifest) -> None:
        """Let it be known which generation is current."""

    def collect(self, layout: Layout, disk: Disk, *, keep: Collection[str]) -> None:
        """Remove what belongs to this index, but the collections in `keep`."""


class InFolder:
    """What holds for a store whose index folder is no copy of another one."""

    has_original = False
    away = ""

    def follow(self, layout: Layout, disk: Disk) -> None:
        """Do nothing: the folder is the index."""


class Embedded(InFolder):
    """All in the files of the index: FAISS and own postings, on one machine."""

    settings: Mapping[str, object] = {}
    kind = staticmethod(kind_for)

    def searched(
        self, terms: Sequence[Sequence[str]], vectors: NDArray[np.float32], *, kind: str
    ) -> Searched:
        """Return postings, a self-test and vectors."""
        found, leads = encode_vectors(vectors, kind=kind)
        return {**encode_terms(terms), SELFTEST: encode_selftest(vectors, terms), **found}, leads

    def searches(self, generation: Snapshot) -> Searches:
        """Return the searches over the files of a generation."""
        return Elsewhere() if generation.manifest.collection else EmbeddedSearches(generation)

    def building(
        self, layout: Layout, disk: Disk
    ) -> AbstractContextManager[Callable[[Pointer], None]]:
        """Let this process build: it holds the writer's lock."""
        del layout, disk
        return nullcontext(lambda _: None)

    def load(self, layout: Layout, disk: Disk, *, dimension: int, kind: str) -> None:
        """Begin nothing: the files are all."""

    def switched(self, manifest: Manifest) -> None:
        """Do nothing: CURRENT is all."""

    def collect(self, layout: Layout, disk: Disk, *, keep: Collection[str]) -> None:
        """Remove nothing: there are only files."""


class EmbeddedSearches:
    """Searches over the segments of a generation; the filters are a mask over its rows."""

    damage = ""  # the files know theirs

    def __init__(self, generation: Snapshot) -> None:
        manifest = generation.manifest
        self._passages = generation.passages
        self._lexical = generation.lexical
        self._dense = Dense(
            [segment.vectors for segment in generation.segments],
            dimension=manifest.dimension,
            kind=manifest.dense,
        )

    def dense(self, vector: NDArray[np.float32], k: int, *, filters: Filters) -> Ranking:
        """Return up to `k` (row, inner product), exact."""
        return self._dense.search(vector, k, allowed=self._passages.rows_matching(filters))

    def lexical(self, tokens: Sequence[str], k: int, *, filters: Filters) -> Ranking:
        """Return up to `k` (row, BM25 score)."""
        return self._lexical.search(tokens, k, allowed=self._passages.rows_matching(filters))

    def vectors(self, rows: Sequence[int]) -> list[NDArray[np.float32]]:
        """Return the embedding of each row."""
        return [self._dense.vector(row) for row in rows]

    def check(self) -> None:
        """Check nothing: the segments are checked as files."""


class Elsewhere:
    """What these settings cannot search: the generation is kept in another store."""

    damage = ""

    def check(self) -> None:
        """Check nothing: the files are checked by themselves."""

    def refuse(self, *_: object, **__: object) -> Any:
        """Raise IndexingError E-IDX-007."""
        raise IndexingError(
            "E-IDX-007",
            'The index was built with store "milvus", the settings ask for "embedded". Set store '
            f"and store_url, or rebuild it with: {BUILD_COMMAND}",
        )

    dense = lexical = vectors = refuse


EMBEDDED = Embedded()


def store_of(config: Config) -> Store:
    """Return the store of the settings. Raises ConfigError where it lacks something."""
    store: Store = EMBEDDED
    if config.store == "milvus":
        from rag.index.milvus import Milvus  # noqa: PLC0415 - with this store only

        store = Milvus(config.store_url)
    if isinstance(config.index, Path):
        return store
    from rag.index.shared import Shared  # noqa: PLC0415 - with an address only

    return Shared(store, config.index, keep=config.keep_generations)


def away(place: str, why: str, *, cure: str) -> IndexingError:
    """Return what to tell of a server that does not answer, in one line and without secrets."""
    reason = " ".join(without_secrets(why).split())[:MOST_OF_A_REASON].rstrip(".")
    return IndexingError(AWAY, f"{place} does not answer as it should ({reason}). {cure}")

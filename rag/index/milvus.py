"""The Milvus store: vectors and postings of a generation are a collection of a Milvus server.

The collection of the current generation stands behind an alias of the index's name. A row has its
passage's number, vector and terms, and what filters ask for: the number of its article, its date,
and keys of its outlet and authors. The sparse vectors and BM25 are Milvus' own function; its
analyzer is given our terms as single words, so both stores rank by the same terms. The server only
ranks: texts, quotes and all that is shown come from the checked files of the index folder.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from operator import methodcaller
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from rag.errors import ConfigError, DamagedIndexError, IndexingError
from rag.index.dense import checked_query
from rag.index.disk import Disk, read_file, write_file
from rag.index.layout import Layout
from rag.index.lease import Folder, held_lease
from rag.index.lexical import KEYS, STARTS, TERMS, encode_terms
from rag.index.manifest import Manifest, Pointer
from rag.index.milvus_collection import (
    BUILDS_WITHIN_S,
    as_words,
    create_collection,
    expression,
    filtered,
    import_pymilvus,
)
from rag.index.store import EMBEDDED, InFolder, Loading, Ranking, Searched, Searches, away
from rag.records import Article, Filters

if TYPE_CHECKING:
    from rag.index.contents import Contents
    from rag.index.loading import Snapshot

ANSWERS_WITHIN_S = 10.0  # of a question; what takes longer counts as away
CHECKS_WITHIN_S = 60.0  # counting the passages of a generation
EXACT_AT_MOST = 1_000_000  # passages; beyond, Milvus' own choice of an approximate index
ROWS_AT_ONCE = 1_000  # of an insertion: some 4 MB, of 64 MB that a message may have
MOST_HITS = 16_384  # that Milvus returns
MOST_NAME_BYTES = 64
CURE = "Start it, or check store_url, then try again."
NO_SUCH_COLLECTION = 100
log = logging.getLogger(__name__)


T = TypeVar("T")


class Milvus(InFolder):
    """The store of `store = "milvus"`; connects when it is first needed."""

    settings: Mapping[str, object] = {"store": "milvus"}

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if not parts.hostname:
            raise ConfigError(
                "E-CFG-001",
                f'store "milvus" needs store_url, as http://HOST:19530 (found "{url}").',
            )
        self._address = f"{parts.scheme}://{parts.hostname}:{parts.port or 19530}"
        self._token = f"{parts.username}:{parts.password}" if parts.username else ""
        self._database = parts.path.strip("/")
        self._client: Any = None
        self._lock = threading.Lock()

    def kind(self, passages: int) -> str:
        """Return the index of Milvus that holds the vectors."""
        return "milvus FLAT" if passages <= EXACT_AT_MOST else "milvus AUTOINDEX"

    def searched(
        self, terms: Sequence[Sequence[str]], vectors: NDArray[np.float32], *, kind: str
    ) -> Searched:
        """Return the terms and how many passages have each."""
        del vectors, kind
        return {k: v for k, v in encode_terms(terms).items() if k in {TERMS, KEYS, STARTS}}, {}

    def searches(self, generation: Snapshot) -> Searches:
        """Return the searches over a generation; one from before Milvus answers from its files."""
        if not generation.manifest.collection:
            return EMBEDDED.searches(generation)
        return MilvusSearches(self, generation)

    def building(
        self, layout: Layout, disk: Disk
    ) -> AbstractContextManager[Callable[[Pointer], None]]:
        """Let one machine build."""
        return held_lease(Folder(layout.index, disk))

    def load(self, layout: Layout, disk: Disk, *, dimension: int, kind: str) -> Loading:
        """Begin a collection, under a name that was never used."""
        name = f"{_own_name(layout, disk)}_{secrets.token_hex(8)}"
        return MilvusLoading(self, name, dimension=dimension, index=kind.split()[1])

    def switched(self, manifest: Manifest) -> None:
        """Put the alias before the collection of the current generation, in one step.

        CURRENT decides: an alias that cannot be moved now is moved by the next build.
        """
        alias = manifest.collection.rpartition("_")[0]
        if not alias:  # its files hold all
            return

        def switch(client: Any) -> None:
            known = client.list_aliases(timeout=BUILDS_WITHIN_S).get("aliases", ())
            if alias in known:
                client.alter_alias(manifest.collection, alias, timeout=BUILDS_WITHIN_S)
            else:
                client.create_alias(manifest.collection, alias, timeout=BUILDS_WITHIN_S)

        try:
            self.call(switch)
        except IndexingError as error:
            log.info("the alias %s stays where it is: %s", alias, error)

    def collect(self, layout: Layout, disk: Disk, *, keep: Collection[str]) -> None:
        """Drop the collections of this index but those in `keep`."""
        own = _own_name(layout, disk) + "_"
        for name in self.call(methodcaller("list_collections", timeout=BUILDS_WITHIN_S)):
            if name.startswith(own) and name not in keep:
                self.call(methodcaller("drop_collection", name, timeout=BUILDS_WITHIN_S))

    def call(self, ask: Callable[[Any], T]) -> T:
        """Return what `ask` gets from the client.

        Raises IndexingError E-IDX-013 where the server is away, slow or refuses, and
        DamagedIndexError where it has no such collection.
        """
        pymilvus, grpc = import_pymilvus()
        place = f'Milvus at "{self._address}"'
        try:
            return ask(self._connected(pymilvus))
        except pymilvus.MilvusException as error:
            if error.code == NO_SUCH_COLLECTION:
                raise DamagedIndexError("E-IDX-003", f"{place} lacks a collection") from error
            raise away(place, str(error.message), cure=CURE) from error
        except grpc.RpcError as error:  # too slow: pymilvus passes gRPC's own error on
            raise away(place, str(error.details()), cure=CURE) from error

    def _connected(self, pymilvus: Any) -> Any:
        with self._lock:
            if self._client is None:
                self._client = pymilvus.MilvusClient(
                    uri=self._address,
                    token=self._token,
                    db_name=self._database,
                    timeout=ANSWERS_WITHIN_S,
                )
            return self._client


class MilvusSearches:
    """Searches over one collection."""

    def __init__(self, store: Milvus, generation: Snapshot) -> None:
        self._store = store
        self._manifest = generation.manifest
        self._passages = generation.passages
        self.damage = ""

    def dense(self, vector: NDArray[np.float32], k: int, *, filters: Filters) -> Ranking:
        """Return up to `k` (row, inner product)."""
        query = checked_query(vector, self._manifest.dimension)
        return self._search("dense", "IP", query, k, filters)

    def lexical(self, tokens: Sequence[str], k: int, *, filters: Filters) -> Ranking:
        """Return up to `k` (row, score): BM25 times k1 + 1."""
        if not tokens:
            return []
        found = self._search("sparse", "BM25", as_words(tokens), k, filters)
        return [(row, score) for row, score in found if score]

    def vectors(self, rows: Sequence[int]) -> list[NDArray[np.float32]]:
        """Return the embedding of each row."""
        if not rows:
            return []
        found = self._ask("get", ids=list(rows), output_fields=["dense"])
        known = {each["row"]: np.array(each["dense"], np.float32) for each in found}
        if len(known) != len(set(rows)):
            raise self._damaged()
        return [known[row] for row in rows]

    def check(self) -> None:
        """Check that the collection is there with every passage; raises DamagedIndexError."""
        [found] = self._ask(
            "query",
            within_s=CHECKS_WITHIN_S,
            filter="row >= 0",
            output_fields=["count(*)"],
            consistency_level="Strong",
        )
        if found["count(*)"] != self._manifest.passages:
            raise self._damaged()

    def _search(self, field: str, metric: str, query: Any, k: int, filters: Filters) -> Ranking:
        if k <= 0 or not self._manifest.passages:
            return []
        [hits] = self._ask(
            "search",
            data=[query],
            anns_field=field,
            limit=min(k, MOST_HITS, self._manifest.passages),
            filter=expression(filters, self._passages.number),
            search_params={"metric_type": metric},
            output_fields=["row"],
        )
        # milvus-lite gives BM25 as a distance, below 0
        sign = -1.0 if any(hit["distance"] < 0 for hit in hits) and metric == "BM25" else 1.0
        found = [(int(hit["row"]), sign * float(hit["distance"])) for hit in hits]
        if any(not 0 <= row < self._manifest.passages for row, _ in found):
            raise self._damaged()
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _ask(self, method: str, *, within_s: float | None = None, **arguments: Any) -> Any:
        limit, collection = within_s or ANSWERS_WITHIN_S, self._manifest.collection
        try:
            return self._store.call(methodcaller(method, collection, timeout=limit, **arguments))
        except DamagedIndexError as error:
            self.damage = error.message
            raise

    def _damaged(self) -> DamagedIndexError:
        self.damage = f"the collection {self._manifest.collection} does not hold what was written"
        return DamagedIndexError("E-IDX-003", self.damage)


class MilvusLoading:
    """Fills a new collection."""

    def __init__(self, store: Milvus, collection: str, *, dimension: int, index: str) -> None:
        self.collection = collection
        self._store = store
        self._rows = 0
        self._articles = 0
        store.call(lambda client: create_collection(client, collection, dimension, index))

    def add(
        self, articles: Sequence[Article], contents: Contents, vectors: NDArray[np.float32]
    ) -> None:
        """Take in the passages of the next articles."""
        known = [filtered(article) for article in articles]
        rows = [
            {
                "row": self._rows + number,
                "article": self._articles + span.article,
                **known[span.article],
                "terms": as_words(terms),
                "dense": vector,
            }
            for number, (span, terms, vector) in enumerate(
                zip(contents.spans, contents.terms, vectors, strict=True)
            )
        ]
        for first in range(0, len(rows), ROWS_AT_ONCE):
            self._ask("insert", rows[first : first + ROWS_AT_ONCE])
        self._rows += len(rows)
        self._articles += len(articles)

    def finish(self) -> None:
        """Return once everything is on the server's disk and can be searched."""
        self._ask("flush")
        self._ask("load_collection")

    def _ask(self, method: str, *arguments: Any) -> None:
        asked = methodcaller(method, self.collection, *arguments, timeout=BUILDS_WITHIN_S)
        self._store.call(asked)


def _own_name(layout: Layout, disk: Disk) -> str:
    """Return the name of an index in Milvus, given once: two indexes share no collection."""
    try:
        name = read_file(disk, layout.store, limit=MOST_NAME_BYTES).decode("ascii")
    except FileNotFoundError:
        name = f"footnote_{secrets.token_hex(4)}"
        write_file(disk, layout.store, name.encode("ascii"))
    return name

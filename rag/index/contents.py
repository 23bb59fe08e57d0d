"""From articles to what a segment holds: passages, their terms, their embeddings.

Both steps ask a cache first. An embedding is computed once per embedder and text, a chunking once
per article, chunker, tokenizer and embedder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rag.encoders.embedder import Embedder
from rag.errors import EmbedderError
from rag.index.cache import Cache, cache_key
from rag.index.dense import are_unit_vectors
from rag.index.manifest import canonical_json
from rag.index.passages import PassageSpan
from rag.records import Article, Passage
from rag.text.chunking import CHUNKER, chunk_article, searchable_text
from rag.text.tokens import TOKENIZER, tokenize

EMBEDDED_AT_ONCE = 256  # passages between two commits: a few seconds of a slow processor

STORED_FORM = 1  # raise it with every change of what _encode writes
TERM_BREAK = "\n"  # no term holds one; one string is read faster than a list of many


@dataclass(frozen=True, slots=True)
class Contents:
    """The passages of some articles by row: where each is, its terms, its embedding's key."""

    spans: tuple[PassageSpan, ...]
    terms: tuple[list[str], ...]
    embedding_keys: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """One passage of one article, as the cache keeps it."""

    start: int
    end: int
    embedding_key: bytes
    terms: list[str]


class Chunker:
    """Splits articles into passages of at most `passage_tokens`; asks the cache first."""

    def __init__(self, embedder: Embedder, cache: Cache, *, passage_tokens: int) -> None:
        self._embedder = embedder
        self._cache = cache
        self._max_tokens = min(passage_tokens, embedder.max_tokens)
        parts = [STORED_FORM, CHUNKER, TOKENIZER, embedder.key, self._max_tokens]
        self._version = json.dumps(parts)

    def chunk(self, articles: Sequence[Article], digests: Sequence[str]) -> Contents:
        """Return the passages of articles in their order."""
        keys = [self.key(digest) for digest in digests]
        stored = self._cache.get_many(keys)
        rows: list[tuple[PassageSpan, _Chunk]] = []
        for number, (article, key) in enumerate(zip(articles, keys, strict=True)):
            if key in stored:
                chunks = _decode(stored[key])
            else:
                chunks = _chunk(article, self._embedder, self._max_tokens)
                self._cache.put_many({key: _encode(chunks)})
            rows += [(PassageSpan(number, chunk.start, chunk.end), chunk) for chunk in chunks]
        return Contents(
            spans=tuple(span for span, _ in rows),
            terms=tuple(chunk.terms for _, chunk in rows),
            embedding_keys=tuple(chunk.embedding_key for _, chunk in rows),
        )

    def commit(self) -> None:
        """Keep what was split so far."""
        self._cache.commit()

    def key(self, digest: str) -> bytes:
        """Return the key of an article's chunking in the cache."""
        return cache_key(digest, self._version)


def embed_contents(
    contents: Contents,
    articles: Sequence[Article],
    embedder: Embedder,
    cache: Cache,
    *,
    on_done: Callable[[int], None],
) -> tuple[NDArray[np.float32], int]:
    """Return the embedding of every passage, shape (passages, dimension), and how many are new.

    `on_done` is given how many of the new ones are done.
    """
    size = embedder.dimension * 4
    stored = cache.get_many(contents.embedding_keys)
    known = {key: value for key, value in stored.items() if len(value) == size}
    missing = missing_texts(contents, articles, known)
    known.update(embed_texts(missing, embedder, cache, on_done=on_done))
    data = b"".join(known[key] for key in contents.embedding_keys)
    vectors = np.frombuffer(data, dtype="<f4").reshape(-1, embedder.dimension)
    return vectors, len(missing)


def missing_texts(
    contents: Contents, articles: Sequence[Article], known: Collection[bytes]
) -> dict[bytes, str]:
    """Return the texts that are not known, by key, in order of length: a batch is then even."""
    missing = {}
    for span, key in zip(contents.spans, contents.embedding_keys, strict=True):
        if key not in known and key not in missing:
            missing[key] = _text_of(articles[span.article], span.start, span.end)
    return dict(sorted(missing.items(), key=lambda item: (len(item[1]), item[0])))


def embed_texts(
    missing: Mapping[bytes, str],
    embedder: Embedder,
    cache: Cache,
    *,
    on_done: Callable[[int], None],
) -> dict[bytes, bytes]:
    """Return the embedding of each text by its key, which the cache keeps as well."""
    found: dict[bytes, bytes] = {}
    entries = iter(missing.items())
    while batch := dict(islice(entries, EMBEDDED_AT_ONCE)):
        vectors = embedder.embed_passages(list(batch.values()), on_done=_from(len(found), on_done))
        _check(vectors, len(batch), embedder)
        values = {key: row.astype("<f4").tobytes() for key, row in zip(batch, vectors, strict=True)}
        cache.put_many(values)
        found.update(values)
    cache.commit()
    return found


def _from(done: int, on_done: Callable[[int], None]) -> Callable[[int], None]:
    return lambda count: on_done(done + count)


def _check(vectors: NDArray[np.float32], count: int, embedder: Embedder) -> None:
    if vectors.shape != (count, embedder.dimension) or not are_unit_vectors(vectors):
        raise EmbedderError(
            "E-EMB-001",
            f'The embedder "{embedder.fingerprint.get("id")}" returned invalid vectors; the index '
            "is unchanged. Check the setting embedder.",
        )


def _chunk(article: Article, embedder: Embedder, max_tokens: int) -> list[_Chunk]:
    chunks = []
    for passage in chunk_article(article, embedder.count_tokens, max_tokens=max_tokens):
        text = searchable_text(article, passage)
        key = cache_key(embedder.key, text)
        chunks.append(_Chunk(passage.start, passage.end, key, tokenize(text)))
    return chunks


def _text_of(article: Article, start: int, end: int) -> str:
    return searchable_text(article, Passage(article.id, start, end, article.text[start:end]))


def _encode(chunks: Sequence[_Chunk]) -> bytes:
    return canonical_json(
        [[c.start, c.end, c.embedding_key.hex(), TERM_BREAK.join(c.terms)] for c in chunks]
    )


def _decode(data: bytes) -> list[_Chunk]:
    return [
        _Chunk(start, end, bytes.fromhex(key), terms.split(TERM_BREAK) if terms else [])
        for start, end, key, terms in json.loads(data)
    ]

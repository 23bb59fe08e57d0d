"""From articles to what a generation holds: passages, their terms, their embeddings.

Both steps ask a cache first. An embedding is computed once per embedder and text, a chunking once
per article, chunker, tokenizer and embedder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
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

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Contents:
    """All passages by row: where each is, its terms, and the key of its embedding."""

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


def chunk_articles(  # noqa: PLR0913 - two of them are parallel
    articles: Sequence[Article],
    digests: Sequence[str],
    *,
    embedder: Embedder,
    cache: Cache,
    passage_tokens: int,
    tell: Tell,
) -> Contents:
    """Split articles into passages of at most `passage_tokens`, in their order."""
    max_tokens = min(passage_tokens, embedder.max_tokens)
    version = json.dumps([STORED_FORM, CHUNKER, TOKENIZER, embedder.key, max_tokens])
    keys = [cache_key(digest, version) for digest in digests]
    stored = cache.get_many(keys)
    rows: list[tuple[PassageSpan, _Chunk]] = []
    for number, (article, key) in enumerate(zip(articles, keys, strict=True)):
        if key in stored:
            chunks = _decode(stored[key])
        else:
            chunks = _chunk(article, embedder, max_tokens)
            cache.put_many({key: _encode(chunks)})
        rows += [(PassageSpan(number, chunk.start, chunk.end), chunk) for chunk in chunks]
        tell(number + 1, len(articles))
    cache.commit()
    cache.prune(keys)
    return Contents(
        spans=tuple(span for span, _ in rows),
        terms=tuple(chunk.terms for _, chunk in rows),
        embedding_keys=tuple(chunk.embedding_key for _, chunk in rows),
    )


def embed_contents(
    contents: Contents,
    articles: Sequence[Article],
    embedder: Embedder,
    cache: Cache,
    *,
    tell: Tell,
) -> tuple[NDArray[np.float32], int]:
    """Return the embedding of every passage, shape (passages, dimension), and how many are new."""
    size = embedder.dimension * 4
    stored = cache.get_many(contents.embedding_keys)
    known = {key: value for key, value in stored.items() if len(value) == size}
    missing = _missing_texts(contents, articles, known)
    known.update(_embed(missing, embedder, cache, tell=tell))
    cache.prune(contents.embedding_keys)
    data = b"".join(known[key] for key in contents.embedding_keys)
    vectors = np.frombuffer(data, dtype="<f4").reshape(-1, embedder.dimension)
    return vectors, len(missing)


def _missing_texts(
    contents: Contents, articles: Sequence[Article], known: Mapping[bytes, bytes]
) -> dict[bytes, str]:
    """Return the texts without an embedding by key, in order of length: a batch is then even."""
    missing = {}
    for span, key in zip(contents.spans, contents.embedding_keys, strict=True):
        if key not in known and key not in missing:
            missing[key] = _text_of(articles[span.article], span.start, span.end)
    return dict(sorted(missing.items(), key=lambda item: (len(item[1]), item[0])))


def _embed(
    missing: Mapping[bytes, str], embedder: Embedder, cache: Cache, *, tell: Tell
) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    entries = iter(missing.items())
    while batch := dict(islice(entries, EMBEDDED_AT_ONCE)):
        vectors = embedder.embed_passages(
            list(batch.values()), on_done=_from(len(found), len(missing), tell)
        )
        _check(vectors, len(batch), embedder)
        values = {key: row.astype("<f4").tobytes() for key, row in zip(batch, vectors, strict=True)}
        cache.put_many(values)
        found.update(values)
    cache.commit()
    return found


def _from(done: int, total: int, tell: Tell) -> Callable[[int], None]:
    return lambda count: tell(done + count, total)


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

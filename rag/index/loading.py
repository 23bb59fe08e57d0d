"""A snapshot: one generation of the index, opened, each part checked before its first use.

A snapshot holds its files open: it answers on while newer generations are built and old ones
removed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedIndexError, IndexingError
from rag.index.blocks import BlockFile, encode_sections
from rag.index.disk import BUILD_COMMAND, Disk, read_file
from rag.index.lexical import Lexical
from rag.index.manifest import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    FileRecord,
    Manifest,
    canonical_json,
    parse_manifest,
    sha256_hex,
)
from rag.index.passages import PassageStore
from rag.index.segments import Segment
from rag.index.store import EMBEDDED, Ranking, Store
from rag.records import Article, Filters, Passage, Problem
from rag.text.tokens import TOKENIZER

NO_LIMIT = Filters()
PROBLEMS = "problems"
PROBLEMS_FILE = f"{PROBLEMS}.blocks"
MAPPED_FROM = 512 * 1024 * 1024  # bytes of a generation whose files are mapped, not read


class Fingerprinted(Protocol):
    """What of an embedder tells whether an index was built with it."""

    @property
    def fingerprint(self) -> dict[str, object]:
        """All that decides a vector besides its text."""

    @property
    def key(self) -> str:
        """SHA-256 of the fingerprint."""


class Snapshot:
    """One generation: its articles, its passages, and the searches over them. Never changes."""

    def __init__(
        self,
        manifest: Manifest,
        files: Mapping[str, BlockFile],
        *,
        store: Store = EMBEDDED,
    ) -> None:
        self.manifest = manifest
        self.degraded = ""  # what is wrong where another was to be opened
        self._files = files
        dimension, kind = manifest.dimension, manifest.dense
        self.segments = [
            Segment.of(files[record.file], record, dimension=dimension, dense=kind)
            for record in manifest.segments
        ]
        self.passages = PassageStore([segment.passages for segment in self.segments])
        self.lexical = Lexical([segment.terms for segment in self.segments])
        self._searches = store.searches(self)

    @property
    def damage(self) -> str:
        """What was found damaged when it was first used; empty when all is well."""
        found = (file.damage for file in self._files.values() if file.damage)
        return next(found, self._searches.damage)

    def check(self, *, known: Collection[str] = ()) -> None:
        """Check every part, but files that are `known` to be whole; raises DamagedIndexError."""
        for segment in self.segments:
            if segment.file.name not in known:
                segment.check(self.manifest.settings, self.manifest.embedder_key)
        self._files[PROBLEMS_FILE].check()
        self.problems()
        self._searches.check()

    def check_blocks(self) -> None:
        """Check that every block is as written; raises DamagedIndexError."""
        for file in self._files.values():
            file.check()
        self._searches.check()

    @property
    def generation(self) -> int:
        """Number of the generation, counted from 1."""
        return self.manifest.generation

    @property
    def created(self) -> datetime:
        """When it was built, with its time zone."""
        return datetime.fromisoformat(self.manifest.created)

    @property
    def embedder_key(self) -> str:
        """Key of the embedder that it was built with."""
        return self.manifest.embedder_key

    @property
    def passage_count(self) -> int:
        """How many passages it holds; rows count from 0."""
        return self.passages.passage_count

    @property
    def article_ids(self) -> tuple[str, ...]:
        """Ids of all articles, sorted."""
        return self.passages.article_ids

    def articles(self) -> list[Article]:
        """Return every article in the order of its id, without its text."""
        return list(self.passages.articles)

    def article(self, article_id: str) -> Article | None:
        """Return an article with the text that was indexed, or None."""
        return self.passages.article(article_id)

    def article_digests(self) -> dict[str, str]:
        """Return by article id a SHA-256 of all that is known of the article."""
        return self.passages.digests()

    def problems(self) -> list[Problem]:
        """Return what was reported about the corpus when this generation was built."""
        return [Problem(**fields) for fields in json.loads(bytes(self._problems()))]

    def passage(self, row: int) -> Passage:
        """Return a passage by its row, which counts from 0."""
        return self.passages.passage(row)

    def passage_article(self, row: int) -> str:
        """Return the id of the article that a passage is part of."""
        return self.passages.passage_article(row)

    def article_passages(self, article_id: str) -> list[Passage]:
        """Return the passages of an article in order; none for an article that is not here."""
        return self.passages.article_passages(article_id)

    def articles_matching(self, filters: Filters) -> list[Article]:
        """Return the articles that the filters let through, without their texts."""
        return self.passages.articles_matching(filters)

    def search_dense(
        self, vector: NDArray[np.float32], k: int, *, filters: Filters = NO_LIMIT
    ) -> Ranking:
        """Return up to `k` (row, inner product) for a vector of shape (dimension,).

        Best first, ties by row; only passages of articles that the filters let through.
        """
        return self._searches.dense(vector, k, filters=filters)

    def search_lexical(
        self, tokens: Sequence[str], k: int, *, filters: Filters = NO_LIMIT
    ) -> Ranking:
        """Return up to `k` (row, BM25 score) of passages that hold a token, best first."""
        return self._searches.lexical(tokens, k, filters=filters)

    def document_frequency(self, token: str) -> int:
        """Return how many passages hold `token`."""
        return self.lexical.document_frequency(token)

    @property
    def terms(self) -> Collection[str]:
        """Every term that a passage holds."""
        return self.lexical.terms

    def vectors(self, rows: Sequence[int]) -> list[NDArray[np.float32]]:
        """Return the embeddings of some passages, each of shape (dimension,)."""
        return self._searches.vectors(rows)

    def vector(self, row: int) -> NDArray[np.float32]:
        """Return the embedding of a passage, shape (dimension,)."""
        return self.vectors([row])[0]

    def _problems(self) -> memoryview:
        return self._files[PROBLEMS_FILE].section(PROBLEMS)

    def require_embedder(self, embedder: Fingerprinted) -> None:
        """Raise IndexingError E-IDX-007 unless this generation fits the embedder and the code.

        Vectors of two embedders, and terms of two tokenizers, can be compared and mean nothing.
        """
        if self.embedder_key != embedder.key:
            built = _describe_embedder(self.manifest.embedder, embedder.fingerprint)
            asked = _describe_embedder(embedder.fingerprint, self.manifest.embedder)
        elif self.manifest.settings.get("tokenizer") != TOKENIZER:
            built, asked = str(self.manifest.settings.get("tokenizer")), TOKENIZER
        else:
            return
        raise IndexingError(
            "E-IDX-007",
            f'The index was built with "{built}", the settings ask for "{asked}". '
            f"Rebuild it with: {BUILD_COMMAND}",
        )


def content_sha256(
    settings: Mapping[str, Any],
    embedder_key: str,
    files: Sequence[str],
    problems: Sequence[Problem],
) -> str:
    """Return one digest of all that an index is a function of; `files` name the segments."""
    content = [dict(settings), embedder_key, list(files), [asdict(each) for each in problems]]
    return sha256_hex(canonical_json(content))


def encode_problems(problems: Sequence[Problem]) -> tuple[bytes, FileRecord]:
    """Return the bytes of the file of problems, and their record."""
    return encode_sections({PROBLEMS: canonical_json([asdict(each) for each in problems])})


def load_generation(
    folder: Path,
    disk: Disk,
    *,
    manifest_sha256: str | None = None,
    is_checked: bool = False,
    store: Store = EMBEDDED,
) -> Snapshot:
    """Return the generation in `folder`; with `is_checked` every block is checked at once.

    Raises DamagedIndexError for anything that is not as written, and OSError where the system
    does not hand it out.
    """
    data = _read(folder / MANIFEST, disk, limit=MAX_MANIFEST_BYTES)
    if manifest_sha256 is not None and sha256_hex(data) != manifest_sha256:
        raise DamagedIndexError("E-IDX-003", f"{MANIFEST} is not the one that CURRENT names")
    manifest = parse_manifest(data)
    if f"{manifest.generation:06d}" != folder.name:
        raise DamagedIndexError("E-IDX-003", f"{MANIFEST} is that of another generation")
    if PROBLEMS_FILE not in manifest.files:
        raise DamagedIndexError("E-IDX-003", f"{MANIFEST} names no {PROBLEMS_FILE}")
    is_mapped = sum(record.bytes for record in manifest.files.values()) >= MAPPED_FROM
    files = {
        name: BlockFile(folder / name, record, disk, is_mapped=is_mapped)
        for name, record in sorted(manifest.files.items())
    }
    snapshot = Snapshot(manifest, files, store=store)
    if is_checked:
        snapshot.check_blocks()
    return snapshot


def check_generation(
    folder: Path, disk: Disk, *, known: Collection[str] = (), store: Store = EMBEDDED
) -> Snapshot:
    """Return the generation in `folder` after every check there is, but of `known` files."""
    snapshot = load_generation(folder, disk, store=store)
    snapshot.check(known=known)
    manifest = snapshot.manifest
    content = content_sha256(
        manifest.settings,
        manifest.embedder_key,
        [record.file for record in manifest.segments],
        snapshot.problems(),
    )
    if content != manifest.content_sha256:
        raise DamagedIndexError("E-IDX-010", f"{MANIFEST} does not say what was to be written")
    return snapshot


def _read(path: Path, disk: Disk, *, limit: int) -> bytes:
    try:
        return read_file(disk, path, limit=limit)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DamagedIndexError("E-IDX-003", f"{path.name} is missing") from error


def _describe_embedder(fingerprint: Mapping[str, object], other: Mapping[str, object]) -> str:
    name = str(fingerprint.get("id", "unnamed"))
    if name != str(other.get("id", "unnamed")):
        return name
    differing = [key for key in sorted(fingerprint) if fingerprint[key] != other.get(key)]
    return ", ".join([name, *(f"{key} {_short(fingerprint[key])}" for key in differing)])


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 24 else text[:21] + "…"  # noqa: PLR2004 - keeps the error one line

"""Segments: runs of articles, each stored in a file of its own that generations share.

Where a segment ends is decided by the ids of its articles alone (content-defined chunking:
Muthitacharoen et al., SOSP 2001), so an article that comes, goes or changes touches its own
segment, and the segments are a function of the corpus, however the index was reached. A segment's
name is a digest of all that its content is a function of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedIndexError
from rag.index.blocks import BlockFile, encode_sections
from rag.index.dense import KINDS, SegmentVectors, are_unit_vectors
from rag.index.lexical import SegmentTerms
from rag.index.manifest import FileRecord, SegmentRecord, canonical_json, sha256_hex
from rag.index.passages import PassageSpan, SegmentPassages, article_digest, encode_passages
from rag.index.selftest import SELFTEST, run_selftest
from rag.records import Article

FEWEST_ARTICLES = 512  # of a segment on average; of fewer, opening a file costs more than it saves
MOST_SEGMENTS = 64  # on average, so that a process opens few files and a search takes few turns
SUFFIX = ".blocks"


def articles_per_segment(articles: int) -> int:
    """Return how many articles a segment has on average: a power of two, so it changes rarely."""
    size = FEWEST_ARTICLES
    while size * MOST_SEGMENTS < articles:
        size *= 2
    return size


def split_articles(digests: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield the digests of each segment's articles by id; `digests` is in the order of ids."""
    size = articles_per_segment(len(digests))
    segment: dict[str, str] = {}
    for article_id, digest in digests.items():
        hashed = hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=8)
        if segment and int.from_bytes(hashed.digest(), "little") % size == 0:
            yield segment
            segment = {}
        segment[article_id] = digest
    if segment:
        yield segment


def segment_file(digests: Sequence[str], settings: Mapping[str, Any], embedder_key: str) -> str:
    """Return the name of the file of a segment with these articles in this order."""
    content = [dict(settings), embedder_key, list(digests)]
    return sha256_hex(canonical_json(content))[:40] + SUFFIX


def encode_segment(
    articles: Sequence[Article],
    digests: Sequence[str],
    *,
    spans: Sequence[PassageSpan],
    searched: tuple[Mapping[str, bytes], Mapping[str, int]],
) -> tuple[bytes, FileRecord]:
    """Return the bytes of a segment and their record; equal input gives equal bytes.

    `searched` is what its store keeps in the file for searching, and the lead of each section.
    """
    sections, leads = searched
    passages = encode_passages(articles, digests, spans=spans)
    return encode_sections({**passages, **sections}, leads=leads)


@dataclass(frozen=True)
class Segment:
    """One segment of an open generation."""

    file: BlockFile
    passages: SegmentPassages
    terms: SegmentTerms
    vectors: SegmentVectors

    @classmethod
    def of(cls, file: BlockFile, record: SegmentRecord, *, dimension: int, dense: str) -> Segment:
        """Return the segment in a file."""
        return cls(
            file,
            SegmentPassages(file, articles=record.articles, passages=record.passages),
            SegmentTerms(file, record.passages),
            SegmentVectors(file, passages=record.passages, dimension=dimension, kind=dense),
        )

    def check(self, settings: Mapping[str, Any], embedder_key: str) -> None:
        """Check all that can be checked; raises DamagedIndexError.

        That every block is as written, that this is what was to be written, that searches find
        what they found then.
        """
        self.file.check()
        try:
            rows = list(self.passages.rows())
            spans = self.passages.spans
            texts = [self.passages.text(number) for number in range(len(rows))]
            has_all = len(rows) == self.passages.articles and _fit(spans, texts)
            is_own = self.file.name == segment_file([d for _, d in rows], settings, embedder_key)
            is_searched = self.vectors.kind in KINDS  # in this file, not in a database
            vectors_fit = not is_searched or are_unit_vectors(self.vectors.vectors())
            data = bytes(self.file.section(SELFTEST)) if is_searched else b""
        except (ValueError, TypeError, IndexError) as error:
            raise self._wrong() from error
        if not (
            has_all and is_own and vectors_fit and all(article_digest(a) == d for a, d in rows)
        ):
            raise self._wrong()
        if is_searched:
            run_selftest(data, self.vectors, self.terms)

    def _wrong(self) -> DamagedIndexError:
        name = self.file.name
        return DamagedIndexError("E-IDX-010", f"{name} does not hold what was to be written")


def _fit(spans: NDArray[np.int32], texts: Sequence[str]) -> bool:
    if not len(spans):
        return True
    lengths = np.array([len(text) for text in texts])
    numbers, starts, ends = spans.T
    return bool(
        starts.min() >= 0
        and numbers.min() >= 0
        and numbers.max() < len(texts)
        and np.all(starts <= ends)
        and np.all(ends <= lengths[numbers])
    )

"""The articles and passages of a generation, read from its segments as they are asked for."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index.blocks import Sections
from rag.index.manifest import canonical_json, sha256_hex
from rag.records import Article, Filters, Passage

ARTICLES, ARTICLE_STARTS, TEXTS, TEXT_STARTS, SPANS = (
    "articles",
    "article-starts",
    "texts",
    "text-starts",
    "spans",
)
MASKS_AT_HAND = 4  # limits whose rows are kept; a question's rankings share theirs
TEXTS_AT_HAND = 64  # articles whose text is kept decoded; hits often share an article
ARTICLES_AT_HAND = 4_096  # articles that are kept parsed while not all are


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """Where a passage is: the number of its article, and its characters there."""

    article: int
    start: int
    end: int


def article_digest(article: Article) -> str:
    """Return the SHA-256 of everything that is known of an article."""
    return sha256_hex(canonical_json([article.id, *_article_fields(article)]))


def encode_passages(
    articles: Sequence[Article], digests: Sequence[str], *, spans: Sequence[PassageSpan]
) -> dict[str, bytes]:
    """Return the sections of some articles and their passages; equal input gives equal bytes."""
    rows = [
        canonical_json([a.id, digest, *_article_fields(a)])
        for a, digest in zip(articles, digests, strict=True)
    ]
    texts = [article.text.encode("utf-8") for article in articles]
    places = np.array([[s.article, s.start, s.end] for s in spans], "<i4").reshape(-1, 3)
    return {
        ARTICLES: b"".join(rows),
        ARTICLE_STARTS: _starts(rows),
        TEXTS: b"".join(texts),
        TEXT_STARTS: _starts(texts),
        SPANS: places.tobytes(),
    }


class SegmentPassages:
    """The articles and passages of one segment, numbered from 0."""

    def __init__(self, sections: Sections, *, articles: int, passages: int) -> None:
        self._sections = sections
        self.articles = articles
        self.passages = passages

    def row(self, number: int) -> tuple[Article, str]:
        """Return an article without its text, and its digest."""
        start, stop = self._article_starts[number : number + 2]
        return _from_row(bytes(self._sections.part(ARTICLES, int(start), int(stop))))

    def rows(self) -> Iterator[tuple[Article, str]]:
        """Yield every article without its text, and its digest."""
        data = bytes(self._sections.section(ARTICLES))
        starts = self._article_starts.tolist()
        yield from (_from_row(data[a:b]) for a, b in pairwise(starts))

    def text(self, number: int) -> str:
        """Return the text of an article."""
        start, stop = self._text_starts[number : number + 2]
        return str(self._sections.part(TEXTS, int(start), int(stop)), "utf-8")

    @cached_property
    def spans(self) -> NDArray[np.int32]:
        """Return the article, start and end of each passage, shape (passages, 3)."""
        return np.frombuffer(self._sections.section(SPANS), "<i4").reshape(self.passages, 3)

    @cached_property
    def _article_starts(self) -> NDArray[np.int64]:
        return np.frombuffer(self._sections.section(ARTICLE_STARTS), "<i8")

    @cached_property
    def _text_starts(self) -> NDArray[np.int64]:
        return np.frombuffer(self._sections.section(TEXT_STARTS), "<i8")


class PassageStore:
    """Articles and passages of one generation; safe to share between threads."""

    def __init__(self, segments: Sequence[SegmentPassages]) -> None:
        self._segments = segments
        self._first_articles = _running([s.articles for s in segments])
        self._first_rows = _running([s.passages for s in segments])
        self._row = lru_cache(ARTICLES_AT_HAND)(self._read_row)
        self._text = lru_cache(TEXTS_AT_HAND)(self._read_text)
        self.rows_matching = lru_cache(MASKS_AT_HAND)(self._rows_matching)

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        return self._first_rows[-1]

    @property
    def article_count(self) -> int:
        """How many articles there are."""
        return self._first_articles[-1]

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """Return every article in the order of its id, without its text."""
        return tuple(article for segment in self._segments for article, _ in segment.rows())

    @cached_property
    def article_ids(self) -> tuple[str, ...]:
        """Return the ids of all articles, sorted."""
        return tuple(article.id for article in self.articles)

    def digests(self) -> dict[str, str]:
        """Return the digest of every article by its id."""
        rows = (row for segment in self._segments for row in segment.rows())
        return {article.id: digest for article, digest in rows}

    def article(self, article_id: str) -> Article | None:
        """Return an article with its text as it was indexed."""
        number = self.number(article_id)
        return None if number is None else replace(self._row(number), text=self._text(number))

    def passage_article(self, row: int) -> str:
        """Return the id of the article that a passage is part of."""
        return self._row(self._span(row)[0]).id

    def passage(self, row: int) -> Passage:
        """Return a passage with its text."""
        number, start, end = self._span(row)
        return Passage(self._row(number).id, start, end, self._text(number)[start:end])

    def article_passages(self, article_id: str) -> list[Passage]:
        """Return the passages of an article in the order of their rows."""
        number = self.number(article_id)
        if number is None:
            return []
        at, own = self._place(number, self._first_articles)
        first = self._first_rows[at]
        rows = np.flatnonzero(self._segments[at].spans[:, 0] == own)
        return [self.passage(first + int(row)) for row in rows]

    def articles_matching(self, filters: Filters) -> list[Article]:
        """Return the articles that the filters let through, without their texts."""
        return list(filter(matcher(filters), self.articles))

    def _rows_matching(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Return which rows the filters let through, or None where they limit nothing."""
        if filters == Filters():
            return None
        matches = np.fromiter(map(matcher(filters), self.articles), bool, self.article_count)
        mask: NDArray[np.bool_] = matches[self._article_of_rows]
        return mask

    @cached_property
    def _article_of_rows(self) -> NDArray[np.int32]:
        numbers = [s.spans[:, 0] + first for s, first in zip(self._segments, self._first_articles)]  # noqa: B905 - the last is the total
        return np.concatenate([np.zeros(0, np.int32), *numbers])

    def number(self, article_id: str) -> int | None:
        """Return the number of an article: they are in the order of their ids."""
        low, high = 0, self.article_count
        while low < high:
            middle = (low + high) // 2
            if self._row(middle).id < article_id:
                low = middle + 1
            else:
                high = middle
        found = low < self.article_count and self._row(low).id == article_id
        return low if found else None

    def _span(self, row: int) -> tuple[int, int, int]:
        if not 0 <= row < self.passage_count:
            raise IndexError(row)
        at, own = self._place(row, self._first_rows)
        article, start, end = map(int, self._segments[at].spans[own])
        return self._first_articles[at] + article, start, end

    def _read_row(self, number: int) -> Article:
        if "articles" in self.__dict__:  # all were read
            return self.articles[number]
        at, own = self._place(number, self._first_articles)
        return self._segments[at].row(own)[0]

    def _read_text(self, number: int) -> str:
        at, own = self._place(number, self._first_articles)
        return self._segments[at].text(own)

    @staticmethod
    def _place(number: int, firsts: Sequence[int]) -> tuple[int, int]:
        """Return which segment has a number, and what it is there."""
        at = bisect_right(firsts, number) - 1
        return at, number - firsts[at]


def _running(counts: Sequence[int]) -> list[int]:
    """Return the sum of all counts before each, and that of all."""
    return [0, *np.cumsum(counts, dtype=np.int64).tolist()]


def _starts(pieces: Sequence[bytes]) -> bytes:
    return np.array(_running([len(piece) for piece in pieces]), "<i8").tobytes()


def _article_fields(article: Article) -> list[Any]:
    return [
        article.sha256,
        article.title,
        article.outlet,
        article.authors,
        article.url,
        article.published.isoformat() if article.published else None,
        article.published_from,
        article.updated.isoformat() if article.updated else None,
        article.is_ocr,
    ]


def _from_row(data: bytes) -> tuple[Article, str]:
    (
        id_,
        digest,
        sha256,
        title,
        outlet,
        authors,
        url,
        published,
        published_from,
        updated,
        is_ocr,
    ) = json.loads(data)
    article = Article(
        id=id_,
        sha256=sha256,
        title=title,
        text="",
        published=date.fromisoformat(published) if published else None,
        published_from=published_from,
        outlet=outlet,
        authors=tuple(authors),
        url=url,
        updated=date.fromisoformat(updated) if updated else None,
        is_ocr=is_ocr,
    )
    return article, digest


def matcher(filters: Filters) -> Callable[[Article], bool]:
    """Return what tells whether the filters let an article through."""
    outlets = frozenset(map(str.casefold, filters.outlets))
    authors = frozenset(map(str.casefold, filters.authors))
    ids = frozenset(filters.articles)

    def is_match(article: Article) -> bool:
        return (
            (not ids or article.id in ids)
            and (not outlets or article.outlet.casefold() in outlets)
            and (not authors or not authors.isdisjoint(map(str.casefold, article.authors)))
            and _is_in_dates(article.published, filters)
        )

    return is_match


def _is_in_dates(published: date | None, filters: Filters) -> bool:
    if published is None:
        return filters.published_from is None and filters.published_to is None
    return (
        (filters.published_from is None or published >= filters.published_from)
        and (filters.published_to is None or published <= filters.published_to)
        and (filters.as_of is None or published <= filters.as_of)
    )

"""The articles and passages of a generation, as one SQLite database held in memory.

Its bytes are written and read by others: SQLite itself never opens a file here, so nothing can
change between the checksum and the use.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedIndexError
from rag.index.manifest import canonical_json, sha256_hex
from rag.records import Article, Filters, Passage, Problem

PASSAGES = "passages.sqlite"
NOBODY = "[]"  # the authors of most articles
EMPTY = b"empty"  # no database; for no bytes at all SQLite reports a lack of memory
ARTICLES_AT_HAND = 8  # articles whose text is kept decoded; hits often share an article

SCHEMA = """
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
    sha256 TEXT NOT NULL, title TEXT NOT NULL, outlet TEXT NOT NULL, authors TEXT NOT NULL,
    url TEXT NOT NULL, published TEXT, published_from TEXT NOT NULL, updated TEXT,
    is_ocr INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles (number),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE TABLE problems (name TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL);
"""
OLD_COLUMNS = "id, sha256, title, outlet, authors, url, published, published_from"
ARTICLE_COLUMNS = f"{OLD_COLUMNS}, updated, is_ocr"


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """Where a passage is: the number of its article, and its characters there."""

    article: int
    start: int
    end: int


def article_digest(article: Article) -> str:
    """Return the SHA-256 of everything that is known of an article."""
    return sha256_hex(
        canonical_json(
            [
                article.id,
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
        )
    )


def encode_passages(
    articles: Sequence[Article],
    digests: Sequence[str],
    *,
    spans: Sequence[PassageSpan],
    problems: Sequence[Problem],
) -> bytes:
    """Return the bytes of passages.sqlite; equal input gives equal bytes."""
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(SCHEMA)
        database.executemany(
            f"INSERT INTO articles VALUES ({','.join('?' * 13)})",  # noqa: S608 - only marks
            map(_article_row, range(len(articles)), articles, digests),
        )
        database.executemany(
            "INSERT INTO passages VALUES (?,?,?,?)",
            ((row, s.article, s.start, s.end) for row, s in enumerate(spans)),
        )
        database.executemany(
            "INSERT INTO problems VALUES (?,?,?)", ((p.name, p.code, p.message) for p in problems)
        )
        database.commit()
        return database.serialize()
    finally:
        database.close()


class PassageStore:
    """Articles, passages and problems of one generation; safe to share between threads."""

    def __init__(self, data: bytes) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        try:
            self._database.deserialize(data or EMPTY)
            for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON"):
                self._database.execute(f"PRAGMA {pragma}")
            self._load()
        except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
            raise DamagedIndexError("E-IDX-003", f"passages.sqlite is damaged: {error}") from error
        self._text = lru_cache(ARTICLES_AT_HAND)(self._read_text)

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        return len(self._spans)

    @property
    def article_ids(self) -> tuple[str, ...]:
        """Ids of all articles, sorted."""
        return tuple(article.id for article in self._articles)

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article in the order of its id, without its text."""
        return self._articles

    def digests(self) -> dict[str, str]:
        """Return the digest of every article by its id."""
        return dict(self._query("SELECT id, digest FROM articles ORDER BY number"))

    def problems(self) -> list[Problem]:
        """Return what was reported about the corpus when it was indexed."""
        rows = self._query("SELECT name, code, message FROM problems ORDER BY rowid")
        return [Problem(*row) for row in rows]

    def spans(self) -> list[PassageSpan]:
        """Return where each passage is, by row."""
        return [PassageSpan(*map(int, span)) for span in self._spans]

    def article(self, article_id: str) -> Article | None:
        """Return an article with its text as it was indexed."""
        number = self._numbers.get(article_id)
        if number is None:
            return None
        return replace(self._articles[number], text=self._text(number))

    def passage_article(self, row: int) -> str:
        """Return the id of the article that a passage is part of."""
        return self._articles[int(self._span(row)[0])].id

    def passage(self, row: int) -> Passage:
        """Return a passage with its text."""
        number, start, end = map(int, self._span(row))
        return Passage(self._articles[number].id, start, end, self._text(number)[start:end])

    def article_passages(self, article_id: str) -> list[Passage]:
        """Return the passages of an article in the order of their rows."""
        number = self._numbers.get(article_id)
        if number is None:
            return []
        return [self.passage(int(row)) for row in np.flatnonzero(self._spans[:, 0] == number)]

    def rows_matching(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Return which rows the filters let through, or None where they limit nothing."""
        if filters == Filters():
            return None
        is_match = matcher(filters)
        matches = np.fromiter(map(is_match, self._articles), bool, len(self._articles))
        mask: NDArray[np.bool_] = matches[self._spans[:, 0]]
        return mask

    def _span(self, row: int) -> NDArray[np.int64]:
        if not 0 <= row < len(self._spans):
            raise IndexError(row)
        span: NDArray[np.int64] = self._spans[row]
        return span

    def _load(self) -> None:
        known = {row[1] for row in self._query("PRAGMA table_info(articles)")}
        columns = ARTICLE_COLUMNS if "updated" in known else f"{OLD_COLUMNS}, NULL, 0"
        rows = self._query(f"SELECT {columns} FROM articles ORDER BY number")  # noqa: S608
        self._articles = tuple(_article_from_row(row) for row in rows)
        self._numbers = {article.id: number for number, article in enumerate(self._articles)}
        spans = self._query('SELECT article, start, "end" FROM passages ORDER BY row')
        self._spans = np.array(spans, dtype=np.int64).reshape(len(spans), 3)
        if len(spans) and not (
            self._spans.min() >= 0 and self._spans[:, 0].max() < len(self._articles)
        ):
            raise ValueError("a passage has no article")

    def _read_text(self, number: int) -> str:
        text: str = self._query("SELECT text FROM articles WHERE number = ?", number)[0][0]
        return text

    def _query(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()


def _article_row(number: int, article: Article, digest: str) -> tuple[Any, ...]:
    return (
        number,
        article.id,
        digest,
        article.sha256,
        article.title,
        article.outlet,
        json.dumps(article.authors, ensure_ascii=False),
        article.url,
        article.published.isoformat() if article.published else None,
        article.published_from,
        article.updated.isoformat() if article.updated else None,
        article.is_ocr,
        article.text,
    )


def _article_from_row(row: tuple[Any, ...]) -> Article:
    article_id, sha256, title, outlet, authors, url, published, published_from, updated, is_ocr = (
        row
    )
    return Article(
        id=article_id,
        sha256=sha256,
        title=title,
        text="",
        published=date.fromisoformat(published) if published else None,
        published_from=published_from,
        outlet=outlet,
        authors=tuple(json.loads(authors)) if authors != NOBODY else (),
        url=url,
        updated=date.fromisoformat(updated) if updated else None,
        is_ocr=bool(is_ocr),
    )


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

"""The articles of a published set, written so that the index takes every one under a known id.

Ids that the index would not take are replaced, what it could not read is left out, and of copies
of one text, of which the index keeps one, only the first is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import IO, Self

from rag.config import Config
from rag.corpus.drafts import Limits, Source
from rag.corpus.extraction import extract
from rag.corpus.formats.structured import LONGEST_ID
from rag.corpus.names import hash_name, shown_name
from rag.corpus.reading import LATEST_AHEAD
from rag.errors import ArticleError
from rag.evaluation.interchange.set_sources import SourceArticle
from rag.records import Article

ARTICLES = "articles.jsonl"

FILE_BYTES = 8_000_000
"""A larger set is cut into several files: a file has 30 s and 20 MB to be read."""


class ArticleWriter:
    """Writes articles below a corpus folder; a context manager. Holds ids, never texts.

    `ids` maps the id of the source to that of the index; those of `left_out` are in neither.
    """

    def __init__(self, corpus: Path, *, file_bytes: int = FILE_BYTES) -> None:
        self.ids: dict[str, str] = {}
        self.left_out: set[str] = set()
        self.written = 0
        self._corpus = corpus
        self._file_bytes = file_bytes
        self._files = 0
        self._size = 0
        self._file: IO[bytes] | None = None
        self._first_with: dict[str, str] = {}
        config = Config()
        self._limits = Limits(
            config.limit_characters,
            config.limit_pages,
            date.today() + LATEST_AHEAD,  # noqa: DTZ011 - a day is enough
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            self._file.close()

    def write_all(self, articles: Iterable[SourceArticle]) -> None:
        """Write the articles. Raises QuestionSetError E-EVL-006 for an id that comes twice."""
        for article in articles:
            if article.id in self.ids or article.id in self.left_out:
                what = f'id "{article.id}" stands on an earlier line already.'
                article.line.refuse("E-EVL-006", what)
            self._write(article)

    def _write(self, article: SourceArticle) -> None:
        row = article.fields | {"id": index_part(article.id)}
        data = json.dumps(row).encode("ascii") + b"\n"
        self._make_room(len(data))
        read = self._as_indexed(data)
        if read is None:
            self.left_out.add(article.id)
        elif read.sha256 in self._first_with:
            self.ids[article.id] = self._first_with[read.sha256]
        else:
            assert self._file is not None  # made by _make_room
            self._file.write(data)
            self._size += len(data)
            self.written += 1
            self.ids[article.id] = self._first_with[read.sha256] = read.id

    def _make_room(self, size: int) -> None:
        """Open the next file where the current one would grow too large."""
        if self._file is not None and (not self._size or self._size + size <= self._file_bytes):
            return
        if self._file is not None:
            self._file.close()
        self._files += 1
        self._size = 0
        path = self._corpus / self._name()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")

    def _name(self) -> str:
        """Return the name of the current file: the title of untitled articles comes from it."""
        return ARTICLES if self._files == 1 else f"{self._files}/{ARTICLES}"

    def _as_indexed(self, data: bytes) -> Article | None:
        """Return the article as the index will read it; None where it will not."""
        try:
            found = extract(Source(self._name(), data, self._limits))
        except ArticleError:
            return None
        return found.articles[0] if found.articles else None


def index_part(source_id: str) -> str:
    """Return the part of an index id that stands for an id of a source.

    >>> index_part("Q 1"), index_part(" Q1")
    ('Q 1', 'unnamed-c6ded7ae42a1fa3e')
    """
    fits = 0 < len(source_id) <= LONGEST_ID and source_id == source_id.strip()
    return source_id if fits and shown_name(source_id) == source_id else hash_name(source_id)

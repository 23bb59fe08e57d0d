"""Reads the files of the corpus into Articles, one file at a time, each in a killable process.

One bad file never stops the rest: what is wrong with it is an ArticleError, or a Problem where
other articles of the same file are good.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Self

from rag.config import Config
from rag.corpus.files import CorpusFile, read_bytes
from rag.corpus.isolation import ReadingProcess, ReadingStopped
from rag.corpus.names import shown_name
from rag.corpus.ocr import tesseract_version
from rag.corpus.parsers import LIBRARIES
from rag.errors import ArticleError
from rag.records import Article, Problem

REVISION: Final = 13  # raise it when the parsers would give another text for the same file
LATEST_AHEAD: Final = timedelta(days=366)  # articles are dated ahead by an issue, not by years


def _installed(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "missing"


def _parser_version() -> str:
    libraries = [f"{name} {_installed(name)}" for name in LIBRARIES]
    libraries.append(f"tesseract {tesseract_version()}")
    return ", ".join([f"parsers {REVISION}", f"unicode {unicodedata.unidata_version}", *libraries])


PARSER_VERSION: Final = _parser_version()


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file holds; `sha256` is that of its bytes as read."""

    sha256: str
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]


class ArticleReader:
    """Reads files into articles; a context manager that owns the reading process.

    Not for use by several threads at once.
    """

    def __init__(self, config: Config, *, today: date | None = None) -> None:
        self._config = config
        self._latest = (today or date.today()) + LATEST_AHEAD  # noqa: DTZ011 - a day is enough
        self._process = ReadingProcess()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process."""
        self._process.close()

    def read(self, file: CorpusFile) -> FileReading:
        """Return what `file` holds. Raises ArticleError when none of it can be read."""
        data = read_bytes(file, limit_mb=self._config.limit_file_mb)
        request = {
            "name": file.name,
            "characters": self._config.limit_characters,
            "pages": self._config.limit_pages,
            "latest": self._latest.isoformat(),
            "megabytes": self._config.limit_read_mb,
            "seconds": self._config.limit_read_s,
        }
        try:
            reply = self._process.ask(request, data, seconds=self._config.limit_read_s)
        except ReadingStopped as stop:
            raise self._stopped(file, stop) from stop
        if "missing" in reply:
            raise _not_started(file, f'needs the package of "{reply["missing"]}"')
        if "error" in reply:
            raise ArticleError(*reply["error"])
        return FileReading(
            sha256=hashlib.sha256(data).hexdigest(),
            articles=tuple(as_article(fields) for fields in reply["articles"]),
            problems=tuple(Problem(*fields) for fields in reply["problems"]),
        )

    def _stopped(self, file: CorpusFile, stop: ReadingStopped) -> ArticleError:
        shown = f'"{shown_name(file.name)}"'
        seconds, megabytes = self._config.limit_read_s, self._config.limit_read_mb
        if stop.reason == "start":
            return _not_started(file, "did not start")
        if stop.reason == "crash":
            cause = f"it is damaged, or needs more than {megabytes} MiB"
            return ArticleError("E-DOC-009", f"{shown} ended its parser; {cause}. Get it again.")
        took = f"more than {seconds:g} s" if stop.reason == "time" else f"more than {megabytes} MiB"
        setting = "limit_read_s" if stop.reason == "time" else "limit_read_mb"
        what = f"{shown} took {took} to read and was stopped. Split it or raise {setting}."
        return ArticleError("E-DOC-011", what)


def _not_started(file: CorpusFile, why: str) -> ArticleError:
    what = f'"{shown_name(file.name)}" was not read: its parser {why}.'
    return ArticleError("E-DOC-022", f"{what} Run: pip install -r requirements.txt")


def as_article(fields: dict[str, Any]) -> Article:
    """Return the article that JSON fields hold, dates in ISO form."""
    days = {
        key: date.fromisoformat(fields[key]) if fields[key] else None
        for key in ("published", "updated")
    }
    return Article(**{**fields, **days, "authors": tuple(fields["authors"])})

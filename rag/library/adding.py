"""Adding articles to the corpus folder: files and text that a person gives, below `added/`.

A name from outside becomes a plain one, and nothing that is there is overwritten.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

import yaml  # type: ignore[import-untyped] # it has no types

from rag.config import ADDED_FOLDER, Config
from rag.corpus.content import check_content
from rag.corpus.drafts import Limits, Source
from rag.corpus.files import MEGABYTE
from rag.corpus.names import plain_stem, shown_name
from rag.corpus.parsers import SUFFIXES
from rag.errors import ArticleError

MOST_NAMES = 1_000  # tried for one file: "report.pdf", "report-2.pdf" …
_SLASHES = re.compile(r"[/\\]")  # in a title they part words, no folders


@dataclass(frozen=True, slots=True)
class Given:
    """An article as a person gives it: what stands in its head, and its text."""

    title: str
    text: str
    outlet: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    url: str = ""


def add_file(config: Config, name: str, data: bytes) -> str:
    """Keep a file and return its name below the corpus folder.

    Raises ArticleError: E-DOC-002 too large, E-DOC-004 not supported, E-DOC-024 cannot be written,
    and those of a file whose content is not what its name says.
    """
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    shown = f'"{shown_name(name)}"'
    if suffix not in SUFFIXES:
        supported = " ".join(SUFFIXES)
        raise ArticleError("E-DOC-004", f"{shown} is not supported. Supported: {supported}.")
    if len(data) > config.limit_file_mb * MEGABYTE:
        size, limit = len(data) / MEGABYTE, config.limit_file_mb
        raise ArticleError("E-DOC-002", f"{shown} is {size:.1f} MB; the limit is {limit:g} MB.")
    limits = Limits(config.limit_characters, config.limit_pages, date.max)
    check_content(Source(shown_name(name), data, limits), suffix)
    try:
        return _write(config.corpus, plain_stem(name), suffix, data)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        what = f"{shown} could not be kept ({reason}). Check the corpus folder."
        raise ArticleError("E-DOC-024", what) from error


def add_text(config: Config, given: Given) -> str:
    """Keep a text as an article file and return its name. Raises ArticleError as `add_file`."""
    if not given.text.strip():
        raise ArticleError("E-DOC-001", "There is no text to keep. Paste the text of an article.")
    head = {
        "title": " ".join(given.title.split()),
        "outlet": " ".join(given.outlet.split()),
        "authors": list(given.authors),
        "published": given.published,
        "updated": given.updated,
        "url": given.url,
    }
    known = {key: value for key, value in head.items() if value}
    front = yaml.safe_dump(known, allow_unicode=True, sort_keys=False) if known else ""
    text = f"---\n{front}---\n{given.text.strip()}\n"
    stem = str(known.get("title") or given.text.strip().splitlines()[0])
    name = f"{plain_stem(_SLASHES.sub('-', stem) + '.')}.txt"
    return add_file(config, name, text.encode("utf-8", "replace"))


def _write(corpus: Path, stem: str, suffix: str, data: bytes) -> str:
    """Take a name that is free, then put the bytes in its place at once."""
    folder = corpus / ADDED_FOLDER
    if folder.is_symlink():
        raise OSError(20, "not a folder of the corpus")
    folder.mkdir(parents=True, exist_ok=True)
    path = _free_name(folder, stem, suffix)
    aside = folder / f".{path.name}-{secrets.token_hex(4)}"
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise
    return f"{ADDED_FOLDER}/{path.name}"


def _free_name(folder: Path, stem: str, suffix: str) -> Path:
    """Create an empty file under the first free name, so that nobody else takes it."""
    for number in range(1, MOST_NAMES):
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        return path
    raise OSError(17, "no free name")

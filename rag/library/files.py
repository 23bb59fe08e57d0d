"""The file of an article in the corpus folder: found by the id, never by a path from outside.

One that is taken out is moved to a folder that no build reads, and can come back.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from rag.config import Config
from rag.corpus.files import CorpusFile, list_files, read_bytes
from rag.corpus.parsers import SUFFIXES
from rag.errors import ArticleError
from rag.library.entries import possible_files

FOLDER = "trash"  # below the home folder, which no build reads


def find_file(config: Config, article_id: str) -> CorpusFile:
    """Return the file that an article is from. Raises ArticleError E-DOC-023 where it is gone."""
    files = {file.name: file for file in list_files(config.corpus)[0]}
    for name in possible_files(article_id):
        if name in files:
            return files[name]
    raise ArticleError("E-DOC-023", f'The file of "{article_id}" is no longer in the folder.')


def read_file(config: Config, article_id: str) -> bytes:
    """Return the bytes of the file of an article. Raises ArticleError."""
    return read_bytes(find_file(config, article_id), limit_mb=config.limit_file_mb)


def suffix_of(article_id: str) -> str:
    """Return the suffix of the file of an article, or "" for one that is no format of ours.

    >>> suffix_of("wire/2024.JSONL#17"), suffix_of("odd.exe")
    ('.jsonl', '')
    """
    suffixes = (PurePosixPath(name).suffix.lower() for name in possible_files(article_id))
    return next((suffix for suffix in suffixes if suffix in SUFFIXES), "")


def articles_with(article_id: str, ids: tuple[str, ...], config: Config) -> list[str]:
    """Return the ids of all articles of the same file: they go together."""
    name = find_file(config, article_id).name
    return [id_ for id_ in ids if id_ == name or id_.startswith(f"{name}#")]


def move_to_trash(config: Config, article_id: str) -> Path:
    """Move the file of an article to the trash and return where it is now.

    Raises ArticleError: E-DOC-023 it is gone, E-DOC-025 it cannot be moved.
    """
    file = find_file(config, article_id)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    target = config.home.resolve() / FOLDER / stamp / file.name
    if target.is_relative_to(config.corpus.resolve()) and not _is_hidden(target, config.corpus):
        what = f'The home folder "{config.home}" is inside the corpus. Set home to another folder.'
        raise ArticleError("E-DOC-025", what)
    try:
        target.parent.mkdir(parents=True, mode=0o700)
        shutil.move(file.path, target)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        what = f'"{file.name}" could not be moved to the trash ({reason}).'
        raise ArticleError("E-DOC-025", what) from error
    return target


def put_back(config: Config, trashed: Path) -> None:
    """Move a file back from the trash to where it was. Raises ArticleError E-DOC-025."""
    parts = trashed.relative_to(config.home.resolve() / FOLDER).parts[1:]
    target = config.corpus.joinpath(*parts)
    try:
        if target.exists():
            raise FileExistsError(17, "there is another file in its place")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(trashed, target)
    except OSError as error:
        what = f'"{trashed.name}" could not be put back ({error.strerror}).'
        raise ArticleError("E-DOC-025", what) from error


def _is_hidden(path: Path, corpus: Path) -> bool:
    """Return whether a build passes over a path below the corpus folder."""
    return any(part.startswith(".") for part in path.relative_to(corpus.resolve()).parts)

"""The file of an article in the corpus folder: found by the id, never by a path from outside."""

from __future__ import annotations

from pathlib import PurePosixPath

from rag.config import Config
from rag.corpus.files import CorpusFile, list_files, read_bytes
from rag.corpus.parsers import SUFFIXES
from rag.errors import ArticleError
from rag.library.entries import possible_files


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

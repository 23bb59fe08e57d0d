"""From the bytes of one file to its Articles: the format by suffix and content, then `finish`.

Runs in the worker process. Pure: the same bytes, name and limits give the same articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.corpus.content import check_content
from rag.corpus.drafts import Source, finish
from rag.corpus.parsers import Parser, format_of
from rag.errors import ArticleError
from rag.records import Article, Problem


@dataclass(frozen=True, slots=True)
class Extracted:
    """The articles of one file and what a person may want to know about them."""

    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]


def extract(source: Source) -> Extracted:
    """Return the articles of a file. Raises ArticleError, and nothing else, for what it refuses."""
    suffix = PurePosixPath(source.name).suffix.lower()
    check_content(source, suffix)
    try:
        return _extract(source, format_of(source.name).load())
    except RecursionError as error:
        raise source.error("E-DOC-014", "is nested too deeply to be an article.") from error


def _extract(source: Source, parser: Parser) -> Extracted:
    articles: list[Article] = []
    problems: list[Problem] = []
    for found in parser.parse(source):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        try:
            article, warnings = finish(found, source)
        except ArticleError as error:
            if not found.line:
                raise
            problems.append(source.on_line(error, found.line))
        else:
            articles.append(article)
            problems += warnings
    if not articles and not problems:
        raise source.error("E-DOC-001", "contains no text. Nothing was added.")
    return Extracted(tuple(articles), tuple(problems))

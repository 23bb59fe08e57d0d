"""A web page that a person asked for, kept as an article file: its readable text and its head."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from rag.config import Config
from rag.corpus.files import CorpusFile
from rag.corpus.reading import ArticleReader
from rag.errors import ArticleError
from rag.library.adding import Given, add_file, add_text
from rag.library.fetching import IsPublic, Page, fetch
from rag.records import Article


def add_page(config: Config, url: str, *, is_public: IsPublic | None = None) -> str:
    """Fetch a page, keep what can be read of it, and return the name of its file.

    Raises ArticleError: E-DOC-026 where fetching is refused or fails, and those of reading it.
    """
    page = fetch(url, limit_mb=config.limit_file_mb, is_public=is_public)
    if page.suffix != ".html":
        name = Path(urlsplit(page.url).path).stem or urlsplit(page.url).hostname or "page"
        return add_file(config, name + page.suffix, page.data)
    article = _read(config, page)
    return add_text(
        config,
        Given(
            title=article.title,
            text=article.text,
            outlet=article.outlet or urlsplit(page.url).hostname or "",
            authors=article.authors,
            published=article.published,
            updated=article.updated,
            url=page.url,
        ),
    )


def _read(config: Config, page: Page) -> Article:
    """Return the article of a page, as a build would read it, in a process that can be ended."""
    with tempfile.TemporaryDirectory() as folder, ArticleReader(config) as reader:
        path = Path(folder) / f"page{page.suffix}"
        path.write_bytes(page.data)
        status = path.stat()
        file = CorpusFile(path.name, path, status.st_size, status.st_mtime_ns)
        found = reader.read(file).articles
    if not found:
        raise ArticleError("E-DOC-001", "The page holds no text that can be read.")
    return found[0]

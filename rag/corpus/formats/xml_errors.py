"""Tells a parser that ran out of memory from one that met a damaged document."""

from __future__ import annotations

from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.drafts import Source
from rag.errors import ArticleError


def parse_error(error: etree.XMLSyntaxError, source: Source, what: str) -> ArticleError:
    """Return the E-DOC-009 that says `what`. Raises MemoryError where libxml2 had no memory left.

    libxml2 reports both alike, as a syntax error.
    """
    if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError from error
    return source.error("E-DOC-009", what)

"""Markdown with YAML front matter, as plain text.

Links keep their words, images and HTML go, code stays as it is, a table row becomes a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.front_matter import apply_metadata, split_front_matter
from rag.corpus.normal_form import one_line

DEEPEST = 100  # nested quotes and lists; deeper content is dropped by the parser

_PARSER = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable(["table", "strikethrough"])


def read_markdown(source: Source) -> list[Draft]:
    """Return the article of a .md file. Raises ArticleError E-DOC-021 for its front matter."""
    front, body = split_front_matter(source.text(), source)
    tokens = _PARSER.parse(body)
    draft = Draft(list(_blocks(tokens)), title=_first_heading(tokens))
    apply_metadata(draft, front, source)
    return [draft]


def _blocks(tokens: Iterable[Token]) -> Iterator[str]:
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield " | ".join(row)
            row = None
        elif token.type == "inline":
            words = _words(token.children or [])
            if row is not None:
                row.append(words)
            elif words:
                yield words
        elif token.type in ("fence", "code_block"):
            yield token.content


def _words(children: Iterable[Token]) -> str:
    """Return the plain text of inline tokens as one line."""
    pieces: list[str] = []
    for child in children:
        if child.type in ("text", "code_inline"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or child.content.lower().startswith("<br"):
            pieces.append(" ")
    return one_line("".join(pieces))


def _first_heading(tokens: list[Token]) -> str:
    """Return the words of the first heading of level one."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h1":
            return _words(inline.children or [])
    return ""

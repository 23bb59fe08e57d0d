"""The blocks of plain markup, each as one line: paragraphs, headings, items, rows, code.

Takes a tree that `markup.plain_markup` has turned into blocks, links and text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.formats.markup import BLOCKS
from rag.corpus.normal_form import one_line

LAYOUT_WORDS = 60  # in a cell of several blocks: the table lays out a page, it holds no figures

_SECTIONS = frozenset(("tbody", "thead", "tfoot"))


@dataclass(slots=True)
class Block:
    """The words of a block, and where they begin: in the text or the tail of an element."""

    text: str
    element: etree._Element
    is_tail: bool
    linked: int = 0  # characters of the text that are links

    @property
    def holder(self) -> etree._Element:
        """The element that holds the block."""
        return self.element.getparent() if self.is_tail else self.element

    def mark(self, mark: str) -> None:
        """Put `mark` before the words of the block in its tree."""
        text = (self.element.tail if self.is_tail else self.element.text) or ""
        bare = text.lstrip()
        marked = text[: len(text) - len(bare)] + mark + bare
        if self.is_tail:
            self.element.tail = marked
        else:
            self.element.text = marked


@dataclass(slots=True)
class _Line:
    """The pieces of the block that is being read."""

    pieces: list[str]
    start: tuple[etree._Element, bool] | None = None
    linked: int = 0

    def add(self, text: str | None, element: etree._Element, *, is_tail: bool) -> None:
        if text:
            if not self.start and text.strip():
                self.start = (element, is_tail)
            self.pieces.append(text)

    def take(self) -> Iterator[Block]:
        """Yield the block, if it has words, and begin the next."""
        text = one_line("".join(self.pieces))
        if self.start and text:
            yield Block(text, *self.start, linked=self.linked)
        self.pieces, self.start, self.linked = [], None, 0


def read_blocks(tree: etree._Element) -> Iterator[Block]:
    """Yield the blocks below `tree` in order."""
    line = _Line([])
    yield from _walk(tree, line)
    yield from line.take()


def _walk(element: etree._Element, line: _Line) -> Iterator[Block]:
    line.add(element.text, element, is_tail=False)
    for child in element:
        tag = child.tag
        if tag == "br":
            line.pieces.append(" ")
        elif tag == "pre":
            yield from line.take()
            yield from _code(child)
        elif tag == "table":
            yield from line.take()
            yield from _table(child)
        elif tag in BLOCKS or tag in ("html", "body"):
            yield from line.take()
            yield from _walk(child, line)
            yield from line.take()
        elif isinstance(tag, str) and tag not in ("head", "title"):
            yield from _walk(child, line)
            line.linked += len(child.text_content()) if tag == "a" else 0
        line.add(child.tail, child, is_tail=True)


def _code(element: etree._Element) -> Iterator[Block]:
    text = "".join(element.itertext()).strip("\n")
    if text.strip():
        holder = next(e for e in element.iter() if (e.text or "").strip() or _has_tail(e, element))
        yield Block(text, holder, is_tail=not (holder.text or "").strip())


def _has_tail(element: etree._Element, root: etree._Element) -> bool:
    return element is not root and bool((element.tail or "").strip())


def _table(table: etree._Element) -> Iterator[Block]:
    if table.get("role") in ("presentation", "none") or is_layout(table):
        line = _Line([])
        for part in _rows_and_captions(table):
            for cell in part if part.tag == "tr" else (part,):
                yield from _walk(cell, line)
                yield from line.take()
        return
    for part in _rows_and_captions(table):
        if part.tag == "tr":
            yield from _row(part)
        else:
            yield from read_blocks(part)


def _rows_and_captions(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag in _SECTIONS:
            yield from _rows_and_captions(child)
        elif isinstance(child.tag, str):
            yield child


def _row(row: etree._Element) -> Iterator[Block]:
    """Yield a row as one block, its cells parted by bars, what is in a cell by spaces."""
    cells = [list(read_blocks(cell)) for cell in row if cell.tag in ("td", "th")]
    first = next((block for cell in cells for block in cell), None)
    if first:
        texts = (" ".join(b.text.replace(" | ", " ") for b in cell) for cell in cells)
        linked = sum(block.linked for cell in cells for block in cell)
        text = one_line(" | ".join(texts))
        yield Block(text, first.element, is_tail=first.is_tail, linked=linked)


def is_layout(table: etree._Element) -> bool:
    """Return whether a table only arranges what is a page of text."""
    cells = [c for row in _rows_and_captions(table) if row.tag == "tr" for c in row]
    return len(cells) == 1 or any(_is_page(cell) for cell in cells)


def _is_page(cell: etree._Element) -> bool:
    parts = sum(e.tag in BLOCKS or e.tag == "br" for e in cell.iter()) - 1
    return parts > 1 and len(cell.text_content().split()) > LAYOUT_WORDS


def words(blocks: Iterable[Block]) -> int:
    """Return how many words `blocks` hold."""
    return sum(len(block.text.split()) for block in blocks)

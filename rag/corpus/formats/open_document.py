"""OpenDocument texts (.odt): paragraphs, lists, tables and notes, in document order.

The format is a zip of XML that lxml reads. Tracked deletions stand apart from the text and are not
read; struck-out and hidden text goes, raised and lowered characters keep their place.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.archive import check_archive, package_part
from rag.corpus.formats.equations import equation_text
from rag.corpus.formats.notes import hidden_text, struck_out
from rag.corpus.normal_form import one_line
from rag.corpus.scripts import lowered, raised

CONTENT = "content.xml"
_NAMESPACES = {
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
}


def _q(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


_PARAGRAPHS = (_q("text:p"), _q("text:h"))
_SKIPPED = frozenset(
    map(_q, ("text:tracked-changes", "office:annotation", "text:note-citation", "text:ruby-text"))
)
_SPACES = frozenset(map(_q, ("text:s", "text:tab", "text:line-break")))
_BOXES = frozenset(map(_q, ("draw:text-box", "text:note")))


def parse(source: Source) -> list[Draft]:
    """Return the article of a .odt file.

    Raises ArticleError: E-DOC-009 damaged, and what `check_archive` raises.
    """
    check_archive(source, required=CONTENT)
    with zipfile.ZipFile(BytesIO(source.data)) as archive:
        parts = [package_part(archive, CONTENT, source)]
        for name in ("styles.xml", "meta.xml"):
            parts += [package_part(archive, name, source)] if name in archive.namelist() else []
    reader = _Reader(_looks(parts))
    body = next(parts[0].iter(_q("office:text")), parts[0])
    blocks = [*reader.blocks(body), *reader.notes]
    draft = Draft(blocks, title=_title(body, reader) or _stated(parts, "title"))
    author = _stated(parts, "initial-creator") or _stated(parts, "creator")
    draft.authors = (author,) if author else ()
    draft.warnings += [struck_out(source, reader.struck)] if reader.struck else []
    draft.warnings += [hidden_text(source, reader.hidden)] if reader.hidden else []
    return [draft]


def _stated(parts: list[etree._Element], name: str) -> str:
    found = (e for part in parts[1:] for e in part.iter(f"{{*}}{name}"))
    return next((one_line(e.text or "") for e in found), "")


def _title(body: etree._Element, reader: _Reader) -> str:
    """Return the first paragraph in the style Title, else the first heading of level one."""
    for element in body.iter(*_PARAGRAPHS):
        if element.get(_q("text:style-name")) == "Title":
            return reader.line(element)
    for element in body.iter(_q("text:h")):
        if element.get(_q("text:outline-level"), "1") == "1":
            return reader.line(element)
    return ""


def _looks(parts: list[etree._Element]) -> dict[str, set[str]]:
    """Return by style what its text is: struck, hidden, raised or lowered."""
    looks: dict[str, set[str]] = {}
    for part in parts:
        for style in part.iter(_q("style:style")):
            properties = style.find(_q("style:text-properties"))
            parent = looks.get(style.get(_q("style:parent-style-name"), ""), set())
            looks[style.get(_q("style:name"), "")] = parent | (
                _look(properties) if properties is not None else set()
            )
    return looks


def _look(properties: etree._Element) -> set[str]:
    found = set()
    if properties.get(_q("style:text-line-through-style"), "none") != "none":
        found.add("struck")
    if properties.get(_q("text:display")) == "none":
        found.add("hidden")
    position = properties.get(_q("style:text-position"), "").split(" ")[0]
    if position.startswith(("super", "sub")):
        found.add("raised" if position == "super" else "lowered")
    elif position.rstrip("%").lstrip("-").isdecimal() and position not in ("0%", "0"):
        found.add("lowered" if position.startswith("-") else "raised")
    return found


@dataclass(slots=True)
class _Reader:
    looks: dict[str, set[str]]
    notes: list[str] = field(default_factory=list)
    struck: int = 0
    hidden: int = 0

    def blocks(self, container: etree._Element) -> Iterator[str]:
        for child in container:
            if child.get(_q("text:display")) == "none":
                self.hidden += len("".join(child.itertext()).split())
            elif child.tag == _q("text:tracked-changes"):
                gone = child.iter(_q("text:deletion"))
                words = (p.itertext() for each in gone for p in each.iter(*_PARAGRAPHS))
                self.struck += sum(len("".join(each).split()) for each in words)
            elif child.tag in _PARAGRAPHS:
                yield self.line(child)
                for box in child.iter(_q("draw:text-box")):
                    yield from self.blocks(box)
            elif child.tag == _q("table:table-row"):
                cells = (c for c in child if c.tag == _q("table:table-cell"))
                yield " | ".join(
                    one_line(" ".join(b.replace(" | ", " ") for b in self.blocks(c))) for c in cells
                )
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                yield from self.blocks(child)

    def line(self, paragraph: etree._Element) -> str:
        return one_line(self._words(paragraph, ""))

    def _words(self, element: etree._Element, before: str) -> str:
        text = element.text or ""
        for child in element:
            if isinstance(child.tag, str):
                text += self._child(child, before + text)
            text += child.tail or ""
        return self._as_it_looks(element, text, before)

    def _child(self, child: etree._Element, before: str) -> str:
        if child.tag in _SPACES:
            return " "
        if child.tag == _q("text:note"):
            body = child.find(_q("text:note-body"))
            self.notes += list(self.blocks(body)) if body is not None else []
        if child.tag in _SKIPPED or child.tag in _BOXES:
            return ""
        if etree.QName(child).localname == "math":
            return equation_text(child)
        return self._words(child, before)

    def _as_it_looks(self, element: etree._Element, text: str, before: str) -> str:
        look = self.looks.get(element.get(_q("text:style-name"), ""), set())
        if "struck" in look or "hidden" in look:
            self.struck += len(text.split()) if "struck" in look else 0
            self.hidden += 0 if "struck" in look else len(text.split())
            return ""
        if "raised" in look or "lowered" in look:
            return (raised if "raised" in look else lowered)(text, before)
        return text

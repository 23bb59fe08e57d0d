"""Word files (.docx), in document order, tables included, notes after the text.

python-docx opens the package; its paragraphs leave out insertions under review, content controls
and text boxes, so the body is walked here. Running heads and comments are left out. The dates in
the properties say when the file was made; they are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.archive import BROKEN, check_archive
from rag.corpus.formats.notes import hidden_text, struck_out, unknown_symbols, unread_parts
from rag.corpus.formats.word_text import FALLBACK, TEXT_BOX, WordText
from rag.corpus.formats.xml_errors import parse_error
from rag.corpus.normal_form import one_line

MAIN_PART = "word/document.xml"
_TITLE_STYLES = ("title", "heading1")
_DAMAGED = "is damaged (no readable Word document inside). Save it again."
_DEFAULT_TITLE = "Word Document"  # what python-docx says of a file without properties
_GENERATORS = ("python-docx", "docx", "un-named", "user", "microsoft office user", "unknown")

_W = {n: qn(f"w:{n}") for n in "p tbl tr tc pPr pStyle val trPr tcPr id type".split()}
_GONE = frozenset(qn(f"w:{n}") for n in ("del", "cellDel", "hidden"))  # of a row or a cell
_SKIPPED = frozenset(qn(f"w:{n}") for n in ("del", "moveFrom", "pPr", "rPr", "sectPr"))
_NOTES = ("footnotes", "endnotes")
_DRAWN = {"chart": "charts", "diagramData": "diagrams"}


def parse(source: Source) -> list[Draft]:
    """Return the article of a .docx file.

    Raises ArticleError: E-DOC-007 password, E-DOC-009 damaged, and what `check_archive` raises.
    """
    check_archive(source, required=MAIN_PART)
    try:
        document = docx.Document(BytesIO(source.data))
    except etree.XMLSyntaxError as error:
        raise parse_error(error, source, _DAMAGED) from error
    except (OpcError, *BROKEN, KeyError) as error:
        raise source.error("E-DOC-009", _DAMAGED) from error
    properties = document.core_properties
    text = WordText({style.style_id: style.element for style in document.styles})
    stated = one_line(properties.title or "").removeprefix(_DEFAULT_TITLE)
    author = one_line(properties.author or "")
    title = _titled(document, text)
    text.left_out = type(text.left_out)()  # the title is read again with the body
    blocks = [*_blocks(document.element.body, text), *_notes(document, text)]
    draft = Draft(
        blocks,
        title=title or stated,
        authors=() if author.lower() in ("", *_GENERATORS) else (author,),
    )
    left_out, drawn = text.left_out, _drawn(document)
    draft.warnings += [struck_out(source, left_out.struck)] if left_out.struck else []
    draft.warnings += [hidden_text(source, left_out.hidden)] if left_out.hidden else []
    draft.warnings += [unknown_symbols(source, left_out.symbols)] if left_out.symbols else []
    draft.warnings += [unread_parts(source, drawn)] if drawn else []
    return [draft]


def _titled(document: Document, text: WordText) -> str:
    """Return the first paragraph in the style Title, else the first in Heading 1."""
    names = {style.style_id: style.name or "" for style in document.styles}
    found: dict[str, str] = {}
    for paragraph in document.element.body.iter(_W["p"]):
        style = paragraph.find(f"{_W['pPr']}/{_W['pStyle']}")
        style_id = "" if style is None else style.get(_W["val"], "")
        name = names.get(style_id, style_id).lower().replace(" ", "")
        if name in _TITLE_STYLES and not found.get(name):
            found[name] = text.paragraph(paragraph)
    return next((found[name] for name in _TITLE_STYLES if found.get(name)), "")


def _blocks(container: etree._Element, text: WordText) -> Iterator[str]:
    """Yield paragraphs and table rows below `container`, text boxes after their paragraph."""
    for child in container:
        if child.tag == _W["p"]:
            yield text.paragraph(child)
            for box in _text_boxes(child):
                yield from _blocks(box, text)
        elif child.tag == _W["tr"]:
            if not _is_gone(child, "trPr"):
                yield " | ".join(_cells(child, text))
        elif child.tag not in (*_SKIPPED, FALLBACK):
            yield from _blocks(child, text)


def _cells(row: etree._Element, text: WordText) -> Iterator[str]:
    """Yield the text of each cell of a row; what is in a cell is parted by spaces."""
    for child in row:
        if child.tag == _W["tc"]:
            if not _is_gone(child, "tcPr"):
                blocks = (block.replace(" | ", " ") for block in _blocks(child, text))
                yield one_line(" ".join(blocks))
        elif child.tag not in _SKIPPED:
            yield from _cells(child, text)


def _is_gone(part: etree._Element, properties: str) -> bool:
    """Return whether a row or a cell was deleted under review, or is hidden."""
    found = part.find(_W[properties])
    return found is not None and any(child.tag in _GONE for child in found)


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the text boxes of a paragraph once, not again for older programs."""
    for box in paragraph.iter(TEXT_BOX):
        ancestors = [a.tag for a in box.iterancestors()]
        depth = ancestors.index(_W["p"])
        if FALLBACK not in ancestors[:depth]:
            yield box


def _notes(document: Document, text: WordText) -> Iterator[str]:
    """Yield the footnotes and endnotes."""
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.rpartition("/")[2] in _NOTES:
            notes = etree.fromstring(relation.target_part.blob)
            for note in notes:
                if note.get(_W["type"]) in (None, "normal"):
                    yield from _blocks(note, text)


def _drawn(document: Document) -> list[str]:
    """Return which kinds of drawings hold words that are not read."""
    kinds = {r.reltype.rpartition("/")[2] for r in document.part.rels.values()}
    return [name for kind, name in _DRAWN.items() if kind in kinds]

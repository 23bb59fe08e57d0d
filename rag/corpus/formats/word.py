"""Word files (.docx), in document order, tables included.

python-docx opens the package; its paragraphs leave out insertions under review, content controls
and text boxes, so the body is walked here. Deletions, field codes, notes and running heads are
left out. The dates in the properties say when the file was made; they are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.archive import check_archive
from rag.corpus.formats.xml_errors import parse_error
from rag.corpus.normal_form import one_line

MAIN_PART = "word/document.xml"
_TITLE_STYLES = ("title", "heading1")
_DAMAGED = "is damaged (no readable Word document inside). Save it again."
_DEFAULT_TITLE = "Word Document"  # what python-docx says of a file without properties
_GENERATORS = ("python-docx", "docx", "un-named", "user", "microsoft office user", "unknown")

_W = {name: qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "t", "pPr", "pStyle", "val")}
_BREAKS = frozenset(qn(f"w:{name}") for name in ("tab", "br", "cr", "ptab"))
_HYPHEN = qn("w:noBreakHyphen")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = qn("w:txbxContent")
_SKIPPED = frozenset(
    qn(f"w:{n}") for n in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText")
)


def read_word(source: Source) -> list[Draft]:
    """Return the article of a .docx file.

    Raises ArticleError: E-DOC-007 password, E-DOC-009 damaged, and what `check_archive` raises.
    """
    check_archive(source, required=MAIN_PART)
    try:
        document = docx.Document(BytesIO(source.data))
    except etree.XMLSyntaxError as error:
        raise parse_error(error, source, _DAMAGED) from error
    except (OpcError, BadZipFile, KeyError, ValueError) as error:
        raise source.error("E-DOC-009", _DAMAGED) from error
    body = document.element.body
    properties = document.core_properties
    styles = {style.style_id: style.name or "" for style in document.styles}
    stated = one_line(properties.title or "").removeprefix(_DEFAULT_TITLE)
    author = one_line(properties.author or "")
    return [
        Draft(
            list(_blocks(body)),
            title=_titled(body, styles) or stated,
            authors=() if author.lower() in ("", *_GENERATORS) else (author,),
        )
    ]


def _titled(body: etree._Element, styles: dict[str, str]) -> str:
    """Return the first paragraph in the style Title, else the first in Heading 1."""
    found: dict[str, str] = {}
    for paragraph in body.iter(_W["p"]):
        style = paragraph.find(f"{_W['pPr']}/{_W['pStyle']}")
        style_id = "" if style is None else style.get(_W["val"], "")
        name = styles.get(style_id, style_id).lower().replace(" ", "")
        if name in _TITLE_STYLES and name not in found:
            found[name] = one_line(_text(paragraph))
    return next((found[name] for name in _TITLE_STYLES if found.get(name)), "")


def _blocks(container: etree._Element) -> Iterator[str]:
    """Yield paragraphs and table rows below `container`, text boxes after their paragraph."""
    for child in container:
        if child.tag == _W["p"]:
            yield one_line(_text(child))
            for box in _text_boxes(child):
                yield from _blocks(box)
        elif child.tag == _W["tbl"]:
            yield from (_row(row) for row in child.iter(_W["tr"]))
        elif child.tag not in _SKIPPED:
            yield from _blocks(child)


def _row(row: etree._Element) -> str:
    cells = (c for c in row.iter(_W["tc"]))
    return " | ".join(one_line(" ".join(map(_text, c.iter(_W["p"])))) for c in cells)


def _text(element: etree._Element) -> str:
    """Return the visible text of a paragraph, without its text boxes."""
    pieces = []
    for child in element:
        if child.tag == _W["t"]:
            pieces.append(child.text or "")
        elif child.tag in _BREAKS:
            pieces.append(" ")
        elif child.tag == _HYPHEN:
            pieces.append("-")
        elif child.tag not in (*_SKIPPED, _FALLBACK, _TEXT_BOX):
            pieces.append(_text(child))
    return "".join(pieces)


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the text boxes of a paragraph once, not again for older programs."""
    for box in paragraph.iter(_TEXT_BOX):
        ancestors = [a.tag for a in box.iterancestors()]
        depth = ancestors.index(_W["p"])
        if _FALLBACK not in ancestors[:depth]:
            yield box

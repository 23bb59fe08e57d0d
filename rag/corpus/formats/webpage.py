"""Saved web pages: the article without menus, banners, side columns; what the page says of itself.

trafilatura finds the article. Titles, dates, outlet, authors and address come from what the page
states (JSON-LD, then meta elements); no date is looked for in its running text, so none is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html  # type: ignore[import-untyped] # it has no types
from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Document

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.page_metadata import page_title, read_page_metadata
from rag.corpus.formats.xml_errors import parse_error
from rag.corpus.normal_form import one_line

DEEPEST = 500  # levels of nesting; pages of people stay below 60
FEWEST_CHARACTERS = 1  # trafilatura's own lower limits would drop short notices

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{1,30})""", re.IGNORECASE)
_CHARSET_SEARCHED = 4096  # bytes; the HTML standard asks for the first 1,024
_KNOWN_CHARSET = re.compile(
    r"windows-125\d|iso-8859-\d{1,2}|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc-jp|euc-kr"
)
# HTML lets these through, lxml refuses to move text that holds them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HIDDEN_ELEMENTS = ("script", "style", "noscript", "template", "svg", "dialog")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_INLINE = frozenset({"hi", "ref", "del", "lb", "code", "span", "a", "graphic"})


def read_webpage(source: Source) -> list[Draft]:
    """Return the article of a .html file.

    Raises ArticleError E-DOC-001 when nothing is visible, E-DOC-014 when nested too deeply.
    """
    text = source.text(declared=_declared_charset(source.data))
    tree = _parse(text, source)
    if tree is None:
        return [Draft([])]
    draft = read_page_metadata(tree, latest=source.limits.latest)
    hidden = _drop_hidden(tree)
    draft.title = draft.title or _heading(tree) or page_title(tree, draft.outlet)
    if hidden:
        draft.empty = f"holds no visible text ({hidden:,} hidden characters removed)."
    found = bare_extraction(tree, include_comments=False, include_tables=True)
    blocks = _blocks(found.body) if isinstance(found, Document) else _visible(tree)
    draft.blocks = list(blocks)
    return [draft]


def _declared_charset(data: bytes) -> str:
    match = _CHARSET.search(data[:_CHARSET_SEARCHED])
    name = match.group(1).decode("ascii").lower() if match else ""
    if not _KNOWN_CHARSET.fullmatch(name):
        return ""
    return "windows-1252" if name == "iso-8859-1" else name  # as every browser reads it


def _parse(text: str, source: Source) -> lxml.html.HtmlElement | None:
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        tree = lxml.html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:
        return None  # there is nothing in it
    except etree.XMLSyntaxError as error:
        what = "is damaged (no readable page). Save it again."
        raise parse_error(error, source, what) from error
    depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            what = f"is nested deeper than {DEEPEST} levels. Save the page again, or as text."
            raise source.error("E-DOC-014", what)
        if event == "end":
            element.text = _NOT_XML.sub("", element.text or "")
            element.tail = _NOT_XML.sub("", element.tail or "")
    return tree


def _drop_hidden(tree: lxml.html.HtmlElement) -> int:
    """Remove what a browser does not show; return how many characters that was."""
    hidden = [
        element
        for element in tree.iter(etree.Element)
        if element.tag in _HIDDEN_ELEMENTS
        or element.get("hidden") is not None
        or _HIDDEN_STYLE.search(element.get("style") or "")
    ]
    removed = 0
    for element in hidden:
        if element.getparent() is not None:
            removed += len("".join(element.itertext()).strip())
            element.drop_tree()
    return removed


def _heading(tree: lxml.html.HtmlElement) -> str:
    """Return the words of the page's only first-level heading."""
    headings = [one_line(h.text_content()) for h in tree.iter("h1")]
    return headings[0] if len(headings) == 1 else ""


def _blocks(body: etree._Element) -> Iterator[str]:
    """Yield the blocks of trafilatura's tree: p, head, list/item, table/row/cell, quote, code."""
    for element in body:
        if element.tag == "row":
            cells = (one_line("".join(cell.itertext())) for cell in element.iter("cell"))
            yield " | ".join(cells)
        elif element.tag == "code":
            yield "".join(element.itertext()).strip("\n")
        elif any(child.tag not in _INLINE for child in element):
            yield one_line(_own_text(element))
            yield from _blocks(element)
        else:
            yield one_line(_spaced(element))
        yield one_line(element.tail or "")


def _own_text(element: etree._Element) -> str:
    """Return the text of an element before its first block."""
    return element.text or ""


def _spaced(element: etree._Element) -> str:
    for line_break in element.iter("lb"):
        line_break.tail = " " + (line_break.tail or "")
    return "".join(element.itertext())


def _visible(tree: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield the visible text of a page in which no article was found."""
    body = tree.find("body")
    for text in (tree if body is None else body).itertext():
        yield one_line(text)

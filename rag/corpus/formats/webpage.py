"""Saved web pages: the article without menus, banners, side columns; what the page says of itself.

trafilatura decides which blocks are the article: each is marked before it reads the page, and what
it keeps is read in our own way, so that no word of a kept block is lost. Titles, dates, outlet,
authors and address come from what the page states (JSON-LD, then meta elements); no date is looked
for in its running text, so none is guessed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

import lxml.html  # type: ignore[import-untyped] # it has no types
from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Document

from rag.corpus.bylines import find_update, parse_byline
from rag.corpus.drafts import Draft, Source
from rag.corpus.encodings import declared_encoding
from rag.corpus.formats.asides import without_asides
from rag.corpus.formats.blocks import Block, is_layout, read_blocks, words
from rag.corpus.formats.markup import plain_markup
from rag.corpus.formats.notes import struck_out
from rag.corpus.formats.page_metadata import page_title, read_page_metadata
from rag.corpus.formats.xml_errors import parse_error
from rag.corpus.normal_form import letters, one_line

DEEPEST = 500  # levels of nesting; pages of people stay below 60
MOST_HIDDEN = 3  # times what is visible: more hidden text and the page is not what it seems
FEW_WORDS = 60  # visible ones, below which hidden text is worth a note
MOST_LINKED = 0.5  # of the characters of a block: more links and it is a menu
SHORTEST_PROSE = 8  # words of a block that is taken as prose without being asked about

FEWEST_TITLE_WORDS = 4  # of a heading that is short beside what is added; names have fewer
BYLINES_WITHIN = 4  # blocks before and after where an article begins

# HTML lets these through, lxml refuses to move text that holds them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARK = re.compile("[\ua000-\ua0ff]{3}")  # syllables of Yi: letters that pages do not hold
_MARK_LETTERS = [chr(code) for code in range(0xA000, 0xA100)]
_FRAME = frozenset(("nav", "aside", "footer", "header", "form"))
_ROLES = frozenset(("navigation", "complementary", "contentinfo", "banner", "search"))
_WAYS = frozenset("next prev previous up start top contents index first last".split())  # as `rel`
_LISTED = frozenset("li td th dt dd pre h2 h3 h4 h5 h6 figcaption caption summary address".split())
_PARTS = frozenset(("article", "main", "section", "aside", "nav", "footer", "header", "body"))
_WHOLES = frozenset(("table", "ul", "ol", "dl", "blockquote"))
_BOILERPLATE = re.compile(
    r"share|social|related|newsletter|promo|advert|\bads?\b|cookie|consent|subscri|comment|sidebar"
    r"|breadcrumb|menu|\bnav|widget|\btoc|popular|recommend|paywall|banner|footer|tags?\b",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"\b(?:main|sub|site|top)?(?:menu|nav(?:bar|igation)?|breadcrumbs?)\b", re.IGNORECASE
)
_ADDS = re.compile(r"\s+(?:[-–—|·•:»]|::)\s+")  # between a headline and what a page adds to it
_LETTER = re.compile(r"[^\W_]")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")


def parse(source: Source) -> list[Draft]:
    """Return the article of a .html file.

    Raises ArticleError E-DOC-001 when nothing is visible, E-DOC-014 when nested too deeply.
    """
    tree = parse_page(source.text(declared=declared_encoding(source.data)), source)
    if tree is None:
        return [Draft([])]
    draft = read_page_metadata(tree, latest=source.limits.latest)
    removed = plain_markup(tree)
    draft.title = _headline(draft.title or _title(tree, draft.outlet), tree)
    if removed.hidden:
        draft.empty = f"holds no visible text ({removed.hidden:,} hidden characters removed)."
    blocks = list(read_blocks(tree))
    foot, _ = find_update([block.text for block in blocks], latest=source.limits.latest)
    draft.updated = draft.updated or foot
    kept = _article_blocks(tree, blocks, latest=source.limits.latest)
    draft.blocks = [block.text for block in kept]
    _note_holes(draft, source, hidden=removed.hidden, struck=removed.struck, visible=words(blocks))
    return [draft]


def draft_of_markup(draft: Draft, page: str, source: Source) -> Draft:
    """Return `draft` with all that is visible of a page that was made from plain markup."""
    tree = parse_page(page, source)
    if tree is not None:
        removed = plain_markup(tree)
        draft.title = draft.title or one_line(tree.findtext(".//h1") or "")
        draft.blocks = [block.text for block in read_blocks(tree)]
        if removed.struck:
            draft.warnings.append(struck_out(source, removed.struck))
    return draft


def parse_page(text: str, source: Source) -> lxml.html.HtmlElement | None:
    """Return the tree of a page, None where there is nothing in it.

    Raises ArticleError E-DOC-009 and E-DOC-014.
    """
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


def _headline(title: str, tree: lxml.html.HtmlElement) -> str:
    """Return `title` without the outlet, section or author that it adds to a heading of the page.

    A first-level heading that is short beside what is added may be the name of the site.
    """
    headings = {letters(heading.text_content()) for heading in tree.iter("h1")}
    for cut in _ADDS.finditer(title):
        head, tail = title[: cut.start()], title[cut.end() :]
        for own, is_enough in ((head, len(head) > len(tail)), (tail, False)):
            is_long = len(own.split()) >= FEWEST_TITLE_WORDS
            if letters(own) in headings and (is_long or is_enough):
                return own
    return title


def _title(tree: lxml.html.HtmlElement, outlet: str) -> str:
    """Return the only first-level heading of a page, else the words of its title element.

    Of several the only one in what the page marks as its matter. A heading outside of that which
    ends the title element, too, is the name of the site.
    """
    headings = list(tree.iter("h1"))
    inside = [
        each for each in headings if next(each.iterancestors("main", "article"), None) is not None
    ]
    only = inside if len(inside) == 1 else headings
    heading = one_line(only[0].text_content()) if len(only) == 1 else ""
    if heading and not inside and tree.find(".//main") is not None:
        without = page_title(tree, heading)
        return without if without != page_title(tree, "") else heading
    return heading or page_title(tree, outlet)


def _article_blocks(
    tree: lxml.html.HtmlElement, blocks: Sequence[Block], *, latest: date
) -> list[Block]:
    """Return the blocks that trafilatura keeps, with the prose that stands among them."""
    marks = map("".join, product(_MARK_LETTERS, repeat=3))
    numbers: dict[str, int] = {}
    for number, (block, mark) in enumerate(zip(blocks, marks, strict=False)):
        block.mark(mark)
        numbers[mark] = number
    found = bare_extraction(copy.deepcopy(tree), include_comments=False, include_tables=True)
    text = "".join(found.body.itertext()) if isinstance(found, Document) else ""
    kept = {numbers[mark] for mark in _MARK.findall(text) if mark in numbers}
    if not kept:
        return [block for block in blocks if not _is_frame(block)] or list(blocks)
    kept |= set(_between(blocks, kept)) | set(_rest_of_wholes(blocks, kept))
    kept |= set(_bylines(blocks, min(kept), latest=latest))
    ways = _ways(tree)
    read = [blocks[number] for number in sorted(kept)]
    read = [block for block in read if not (_is_pager(block, ways) or _is_menu(block))]
    return without_asides(read, latest=latest)


def _between(blocks: Sequence[Block], kept: set[int]) -> Iterator[int]:
    """Yield the blocks of prose in the same part of the page as those that were kept."""
    holders = {_section(blocks[number]) for number in kept}
    for number in range(min(kept), max(kept)):
        block = blocks[number]
        if number not in kept and _section(block) in holders and _is_content(block):
            yield number


def _rest_of_wholes(blocks: Sequence[Block], kept: set[int]) -> Iterator[int]:
    """Yield the rest of the tables, lists and quotations of which a part is kept."""
    wholes = {whole for number in kept for whole in _wholes(blocks[number])}
    wholes = {whole for whole in wholes if whole.tag != "table" or not is_layout(whole)}
    for number, block in enumerate(blocks):
        is_text = block.linked < MOST_LINKED * len(block.text) and not _is_frame(block)
        if number not in kept and is_text and not wholes.isdisjoint(_wholes(block)):
            yield number


def _wholes(block: Block) -> Iterator[etree._Element]:
    """Yield the tables, lists and quotations around a block in its part of the page."""
    for element in (block.holder, *block.holder.iterancestors()):
        if element.tag in _PARTS:
            return
        if element.tag in _WHOLES:
            yield element


def _bylines(blocks: Sequence[Block], first: int, *, latest: date) -> Iterator[int]:
    """Yield the bylines between the heading of the page and its first paragraphs."""
    headings = [n for n, b in enumerate(blocks[: first + 1]) if b.holder.tag == "h1"]
    start = headings[-1] if headings else max(0, first - BYLINES_WITHIN)
    for number in range(start, min(first + BYLINES_WITHIN, len(blocks))):
        if parse_byline(blocks[number].text, latest=latest):
            yield number


def _section(block: Block) -> etree._Element:
    """Return the part of the page that a block stands in."""
    holder = block.holder
    around = (holder, *holder.iterancestors())
    return next((a for a in around if a.tag in _PARTS or a.tag == "td"), holder)


def _is_content(block: Block) -> bool:
    """Return whether a block among those of an article is one: prose, of a list or of a table."""
    is_sentence = bool(_ENDS_SENTENCE.search(block.text))
    is_said = is_sentence or block.text.endswith(":")
    is_listed = block.holder.tag in _LISTED or (is_said and block.holder.tag == "p")
    if block.linked >= MOST_LINKED * len(block.text) or _is_frame(block):
        return False
    if is_sentence and len(block.text.split()) >= SHORTEST_PROSE:
        return True
    is_word = len(_LETTER.findall(block.text)) > 1  # no arrow, no number of a page
    return is_listed and is_word and not any(map(_is_boilerplate, _around(block)))


def _around(block: Block) -> Iterator[etree._Element]:
    """Yield the elements around a block below the part of the page that it stands in."""
    section = _section(block)
    for element in (block.holder, *block.holder.iterancestors()):
        if element is section:
            return
        yield element


def _is_boilerplate(element: etree._Element) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_BOILERPLATE.search(names))


def _is_frame(block: Block) -> bool:
    """Return whether a block stands in what frames a page: menus, side columns, its foot."""
    around = (block.holder, *block.holder.iterancestors())
    for element in around:
        if element.tag in ("article", "main"):
            return False
        if element.tag in _FRAME or element.get("role") in _ROLES:
            return True
    return False


def _ways(tree: lxml.html.HtmlElement) -> frozenset[str | None]:
    """Return where the links lead that say they lead to a page before, after or above."""
    links = tree.iter("a", "link")
    return frozenset(a.get("href") for a in links if _WAYS & set(a.get("rel", "").lower().split()))


def _is_pager(block: Block, ways: frozenset[str | None]) -> bool:
    """Return whether a block is no sentence and all of its links lead those ways."""
    links = [link.get("href") for link in block.holder.iter("a")]
    return bool(links) and ways.issuperset(links) and not _ENDS_SENTENCE.search(block.text)


def _is_menu(block: Block) -> bool:
    """Return whether a block is no more than links of what is named a menu."""
    is_linked = bool(block.text) and block.linked >= len(block.text)
    return is_linked and any(map(_is_named_menu, _around(block)))


def _is_named_menu(element: etree._Element) -> bool:
    return bool(_MENU.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _note_holes(draft: Draft, source: Source, *, hidden: int, struck: int, visible: int) -> None:
    seen = sum(map(len, draft.blocks))
    if visible < FEW_WORDS and hidden > MOST_HIDDEN * max(1, seen) and draft.blocks:
        what = f"shows {visible} words and hides {hidden:,} characters, which were not read."
        draft.warnings.append(source.problem("W-DOC-007", f"{what} Save it once it has loaded."))
    if struck:
        draft.warnings.append(struck_out(source, struck))

"""Books (.epub): the chapters in the order of the spine, each read as any page is, whole."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped] # it has no types

from rag.corpus.dates import parse_date
from rag.corpus.drafts import Draft, Source
from rag.corpus.encodings import declared_encoding
from rag.corpus.formats.archive import check_archive, package_part, read_part
from rag.corpus.formats.blocks import read_blocks
from rag.corpus.formats.markup import plain_markup
from rag.corpus.formats.notes import struck_out
from rag.corpus.formats.webpage import parse_page
from rag.corpus.normal_form import EncodingError, decode, one_line

CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html")


def parse(source: Source) -> list[Draft]:
    """Return the book of a .epub file as one article.

    Raises ArticleError: E-DOC-009 damaged, E-DOC-014, and what `check_archive` raises.
    """
    check_archive(source, required=CONTAINER, allows_doctype=True)
    with zipfile.ZipFile(BytesIO(source.data)) as archive:
        container = package_part(archive, CONTAINER, source)
        path = next((e.get("full-path", "") for e in container.iter("{*}rootfile")), "")
        package = package_part(archive, path, source)
        draft = _stated(package, source)
        for page in _spine(package, posixpath.dirname(path)):
            if page in archive.namelist():
                _add_chapter(draft, read_part(archive, page, source), source)
    return [draft]


def _stated(package: etree._Element, source: Source) -> Draft:
    def values(name: str) -> list[str]:
        tag = f"{{http://purl.org/dc/elements/1.1/}}{name}"
        return [one_line("".join(e.itertext())) for e in package.iter(tag)]

    draft = Draft([], title=next(iter(values("title")), ""), authors=tuple(values("creator")))
    draft.outlet = next(iter(values("publisher")), "")
    days = (parse_date(value, latest=source.limits.latest) for value in values("date"))
    draft.published = next(filter(None, days), None)
    draft.published_from = "front matter" if draft.published else "unknown"
    return draft


def _spine(package: etree._Element, folder: str) -> Iterator[str]:
    """Yield the paths of the pages in reading order, without the table of contents."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _PAGES:
            continue
        if "nav" not in (item.get("properties") or "").split():
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))


def _add_chapter(draft: Draft, data: bytes, source: Source) -> None:
    try:
        text = decode(data, declared=declared_encoding(data))
    except EncodingError as error:
        raise source.error("E-DOC-006", f"holds a page that {error}") from error
    tree = parse_page(text, source)
    if tree is not None:
        removed = plain_markup(tree)
        draft.blocks += [block.text for block in read_blocks(tree)]
        draft.warnings += [struck_out(source, removed.struck)] if removed.struck else []

"""PDF files, read with PDFium: their pages, their title, and what of them could not be read.

Lines are `pdf_lines`', their order `pdf_order`'s, paragraphs `pdf_layout`'s. The dates in a PDF's
properties say when the file was made, not when the article appeared, so they are not read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import pypdfium2  # type: ignore[import-untyped] # it has no types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped] # it has no types

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.notes import (
    hidden_text,
    read_by_ocr,
    slanted_text,
    struck_out,
    unread_pages,
)
from rag.corpus.formats.pdf_layout import Page, find_title, page_blocks
from rag.corpus.formats.pdf_lines import read_lines
from rag.corpus.formats.pdf_looks import looks_of, words_at
from rag.corpus.formats.pdf_marks import has_picture, struck_areas, with_fields
from rag.corpus.formats.pdf_order import in_reading_order
from rag.corpus.lines import unwrap
from rag.corpus.normal_form import one_line
from rag.corpus.ocr import INSTALL, MOST_PAGES, recognise, tesseract
from rag.records import Problem

LARGEST_STREAM = 75_000_000  # bytes, expanded; the limit that pypdf ships with
HARMLESS_STREAM = LARGEST_STREAM // 1_032  # bytes, packed; deflate cannot expand further
INFLATED_AT_ONCE = 16_384  # bytes, packed; 17 MB expanded at most
END_SEARCHED = 4_096  # bytes in which the end marker must be; readers ask for the last 1,024

_STREAM = re.compile(rb"stream\r?\n")
_FILE_LIKE = re.compile(
    r"\.\w{2,5}$|^untitled|^microsoft (word|powerpoint)|^slide 1$", re.IGNORECASE
)
_PASSWORD_ERROR = pdfium.FPDF_ERR_PASSWORD


def parse(source: Source) -> list[Draft]:
    """Return the article of a .pdf file.

    Raises ArticleError: E-DOC-003 too many pages, E-DOC-007 password, E-DOC-008 no text layer,
    E-DOC-009 damaged, E-DOC-010 expands too far.
    """
    if b"%%EOF" not in source.data[-END_SEARCHED:]:
        raise source.error("E-DOC-009", "is damaged (its end is missing). Get it again.")
    _refuse_bombs(source)
    try:
        document = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR:
            what = "is password-protected. Save it without a password."
            raise source.error("E-DOC-007", what) from error
        raise source.error(
            "E-DOC-009", "is damaged (no readable structure). Get it again."
        ) from error
    with document:
        try:
            return [_draft(document, source)]
        except pypdfium2.PdfiumError as error:  # a page that opened once need not open twice
            what = "is damaged (a page cannot be read twice). Get it again."
            raise source.error("E-DOC-009", what) from error


def _draft(document: pypdfium2.PdfDocument, source: Source) -> Draft:
    count = len(document)
    if count > source.limits.pages:
        what = f"has {count:,} pages; the limit is {source.limits.pages:,}."
        raise source.error("E-DOC-003", f"{what} Split it or raise limit_pages.")
    document.init_forms()
    pages = []
    for number in range(count):
        try:
            pages.append(_page(document, number))
        except pypdfium2.PdfiumError as error:
            what = (
                f"is damaged (page {number + 1} cannot be read; cyclic or broken page references)."
            )
            raise source.error("E-DOC-009", f"{what} Get it again.") from error
    recognised = _recognised(document, pages)
    if not recognised and not any(map(_has_text, pages)):
        how = "OCR it first" if tesseract() else f"OCR it first, or install OCR: {INSTALL}"
        plural = "s" if count != 1 else ""
        raise source.error("E-DOC-008", f"has {count} page{plural} and no text layer. {how}.")
    level = [replace(p, lines=[n for n in p.lines if not n.is_slanted]) for p in pages]
    draft = Draft(_blocks(level, recognised), title=find_title(level), is_ocr=bool(recognised))
    stated = one_line(document.get_metadata_dict().get("Title") or "")
    if not draft.title and not _FILE_LIKE.search(stated):
        draft.title = stated
    draft.warnings += _holes(document, pages, recognised, source)
    return draft


def _recognised(document: pypdfium2.PdfDocument, pages: Sequence[Page]) -> dict[int, str]:
    """Return the words of the pages that are pictures, by page, where OCR is installed."""
    scans = _scans(document, pages)[:MOST_PAGES] if tesseract() else []
    texts = {}
    for number in scans:
        page = document[number]
        try:
            texts[number] = recognise(page)
        finally:
            page.close()
    return {number: text for number, text in texts.items() if text}


def _scans(document: pypdfium2.PdfDocument, pages: Sequence[Page]) -> list[int]:
    return [
        number
        for number, page in enumerate(pages)
        if not _has_text(page) and has_picture(document, number)
    ]


def _blocks(pages: Sequence[Page], recognised: Mapping[int, str]) -> list[str]:
    """Return the blocks of the pages, those that were recognised in their places."""
    blocks: list[str] = []
    for is_ocr, group in groupby(enumerate(pages), key=lambda item: item[0] in recognised):
        if is_ocr:
            blocks += unwrap("\n".join(recognised[number] for number, _ in group))
        else:
            blocks += page_blocks([page for _, page in group])
    return blocks


def _holes(
    document: pypdfium2.PdfDocument,
    pages: Sequence[Page],
    recognised: Mapping[int, str],
    source: Source,
) -> Iterator[Problem]:
    """Yield what a person should know of pages that were not read, or read by OCR."""
    slanted = [line.text for page in pages for line in page.lines if line.is_slanted]
    if slanted:
        yield slanted_text(source, slanted)
    if struck := sum(page.struck for page in pages):
        yield struck_out(source, struck)
    if hidden := sum(page.hidden for page in pages):
        yield hidden_text(source, hidden)
    unread = [n + 1 for n in _scans(document, pages) if n not in recognised]
    if unread:
        yield unread_pages(source, unread, count=len(pages), has_ocr=bool(tesseract()))
    if recognised:
        yield read_by_ocr(source, [number + 1 for number in recognised])


def _has_text(page: Page) -> bool:
    return any(c.isalnum() for line in page.lines for c in line.text)


def _page(document: pypdfium2.PdfDocument, number: int) -> Page:
    page = document[number]
    try:
        text = page.get_textpage()
        try:
            width, height = page.get_size()
            looks = looks_of(page, marked=struck_areas(page))
            lines = read_lines(text, number, looks=looks)
            lines = in_reading_order(with_fields(document, page, lines))
            left_out = words_at(looks.struck), words_at(looks.hidden)
            return Page(width, height, lines, *left_out)
        finally:
            text.close()
    finally:
        page.close()


def _refuse_bombs(source: Source) -> None:
    """Raise E-DOC-010 for a stream that deflate expands beyond the safety limit."""
    data = memoryview(source.data)
    for match in _STREAM.finditer(source.data):
        start = match.end()
        is_short = source.data.find(b"endstream", start, start + HARMLESS_STREAM) >= 0
        if is_short or source.data[start : start + 1] != b"x":
            continue
        if _expanded_size(data[start:]) > LARGEST_STREAM:
            limit = LARGEST_STREAM // 1_000_000
            what = f"expands beyond the safety limit ({limit} MB per stream). Do not trust it."
            raise source.error("E-DOC-010", what)


def _expanded_size(data: memoryview) -> int:
    """Return the expanded size of the deflate stream that `data` begins with."""
    inflate = zlib.decompressobj()
    size = 0
    for start in range(0, len(data), INFLATED_AT_ONCE):
        try:
            size += len(inflate.decompress(data[start : start + INFLATED_AT_ONCE]))
        except zlib.error:
            break  # no deflate stream after all
        if inflate.eof or size > LARGEST_STREAM:
            break
    return size

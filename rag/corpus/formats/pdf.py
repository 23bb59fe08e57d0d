"""PDF files, read with PDFium: the lines of each page with their place, size and weight.

How lines become paragraphs is `pdf_layout`'s. The dates in a PDF's properties say when the file
was made, not when the article appeared, so they are not read.
"""

from __future__ import annotations

import ctypes
import re
import sys
import zlib
from collections.abc import Iterator

import pypdfium2  # type: ignore[import-untyped] # it has no types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped] # it has no types

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.pdf_layout import Line, Page, find_title, page_blocks
from rag.corpus.normal_form import one_line

LARGEST_STREAM = 75_000_000  # bytes, expanded; the limit that pypdf ships with
HARMLESS_STREAM = LARGEST_STREAM // 1_032  # bytes, packed; deflate cannot expand further
INFLATED_AT_ONCE = 16_384  # bytes, packed; 17 MB expanded at most
BOLD_WEIGHT = 600  # of 100 to 900
END_SEARCHED = 4_096  # bytes in which the end marker must be; readers ask for the last 1,024

_HYPHEN_MARKS = (0x02, 0xFFFE)  # what PDFium gives for a hyphen at a line end
_LINE_ENDS = (0x0D, 0x0A)
_STREAM = re.compile(rb"stream\r?\n")
_FILE_LIKE = re.compile(
    r"\.\w{2,5}$|^untitled|^microsoft (word|powerpoint)|^slide 1$", re.IGNORECASE
)
_PASSWORD_ERROR = pdfium.FPDF_ERR_PASSWORD


def read_pdf(source: Source) -> list[Draft]:
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
        return [_draft(document, source)]


def _draft(document: pypdfium2.PdfDocument, source: Source) -> Draft:
    count = len(document)
    if count > source.limits.pages:
        what = f"has {count:,} pages; the limit is {source.limits.pages:,}."
        raise source.error("E-DOC-003", f"{what} Split it or raise limit_pages.")
    pages = []
    for number in range(count):
        try:
            pages.append(_page(document, number))
        except pypdfium2.PdfiumError as error:
            what = (
                f"is damaged (page {number + 1} cannot be read; cyclic or broken page references)."
            )
            raise source.error("E-DOC-009", f"{what} Get it again.") from error
    if not any(c.isalnum() for page in pages for line in page.lines for c in line.text):
        plural = "s" if count != 1 else ""
        raise source.error(
            "E-DOC-008", f"has {count} page{plural} and no text layer. OCR it first."
        )
    properties = document.get_metadata_dict()
    title = one_line(properties.get("Title") or "")
    draft = Draft(page_blocks(pages), title=find_title(pages))
    if not draft.title and not _FILE_LIKE.search(title):
        draft.title = title
    return draft


def _page(document: pypdfium2.PdfDocument, number: int) -> Page:
    page = document[number]
    try:
        text = page.get_textpage()
        try:
            width, height = page.get_size()
            return Page(width, height, list(_lines(text, number)))
        finally:
            text.close()
    finally:
        page.close()


def _lines(text: pypdfium2.PdfTextPage, page: int) -> Iterator[Line]:
    """Yield the lines of a page in the order in which the page gives them."""
    indices: list[int] = []
    codes: list[int] = []
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code not in _LINE_ENDS and code not in _HYPHEN_MARKS:
            indices.append(index)
            codes.append(code)
            continue
        if codes:
            yield _line(text, indices, codes, page=page, hyphenated=code in _HYPHEN_MARKS)
        indices, codes = [], []
    if codes:
        yield _line(text, indices, codes, page=page, hyphenated=False)


def _line(
    text: pypdfium2.PdfTextPage,
    indices: list[int],
    codes: list[int],
    *,
    page: int,
    hyphenated: bool,
) -> Line:
    visible = [i for i, code in zip(indices, codes, strict=True) if code > ord(" ")] or indices
    first, middle, last = visible[0], visible[len(visible) // 2], visible[-1]
    sizes = sorted(pdfium.FPDFText_GetFontSize(text, i) for i in (first, middle, last))
    left, right = _box(text, first), _box(text, last)
    weights = [pdfium.FPDFText_GetFontWeight(text, i) for i in (first, middle, last)]
    return Line(
        text=one_line(_characters(codes)) + ("-" if hyphenated else ""),
        page=page,
        left=left.left,
        right=right.right,
        bottom=left.bottom,
        size=max(left.top - left.bottom, 1.0) if sizes[1] <= 1 else sizes[1],
        is_bold=min(weights) >= BOLD_WEIGHT,
    )


def _box(text: pypdfium2.PdfTextPage, index: int) -> pdfium.FS_RECTF:
    rect = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, index, ctypes.byref(rect))
    return rect


def _characters(codes: list[int]) -> str:
    """Return the text of code points, in which a pair of surrogates may stand for one character."""
    raw = "".join(chr(code) if code <= sys.maxunicode else "\ufffd" for code in codes)
    return raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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

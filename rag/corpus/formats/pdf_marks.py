"""What lies on a PDF page beside its text: filled-in fields, notes, deletions, pictures."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence

import pypdfium2  # type: ignore[import-untyped] # it has no types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped] # it has no types

from rag.corpus.formats.pdf_lines import Line
from rag.corpus.normal_form import one_line

TEXT_FLAGS_HIDDEN = 0b10_0010  # the bits for hidden and for not shown
_TICKED = {pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON}
_WRITTEN = {
    pdfium.FPDF_FORMFIELD_TEXTFIELD,
    pdfium.FPDF_FORMFIELD_COMBOBOX,
    pdfium.FPDF_FORMFIELD_LISTBOX,
}


def with_fields(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, lines: Sequence[Line]
) -> list[Line]:
    """Return `lines` with the values of form fields and typed-on text where they are seen."""
    merged = list(lines)
    number = lines[0].page if lines else 0
    for rect, text in _shown_values(document, page):
        size = min(12.0, max(rect.top - rect.bottom, 1.0))
        base = rect.bottom + (rect.top - rect.bottom - size) / 2 + size / 4
        line = Line(text, number, rect.left, rect.right, base, size, is_row=True)
        merged.insert(_place(merged, line), line)
    return merged


def _place(lines: Sequence[Line], line: Line) -> int:
    """Return where `line` belongs: after the last that is above it, or on its left."""
    places = [
        place
        for place, other in enumerate(lines)
        if other.bottom > line.bottom + line.size / 2
        or (abs(other.bottom - line.bottom) <= line.size / 2 and other.left < line.left)
    ]
    return places[-1] + 1 if places else 0


def _shown_values(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage
) -> Iterator[tuple[pdfium.FS_RECTF, str]]:
    for annotation, kind in _annotations(page):
        if pdfium.FPDFAnnot_GetFlags(annotation) & TEXT_FLAGS_HIDDEN:
            continue
        text = ""
        if kind == pdfium.FPDF_ANNOT_FREETEXT:
            text = _string(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents")
        elif kind == pdfium.FPDF_ANNOT_WIDGET and document.formenv:
            text = _field_value(document.formenv, annotation)
        if text := one_line(text):
            yield _rect(annotation), text


def _field_value(form: object, annotation: object) -> str:
    field = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if field in _WRITTEN:
        return _string(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
    if field in _TICKED:
        return "☒" if pdfium.FPDFAnnot_IsChecked(form, annotation) else "☐"
    return ""


def struck_areas(page: pypdfium2.PdfPage) -> list[pdfium.FS_RECTF]:
    """Return the areas of a page that are marked as struck out."""
    return [
        _rect(annotation)
        for annotation, kind in _annotations(page)
        if kind == pdfium.FPDF_ANNOT_STRIKEOUT
    ]


def has_picture(document: pypdfium2.PdfDocument, number: int) -> bool:
    """Return whether a page shows a picture or a drawing; else it is blank."""
    page = document[number]
    try:
        return next(page.get_objects(max_depth=3), None) is not None
    finally:
        page.close()


def _annotations(page: pypdfium2.PdfPage) -> Iterator[tuple[object, int]]:
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if annotation:
            try:
                yield annotation, pdfium.FPDFAnnot_GetSubtype(annotation)
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)


def _rect(annotation: object) -> pdfium.FS_RECTF:
    rect = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect))
    return rect


def _string(read: Callable[..., int], *arguments: object) -> str:
    """Return the UTF-16 text that a function of PDFium writes into a buffer."""
    size = read(*arguments, None, 0)
    buffer = ctypes.create_string_buffer(size)
    read(*arguments, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")

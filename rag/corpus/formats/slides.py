"""Slides (.pptx), with python-pptx: title, text boxes, tables and the speaker's notes of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pptx
from lxml import etree  # type: ignore[import-untyped] # it has no types
from pptx.exc import PythonPptxError

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.archive import BROKEN, check_archive
from rag.corpus.formats.notes import struck_out, unread_parts
from rag.corpus.formats.xml_errors import parse_error
from rag.corpus.normal_form import one_line
from rag.corpus.scripts import lowered, raised

MAIN_PART = "ppt/presentation.xml"
_DAMAGED = "is damaged (no readable presentation inside). Save it again."
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def parse(source: Source) -> list[Draft]:
    """Return the article of a .pptx file; hidden slides are left out and said.

    Raises ArticleError: E-DOC-009 damaged, and what `check_archive` raises.
    """
    check_archive(source, required=MAIN_PART)
    try:
        slides = pptx.Presentation(BytesIO(source.data))
    except etree.XMLSyntaxError as error:
        raise parse_error(error, source, _DAMAGED) from error
    except (PythonPptxError, *BROKEN, KeyError) as error:
        raise source.error("E-DOC-009", _DAMAGED) from error
    shown = [s for s in slides.slides if s.element.get("show") not in ("0", "false")]
    reader = _Reader()
    draft = Draft([block for slide in shown for block in reader.slide(slide)])
    draft.title = one_line(slides.core_properties.title or "")
    if not draft.title or draft.title == "PowerPoint Presentation":
        first = shown[0].shapes.title if shown else None
        draft.title = one_line(first.text_frame.text) if first is not None else ""
    author = one_line(slides.core_properties.author or "")
    draft.authors = (author,) if author else ()
    hidden = len(slides.slides) - len(shown)
    draft.warnings += [unread_parts(source, [f"{hidden} hidden slides"])] if hidden else []
    draft.warnings += [unread_parts(source, ["charts"])] if reader.charts else []
    draft.warnings += [struck_out(source, reader.struck)] if reader.struck else []
    return [draft]


class _Reader:
    def __init__(self) -> None:
        self.struck = 0
        self.charts = 0

    def slide(self, slide: Any) -> Iterator[str]:
        yield from self._shapes(sorted(slide.shapes, key=_place))
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            yield from self._paragraphs(slide.notes_slide.notes_text_frame)

    def _shapes(self, shapes: Iterable[Any]) -> Iterator[str]:
        for shape in shapes:
            if hasattr(shape, "shapes"):
                yield from self._shapes(shape.shapes)
            elif shape.has_text_frame:
                yield from self._paragraphs(shape.text_frame)
            elif getattr(shape, "has_table", False):
                for row in shape.table.rows:
                    cells = (" ".join(self._paragraphs(c.text_frame)) for c in row.cells)
                    yield " | ".join(map(one_line, cells))
            else:
                self.charts += bool(getattr(shape, "has_chart", False))

    def _paragraphs(self, frame: Any) -> Iterator[str]:
        for paragraph in frame.paragraphs:
            text = ""
            for part in paragraph._p:  # noqa: SLF001 - python-pptx leaves out breaks and fields
                text += self._words(part, text)
            yield one_line(text)

    def _words(self, part: Any, before: str) -> str:
        words = "".join(t.text or "" for t in part.iter(f"{_A}t"))
        if part.tag == f"{_A}br":
            return " "
        look = part.find(f"{_A}rPr")
        if look is None:
            return words
        if look.get("strike", "noStrike") != "noStrike":
            self.struck += len(words.split())
            return ""
        shift = int(look.get("baseline", "0").rstrip("%") or 0)
        return words if not shift else (raised if shift > 0 else lowered)(words, before)


def _place(shape: Any) -> tuple[bool, int, int]:
    """Return where a shape is read: the title first, then from the top and the left."""
    is_title = shape.is_placeholder and shape.placeholder_format.type in (1, 3)
    return (not is_title, shape.top or 0, shape.left or 0)

"""What of the text of a PDF page nobody reads: struck out, white on white paper, far too small.

A PDF has no such attributes. A word is struck out where a review marks it, or where a thin line is
drawn through its middle; white letters are seen only on something that is drawn or coloured.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import pypdfium2  # type: ignore[import-untyped] # it has no types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped] # it has no types

MOST_OBJECTS = 20_000  # of a page that are looked at; beyond them it is a map
SMALLEST = 1.0  # points; nobody can read what is smaller
THIN = 0.15  # heights of a character: a line, not a field
MIDDLE = 0.2  # heights between the middle of a character and a line that is drawn through it
WHITE = 250  # of 255, from which paper and letters look alike

_GROUNDS = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING, pdfium.FPDF_PAGEOBJ_FORM)
_Rect = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(slots=True)
class Looks:
    """How the text of one page looks; `struck` and `hidden` are the places of letters found so."""

    marked: Sequence[pdfium.FS_RECTF] = ()
    lines: list[tuple[float, ...]] = field(default_factory=list)  # height, left, right, thickness
    grounds: list[_Rect] = field(default_factory=list)
    has_white: bool = False
    struck: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def hides(self, text: pypdfium2.PdfTextPage, index: int, box: pdfium.FS_RECTF) -> bool:
        """Return whether the character in `box` is struck out or cannot be seen."""
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        height = box.top - box.bottom
        if height < SMALLEST:
            return True
        is_marked = any(a.left <= x <= a.right and a.bottom <= y <= a.top for a in self.marked)
        if is_marked or self._is_lined(x, y, height):
            self.struck.append(index)
            return True
        return self._is_white_on_white(text, index, x, y)

    def _is_lined(self, x: float, y: float, height: float) -> bool:
        first = bisect_left(self.lines, (y - MIDDLE * height,))
        last = bisect_left(self.lines, (y + MIDDLE * height,))
        near = self.lines[first:last]
        return any(left <= x <= right and thick < THIN * height for _, left, right, thick in near)

    def _is_white_on_white(
        self, text: pypdfium2.PdfTextPage, index: int, x: float, y: float
    ) -> bool:
        if self.has_white and _is_white(pdfium.FPDFText_GetFillColor, text, index):
            on = (left <= x <= right and low <= y <= top for left, low, right, top in self.grounds)
            if not any(on):
                self.hidden.append(index)
                return True
        return False


def looks_of(page: pypdfium2.PdfPage, *, marked: Sequence[pdfium.FS_RECTF]) -> Looks:
    """Return how the text of a page looks; `marked` are the areas that a review struck out."""
    looks = Looks(marked)
    for each in islice(page.get_objects(max_depth=1), MOST_OBJECTS):
        if each.type == pdfium.FPDF_PAGEOBJ_TEXT:
            looks.has_white = looks.has_white or _is_white(pdfium.FPDFPageObj_GetFillColor, each)
        elif each.type in _GROUNDS:
            looks.grounds.append(each.get_bounds())
        elif each.type == pdfium.FPDF_PAGEOBJ_PATH:
            left, bottom, right, top = bounds = each.get_bounds()
            if top - bottom < right - left:
                looks.lines.append(((bottom + top) / 2, left, right, top - bottom))
            if not _is_white(pdfium.FPDFPageObj_GetFillColor, each):
                looks.grounds.append(bounds)
    looks.lines.sort()
    return looks


def words_at(places: Sequence[int]) -> int:
    """Return how many words the letters at sorted `places` are: those that follow are of one."""
    return sum(1 for last, place in zip((-2, *places), places, strict=False) if place > last + 1)


def _is_white(read: object, *arguments: object) -> bool:
    colours = [ctypes.c_uint() for _ in range(4)]
    is_known = read(*arguments, *map(ctypes.byref, colours))  # type: ignore[operator] # a C function
    return bool(is_known) and all(colour.value >= WHITE for colour in colours[:3])

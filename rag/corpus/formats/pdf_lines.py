"""The lines of a PDF page as PDFium places them, with raised and lowered characters told apart.

A line ends where PDFium ends it or where a wide gap parts it, so that the cells of a table and the
columns of a page are lines of their own. What order they are read in is `pdf_order`'s.
"""

from __future__ import annotations

import ctypes
import math
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

import pypdfium2  # type: ignore[import-untyped] # it has no types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped] # it has no types

from rag.corpus.formats.pdf_looks import Looks
from rag.corpus.normal_form import one_line
from rag.corpus.scripts import lowered, raised

BOLD_WEIGHT = 600  # of 100 to 900
WIDE_GAP = 1.5  # heights of a character; wider than any word space of justified text
SMALLER = 0.85  # of the height of its line: a raised or lowered character
SMALLEST_SCRIPT = 0.45  # of the height of its line
SHIFTED = 0.1  # heights between two base lines that tell a raised character from a small one
SLANTED = 0.05  # radians off the nearest right angle

_HYPHEN_MARKS = (0x02, 0xFFFE)  # what PDFium gives for a hyphen at a line end
_LINE_ENDS = (0x0D, 0x0A)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; places are in points from the lower left corner of the page.

    `is_row` where it is a row of a table, `is_slanted` where it stands neither level nor upright.
    `pieces` are its text with what of it is raised ("+") or lowered ("-").
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float
    is_bold: bool = False
    is_slanted: bool = False
    is_row: bool = False
    pieces: tuple[tuple[str, str], ...] = ()

    @property
    def mark(self) -> str:
        """What is raised at the start of the line, as the mark of a note is."""
        return self.pieces[0][1].strip() if self.pieces and self.pieces[0][0] == "+" else ""

    def spelled(self, note_marks: Collection[str]) -> Line:
        """Return the line with its text; raised `note_marks` refer to notes and go."""
        text = ""
        for place, (kind, words) in enumerate(self.pieces):
            after = self.pieces[place + 1][1] if place + 1 < len(self.pieces) else ""
            if kind == "+" and not text:
                text = words + " "
            elif kind == "+":
                text += "" if words.strip() in note_marks else raised(words, text, after)
            else:
                text += lowered(words, text, after) if kind == "-" else words
        return replace(self, text=one_line(text))


@dataclass(slots=True)
class _Run:
    """Characters on one base line, of one height."""

    left: float
    base: float
    height: float
    angle: float
    weight: int
    right: float = 0.0
    codes: list[int] = field(default_factory=list)
    ends: bool = False  # the line ends after it, with a hyphen

    @property
    def text(self) -> str:
        return _characters(self.codes)


def read_lines(text: pypdfium2.PdfTextPage, page: int, *, looks: Looks) -> list[Line]:
    """Return the lines of a page in the order in which the file gives them."""
    lines: list[list[tuple[str, _Run]]] = []
    for run in _runs(text, looks):
        kind = _kind(lines[-1], run) if lines and not lines[-1][-1][1].ends else None
        if kind is None:
            lines.append([("", run)])
        elif kind == "base":  # the line began with something raised
            first = lines[-1][0][1]
            lines[-1] = [("+" if first.base > run.base else "-", first), ("", run)]
        else:
            lines[-1].append((kind, run))
    return [_line(runs, page) for runs in lines]


def _runs(text: pypdfium2.PdfTextPage, looks: Looks) -> Iterator[_Run]:
    run: _Run | None = None
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in _LINE_ENDS or code in _HYPHEN_MARKS:
            if run:
                run.ends = code in _HYPHEN_MARKS
                run.codes += [ord("-")] if run.ends else []
                yield run
            run = None
        elif code <= ord(" ") or code == 0xA0:  # noqa: PLR2004 - a no-break space
            if run:
                run.codes.append(ord(" "))
        else:
            box, base = _place(text, index)
            goes_on = run is not None and _continues(run, box, base)
            if looks.hides(text, index, box):
                if run and goes_on:  # it leaves no gap
                    run.right = max(run.right, box.right)
                continue
            if run and not goes_on:
                yield run
                run = None
            run = run or _begin(text, index, box, base)
            run.codes.append(code)
            run.right = max(run.right, box.right)
    if run:
        yield run


def _begin(text: pypdfium2.PdfTextPage, index: int, box: pdfium.FS_RECTF, base: float) -> _Run:
    angle = pdfium.FPDFText_GetCharAngle(text, index)
    weight = pdfium.FPDFText_GetFontWeight(text, index)
    return _Run(box.left, base, box.top - box.bottom, angle, weight, right=box.right)


def _continues(run: _Run, box: pdfium.FS_RECTF, base: float) -> bool:
    """Return whether a character goes on with `run`."""
    height = box.top - box.bottom
    if abs(math.sin(run.angle)) > SLANTED:
        return True  # upright or slanted: PDFium alone knows where it ends
    is_same = abs(base - run.base) < SHIFTED * run.height and (
        SMALLER < height / run.height < 1 / SMALLER
    )
    return is_same and -height < box.left - run.right < WIDE_GAP * height


def _kind(line: list[tuple[str, _Run]], run: _Run) -> str | None:
    """Return how `run` goes on with `line`: "", raised, lowered, as its "base"; None if not."""
    last = line[-1][1]
    main = max((r for _, r in line), key=lambda r: r.height)
    height = max(main.height, run.height)
    is_level = abs(math.sin(run.angle)) <= SLANTED and abs(math.sin(main.angle)) <= SLANTED
    if not is_level or not -height / 3 < run.left - last.right < WIDE_GAP * height:
        return None
    shift = run.base - main.base
    if SMALLER * main.height <= run.height <= main.height / SMALLER:
        return "" if abs(shift) < SHIFTED * height else None
    small = min(main.height, run.height)
    is_first = run.height > main.height
    rise = -shift if is_first else shift
    if small < SMALLEST_SCRIPT * height or not -height / 2 < rise < height * 3 / 4:
        return None  # beside a drop cap, or of another line
    if is_first:
        return "base" if len(line) == 1 and abs(rise) > SHIFTED * height else None
    if rise < -SHIFTED / 2 * height:
        return "-"
    return "+" if rise > SHIFTED * height else ""


def _line(runs: list[tuple[str, _Run]], page: int) -> Line:
    main = max((run for _, run in runs), key=lambda r: (r.height, len(r.codes)))
    pieces: list[tuple[str, str]] = []
    for place, (kind, run) in enumerate(runs):
        before = runs[place - 1][1] if place else None
        is_apart = before and not kind and run.left - before.right > before.height / 4
        space = " " if is_apart and before and not before.text.endswith(" ") else ""
        pieces.append((kind, space + run.text))
    off_angle = abs(math.sin(2 * main.angle))
    return Line(
        text=one_line("".join(words for _, words in pieces)),
        page=page,
        left=runs[0][1].left,
        right=max(run.right for _, run in runs),
        bottom=main.base,
        size=main.height,
        is_bold=main.weight >= BOLD_WEIGHT,
        is_slanted=off_angle > 2 * SLANTED,
        pieces=tuple(pieces),
    )


def _place(text: pypdfium2.PdfTextPage, index: int) -> tuple[pdfium.FS_RECTF, float]:
    """Return the box of a character and the height of its base line."""
    rect = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, index, ctypes.byref(rect))
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, index, ctypes.byref(x), ctypes.byref(y))
    return rect, y.value


def _characters(codes: list[int]) -> str:
    """Return the text of code points, in which a pair of surrogates may stand for one character."""
    raw = "".join(chr(code) if code <= sys.maxunicode else "\ufffd" for code in codes)
    return raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

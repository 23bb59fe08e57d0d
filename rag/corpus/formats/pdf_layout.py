"""From the lines of PDF pages to paragraphs: what repeats on pages goes, line ends heal.

Works on geometry alone: a paragraph ends where the gap, the indent, the size or the weight changes,
and a column or page goes on where a sentence does. Footnotes follow the paragraph that runs over
their page. Reading order is `pdf_order`'s, large first letters are `pdf_drop_caps`'s.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from rag.corpus.formats.pdf_drop_caps import with_drop_caps
from rag.corpus.formats.pdf_lines import Line
from rag.corpus.lines import count_words, join_lines

MARGIN = 0.12  # of the page height, at top and bottom, in which running heads and feet stand
REPEATED = 0.5  # of the pages on which a running head stands at the same height,
OFTEN = 3  # or so many pages, as the heads of chapters do
SAME_HEIGHT = 0.02  # of the page height
SAME_SIZE = 0.06  # relative; rounding of type sizes
WIDER_GAP = 1.35  # times the usual line distance: paragraphs, not lines
INDENT = 0.8  # of the type size
SHORT_LINE = 0.8  # of the column width; a line that ends before it may end a paragraph
TITLE_SIZE = 1.15  # times the type size of the body
NOTE_SIZE = 0.95  # of the type size of the body, below which the lines of footnotes are
TITLE_WITHIN = 12  # first lines among which the title is

_PAGE_NUMBER = re.compile(
    r"[-–—\s|]*(?:page|p\.|seite)?\s*(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of|von)\s*\d{1,4})?[-–—\s|]*"
    r"|\d{1,2}/\d{1,2}/\d{2,4}, \d{1,2}:\d{2}.*",  # as browsers print them
    flags=re.IGNORECASE,
)
_OF_PAGES = re.compile(r".* (\d{1,4})/(\d{1,4})")  # likewise, after the address of the page
_NOTE_START = re.compile(r"[*†‡§¶]+\s*\w|\[?\(?\d{1,3}[\])]?[.:]?\s+\S")
_BULLET = re.compile(r"\A[•◦▪‣·–—]\s+")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]\s")
_LEADERS = re.compile(r"(?:\. ?){4}\s*\d+$")  # of a table of contents
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Page:
    """A page, its lines in reading order, and how many words of it are struck out or hidden."""

    width: float
    height: float
    lines: list[Line]
    struck: int = 0
    hidden: int = 0


def page_blocks(pages: Sequence[Page]) -> list[str]:
    """Return the paragraphs and headings of `pages`, each as one line."""
    lines, notes = _parted(_without_running_lines(pages))
    vocabulary = count_words("\n".join(line.text for line in (*lines, *notes)))
    lines = with_drop_caps(lines, vocabulary, body=_body_size(lines))
    blocks: list[str] = []
    for group in _paragraphs(lines):
        earlier = [note for note in notes if note.page < group[0].page]
        notes = notes[len(earlier) :]
        blocks += [_joined(g, vocabulary) for g in _paragraphs(earlier)]
        blocks.append(_joined(group, vocabulary))
    return blocks + [_joined(group, vocabulary) for group in _paragraphs(notes)]


def _joined(group: Sequence[Line], vocabulary: Counter[str]) -> str:
    return _BULLET.sub("", join_lines([line.text for line in group], vocabulary))


def find_title(pages: Sequence[Page]) -> str:
    """Return the text in the largest type at the top of the first page, if larger than the body."""
    lines = [line for line in _without_running_lines(pages) if len(line.text) > 1]
    body = _body_size(lines)
    first = [line for line in lines[:TITLE_WITHIN] if line.page == 0]
    largest = max((line.size for line in first), default=0.0)
    if largest < body * TITLE_SIZE:
        return ""
    groups = _paragraphs([line for line in first if _same_size(line.size, largest)])
    group = next(groups, [])
    return join_lines([line.text for line in group], Counter()) if group else ""


def _parted(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines of the text and those of the notes at the feet of its pages, spelled."""
    body = _body_size(lines)
    text: list[Line] = []
    notes: list[Line] = []
    for _, on_page in groupby(lines, key=lambda line: line.page):
        page = list(on_page)
        begin = _notes_begin(page, body)
        found = {_mark_of(line) for line in page[begin:]} - {""}
        text += [line.spelled(found) if line.pieces else line for line in page[:begin]]
        notes += [line.spelled(()) if line.pieces else line for line in page[begin:]]
    return text, notes


def _notes_begin(page: Sequence[Line], body: float) -> int:
    """Return the place of the first line of the footnotes of a page: small, marked and lowest."""
    begin = len(page)
    for place in range(len(page) - 1, -1, -1):
        line = page[place]
        is_lowest = all(line.bottom <= other.bottom for other in page[:place])
        if line.size >= body * NOTE_SIZE or line.is_row or not is_lowest:
            break
        if line.mark or _NOTE_START.match(line.text):
            begin = place
    return begin


def _mark_of(line: Line) -> str:
    match = re.match(r"[*†‡§¶]+|\d{1,3}", line.mark or line.text)
    return match[0] if match else ""


def _without_running_lines(pages: Sequence[Page]) -> list[Line]:
    """Return all lines but page numbers and what repeats in the margins."""
    seen: dict[tuple[str, int], list[tuple[int, list[int]]]] = {}
    for page in pages:
        for line in page.lines:
            if _in_margin(line, page):
                numbers = [int(n) for n in re.findall(r"\d{1,9}", line.text)]
                seen.setdefault(_running_key(line, page), []).append((line.page, numbers))
    enough = min(max(2, len(pages) * REPEATED), OFTEN)
    running = {key for key, found in seen.items() if _runs(found) >= enough}
    return [
        line
        for page in pages
        for line in page.lines
        if line.text
        and not (
            _in_margin(line, page)
            and (_is_page_number(line, len(pages)) or _running_key(line, page) in running)
        )
    ]


def _runs(found: Sequence[tuple[int, list[int]]]) -> int:
    """Return on how many pages a line stands whose numbers stay or count the pages.

    A total that happens to be last on two pages does neither.
    """
    (first, numbers), *_ = found
    fits = [
        all(b in (a, a + page - first) for a, b in zip(numbers, others, strict=True))
        for page, others in found
    ]
    return len({page for (page, _), fit in zip(found, fits, strict=True) if fit})


def _is_page_number(line: Line, count: int) -> bool:
    match = _OF_PAGES.fullmatch(line.text)
    if match:
        return (int(match[1]), int(match[2])) == (line.page + 1, count)
    return bool(_PAGE_NUMBER.fullmatch(line.text))


def _in_margin(line: Line, page: Page) -> bool:
    return not page.height * MARGIN < line.bottom < page.height * (1 - MARGIN)


def _running_key(line: Line, page: Page) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.bottom / page.height / SAME_HEIGHT)


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph."""
    columns = _columns(lines)
    usual = _usual_distance(lines, columns)
    group: list[Line] = []
    for place, line in enumerate(lines):
        if group and _breaks(group, line, columns[place - 1], columns[place], usual=usual):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _breaks(
    group: Sequence[Line], line: Line, column: _Column, next_column: _Column, *, usual: float
) -> bool:
    """Return whether `line` begins a new paragraph after the lines of `group`."""
    last = group[-1]
    if last.is_row or line.is_row:
        return True
    ends_sentence = bool(_ENDS_SENTENCE.search(last.text))
    fills = _fills(last, column)
    if _looks_apart(last, line) or (ends_sentence and _NUMBERED.match(line.text)):
        return True
    if column is not next_column:
        return ends_sentence or not (fills or line.text[0].islower())
    is_wide = (last.bottom - line.bottom) / line.size > usual * WIDER_GAP
    return is_wide or (ends_sentence and not fills) or _is_indented(group, line)


def _looks_apart(last: Line, line: Line) -> bool:
    """Return whether type, a bullet or dot leaders part two lines."""
    return (
        not _same_size(last.size, line.size)
        or last.is_bold != line.is_bold
        or bool(_BULLET.match(line.text) or _LEADERS.search(last.text))
    )


def _is_indented(group: Sequence[Line], line: Line) -> bool:
    """Return whether the left edge of `line` marks a new paragraph."""
    last, step = group[-1], INDENT * line.size
    is_centred = abs((last.left + last.right) - (line.left + line.right)) < step
    is_second = len(group) == 1
    if line.left > last.left + step:
        return not is_centred and not (is_second and _BULLET.match(last.text))
    return line.left < last.left - step and not is_centred and not is_second


@dataclass(frozen=True, slots=True)
class _Column:
    """The edges of a column: lines of one page that go down without a jump up."""

    left: float
    right: float


def _columns(lines: Sequence[Line]) -> list[_Column]:
    """Return the column of each line."""
    columns: list[_Column] = []
    start = 0
    for place in range(1, len(lines) + 1):
        if place < len(lines) and not _jumps(lines[place - 1], lines[place]):
            continue
        run = lines[start:place]
        column = _Column(min(line.left for line in run), max(line.right for line in run))
        columns += [column] * len(run)
        start = place
    return columns


def _jumps(last: Line, line: Line) -> bool:
    return line.page != last.page or line.bottom > last.bottom + line.size / 2


def _fills(line: Line, column: _Column) -> bool:
    """Return whether a line is as long as its column, so that another may go on with it."""
    return line.right > column.left + SHORT_LINE * (column.right - column.left)


def _usual_distance(lines: Sequence[Line], columns: Sequence[_Column]) -> float:
    """Return the usual distance of lines, in type sizes.

    On a short page most distances are those of paragraphs; below a line that fills its column they
    are not.
    """
    distances = [
        (_fills(a, column), (a.bottom - b.bottom) / b.size)
        for (a, b), column in zip(pairwise(lines), columns, strict=False)
        if not _jumps(a, b) and _same_size(a.size, b.size) and a.bottom - b.bottom > b.size / 2
    ]
    inside = [distance for fills, distance in distances if fills]
    known = inside or [distance for _, distance in distances]
    return median(known) if known else 1.2  # what type is set with where nothing is said


def _same_size(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_SIZE * max(one, other)


def _body_size(lines: Sequence[Line]) -> float:
    """Return the type size of most characters."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0

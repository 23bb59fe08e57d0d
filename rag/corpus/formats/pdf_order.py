"""The order in which the lines of a PDF page are read: columns one by one, tables row by row.

Only what the file draws row by row is put in order; what it draws column by column is so already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.corpus.formats.pdf_lines import Line

SAME_ROW = 0.3  # type sizes between the base lines of one row
FEWEST_ROWS = 2  # of several cells: a table, or columns
FEWEST_LINES = 3  # of a column of text
SHORTEST_LINES = 15  # characters, on average, in a column of text
RUNNING_ON = 0.4  # of the lines of a column begin in lower case: its sentences run on
MOST_COLUMNS = 4

_LONE_MARK = re.compile(r"[•◦▪‣·–—-]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]")

Row = list[Line]


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of one page as they are read."""
    ordered: list[Line] = []
    rows = list(_rows(lines))
    start = 0
    while start < len(rows):
        end = _band_end(rows, start)
        band = rows[start:end]
        start = end
        if sum(len(row) > 1 for row in band) < FEWEST_ROWS:
            ordered += [_joined(row, " ") for row in band]
        elif _is_text(columns := _in_columns(band)):
            ordered += [line for column in columns for line in column]
        else:
            ordered += [replace(_joined(row, " | "), is_row=True) for row in band]
    return ordered


def _rows(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield the lines that stand side by side and follow each other in the file."""
    row: Row = []
    for line in lines:
        if row and not _is_beside(row[-1], line):
            yield row
            row = []
        if row and _LONE_MARK.fullmatch(row[-1].text):
            row[-1] = _joined([row[-1], line], " ")
        else:
            row.append(line)
    if row:
        yield row


def _is_beside(last: Line, line: Line) -> bool:
    is_level = abs(last.bottom - line.bottom) < SAME_ROW * min(last.size, line.size)
    return is_level and line.left > last.right and not (last.is_slanted or line.is_slanted)


def _band_end(rows: Sequence[Row], start: int) -> int:
    """Return the end of the rows from `start` on that share their columns."""
    if len(rows[start]) == 1:
        return start + 1
    columns = _spans([rows[start]])
    end = start + 1
    while end < len(rows):
        row = rows[end]
        wider = _spans([*rows[start:end], row])
        is_below = row[0].bottom < rows[end - 1][0].bottom and row[0].page == rows[start][0].page
        if not is_below or (len(wider) < len(columns) and len(wider) < 2) or _crosses(row, columns):  # noqa: PLR2004
            break
        columns, end = wider, end + 1
    return end


def _crosses(row: Row, columns: Sequence[tuple[float, float]]) -> bool:
    """Return whether a lone line stands in more than one column."""
    return len(row) == 1 and (
        sum(row[0].left < right and left < row[0].right for left, right in columns) > 1
    )


def _spans(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Return the left and right edges of the columns that `rows` leave gaps between."""
    spans: list[tuple[float, float]] = []
    for left, right in sorted((line.left, line.right) for row in rows for line in row):
        if spans and left < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], right))
        else:
            spans.append((left, right))
    return spans


def _in_columns(band: Sequence[Row]) -> list[list[Line]]:
    columns: list[list[Line]] = [[] for _ in _spans(band)]
    for left, right in _spans(band):
        place = _spans(band).index((left, right))
        columns[place] = [ln for row in band for ln in row if left <= ln.left < right]
    return columns


def _is_text(columns: Sequence[Sequence[Line]]) -> bool:
    """Return whether columns hold running text, not the cells of a table."""
    return 1 < len(columns) <= MOST_COLUMNS and all(map(_runs_on, columns))


def _runs_on(column: Sequence[Line]) -> bool:
    if len(column) < FEWEST_LINES:
        return False
    average = sum(len(line.text) for line in column) / len(column)
    later = [line for line in column[1:] if line.text]
    small = sum(line.text[0].islower() for line in later)
    return average >= SHORTEST_LINES and small >= RUNNING_ON * len(later)


def _joined(row: Row, separator: str) -> Line:
    if len(row) == 1:
        return row[0]
    return replace(
        row[0],
        text=separator.join(line.text for line in row),
        right=row[-1].right,
        is_bold=all(line.is_bold for line in row),
        is_row=any(line.is_row for line in row),
        pieces=(),
    )

"""Questions as CSV: a header of field names, then one question a row.

Between fields stand commas or, as spreadsheets write in many countries, semicolons or tabs.
A list is a JSON list or values separated by " | "; an empty cell means that nothing is known.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from rag.evaluation.questions.question_fields import KNOWN_FIELDS, require_known
from rag.evaluation.questions.question_lines import Line, Row, parse_json, text_lines

SEPARATOR = " | "
DELIMITERS = ",;\t"
MAX_FIELD_CHARACTERS = 131_072  # 128 KB; mostly a quotation mark that is not closed
LIST_FIELDS = frozenset(
    "answers all_of articles quotes history outlets authors only_articles tags".split()
)
_BOOLEANS = dict.fromkeys(("true", "yes", "1"), True) | dict.fromkeys(("false", "no", "0"), False)


def csv_reads(path: Path) -> Iterator[Callable[[], Row]]:
    """Yield what reads each row below the header; the header is row 1, blank rows count.

    Going on raises QuestionSetError E-EVL-001, 003, 005, 006, 009, 012 or 015 where the file or
    its header is wrong, a call what is wrong with its row; both name the row.
    """
    rows = _records(path)
    _, header = next(rows, (None, []))
    names = _names(Line(path.name, 1, "row"), header)
    for line, cells in rows:
        yield partial(_row, line, names, cells)


def _row(line: Line, names: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(names):
        line.refuse("E-EVL-009", f"{_fields(len(cells))}, expected {len(names)}.")
    pairs = zip(names, cells, strict=True)
    return Row(line, {name: _value(line, name, cell) for name, cell in pairs if cell.strip()})


def _records(path: Path) -> Iterator[tuple[Line, list[str]]]:
    """Yield each row that holds anything, with its place."""
    number = 0

    def lines() -> Iterator[str]:
        for _, text in text_lines(path):
            if "\0" in text:
                Line(path.name, number + 1, "row").refuse("E-EVL-009", "holds a NUL character.")
            yield text

    reader = csv.reader(lines(), strict=True, delimiter=_delimiter(path))
    while True:
        line = Line(path.name, number + 1, "row")
        try:
            cells = next(reader, None)
        except csv.Error as error:
            line.refuse("E-EVL-009", f"{error}. Is a quotation mark not closed?")
        if cells is None:
            return
        number += 1
        if any(len(cell) > MAX_FIELD_CHARACTERS for cell in cells):
            line.refuse("E-EVL-009", f"a field is longer than {MAX_FIELD_CHARACTERS:,} characters.")
        if any(cell.strip() for cell in cells):
            yield line, cells


def _delimiter(path: Path) -> str:
    """Return what parts the first line into the most known fields; a comma where none does."""
    lines = (text for _, text in text_lines(path))
    header = next((text for text in lines if text.strip(DELIMITERS + " \r\n")), "")

    def known(delimiter: str) -> int:
        with suppress(csv.Error):  # a field too long; reading the row says so
            names = next(csv.reader([header], delimiter=delimiter), [])
            return sum(name.strip() in KNOWN_FIELDS for name in names)
        return 0

    return max(DELIMITERS, key=known)


def _names(line: Line, header: Sequence[str]) -> list[str]:
    names = [name.strip() for name in header]
    for column, name in enumerate(names, start=1):
        if not name:
            line.refuse("E-EVL-005", f"column {column} has no name.")
        if names.index(name) != column - 1:
            line.refuse("E-EVL-006", f'field "{name}" is given twice.')
    require_known(line, names)
    return names


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


def _value(line: Line, name: str, cell: str) -> Any:
    """Return a cell as JSON would give it; what cannot be is left to the check of the field."""
    if name in LIST_FIELDS:
        return _list(line, cell)
    if name == "answerable":
        return _BOOLEANS.get(cell.strip().casefold(), cell)
    if name == "generation":
        return int(cell) if cell.strip().isdecimal() and len(cell) < _LONG else cell
    return cell


_LONG = 20  # digits of a number that is no generation; int() refuses thousands of them


def _list(line: Line, cell: str) -> Any:
    if cell.lstrip().startswith("["):
        return parse_json(line, cell)
    return [part.strip() for part in cell.split(SEPARATOR)]

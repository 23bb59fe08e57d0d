"""What the files of questions share: lines, rows of fields read by type, errors that say where.

A file is read line by line, so a wrong one of any size is refused without being held in memory.
A field that is missing, null or empty is not known; a field of a wrong type is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal, NoReturn

from rag.errors import QuestionSetError

MAX_LINE_CHARACTERS = 1_000_000
"""Far beyond any question with its history; a file without line ends is refused there."""

_PACKED = {
    b"\x1f\x8b": "gzip; unpack it first",
    b"PK\x03\x04": "a spreadsheet or a zip archive; save it as CSV or unpack it first",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; save it as CSV first",
}
_NOT_UTF8 = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of a wrong byte

_KINDS = {list: "a list", str: "text", bool: "true or false", type(None): "null"}

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # JSON can spell what no file can hold: "\ud800"


@dataclass(frozen=True, slots=True)
class Line:
    """Where in a file something stands; `unit` is what people count there."""

    name: str
    number: int
    unit: Literal["line", "row"] = "line"

    def refuse(self, code: str, what: str, *, column: int | None = None) -> NoReturn:
        """Raise QuestionSetError `code` with the place in front."""
        at = "" if column is None else f", column {column:,}"
        raise QuestionSetError(code, f"{self.name} {self.unit} {self.number}{at}: {what}")


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each line of a UTF-8 file with its number; a BOM and any line ends are accepted.

    Raises QuestionSetError E-EVL-001 (cannot be read), 003 (not UTF-8), 012 (a line too long)
    and 015 (packed).
    """
    require_plain_file(path)
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
            number = 0
            while text := file.readline(MAX_LINE_CHARACTERS + 1):
                number += 1
                _require_sound(Line(path.name, number), text)
                yield number, text
    except OSError as error:
        raise _cannot_read(path, error) from error


def require_plain_file(path: Path) -> None:
    """Raise QuestionSetError where `path` cannot be read (E-EVL-001) or is packed (015)."""
    try:
        with path.open("rb") as file:
            start = file.read(max(map(len, _PACKED)))
    except OSError as error:
        raise _cannot_read(path, error) from error
    for magic, kind in _PACKED.items():
        if start.startswith(magic):
            raise QuestionSetError("E-EVL-015", f'"{path}" looks like {kind}.')


def json_rows(path: Path) -> Iterator[Row]:
    """Yield the objects of a JSON Lines file; blank lines are skipped.

    Raises QuestionSetError E-EVL-001, 003, 004, 006 … 008, 012 or 015, naming the line.
    """
    return (read() for read in json_reads(path))


def json_reads(path: Path) -> Iterator[Callable[[], Row]]:
    """Yield what reads each row, so that one which is wrong does not hide the next.

    Going on raises E-EVL-001, 003, 012 or 015, a call what is wrong with its line.
    """
    for number, text in text_lines(path):
        if text.strip():
            yield partial(_row, Line(path.name, number), text)


def parse_object(line: Line, text: str) -> dict[str, Any]:
    """Return one JSON object. Raises QuestionSetError E-EVL-003, 004, 006, 007 or 008."""
    found = parse_json(line, text)
    if not isinstance(found, dict):
        line.refuse(
            "E-EVL-004", f"expected an object, found {_KINDS.get(type(found), 'a number')}."
        )
    return found


def parse_json(line: Line, text: str) -> Any:
    """Return what JSON `text` means. Raises QuestionSetError E-EVL-003, 006, 007 or 008."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            line.refuse("E-EVL-006", f'field "{twice}" is given twice.')
        return found

    def no_constant(name: str) -> NoReturn:
        line.refuse("E-EVL-007", f"{name} is not a value.")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        line.refuse("E-EVL-003", f"{error.msg}.", column=error.colno)
    except RecursionError:
        line.refuse("E-EVL-008", "nested too deep.")
    except ValueError:
        line.refuse("E-EVL-007", "a number has too many digits.")


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one question as its file gives them. Every method raises E-EVL-005."""

    line: Line
    fields: dict[str, Any]

    def refuse(self, code: str, what: str) -> NoReturn:
        """Raise QuestionSetError `code` with the place in front."""
        self.line.refuse(code, what)

    def text(self, name: str) -> str:
        """Return a text; a whole number counts as one in `id`."""
        value = self.fields.get(name)
        if name == "id" and type(value) is int:
            return str(value)
        return "" if value is None else self.checked_text(name, value)

    def needed_text(self, name: str) -> str:
        """Return a text that must be there; whether it can be asked is seen when it is."""
        if name not in self.fields:
            self.refuse("E-EVL-005", f'field "{name}" is missing.')
        return self.checked_text(name, self.fields[name])

    def values(self, name: str) -> list[Any]:
        """Return a list of anything."""
        values = self.fields.get(name)
        if values is not None and not isinstance(values, list):
            self.refuse("E-EVL-005", f'field "{name}" must be a list (found {values!r:.60}).')
        return values or []

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, none of them empty."""
        texts = tuple(self.checked_text(name, value) for value in self.values(name))
        if not all(text.strip() for text in texts):
            self.refuse("E-EVL-005", f'field "{name}" holds an empty text.')
        return texts

    def boolean(self, name: str) -> bool | None:
        """Return true or false."""
        value = self.fields.get(name)
        if value is not None and not isinstance(value, bool):
            self.refuse("E-EVL-005", f'field "{name}" must be true or false (found {value!r:.60}).')
        return value

    def whole_number(self, name: str) -> int | None:
        """Return a whole number above 0."""
        value = self.fields.get(name)
        if value is not None and (type(value) is not int or value < 1):
            what = "must be a whole number above 0"
            self.refuse("E-EVL-005", f'field "{name}" {what} (found {value!r:.60}).')
        return value

    def day(self, name: str) -> date | None:
        """Return a date; of all that ISO 8601 allows, only 2025-10-30."""
        text = self.text(name)
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or found.isoformat() != text:
            what = "must be a date like 2025-10-30"
            self.refuse("E-EVL-005", f'field "{name}" {what} (found "{text:.60}").')
        return found

    def checked_text(self, name: str, value: Any) -> str:
        """Return `value`, found in field `name`, if it is a text that a file can hold."""
        if not isinstance(value, str):
            self.refuse("E-EVL-005", f'field "{name}" must be text (found {value!r:.60}).')
        if _HALF_CHARACTER.search(value):
            self.refuse("E-EVL-005", f'field "{name}" holds half a character: {value!r:.60}.')
        return value


def _cannot_read(path: Path, error: OSError) -> QuestionSetError:
    told = error.strerror or error
    return QuestionSetError("E-EVL-001", f'Cannot read the question set "{path}": {told}.')


def _require_sound(line: Line, text: str) -> None:
    if wrong := _NOT_UTF8.search(text):
        line.refuse("E-EVL-003", "not valid UTF-8. Save it as UTF-8.", column=wrong.start() + 1)
    if len(text) > MAX_LINE_CHARACTERS:
        line.refuse("E-EVL-012", f"longer than {MAX_LINE_CHARACTERS:,} characters.")


def _row(line: Line, text: str) -> Row:
    return Row(line, parse_object(line, text))

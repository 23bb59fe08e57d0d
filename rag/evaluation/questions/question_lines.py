"""What the files of questions share: their lines as text, and errors that say where.

A file is read line by line, so a wrong one of any size is refused without being held in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from rag.errors import QuestionSetError

MAX_LINE_CHARACTERS = 1_000_000
"""Far beyond any question with its history; a file without line ends is refused there."""

_PACKED = {
    b"\x1f\x8b": "gzip; unpack it first",
    b"PK\x03\x04": "a spreadsheet or a zip archive; save it as CSV or unpack it first",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; save it as CSV first",
}
_NOT_UTF8 = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of a wrong byte


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


def _cannot_read(path: Path, error: OSError) -> QuestionSetError:
    told = error.strerror or error
    return QuestionSetError("E-EVL-001", f'Cannot read the question set "{path}": {told}.')


def _require_sound(line: Line, text: str) -> None:
    if wrong := _NOT_UTF8.search(text):
        line.refuse("E-EVL-003", "not valid UTF-8. Save it as UTF-8.", column=wrong.start() + 1)
    if len(text) > MAX_LINE_CHARACTERS:
        line.refuse("E-EVL-012", f"longer than {MAX_LINE_CHARACTERS:,} characters.")

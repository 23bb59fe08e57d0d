"""Question sets: JSON Lines files with one question a line.

`question` is needed; `id`, `history` and `as_of` are used when answering. The other known
fields say what is known about the answer; answering does not look at them.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from rag.errors import QuestionSetError
from rag.records import Filters, Question, Turn

KNOWN_FIELDS = (
    "question",
    "id",
    "history",
    "as_of",
    "answers",
    "articles",
    "quotes",
    "answerable",
    "tags",
)
MAX_LINE_CHARACTERS = 1_000_000
GZIP_MAGIC, ZIP_MAGIC = b"\x1f\x8b", b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """One line of a question set; `id` is its line number when the line gives none."""

    id: str
    question: Question


def read_question_set(path: Path) -> list[SetQuestion]:
    """Return the questions of a JSON Lines file in order.

    Raises QuestionSetError E-EVL-001 … 015, naming the line and the field.
    """
    questions: list[SetQuestion] = []
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        item = _question(_Line(path.name, number), line)
        if item.id in seen:
            _Line(path.name, number).refuse(
                "E-EVL-006", f'id "{item.id}" stands on line {seen[item.id]} already.'
            )
        seen[item.id] = number
        questions.append(item)
    if not questions:
        raise QuestionSetError("E-EVL-002", f'No questions found in "{path}".')
    return questions


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    number: int

    def refuse(self, code: str, what: str) -> NoReturn:
        raise QuestionSetError(code, f"{self.name} line {self.number}: {what}")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise QuestionSetError(
            "E-EVL-001", f'Cannot read the question set "{path}": {error.strerror}.'
        ) from error
    if raw.startswith((GZIP_MAGIC, ZIP_MAGIC)):
        kind = "gzip" if raw.startswith(GZIP_MAGIC) else "a zip archive"
        raise QuestionSetError("E-EVL-015", f'"{path}" looks like {kind}; unpack it first.')
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionSetError(
            "E-EVL-003", f'"{path}" is not valid UTF-8 (byte {error.start:,}). Save it as UTF-8.'
        ) from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _question(line: _Line, text: str) -> SetQuestion:
    if len(text) > MAX_LINE_CHARACTERS:
        line.refuse("E-EVL-012", f"longer than {MAX_LINE_CHARACTERS:,} characters.")
    row = _object(line, text)
    for name in row:
        if name not in KNOWN_FIELDS:
            close = difflib.get_close_matches(name, KNOWN_FIELDS, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else "."
            line.refuse("E-EVL-005", f'unknown field "{name}"{hint}')
    if "question" not in row:
        line.refuse("E-EVL-005", 'field "question" is missing.')
    asked = _text(line, row["question"], "question")
    return SetQuestion(
        id=_text(line, row.get("id", str(line.number)), "id"),
        question=Question(asked, _history(line, row), Filters(as_of=_as_of(line, row))),
    )


def _object(line: _Line, text: str) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) < len(pairs):
            line.refuse("E-EVL-006", "a field is given twice.")
        return row

    def no_constant(name: str) -> NoReturn:
        line.refuse("E-EVL-007", f"{name} is not a value.")

    try:
        row = json.loads(text, object_pairs_hook=unique, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        line.refuse("E-EVL-003", f"column {error.colno}: {error.msg}.")
    except RecursionError:
        line.refuse("E-EVL-008", "nested too deep.")
    except ValueError:
        line.refuse("E-EVL-007", "a number has too many digits.")
    if not isinstance(row, dict):
        line.refuse("E-EVL-004", f"expected an object, found {type(row).__name__}.")
    return row


def _history(line: _Line, row: dict[str, Any]) -> tuple[Turn, ...]:
    turns = row.get("history") or []
    if not isinstance(turns, list):
        line.refuse("E-EVL-005", 'field "history" must be a list of turns.')
    return tuple(_turn(line, turn) for turn in turns)


def _turn(line: _Line, turn: Any) -> Turn:
    if isinstance(turn, str):
        return Turn(turn, "")
    if not isinstance(turn, dict) or set(turn) - {"question", "answer"} or "question" not in turn:
        line.refuse("E-EVL-005", 'a turn of "history" is {"question": …, "answer": …}.')
    return Turn(
        _text(line, turn["question"], "history"), _text(line, turn.get("answer", ""), "history")
    )


def _as_of(line: _Line, row: dict[str, Any]) -> date | None:
    value = row.get("as_of")
    if value is None:
        return None
    try:
        return date.fromisoformat(_text(line, value, "as_of"))
    except ValueError:
        line.refuse("E-EVL-005", f'field "as_of" must be a date like 2025-10-30 (found "{value}").')


def _text(line: _Line, value: Any, name: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and name == "id":
        return str(value)
    if not isinstance(value, str):
        line.refuse("E-EVL-005", f'field "{name}" must be text (found {value!r:.60}).')
    return value

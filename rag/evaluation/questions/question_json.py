"""Questions as JSON Lines: one object a line, read strictly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from rag.evaluation.questions.question_lines import Line, text_lines
from rag.evaluation.questions.question_rows import Row

_KINDS = {list: "a list", str: "text", bool: "true or false", type(None): "null"}


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


def _row(line: Line, text: str) -> Row:
    return Row(line, parse_object(line, text))


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

"""One row of a question set, and its fields read by type.

A field that is missing, null or empty is not known; a field of a wrong type is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from rag.evaluation.questions.question_lines import Line

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # JSON can spell what no file can hold: "\ud800"


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

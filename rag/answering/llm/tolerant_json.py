"""Read JSON as small models write it: cut short, in single quotes, with quotes not escaped.

A quotation mark ends a string only where what follows could follow a string; commas and closing
brackets may be missing. Nothing is executed, nothing raises.

>>> read_json("{'text': 'A rule', 'quotes': [{'passage': 1")
Value(content={'text': 'A rule', 'quotes': [{'passage': 1}]}, end=43, is_whole=False)
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

DEEPEST = 24
"""Brackets inside brackets; what the prompt asks for has five."""

_BLANK = re.compile(r"[\s,]*")
_AFTER_COMMA = r"(?:\Z|[\"'{\[}\]\d-]|(?i:true|false|null|none)\b)"
_STRING_END = {
    quote: re.compile(rf"(?<!\\){quote}(?=\s*(?:\Z|[}}\]:]|,\s*{_AFTER_COMMA}))") for quote in "\"'"
}
_WORD = re.compile(r"[^\s,:{}\[\]\"']+")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " "}
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.)|\Z)", re.DOTALL)
_NAMED = {"true": True, "false": False, "null": None, "none": None}


class Value(NamedTuple):
    """A value, where the text goes on after it, and whether all of it was there."""

    content: Any
    end: int
    is_whole: bool


def read_json(text: str, at: int = 0, *, depth: int = 0) -> Value:
    """Return the value that begins at `at`, as far as it goes."""
    at = _after_blank(text, at)
    first = text[at : at + 1]
    if first in {"{", "["} and depth < DEEPEST:
        return _container(text, at + 1, "}" if first == "{" else "]", depth)
    if first in {'"', "'"}:
        return _string(text, at)
    word = _WORD.match(text, at)
    if word is None:
        return Value(None, at + 1, bool(first))
    return Value(_named(word[0]), word.end(), word.end() < len(text))


def _container(text: str, at: int, closing: str, depth: int) -> Value:
    pairs: dict[str, Any] = {}
    items: list[Any] = []
    content = pairs if closing == "}" else items
    while (at := _after_blank(text, at)) < len(text):
        if text[at] in "}]":
            return Value(content, at + 1, is_whole=True)
        value = read_json(text, at, depth=depth + 1)
        if closing == "}":
            key = str(value.content)
            at = _after_blank(text, value.end)
            if text[at : at + 1] != ":":
                continue
            value = read_json(text, at + 1, depth=depth + 1)
            pairs[key] = value.content
        else:
            items.append(value.content)
        at = value.end
        if not value.is_whole:
            return Value(content, at, is_whole=False)
    return Value(content, at, is_whole=False)


def _string(text: str, at: int) -> Value:
    end = _STRING_END[text[at]].search(text, at + 1)
    inside = text[at + 1 : end.start() if end else len(text)]
    return Value(_ESCAPED.sub(_unescaped, inside), end.end() if end else len(text), end is not None)


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return _ESCAPES.get(match[2] or "", match[2] or "")


def _named(word: str) -> Any:
    if word.isdecimal() and len(word) < 10:  # noqa: PLR2004 - a passage has a small number
        return int(word)
    return _NAMED.get(word.casefold(), word)


def _after_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at

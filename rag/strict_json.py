"""Frozen records to JSON and back; reading accepts what writing makes, and nothing else.

A file that a person or a failing disk has changed is refused as a whole rather than half
understood: unknown fields, missing ones, wrong types, NaN and repeated keys are all errors.
Only a field that has a default may be missing: a record written before the field was added.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, TypeVar

Record = TypeVar("Record")


class NotThisRecord(ValueError):  # noqa: N818 - says what the text is not
    """The JSON text is not a record of the type asked for."""


def to_text(record: Any) -> str:
    """Return a dataclass as JSON text; dates in ISO form, tuples as lists."""
    return json.dumps(
        dataclasses.asdict(record), default=_iso, ensure_ascii=False, allow_nan=False, indent=1
    )


def to_line(record: Any) -> str:
    """Return a dataclass as JSON text without line breaks, as a file of many records holds it."""
    return json.dumps(dataclasses.asdict(record), default=_iso, ensure_ascii=False, allow_nan=False)


def from_text(kind: type[Record], text: str) -> Record:
    """Return the record that `to_text` wrote. Raises NotThisRecord for anything else."""
    try:
        return typing.cast("Record", _read(kind, parse(text), where=kind.__name__))
    except (ValueError, RecursionError) as error:
        raise NotThisRecord(str(error)) from error


def parse(text: str) -> Any:
    """Return what JSON means; ValueError for a repeated key, NaN or too deep a nest as well."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _read(kind: Any, data: Any, *, where: str) -> Any:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        inner = next(part for part in parts if part is not type(None))
        return None if data is None else _read(inner, data, where=where)
    if origin is Literal:
        return data if data in parts else _refuse(data, where)
    if origin is tuple:
        items = data if isinstance(data, list) else _refuse(data, where)
        return tuple(_read(parts[0], item, where=where) for item in items)
    if origin is dict:
        items = data if isinstance(data, dict) else _refuse(data, where)
        return {key: _read(parts[1], value, where=where) for key, value in items.items()}
    if dataclasses.is_dataclass(kind):
        return _read_record(kind, data, where=where)
    return _read_plain(kind, data, where=where)


def _read_record(kind: Any, data: Any, *, where: str) -> Any:
    hints, needed = _fields(kind)
    if not isinstance(data, dict) or not needed <= data.keys() <= hints.keys():
        return _refuse(data, where)
    return kind(**{key: _read(hints[key], data[key], where=f"{where}.{key}") for key in data})


@lru_cache(maxsize=64)
def _fields(kind: Any) -> tuple[dict[str, Any], set[str]]:
    """Return the types of all fields by name, and the names of those without a default."""
    missing = dataclasses.MISSING
    needed = {
        field.name
        for field in dataclasses.fields(kind)
        if field.default is missing and field.default_factory is missing
    }
    return typing.get_type_hints(kind), needed


def _read_plain(kind: Any, data: Any, *, where: str) -> Any:
    if kind in {date, datetime} and isinstance(data, str):
        return kind.fromisoformat(data)
    if kind is float and type(data) in {int, float}:
        return float(data)
    return data if type(data) is kind else _refuse(data, where)


def _refuse(data: Any, where: str) -> Any:
    raise ValueError(f"{where} cannot be {str(data)[:40]!r}")

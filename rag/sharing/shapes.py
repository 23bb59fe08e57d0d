"""Records as other programs get them: on the command line with `--json`, and through the API."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rag.explanation import Explanation
from rag.records import Answer, Retrieval


def answer_record(answer: Answer) -> dict[str, Any]:
    """Return the Answer in the documented shape of `ask --json`; its hits are without text."""
    record: dict[str, Any] = plain_value(answer)
    record["hits"] = [plain_value(hit.place) for hit in answer.hits]
    return record


def answered_record(answer: Answer, explanation: Explanation | None) -> dict[str, Any]:
    """Return the Answer, with `explanation` (the fields of `Explanation`) where one was asked."""
    record = answer_record(answer)
    return record if explanation is None else record | {"explanation": plain_value(explanation)}


def search_record(retrieval: Retrieval, *, total_ms: float) -> dict[str, Any]:
    """Return the passages of a query in the documented shape of `search --json`."""
    return {
        "query": retrieval.query.text,
        "hits": [plain_value(hit.place) | {"text": hit.passage.text} for hit in retrieval.hits],
        "generation": retrieval.generation,
        "timings_ms": {"total": round(total_ms, 1)},
    }


def plain_value(value: Any) -> Any:
    """Return records as what JSON has: objects, arrays, text, numbers; dates in ISO form."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain_value(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value

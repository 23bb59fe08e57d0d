"""Keeps lessons in a gzipped JSONL file, so that a training goes on with the very same."""

from __future__ import annotations

import dataclasses
import gzip
import json
from pathlib import Path
from typing import Any

from rag.records import Span
from rag.training.examples import Example, Text
from rag.training.sets import Claim
from rag.training.train import Lessons


def write_lessons(lessons: Lessons, path: Path) -> None:
    """Write an example or a claim a line."""
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        rows = [dataclasses.asdict(one) for one in lessons.examples]
        rows += [dataclasses.asdict(one) for one in lessons.claims]
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read_lessons(path: Path) -> Lessons:
    """Return what `write_lessons` wrote."""
    examples, claims = [], []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if "texts" in row:
                examples.append(Example(row["question"], tuple(map(_text, row["texts"]))))
            else:
                words = None if row["words"] is None else _spans(row["words"])
                claims.append(Claim(**{**row, "words": words}))
    return Lessons(examples, claims)


def _text(row: dict[str, Any]) -> Text:
    return Text(
        row["title"],
        row["text"],
        _spans(row["sentences"]),
        tuple(row["right"]),
        _spans(row["spans"]),
    )


def _spans(rows: list[dict[str, int]]) -> tuple[Span, ...]:
    return tuple(Span(**row) for row in rows)

"""Puts together what is learned and what measures: questions, made claims, claims of the sets.

Lessons are kept in a gzipped JSONL file, so that a training goes on with the very same.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
from pathlib import Path
from typing import Any

from rag.encoders.embedder import Embedder
from rag.records import Span
from rag.training.examples import Example, Text, make_examples
from rag.training.made_claims import make_claims
from rag.training.made_questions import make_questions
from rag.training.sets import Claim, read_claims, read_questions
from rag.training.train import Lessons

MADE_CLAIMS, MADE_QUESTIONS = 16_000, 3_000


def make_lessons(
    sets: Path, embedder: Embedder, *, seed: int, share: float = 1.0
) -> tuple[Lessons, Lessons]:
    """Return what is trained on, and what of the same sets is held out."""
    asked = read_questions(sets, seed=seed, share=share)
    prose = read_questions(sets, seed=seed, share=share, for_claims=True)
    asked += make_questions(prose, most=int(MADE_QUESTIONS * share), seed=seed)
    claims = read_claims(sets, seed=seed, share=share)
    claims += make_claims(prose, most=int(MADE_CLAIMS * share), seed=seed)
    random.Random(seed).shuffle(claims)  # noqa: S311 - orders examples
    sides = []
    for held_out in (False, True):
        few = [one for one in asked if one.paragraph.is_held_out is held_out]
        examples = make_examples(few, embedder, seed=seed) if few else []
        random.Random(seed).shuffle(examples)  # noqa: S311 - orders examples
        sides.append(Lessons(examples, [c for c in claims if c.is_held_out is held_out]))
    seen, unseen = sides
    return seen, unseen


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

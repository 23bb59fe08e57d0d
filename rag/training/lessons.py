"""Puts together what is learned and what measures: questions, made claims, claims of the sets."""

from __future__ import annotations

import random
from pathlib import Path

from rag.encoders.embedder import Embedder
from rag.training.examples import make_examples
from rag.training.made_claims import make_claims
from rag.training.made_questions import make_questions
from rag.training.sets import read_claims, read_questions
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

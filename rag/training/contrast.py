"""Makes questions that a document nearly answers: another name of it, another number or year.

Half of what is refused wrongly or answered wrongly hangs on one word. People wrote few such
questions, so they are made from answered ones; a small share of them is still answerable.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterator, Sequence

from rag.retrieval.names import names
from rag.training.groups import Group

YEARS_OFF = 9
"""A year is moved by 1 up to this many."""

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NUMBER = re.compile(r"\b\d{1,3}\b")


def contrast(groups: Sequence[Group], *, most: int, seed: int) -> list[Group]:
    """Return up to `most` groups of unanswerable questions; what answered is now a negative."""
    rng = random.Random(seed)  # noqa: S311 - draws examples
    made = [other for group in groups if group.positives for other in _others(group, rng)]
    rng.shuffle(made)
    return made[:most]


def _others(group: Group, rng: random.Random) -> Iterator[Group]:
    """Yield the group with its question turned, at most once."""
    for turn in (_other_name, _other_year, _other_number):
        question = turn(group, rng)
        if question is not None:
            yield dataclasses.replace(
                group,
                question=question,
                positives=(),
                negatives=(*group.positives, *group.negatives),
            )
            return


def _other_name(group: Group, rng: random.Random) -> str | None:
    asked = names(group.question)
    told = " ".join(group.positives)
    known = {*asked, group.title, *names(told)}
    others = sorted(
        {
            name
            for sentence in group.negatives
            for name in names(sentence)
            if not any(name in one or one in name for one in known if one)
        }
    )
    swaps = [
        (old, new)
        for old in asked
        for new in others
        if abs(len(old.split()) - len(new.split())) <= 1 and old in told
    ]
    if not swaps:
        return None
    old, new = rng.choice(swaps)
    return group.question.replace(old, new)


def _other_year(group: Group, rng: random.Random) -> str | None:
    years = _YEAR.findall(group.question)
    if not years:
        return None
    year = rng.choice(years)
    moved = str(int(year) + rng.choice((-1, 1)) * rng.randint(1, YEARS_OFF))
    return None if moved in " ".join(group.positives) else group.question.replace(year, moved)


def _other_number(group: Group, rng: random.Random) -> str | None:
    numbers = [n for n in _NUMBER.findall(group.question) if n in " ".join(group.positives)]
    if not numbers:
        return None
    number = rng.choice(numbers)
    moved = str(int(number) + rng.randint(1, YEARS_OFF))
    return re.sub(rf"\b{number}\b", moved, group.question)

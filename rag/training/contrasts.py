"""Questions and sentences with one thing changed, so that what answered does not any more."""

from __future__ import annotations

import random
import re

from rag.records import Span
from rag.retrieval.names import names
from rag.training.sets import Asked

YEARS_OFF = 9
SHORTEST_LEFT = 20  # characters of a sentence without the words that answer
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NUMBER = re.compile(r"\b\d{1,3}\b")
_LEADING_IN = re.compile(
    r"(?:[,(]?\s*\b(?:in|on|at|by|for|from|of|to|with|about|around|because|due|since|as|until|after"
    r"|before|during|the|an?|only|some|over|under|nearly|almost|approximately|his|her|its|their)\s*)+$",
    re.IGNORECASE,
)
_ASKING = re.compile(r"\b(?:who|what|which|when|where|why|how(?: many| much)?)\b", re.IGNORECASE)
_VAGUE = {"who": "someone", "what": "something", "which": "something", "how many": "some"}


def without(span: Span, sentence: str, question: str) -> str | None:
    """Return a sentence without a span and what leads into it; None where little is left.

    Where nothing leads in, what is asked for is put there in general words.

    >>> without(Span(23, 30), "The port was closed on 5 March.", "When was the port closed?")
    'The port was closed.'
    """
    asking = _ASKING.search(question)
    if asking is None:
        return None
    before, after = sentence[: span.start], sentence[span.end :]
    vague = _VAGUE.get(asking.group().casefold(), "")
    if leading := _LEADING_IN.search(before):
        before, vague = before[: leading.start()], ""
    left = " ".join(f"{before.rstrip()} {vague} {after.lstrip()}".split())
    left = re.sub(r"\s+([,.;:!?)])", r"\1", left).lstrip(", ")
    if len(left) < SHORTEST_LEFT:
        return None
    return left[:1].upper() + left[1:]


def contrasted(asked: Asked, rng: random.Random) -> str | None:
    """Return the question with another name of the passage, another year or number in it."""
    sentence = " ".join(
        asked.paragraph.text[asked.paragraph.sentences[i].start : asked.paragraph.sentences[i].end]
        for i in asked.right
    )
    turns = [_other_name, _other_year, _other_number]
    rng.shuffle(turns)
    return next(filter(None, (turn(asked, sentence, rng) for turn in turns)), None)


def _other_name(asked: Asked, sentence: str, rng: random.Random) -> str | None:
    own = names(asked.question)
    known = {*own, asked.paragraph.title, *names(sentence)}
    others = [
        name
        for name in names(asked.paragraph.text)
        if not any(name in one or one in name for one in known if one)
    ]
    swaps = [
        (old, new)
        for old in own
        for new in others
        if abs(len(old.split()) - len(new.split())) <= 1 and old in sentence
    ]
    if not swaps:
        return None
    old, new = rng.choice(swaps)
    return asked.question.replace(old, new)


def _other_year(asked: Asked, sentence: str, rng: random.Random) -> str | None:
    years = _YEAR.findall(asked.question)
    if not years:
        return None
    year = rng.choice(years)
    moved = str(int(year) + rng.choice((-1, 1)) * rng.randint(1, YEARS_OFF))
    return None if moved in sentence else asked.question.replace(year, moved)


def _other_number(asked: Asked, sentence: str, rng: random.Random) -> str | None:
    numbers = [n for n in _NUMBER.findall(asked.question) if n in sentence]
    if not numbers:
        return None
    number = rng.choice(numbers)
    return re.sub(rf"\b{number}\b", str(int(number) + rng.randint(1, YEARS_OFF)), asked.question)

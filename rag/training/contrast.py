"""Makes questions that articles nearly answer, for people wrote few of them.

Half of what is refused wrongly or answered wrongly hangs on one word: another name, another number
or year, or a sentence that tells of everything but what is asked. A small share of what is made
here is still answerable.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.retrieval.names import names
from rag.training.groups import Group

YEARS_OFF = 9
"""A year is moved by 1 up to this many."""

LACKED = 0.35
"""Share of the answered questions for which it is tried to add their right sentence, the answer
taken out, as a wrong one; half of them have words to take out."""

LONGEST_ANSWER = 0.6
"""Share of its sentence; without more than that little is left."""

RARE_FROM, RARE_TO = 2, 150
"""Sentences of the sets, of about 80,000, that have a noun which a question may hang on."""

_NOUN = re.compile(
    r"\b(?:the|a|an|of|for|in|on|by|with|and|many|much|which|what|'s)\s"
    r"([a-z]{5,}(?<!ing)(?<!ed)(?<!ly)(?<!ous)(?<!ive))\b"
)
_BEFORE = (
    r"(?:\s*,)?\s+(?:in|on|at|by|of|for|from|to|with|since|during|until|after|before|as|under|about"
    r"|around|approximately|over|nearly)(?:\s+(?:the|a|an|about|around|over))?\s+"
)
_VAGUE = {
    "number": ("some", "a number of", "several"),
    "name": ("the group", "others", "another one", "it", "someone"),
    "word": ("something", "it", "a certain kind", "other things"),
}

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NUMBER = re.compile(r"\b\d{1,3}\b")


def turned(groups: Sequence[Group], *, most: int, seed: int) -> list[Group]:
    """Return up to `most` questions turned into unanswerable ones; what answered is a negative."""
    rng = random.Random(seed)  # noqa: S311 - draws examples
    made = [other for group in groups if group.positives for other in _others(group, rng)]
    rng.shuffle(made)
    return made[:most]


def lacking(groups: Sequence[Group], *, most: int, seed: int) -> list[Group]:
    """Return up to `most` unanswerable groups: all but the answer is told."""
    rng = random.Random(seed)  # noqa: S311 - draws examples
    made = []
    for group in rng.sample(groups, len(groups)):
        left = [text for p in group.positives if (text := without_answer(p, group.answers, rng))]
        if len(left) == len(group.positives) > 0:
            others = (text for text in group.negatives if not tells(text, group.answers))
            made.append(dataclasses.replace(group, positives=(), negatives=(*left, *others)))
        if len(made) == most:
            break
    return made


def elsewhere(groups: Sequence[Group], *, most: int, seed: int) -> list[Group]:
    """Return up to `most` questions to be asked of other documents than their own."""
    rng = random.Random(seed)  # noqa: S311 - draws examples
    answered = [group for group in groups if group.positives]
    drawn = rng.sample(answered, min(most, len(answered)))
    return [dataclasses.replace(group, is_elsewhere=True) for group in drawn]


def with_near_misses(groups: Sequence[Group], *, seed: int) -> list[Group]:
    """Return the groups, some with a right sentence, its answer taken out, among the negatives."""
    rng = random.Random(seed)  # noqa: S311 - draws examples
    made = []
    for group in groups:
        left = None
        if group.positives and rng.random() < LACKED:
            left = without_answer(rng.choice(group.positives), group.answers, rng)
        added = (*group.negatives, left) if left else group.negatives
        made.append(dataclasses.replace(group, negatives=added))
    return made


def tells(sentence: str, answers: Sequence[str]) -> bool:
    """Tell whether a sentence has the words of an answer."""
    return any(
        re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", sentence, re.IGNORECASE)
        for answer in answers
    )


def without_answer(sentence: str, answers: Sequence[str], rng: random.Random) -> str | None:
    """Return the sentence with the answer's words taken out; None if they are not there once."""
    for answer in sorted(answers, key=len, reverse=True):
        if sentence.count(answer) != 1 or len(answer) > LONGEST_ANSWER * len(sentence):
            continue
        answer_re = re.escape(answer)
        left = re.sub(rf"{_BEFORE}{answer_re}(?=\W|$)", "", sentence)
        if left == sentence:
            kind = "number" if re.search(r"\d", answer) else "name" if names(answer) else "word"
            left = re.sub(rf"(?<!\w){answer_re}(?=\W|$)", rng.choice(_VAGUE[kind]), sentence)
        if left != sentence:
            left = left.strip(" ,")
            return None if tells(left, answers) else left[:1].upper() + left[1:]
    return None


def reworded(groups: Sequence[Group], *, most: int, seed: int) -> list[Group]:
    """Return up to `most` questions about another thing than the document tells it of.

    A rare noun of question and right sentence gives way to a rare noun of another sentence of the
    document. What is a noun is guessed by the word before it.
    """
    rng = random.Random(seed)  # noqa: S311 - draws examples
    sentences = {text for group in groups for text in (*group.positives, *group.negatives)}
    told = Counter(word for text in sentences for word in set(_NOUN.findall(text)))
    rare = {word for word, count in told.items() if RARE_FROM <= count <= RARE_TO}
    made: list[Group] = []
    for group in rng.sample(groups, len(groups)):
        positive = " ".join(group.positives)
        asked = sorted(rare.intersection(_NOUN.findall(group.question)) & set(positive.split()))
        others = rare.intersection(_NOUN.findall(" ".join(group.negatives)))
        others -= {*positive.lower().split(), *group.question.lower().split()}
        swaps = [(old, new) for old in asked for new in sorted(others) if _is_alike(old, new)]
        if swaps:
            made.append(_swapped(group, *rng.choice(swaps)))
        if len(made) == most:
            break
    return made


def _is_alike(word: str, other: str) -> bool:
    """Tell whether both are singular or plural, and not of one stem."""
    return word.endswith("s") == other.endswith("s") and word[:4] != other[:4]


def _swapped(group: Group, old: str, new: str) -> Group:
    return dataclasses.replace(
        group,
        question=re.sub(rf"\b{re.escape(old)}\b", new, group.question),
        positives=(),
        negatives=(*group.positives, *group.negatives),
    )


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

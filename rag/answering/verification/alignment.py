"""Whether a claim has its words and numbers in the places where its source has them.

Two signals without grammar. Words exchanged: the claim follows the order of its source better once
two of its parts change places ("Bolt sued Acme" for "Acme sued Bolt"). A number moved: of what the
claim has around a number, more stands near another number of the source ("The Marn fell to 38
percent" for "The Velsen fell to 38 percent and the Marn to 61 percent").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from rag.answering.verification.claims import Anchor, Claim, Token
from rag.answering.verification.evidence import Source
from rag.text.dates import PartialDate
from rag.text.quantities import Number
from rag.text.word_forms import IRREGULAR_VERBS

BOUNDARY_WORDS = 6
"""Words that a comma or "and" between two things parts them by, beside those that there are."""
IN_ORDER = 0.8
"""Share of the claim's words that must stand in order once two parts of it have changed places;
with less it is a paraphrase."""
MOVED_FROM = 0.2
"""Share of what is around a number by which another one must be nearer to it."""
_BE = frozenset("is are was were be been being".split())
_DETERMINERS = frozenset("the its their his her these those all".split())
_SAME_PAST = frozenset("beat hit cut put set let cost hurt".split())
"""Verbs whose past form shows nothing."""


Kind = Literal["name", "word", "value"]


@dataclass(frozen=True, slots=True)
class _Part:
    """A name or a single word, number or date, by the keys by which it is compared."""

    keys: tuple[str, ...]
    kind: Kind
    stretch: int


def exchanged(claim: Claim, source: Source) -> Iterable[str]:
    """Yield parts of one kind that its source has in each other's place, in the same voice."""
    verbs = frozenset(t.terms[0] for t in claim.tokens if t.terms and _is_past(t.word))
    if _passives(claim) & source.claim.terms != _passives(source.claim) & verbs:
        return
    own = [key for part in _parts(source.claim, source.claim.names) for key in part.keys]
    parts = _parts(claim, source.named(claim))
    needed = max(
        _in_order(parts, own) + 1, IN_ORDER * sum(key in own for p in parts for key in p.keys)
    )
    started = {_from(claim), _from(source.claim)}
    for i, j in combinations(range(len(parts)), 2):
        one, other = parts[i], parts[j]
        if one.kind != other.kind or not {one.keys[-1], other.keys[-1]} <= set(own):
            continue
        if one.kind == "value" and len(started) == 1 and started != {""}:
            continue  # "from 20 to 45" and "to 45 from 20"
        if one.kind == "word" and j == i + 1 and one.stretch == other.stretch:
            continue  # "the driver's licence" and "the licence of the driver"
        turned = [*parts[:i], other, *parts[i + 1 : j], one, *parts[j + 1 :]]
        if _in_order(turned, own) >= needed:
            yield f"{' '.join(one.keys)}, {' '.join(other.keys)}"


def _from(claim: Claim) -> str:
    """Return the number or date after "from"."""
    for before, token in pairwise(claim.tokens):
        if before.word == "from" and not token.terms:
            return _value_key(token, claim)
    return ""


def moved(claim: Claim, source: Source) -> Iterable[str]:
    """Yield the numbers and dates that the source has beside other things."""
    for value in claim.values:
        bearers = [a for a in _like(value, source.claim) if _is_same(a, value)]
        told = _like(value, claim)
        rivals = [
            a for a in _like(value, source.claim) if not any(_is_same(a, other) for other in told)
        ]
        if bearers and all(_is_total(a, source.claim) for a in bearers):
            if not _is_total(value, claim):
                yield value.text.strip()
        elif bearers and rivals:
            around = _around(value, claim, source.claim)
            nearness = [
                max(_nearness(a, around, source.claim) for a in s) for s in (rivals, bearers)
            ]
            if nearness[0] > nearness[1] + MOVED_FROM:
                yield value.text.strip()


def _parts(claim: Claim, names: Sequence[Token]) -> list[_Part]:
    """Return the content words, numbers and dates in order, the words of a name as one part."""
    found: list[_Part] = []
    last: Token | None = None
    for token in claim.tokens:
        if token.terms and not token.is_content:
            continue
        key = token.terms[0] if token.terms else _value_key(token, claim)
        if last in names and token in names and last and token.start == last.end + 1:
            found[-1] = _Part((*found[-1].keys, key), "name", token.stretch)
        else:
            found.append(_Part((key,), _kind(token, names), token.stretch))
        last = token
    return found


def _kind(token: Token, names: Sequence[Token]) -> Kind:
    if not token.terms:
        return "value"
    return "name" if token in names else "word"


def _value_key(token: Token, claim: Claim) -> str:
    value = next(v for v in claim.values if v.start == token.start)
    if isinstance(value, Number):
        return " ".join(map(str, min(value.readings)))
    return f"{value.year} {value.month} {value.day}"


def _in_order(parts: Sequence[_Part], own: Sequence[str]) -> int:
    """Return how many keys the two have in the same order (longest common subsequence)."""
    lengths = [0] * (len(own) + 1)
    for key in (key for part in parts for key in part.keys):
        diagonal = 0
        for j, other in enumerate(own, start=1):
            above = lengths[j]
            lengths[j] = diagonal + 1 if key == other else max(above, lengths[j - 1])
            diagonal = above
    return lengths[-1]


def _passives(claim: Claim) -> frozenset[str]:
    """Return the verbs whose past form stands behind "was", or one word on."""
    return frozenset(
        after.terms[0]
        for i, token in enumerate(claim.tokens)
        if token.word in _BE
        for after in claim.tokens[i + 1 : i + 3]
        if after.terms and _is_past(after.word)
    )


def _is_past(word: str) -> bool:
    return word.endswith("ed") or word in IRREGULAR_VERBS or word in _SAME_PAST


def _like(value: Anchor, claim: Claim) -> list[Number] | list[PartialDate]:
    """Return the numbers or dates of a claim that could stand in for this one."""
    if isinstance(value, PartialDate):
        return list(claim.dates)
    assert isinstance(value, Number)
    units = {unit for _, unit in value.readings}
    return [
        n for n in claim.numbers
        if units & {unit for _, unit in n.readings}
        and (n.measure == value.measure or not n.measure or not value.measure)
    ]  # fmt: skip


def _is_total(value: Anchor, claim: Claim) -> bool:
    """Return whether it is the 23 of "17 of the 23"."""
    before = [token for token in claim.tokens if token.end <= value.start][-3:]
    words = [token.word for token in before]
    return words[-2:-1] == ["of"] and not before[0].terms and words[-1] in _DETERMINERS


def _is_same(one: Anchor, other: Anchor) -> bool:
    if isinstance(one, Number) and isinstance(other, Number):
        return bool(one.readings & other.readings)
    return isinstance(one, PartialDate) and isinstance(other, PartialDate) and one.carries(other)


def _around(value: Anchor, claim: Claim, own: Claim) -> list[tuple[float, list[Anchor]]]:
    """Return what else the claim has and its source too: how near it stands, and where there."""
    found = []
    for other in (*claim.content, *claim.values):
        places: list[Anchor] = (
            [t for t in own.tokens if t.terms == other.terms]
            if isinstance(other, Token)
            else [a for a in own.values if _is_same(a, other)]
        )
        if other is not value and places:
            found.append((_near(other, value, claim), places))
    return found


def _nearness(value: Anchor, around: Sequence[tuple[float, list[Anchor]]], own: Claim) -> float:
    """Return how near a number stands to all of it, from 0 to 1."""
    total = sum(weight for weight, _ in around)
    near = sum(w * max(_near(place, value, own) for place in places) for w, places in around)
    return near / total if total else 0.0


def _near(one: Anchor, other: Anchor, claim: Claim) -> float:
    """Return 1 over the words between two things and one; more where a clause ends between."""
    low, high = sorted((one.start, other.start))
    between = sum(low < token.start < high for token in claim.tokens)
    clauses = abs(claim.stretch_of(one) - claim.stretch_of(other))
    return 1 / (1 + between + BOUNDARY_WORDS * clauses)

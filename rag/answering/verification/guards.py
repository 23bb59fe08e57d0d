"""Exact guards: what a claim may not have otherwise than the one sentence that is to carry it.

Each is a function of claim and source that returns what is wrong, nothing where all is right. They
compare values and words; none of them proves that a claim follows, which is for `entailment` to
say. Whether words and numbers stand where they belong is for `alignment`, and what "not" and "may"
govern for `negation`, "rose" and "fell" for `opposites`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise, zip_longest

from rag.answering.quotes import holds_phrase
from rag.answering.verification import alignment, negation, opposites
from rag.answering.verification.claims import Claim, Token, is_among
from rag.answering.verification.evidence import Source
from rag.text.dates import PartialDate
from rag.text.quantities import Number

NAME_DISTANCE = 3
"""Words on that the second of two neighbouring names may be: "President Donald J. Trump"."""

Guard = Callable[[Claim, Source], Iterable[str]]


def numbers(claim: Claim, source: Source) -> Iterable[str]:
    """Yield the numbers that the source lacks, with unit, scale, bound and rate.

    So too digits that are in no number, date or word that was read.
    """
    taken: list[Number] = []
    for number in sorted(claim.numbers, key=lambda n: -len(n.text)):
        free = (own for own in source.claim.numbers if own not in taken)
        if bearer := next((own for own in free if own.carries(number)), None):
            taken.append(bearer)
        else:
            yield number.text.strip()
    read = [(t.start, t.end) for t in claim.tokens] + [(v.start, v.end) for v in claim.values]
    for at, character in enumerate(claim.text):
        if character.isdigit() and not any(start <= at < end for start, end in read):
            yield character


def dates(claim: Claim, source: Source) -> Iterable[str]:
    """Yield the dates that the source lacks, or has less exactly."""
    for day in claim.dates:
        if not any(own.carries(day) for own in source.claim.dates) and not _is_year_of(day, source):
            yield day.text.strip()


def names(claim: Claim, source: Source) -> Iterable[str]:
    """Yield the names that the source lacks, and those that it does not have side by side."""
    for token, following in zip_longest(claim.names, claim.names[1:]):
        if not source.names(token, claim) and not _is_first_name(token, following, source):
            yield token.text
    for first, second in pairwise(claim.names):
        if second.start == first.end + 1 and not _are_near(first, second, source.claim):
            yield f"{first.text} {second.text}"


def phrases(claim: Claim, source: Source) -> Iterable[str]:
    """Yield the quoted phrases that the source does not have word for word."""
    return (phrase for phrase in claim.phrases if not holds_phrase(phrase, source.claim.text))


GUARDS: dict[str, Guard] = {
    "numbers": numbers,
    "dates": dates,
    "names": names,
    "phrases": phrases,
    "moved": alignment.moved,
    "exchanged": alignment.exchanged,
    "negation": negation.turned,
    "modality": negation.hardened,
    "opposites": opposites.opposed,
}
"""By name, in the order in which they are asked."""


def _is_year_of(day: PartialDate, source: Source) -> bool:
    """Return whether a bare year is a number that the source did not show to be one."""
    if day.year is None or day.month is not None:
        return False
    return any(
        value == day.year and not unit
        for number in source.claim.numbers
        for value, unit in number.readings
    )


def _is_first_name(token: Token, following: Token | None, source: Source) -> bool:
    """Return whether the article has it before a surname that the source has alone."""
    if following is None or following.start != token.end + 1:
        return False
    has_surname = is_among(following, source.claim.name_terms)
    return has_surname and f"{token.text} {following.text}" in source.around


def _are_near(first: Token, second: Token, source: Claim) -> bool:
    """Return whether a source that has two names has them in this order and near."""
    firsts = [i for i, t in enumerate(source.tokens) if t.terms == first.terms]
    seconds = [i for i, t in enumerate(source.tokens) if t.terms == second.terms]
    if not firsts or not seconds:
        return True
    return any(0 < j - i <= NAME_DISTANCE for i in firsts for j in seconds)

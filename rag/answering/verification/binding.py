"""Whether a number, date or name of a claim belongs to the same thing as in its source.

No grammar: of the words that the claim has around it, a source in which they stand nearer to
another number (date, name) says them of that other one. "The Marn fell to 38 percent" does not
follow from "The Velsen fell to 38 percent and the Marn to 61 percent".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations, pairwise

from rag.answering.verification.claims import Anchor, Claim, Token
from rag.answering.verification.evidence import Source
from rag.text.quantities import Number, PartialDate
from rag.text.word_forms import IRREGULAR_VERBS

BOUNDARY_WORDS = 6
"""Words that a comma or "and" between two things parts them by, beside those that there are."""
COUNTED_WORDS = 2
"""Content words after a number in which the noun is that it counts."""
LEAD_WORDS = frozenset("from to into of by until than between".split())
"""Words right before a number that say its part, where a claim has two: "from 20 to 45"."""
VALUE_WORDS = 3
"""Words in common that a number or a date in common is worth."""
BE = frozenset("is are was were be been being gets got".split())
SAME_PAST = frozenset("beat hit cut put set let cost hurt quit".split())
"""Verbs whose past form shows nothing."""
COMPARING = frozenset("from than against instead compared unlike".split())
"""Words before a number that only something else is compared with."""
PREPOSITIONS = frozenset("from to by for against with at in near over under".split())
OF_COMPOUND = frozenset("of in for on at from".split())


def moved(claim: Claim, source: Source) -> Iterable[str]:
    """Yield the numbers, dates and names that the source has beside other things."""
    yield from _moved_values(claim, source)
    for name in source.named(claim):
        if _is_moved(name, claim, source) or _hangs_on_other(name, claim, source):
            yield name.text


def _moved_values(claim: Claim, source: Source) -> Iterable[str]:
    for number in claim.numbers:
        if (
            _is_moved(number, claim, source)
            or _counts_other(number, claim, source)
            or _is_compared_only(number, claim, source)
        ):
            yield number.text.strip()
    for day in claim.dates:
        if _is_moved(day, claim, source):
            yield day.text.strip()
    if _leads_otherwise(claim, source):
        yield "the order of its numbers"


def reversed_order(claim: Claim, source: Source) -> Iterable[str]:
    """Yield verbs whose neighbours stand the other way round: "A sued B" for "B sued A"."""
    own = source.claim
    for left, right in combinations(claim.content, 2):
        between = [t for t in claim.content if left.end <= t.start < right.start]
        is_clause = len(between) == 1 and left.stretch == right.stretch
        if is_clause and left.terms != right.terms and _is_verb(between[0], left):
            for first, last in _turned(left, right, {between[0].terms}, own):
                if _is_passive(claim.tokens, left, right) == _is_passive(own.tokens, first, last):
                    yield between[0].text
                    break
    names = {token.start for token in source.named(claim)}
    for left, right in pairwise(claim.content):
        inside = {t.word for t in claim.tokens if left.end <= t.start < right.start}
        if left.stretch != right.stretch or inside & (OF_COMPOUND | BE | {"to", "by", "with"}):
            continue
        is_subject = left.start in names and _is_verb(right, left)
        is_object = right.start in names and _is_verb(left, None) and not inside
        if (is_subject and _is_object_of(left, right, own)) or (
            is_object and _is_subject_of(right, left, own)
        ):
            yield right.text if is_subject else left.text


def _is_verb(token: Token, subject: Token | None) -> bool:
    """Return whether a word looks like a verb: a past form, or one in "s" behind a name."""
    if token.is_name:
        return False
    is_past = token.word.endswith("ed") or token.word in IRREGULAR_VERBS or token.word in SAME_PAST
    return is_past or (subject is not None and subject.is_name and token.word.endswith("s"))


def _is_object_of(name: Token, verb: Token, own: Claim) -> bool:
    """Return whether a source has the name only behind the verb, and not as who does it."""
    names, verbs = _places(name, own), _places(verb, own)
    if not names or not verbs or names[0] < verbs[-1]:
        return False
    before = own.tokens[names[0] - 1].word
    return not own.tokens[verbs[-1]].word.endswith("ing") and before not in OF_COMPOUND | {"by"}


def _is_subject_of(name: Token, verb: Token, own: Claim) -> bool:
    """Return whether a source has the name only before the verb, and not as whom it befalls."""
    names, verbs = _places(name, own), _places(verb, own)
    if not names or not verbs or names[-1] > verbs[0]:
        return False
    before = {token.word for token in own.tokens[names[-1] : verbs[0]]}
    return not before & (BE | {"whom", "which", "that", "by"})


def _places(token: Token, own: Claim) -> list[int]:
    return [i for i, other in enumerate(own.tokens) if other.terms == token.terms]


def _turned(
    left: Token, right: Token, verbs: AbstractSet[tuple[str, ...]], own: Claim
) -> Iterable[tuple[Token, Token]]:
    """Yield where a source has right, one of the verbs and left, in this order."""
    content = own.content
    for i, first in enumerate(content):
        if first.terms != right.terms:
            continue
        for j in range(i + 2, min(i + 3, len(content))):
            if content[j].terms != left.terms:
                continue
            inside = {t.word for t in own.tokens if first.end <= t.start < content[j].start}
            if not inside & OF_COMPOUND and any(t.terms in verbs for t in content[i + 1 : j]):
                yield first, content[j]


def _is_passive(tokens: Sequence[Token], first: Token, last: Token) -> bool:
    return any(t.word == "by" for t in tokens if first.end <= t.start < last.start)


def _is_moved(anchor: Anchor, claim: Claim, source: Source) -> bool:
    """Return whether the words around it stand with a rival of its kind in the source."""
    own = source.claim
    bearers = [a for a in _like(anchor, own) if _is_same(a, anchor)]
    told = [a for a in _like(anchor, claim) if claim.stretch_of(a) == claim.stretch_of(anchor)]
    rivals = [
        a
        for a in _like(anchor, own)
        if not _is_same(a, anchor) and not any(_is_same(a, other) for other in told)
    ]
    if not bearers or not rivals:
        return False
    around = _around(anchor, claim)
    if not isinstance(anchor, Token) and any(
        _stands_nearer(name, rivals, bearers, own) for name in around if name in source.named(claim)
    ):
        return True
    beside = claim.values if isinstance(anchor, Token) else ()
    values = [v for v in beside if claim.stretch_of(v) == claim.stretch_of(anchor)]
    if isinstance(anchor, Token) and any(_is_listed(a, own) for a in bearers):
        return False
    return max(_shared(around, values, a, own) for a in rivals) > max(
        _shared(around, values, a, own) for a in bearers
    )


def _is_listed(anchor: Anchor, own: Claim) -> bool:
    """Return whether a name is alone in its stretch, as one of a list or in an apposition."""
    stretch = own.stretch_of(anchor)
    return all(t.is_name for t in own.content if t.stretch == stretch)


def _like(anchor: Anchor, claim: Claim) -> list[Anchor]:
    """Return the numbers, dates or names of a claim that could stand in for this one."""
    if isinstance(anchor, Number):
        units = {unit for _, unit in anchor.readings}
        return [
            n for n in claim.numbers
            if (units & {unit for _, unit in n.readings} or _is_elliptical(n, claim))
            and (anchor.measure == n.measure or not anchor.measure or not n.measure)
        ]  # fmt: skip
    if isinstance(anchor, PartialDate):
        return list(claim.dates)
    return list(claim.names)


def _is_same(one: Anchor, other: Anchor) -> bool:
    if isinstance(one, Number) and isinstance(other, Number):
        return bool(one.readings & other.readings)
    if isinstance(one, PartialDate) and isinstance(other, PartialDate):
        return one.carries(other)
    return isinstance(one, Token) and isinstance(other, Token) and one.terms == other.terms


def _around(anchor: Anchor, claim: Claim) -> list[Token]:
    """Return the content words of the claim's stretch around an anchor, not those of its name."""
    stretch = claim.stretch_of(anchor)
    run = [anchor]
    for token in claim.names if isinstance(anchor, Token) else ():
        if any(token.start == t.end + 1 or t.start == token.end + 1 for t in run):
            run.append(token)
    return [
        t for t in claim.content
        if t.stretch == stretch and not any(a.start <= t.start < a.end for a in run)
    ]  # fmt: skip


def _shared(around: Sequence[Token], values: Sequence[Anchor], anchor: Anchor, own: Claim) -> int:
    """Return how much of it the source has in the anchor's stretch; a value counts VALUE_WORDS."""
    stretch = own.stretch_of(anchor)
    near = {t for token in own.tokens if token.stretch == stretch for t in token.terms}
    if isinstance(anchor, Number) and _is_elliptical(anchor, own):
        near |= {t for n in own.numbers for terms in _counted(n, own)[:1] for t in terms}
    theirs = [a for a in own.values if own.stretch_of(a) == stretch]
    return len({t.terms for t in around if t.terms[0] in near}) + VALUE_WORDS * sum(
        any(_is_same(a, value) for a in theirs) for value in values
    )


def _stands_nearer(
    name: Token, rivals: Sequence[Anchor], bearers: Sequence[Anchor], own: Claim
) -> bool:
    places = [token for token in own.tokens if token.terms == name.terms]
    if not places:
        return False
    near = min(_distance(place, a, own) for place in places for a in bearers)
    return min(_distance(place, a, own) for place in places for a in rivals) < near


def _distance(token: Token, anchor: Anchor, own: Claim) -> int:
    low, high = sorted((token.start, anchor.start))
    between = sum(low < other.start < high for other in own.tokens)
    return between + BOUNDARY_WORDS * abs(token.stretch - own.stretch_of(anchor))


def _counted(number: Number, claim: Claim) -> list[tuple[str, ...]]:
    """Return the first content words after a number in its stretch: what it counts."""
    stretch = claim.stretch_of(number)
    after = [t for t in claim.content if t.start >= number.end and t.stretch == stretch]
    return [t.terms for t in after[:COUNTED_WORDS]]


def _counts_other(number: Number, claim: Claim, source: Source) -> bool:
    """Return whether the source counts with another number what the claim counts with this.

    16 companies in 140 days are not 140 companies in 16 days.
    """
    own = source.claim
    counted = _counted(number, claim)[:1]
    bearers = [n for n in own.numbers if n.readings & number.readings]
    parts = [n for n in own.numbers if _is_part(n, own)]
    if parts and _is_part(number, claim) and not any(n in parts for n in bearers):
        return bool(bearers)
    if not counted or not bearers or any(counted[0] in _counted(n, own) for n in bearers):
        return False
    if not all(_has_noun(n, own) for n in bearers):  # "82,000 in Norway", "three of them"
        return False
    return any(counted[0] in _counted(n, own) for n in own.numbers if n not in bearers)


def _is_elliptical(number: Number, claim: Claim) -> bool:
    """Return whether a number leaves its noun to another one: "82,000 in Norway"."""
    is_bare = not number.measure and any(not unit for _, unit in number.readings)
    return is_bare and not _has_noun(number, claim)


def _has_noun(number: Number, claim: Claim) -> bool:
    """Return whether what a number counts stands right behind it."""
    following = next((t for t in claim.tokens if t.start >= number.end), None)
    return following is not None and following.start <= number.end + 1 and following.is_content


def _is_part(number: Number, claim: Claim) -> bool:
    """Return whether it says how many of others: "3 of its 7 stations"."""
    following = next((t for t in claim.tokens if t.start >= number.end), None)
    return following is not None and following.word == "of" and following.start <= number.end + 1


def _leads_otherwise(claim: Claim, source: Source) -> bool:
    """Return whether two numbers changed places: "from 45 to 20", "17 to 21"."""
    own = source.claim
    for one, other in combinations(claim.numbers, 2):
        ones = [n for n in own.numbers if n.readings & one.readings]
        others = [n for n in own.numbers if n.readings & other.readings]
        if len(ones) != 1 or len(others) != 1 or ones == others:
            continue
        leads = {n: _lead(n, claim) for n in (one, other)}
        theirs = {one: _lead(ones[0], own), other: _lead(others[0], own)}
        is_swapped = any(
            leads[a] and leads[a] == theirs[b] != theirs[a] for a, b in ((one, other), (other, one))
        )
        is_pair = leads[other] == theirs[one] == "to" and other.start - one.end <= len(" to ")
        is_score = all(0 < b.start - a.end <= 1 for a, b in ((one, other), (others[0], ones[0])))
        if is_swapped or is_pair or is_score:
            return True
    return False


def _hangs_on_other(name: Token, claim: Claim, source: Source) -> bool:
    """Return whether another name has the preposition here: "from Acme" for "from Bolt to Acme"."""
    own = source.claim
    preposition = _preposition(name, claim)
    if preposition not in PREPOSITIONS or not own.has(name):
        return False
    hanging = [t for t in own.names if _preposition(t, own) == preposition]
    told = {t.terms for t in claim.names}
    mine = {_preposition(t, own) for t in own.tokens if t.terms == name.terms}
    is_moved = any(t.terms not in told for t in hanging) and not mine & {preposition, "of"}
    return bool(mine) and is_moved


def _preposition(name: Token, claim: Claim) -> str:
    """Return the preposition that a name follows, names and "the" between them aside."""
    before = [token for token in claim.tokens if token.end <= name.start]
    while before and (before[-1].is_name or before[-1].word in {"the", "a", "an"}):
        if before[-1].stretch != name.stretch:
            return ""
        before.pop()
    word = before[-1].word if before and before[-1].stretch == name.stretch else ""
    return word if word in PREPOSITIONS | {"of"} else ""


def _is_compared_only(number: Number, claim: Claim, source: Source) -> bool:
    """Return whether the source has a number only to compare with: "58 compared with 43".

    The claim may have it likewise, or with the words that the source has beside it.
    """
    own = source.claim
    bearers = [n for n in own.numbers if n.readings & number.readings]
    if not bearers or not all(_compares(n, own) for n in bearers) or _compares(number, claim):
        return False
    return len(bearers) == 1 and _shared(claim.content, (), bearers[0], own) <= 1


def _compares(number: Number, claim: Claim) -> bool:
    before = [token.word for token in claim.tokens if token.end <= number.start][-3:]
    return bool(COMPARING & set(before))


def _lead(number: Number, claim: Claim) -> str:
    before = [token.word for token in claim.tokens if token.end <= number.start]
    words = before[-2:]
    return next((word for word in reversed(words) if word in LEAD_WORDS), "")

"""What turns a sentence into a claim: each operator changes one thing, or nothing that matters.

A number moved to another thing, two names swapped, a negation lost or put in, "may" made into "is",
"some" into "all", "rose" into "fell", halves of two sentences joined, a cause that nobody stated.
The operators only make lessons; nothing here runs when a claim is checked.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.retrieval.names import names
from rag.training.sets import CONTRADICTED, ENTAILED, NEITHER

SHORTEST, LONGEST = 40, 260
"""Characters of a sentence that claims are made of."""

NEAR_NUMBER = 0.7
"""Share of the moved numbers that stand elsewhere in the paragraph; the rest are made up."""

RARELY = 0.3
"""Share of the chances at which what fits nearly every sentence is done to it."""

TWO = 2
SHORTEST_SUBJECT = 5  # characters

NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
_WORD_NUMBERS = "two three four five six seven eight nine ten eleven twelve twenty thirty".split()
_NEGATION = re.compile(r"(?<=\w) (?:not|never|no longer)(?= \w)|(?<=[a-z])n[’']t\b")
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|can|could|would|should|did|does)\b")
_MODAL = re.compile(
    r"\b(?:may|might|could|would|can) (?=be\b|have\b|\w+)|"
    r"\b(?:is|are|was|were) (?:expected|planned|likely|set|due|supposed|believed) to "
)
_IF = re.compile(r"\b(?:if|unless|whether)\b[^,.]*,\s*", re.IGNORECASE)
_PAIRS = [
    pair.split("/")
    for pair in (
        "rose/fell increased/decreased increase/decrease more/less more/fewer higher/lower "
        "before/after first/last up/down above/below most/least largest/smallest early/late "
        "all/some many/few always/sometimes every/one both/neither begin/end began/ended "
        "won/lost gained/lost north/south east/west approved/rejected support/oppose "
        "supported/opposed accepted/refused opened/closed older/younger longer/shorter "
        "million/billion thousand/million percent/million kilometers/miles km/miles meters/feet "
        "years/months months/weeks days/hours highest/lowest best/worst old/new inside/outside "
        "former/current male/female allowed/banned buy/sell bought/sold joined/left"
    ).split()
]
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_OPPOSABLE = re.compile(r"\b(?:" + "|".join(sorted(_OPPOSITE)) + r")\b")
_QUANTIFIER = re.compile(r"\b(some|many|most|several|a few|about half of|part of)\b", re.IGNORECASE)
_LIMIT = re.compile(r"\b(?:at least|at most|up to|about|almost|nearly|around|more than) (?=\d)")
_RELATIVE = re.compile(r", (?:which|who|whose|where|when|while|although|including)\b[^,.]*(?=[,.])")
_PASSIVE = re.compile(
    r"^(?P<what>[^,;:()]+?) (?:was|were) (?P<done>\w+ed) by (?P<who>[^,;:()]+)\.$"
)
_BRACKETS = re.compile(r" \([^()]*\)")
_LEADING = re.compile(r"^(?:In|On|At|By|After|Since|During|However|Today|As of)\b[^,.]{0,60}, ")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_SPELLINGS = {
    "percent": "per cent",
    "%": " percent",
    "approximately": "about",
    "United States": "US",
    "in order to": "to",
    "however, ": "",
    "also ": "",
    "n't": " not",
    "as well as": "and",
    "such as": "like",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A claim; `also` is a further sentence that it was made of."""

    text: str
    label: int
    also: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A sentence, the others of its paragraph, and a source of chance."""

    text: str
    others: Sequence[str]
    rng: random.Random

    def put(self, found: re.Match[str], new: str, label: int = CONTRADICTED) -> Made:
        """Return the sentence with `new` in the place of what was found."""
        return Made(self.text[: found.start()] + new + self.text[found.end() :], label)

    def another(self) -> str:
        """Return any other sentence, "" where there is none."""
        return self.rng.choice(list(self.others)) if self.others else ""


def active(who: str, done: str, what: str) -> str:
    """Return a sentence of who did what."""
    what = what if what.startswith(names(what)) else f"{what[:1].lower()}{what[1:]}"
    return f"{_capital(who)} {done} {what}."


def negated(given: Given) -> Made | None:
    """Return the sentence with "not" or "never" after its first auxiliary."""
    auxiliary = _AUXILIARY.search(given.text)
    if auxiliary is None or _NEGATION.search(given.text):
        return None
    return given.put(auxiliary, f"{auxiliary[0]} {given.rng.choice(['not', 'never'])}")


def _number_moved(given: Given) -> Made | None:
    found = list(NUMBER.finditer(given.text))
    if not found:
        return None
    one = given.rng.choice(found)
    elsewhere = [n for text in (given.text, *given.others) for n in NUMBER.findall(text)]
    near = sorted({n for n in elsewhere if n != one[0] and len(n) == len(one[0])})
    if near and given.rng.random() < NEAR_NUMBER:
        new = given.rng.choice(near)
    else:
        digits = list(one[0])
        k = given.rng.choice([k for k, c in enumerate(digits) if c.isdigit()])
        digits[k] = str((int(digits[k]) + given.rng.randint(1, 8)) % 10 or 1)
        new = "".join(digits)
    return None if new == one[0] else given.put(one, new)


def _numbers_swapped(given: Given) -> Made | None:
    found = NUMBER.findall(given.text)
    return _swapped(given.text, found[0], found[-1]) if len(set(found)) >= TWO else None


def _word_number(given: Given) -> Made | None:
    for word in _WORD_NUMBERS:
        if found := re.search(rf"\b{word}\b", given.text):
            new = given.rng.choice([other for other in _WORD_NUMBERS if other != word])
            return given.put(found, new)
    return None


def _month_moved(given: Given) -> Made | None:
    for month in _MONTHS:
        if re.search(rf"\b{month} (?:\d|of)|\d {month}\b|\bin {month}\b", given.text):
            new = given.rng.choice([other for other in _MONTHS if other != month])
            return Made(re.sub(rf"\b{month}\b", new, given.text), CONTRADICTED)
    return None


def _names_swapped(given: Given) -> Made | None:
    own = [name for name in names(given.text) if given.text.count(name) == 1]
    if len(own) < TWO:
        return None
    one, other = given.rng.sample(own, 2)
    return None if one in other or other in one else _swapped(given.text, one, other)


def _other_name(given: Given) -> Made | None:
    own = names(given.text)
    near = {name for text in given.others for name in names(text) if name not in given.text}
    elsewhere = sorted(n for n in near if not any(n in one or one in n for one in own))
    if not own or not elsewhere:
        return None
    old, new = given.rng.choice(own), given.rng.choice(elsewhere)
    return Made(given.text.replace(old, new, 1), CONTRADICTED)


def _negation_lost(given: Given) -> Made | None:
    found = _NEGATION.search(given.text)
    return given.put(found, "") if found else None


def _made_fact(given: Given) -> Made | None:
    if found := _IF.search(given.text):
        left = given.put(found, "").text
        if len(left) >= SHORTEST:
            return Made(_capital(left), NEITHER)
    modal = _MODAL.search(given.text)
    if modal is None:
        return None
    before, rest = given.text[: modal.start()], given.text[modal.end() :]
    return Made(
        f"{before}is {rest[3:]}" if rest.startswith("be ") else f"{before}did {rest}", NEITHER
    )


def _opposite(given: Given) -> Made | None:
    found = list(_OPPOSABLE.finditer(given.text))
    if not found:
        return None
    one = given.rng.choice(found)
    return given.put(one, _OPPOSITE[one[0]])


def _quantifier(given: Given) -> Made | None:
    if found := _QUANTIFIER.search(given.text):
        new = given.rng.choice(["all", "only a few", "all"])
        return given.put(found, new.capitalize() if found[0][0].isupper() else new, NEITHER)
    if found := _LIMIT.search(given.text):
        return given.put(found, "exactly ", NEITHER)
    if (found := _AUXILIARY.search(given.text)) and given.rng.random() < RARELY:
        return given.put(found, f"{found[0]} only", NEITHER)
    return None


def _turned_wrong(given: Given) -> Made | None:
    """Return a passive sentence as active, with who did it and whom it was done to swapped."""
    found = _PASSIVE.match(given.text)
    return Made(active(found["what"], found["done"], found["who"]), CONTRADICTED) if found else None


def _halves_joined(given: Given) -> Made | None:
    """Return the subject of one sentence before what another states of its own."""
    other = given.another()
    cut, other_cut = _AUXILIARY.search(given.text), _AUXILIARY.search(other)
    if cut is None or other_cut is None or cut.start() < SHORTEST_SUBJECT or len(other) > LONGEST:
        return None
    joined = given.text[: cut.start()] + other[other_cut.start() :]
    return Made(joined, NEITHER, also=other) if SHORTEST <= len(joined) <= LONGEST else None


def _cause_made(given: Given) -> Made | None:
    other = given.another()
    if not other or _are_long(given.text, other) or other[:1].islower():
        return None
    linked = given.rng.choice(["because", "after", "so that", "which led to the fact that"])
    text = f"{given.text.rstrip('.')} {linked} {other[:1].lower()}{other[1:]}"
    return Made(text, NEITHER, also=other)


def _shortened(given: Given) -> Made | None:
    patterns = [_RELATIVE, _BRACKETS, _LEADING]
    given.rng.shuffle(patterns)
    for pattern in patterns:
        left = pattern.sub("", given.text, count=1)
        if left != given.text and len(left) >= SHORTEST:
            return Made(_capital(left), ENTAILED)
    return None


def _moved_front(given: Given) -> Made | None:
    found = _LEADING.match(given.text)
    if found is None or not given.text.endswith("."):
        return None
    lead, rest = found[0].rstrip(", "), given.text[found.end() : -1]
    return Made(f"{_capital(rest)} {lead[:1].lower()}{lead[1:]}.", ENTAILED)


def _joined(given: Given) -> Made | None:
    other = given.another()
    if not other or _are_long(given.text, other) or not given.text.endswith("."):
        return None
    text = f"{given.text[:-1]}, and {other[:1].lower()}{other[1:]}"
    return Made(text, ENTAILED, also=other)


def _turned(given: Given) -> Made | None:
    """Return a passive sentence as active."""
    found = _PASSIVE.match(given.text)
    return Made(active(found["who"], found["done"], found["what"]), ENTAILED) if found else None


def _rewritten(given: Given) -> Made | None:
    """Return the sentence with figures and small words written another way."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", given.text)
    for old, new in _SPELLINGS.items():
        text = text.replace(old, new)
    return Made(text, ENTAILED) if text != given.text else None


def _swapped(text: str, one: str, other: str) -> Made:
    first = text.replace(one, "\0", 1).replace(other, one, 1)
    return Made(first.replace("\0", other, 1), CONTRADICTED)


def _are_long(one: str, other: str) -> bool:
    return len(one) + len(other) > LONGEST + 60


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


Operator = Callable[[Given], Made | None]
FALSE: tuple[Operator, ...] = (
    *(_number_moved, _numbers_swapped, _word_number, _month_moved, _names_swapped, _names_swapped),
    *(_turned_wrong, _other_name, _negation_lost, negated, _made_fact, _opposite, _quantifier),
    *(_halves_joined, _cause_made),
)
TRUE: tuple[Operator, ...] = (_shortened, _moved_front, _joined, _rewritten, _turned)

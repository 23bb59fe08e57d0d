"""Ask the question before of another thing: "And for batteries?", "What about Japan?".

The new name or noun takes the place of the one that it can stand for. Where that is unclear
nothing is replaced, and the subject is searched together with what is asked now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from rag.retrieval.names import names
from rag.text.tokens import content_tokens
from rag.text.word_forms import IRREGULAR_VERBS

LONGEST_NOUN = 3
"""Words of a thing that a fragment may name without a name: "electric cars"."""

SHORTEST_PAST = 5
"""Letters of a word from which "-ed" is an ending."""

_PREPOSITIONS = (
    "for in on of to with by from about at over against under into towards between within through"
)
_NARROWING = frozenset({"on", "for", "of", "about"})
_OPENS_NOUN = "is are was were do does did has have will would can could should the a an all"
_RUN = re.compile(
    r"\b(?i:"
    rf"(?P<preposition>{'|'.join(_PREPOSITIONS.split())})\s+(?:(?:the|an?|all|other|any)\s+)*"
    r"(?-i:(?:[A-Z][\w-]*\s+)*)"  # "on Chinese electric cars"
    rf"|(?P<amount>how (?:many|much))\s+|(?P<kind>what|which)\s+"
    rf"|(?:{'|'.join(_OPENS_NOUN.split())})\s+(?:(?:the|an?|all|other|any)\s+)*)"
    r"(?P<run>[a-z][a-z-]+(?: [a-z][a-z-]+)*)"
)
_LEAD = re.compile(rf"^(?:{'|'.join(_PREPOSITIONS.split())})\s+", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_ASKED_FOR = frozenset(
    "reason reasons cause causes date dates deadline price cost costs amount number effect effects "
    "result results consequence consequences example examples detail details source sources name "
    "names answer more others anything anyone now then today later since until if".split()
)
"""What a fragment asks for of the same thing: "And the reason?" is no other thing."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Words of a question that name a thing.

    `is_led`: a preposition leads them in; `is_narrower`: they only tell more of those before them,
    as in "the tariff on cars"; `is_kind`: they are what is asked for, as in "which crops", and
    "And farmers?" does not mean to take their place.
    """

    start: int
    end: int
    words: str
    is_led: bool
    is_narrower: bool
    is_kind: bool


def ask_of_another(question: str, fragment: str) -> str:
    """Return `question` asked of what a fragment names; "" where it names none, or more than one.

    >>> ask_of_another("What tariff applies to electric cars?", "for batteries?")
    'What tariff applies to batteries?'
    >>> ask_of_another("When did Japan restrict sales?", "the Netherlands?")
    'When did Netherlands restrict sales?'
    """
    named = fragment.strip(" ?.!")
    is_led = bool(_LEAD.match(named))
    named = _LEAD.sub("", named).removeprefix("the ")
    if _YEAR.fullmatch(named):
        years = _YEAR.findall(question)
        return question.replace(years[0], named) if len(set(years) - {named}) == 1 else ""
    if names(named):
        return _swap_name(question, re.sub(r"[’']s$", "", named))
    if fragment.strip().startswith("the ") or not _is_noun(named):
        return ""
    place = _place_for(named, _places(question), is_led=is_led)
    return f"{question[: place.start]}{named}{question[place.end :]}" if place else ""


def _swap_name(question: str, named: str) -> str:
    old, new = names(question), names(named)
    if len(new) != 1 or new[0] in old or named != new[0]:
        return ""
    alike = [name for name in old if set(name.split()) & set(new[0].split())] or list(old)
    return question.replace(alike[0], new[0]) if len(alike) == 1 else ""


def _is_noun(named: str) -> bool:
    words = named.split()
    return (
        0 < len(words) <= LONGEST_NOUN
        and all(content_tokens(word) and word.replace("-", "").isalpha() for word in words)
        and not _ASKED_FOR.intersection(words)
    )


def _places(question: str) -> list[_Place]:
    """Return the runs of small-lettered content words that a determiner or the like leads in."""
    found: list[_Place] = []
    end = 0
    while match := _RUN.search(question, end):
        words = " ".join(takewhile(_is_of_noun, match["run"].split()[:LONGEST_NOUN]))
        begin = match.start("run")
        end = begin + len(words)
        is_led, is_other = bool(match["preposition"]), not any(match.group(1, 2, 3))
        may_hold_verb = is_other and not question[end:].strip(" ?.!")
        if not words or may_hold_verb:  # "does the fee cost exporters?"
            continue
        follows = bool(found) and not question[found[-1].end : match.start()].strip()
        found.append(
            _Place(
                begin,
                end,
                words,
                is_led=is_led,
                is_narrower=follows and match["preposition"] in _NARROWING,
                is_kind=bool(match["kind"]),
            )
        )
    return found


def _is_of_noun(word: str) -> bool:
    """Tell whether a word says something and is not surely a verb: "adopted", "rose"."""
    is_past = word.endswith("ed") and len(word) >= SHORTEST_PAST
    return bool(content_tokens(word)) and not is_past and word not in IRREGULAR_VERBS


def _place_for(named: str, places: list[_Place], *, is_led: bool) -> _Place | None:
    """Return the one place that a thing can take, None where none or several are.

    It is one that shares a word, or one that is led in as it is, or that tells more of another.
    """
    terms = set(content_tokens(named))
    alike = [place for place in places if terms & set(content_tokens(place.words))]
    few = alike or [place for place in places if place.is_led or not is_led]
    if len(few) > 1 and not any(place.is_kind for place in few):
        few = [place for place in few if place.is_narrower]
    is_clear = len(few) == 1 and not few[0].is_kind and few[0].words != named
    return few[0] if is_clear else None

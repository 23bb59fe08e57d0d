"""Leave out passages that repeat a wire story which a better hit tells in another outlet.

Outlets cut and title a wire story differently, and its passages then begin and end elsewhere. So
runs of words are compared, not wholes, and with the surroundings of a hit, not with the hit alone.
A copy with other numbers is not a copy: it may be the update. A longer version is not one either.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from rag.records import Passage

RUN_WORDS = 4
"""Words in a row that are compared; shorter runs are shared by chance."""

SAME_SHARE = 0.6
"""Share of a passage's runs that others must tell before it is left out; 0.5 to 0.75 are level."""

TOUCHING_SHARE = 0.1
"""Share of common runs from which the surroundings of a hit are looked at, too."""

SURROUNDINGS = 1_500
"""Characters on each side of a hit: more than the passage beside it, less than a book."""

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(
    r"\d[\d.,]*\d|\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?)\b"
)


class Fingerprint:
    """The runs of words and the numbers of a text, in figures or words; "one" is a pronoun."""

    __slots__ = ("numbers", "runs")

    def __init__(self, text: str) -> None:
        folded = text.casefold()
        words = _WORD.findall(folded)
        count = max(1, len(words) - RUN_WORDS + 1)
        self.runs = frozenset(tuple(words[i : i + RUN_WORDS]) for i in range(count))
        self.numbers = frozenset(_NUMBER.findall(folded))

    def is_told_by(self, other: Fingerprint) -> bool:
        """Tell whether the other says what this one says, its numbers included."""
        return self.share_in(other) >= SAME_SHARE and self.numbers <= other.numbers

    def share_in(self, other: Fingerprint) -> float:
        """Return the share of this one's runs that the other has, 0 to 1."""
        return len(self.runs & other.runs) / len(self.runs)


@dataclass(frozen=True)
class _Told:
    """A hit, and what stands around it in its article, read when it is first needed."""

    passage: Passage
    own: Fingerprint
    text_of: Callable[[str], str]

    @cached_property
    def surroundings(self) -> Fingerprint:
        start, end = self.passage.start, self.passage.end
        text = self.text_of(self.passage.article_id)
        return Fingerprint(text[max(0, start - SURROUNDINGS) : end + SURROUNDINGS])


class ToldStories:
    """What the hits so far tell; `text_of` returns the text of an article."""

    def __init__(self, text_of: Callable[[str], str]) -> None:
        self._text_of = text_of
        self._told: list[_Told] = []

    def is_new(self, passage: Passage) -> bool:
        """Tell whether no hit of another article tells this passage; from now on it is told."""
        new = _Told(passage, Fingerprint(passage.text), self._text_of)
        if any(_repeats(new, hit) for hit in self._told):
            return False
        self._told.append(new)
        return True


def _repeats(new: _Told, hit: _Told) -> bool:
    if new.passage.article_id == hit.passage.article_id:
        return False
    if new.own.share_in(hit.own) < TOUCHING_SHARE:
        return False
    return new.own.is_told_by(hit.own) or new.own.is_told_by(hit.surroundings)

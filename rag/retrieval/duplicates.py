"""Tell whether two passages are the same wire story in two outlets.

Outlets cut and title a wire story differently, so the runs of words are compared, not the whole.
A copy with other numbers is not a copy: it may be the update.
"""

from __future__ import annotations

import re

RUN_WORDS = 4
"""Words in a row that are compared; shorter runs are shared by chance."""

SAME_SHARE = 0.6
"""Share of the shorter passage's runs from which two passages tell the same story."""

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")


class Fingerprint:
    """The runs of words and the numbers of one passage."""

    __slots__ = ("numbers", "runs")

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text.casefold())
        count = max(1, len(words) - RUN_WORDS + 1)
        self.runs = frozenset(tuple(words[i : i + RUN_WORDS]) for i in range(count))
        self.numbers = frozenset(_NUMBER.findall(text))

    def is_same_story(self, other: Fingerprint) -> bool:
        """Tell whether one of the two says nothing that the other does not."""
        shared = len(self.runs & other.runs)
        if shared < SAME_SHARE * min(len(self.runs), len(other.runs)):
            return False
        return self.numbers <= other.numbers or other.numbers <= self.numbers

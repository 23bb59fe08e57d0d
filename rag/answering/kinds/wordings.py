"""The words that ask, learned from wordings: what is left of a question without them is its topic.

A word asks for an intent when several wordings of that intent have it outside of their topic.
Nothing here knows a language: another file of wordings gives other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.text.tokens import tokenize

PLACE = "something"
"""Stands for the topic in the shape of a question."""

_WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class AskingWords:
    """The asking words with the intents that they ask for, by stem."""

    intents: Mapping[str, frozenset[str]]

    def shape(self, question: str) -> tuple[str, int, int]:
        """Return the question with a placeholder for its topic, and how many words are in each.

        >>> AskingWords({"who": frozenset(), "is": frozenset()}).shape("Who is Ada Lovelace?")
        ('who is something', 2, 3)
        """
        shape: list[str] = []
        topical = 0
        for word in words_of(question):
            if stem(word) in self.intents:
                shape.append(word.casefold())
            else:
                topical += 1
                shape += [] if shape[-1:] == [PLACE] else [PLACE]
        return " ".join(shape) or PLACE, topical, len(shape)

    def topic(self, question: str, intent: str) -> str:
        """Return the question from its first word that does not ask for `intent` to its last."""
        runs = self.runs(question, intent)
        return question[runs[0][0] : runs[-1][1]] if runs else ""

    def runs(self, question: str, intent: str) -> list[tuple[int, int]]:
        """Return where words that do not ask for `intent` stand together, in order."""
        runs: list[tuple[int, int]] = []
        is_open = False
        for match in _WORD.finditer(question):
            if intent in self.intents.get(stem(match[0]), ()):
                is_open = False
            elif is_open:
                runs[-1] = (runs[-1][0], match.end())
            else:
                runs.append(match.span())
                is_open = True
        return runs


def words_of(text: str) -> list[str]:
    """Return the words of a text in order."""
    return _WORD.findall(text)


def stem(word: str) -> str:
    """Return what two forms of a word have in common; the word itself where it has no term."""
    return next(iter(tokenize(word)), word.casefold())

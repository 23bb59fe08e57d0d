"""What a corpus uses as names and as plain words, told by its capitals inside sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rag.records import Article

_WORD = r"(?:[A-Z]\.(?:[A-Z]\.)+|[A-Z][\w’'&-]*)"
NAME = rf"{_WORD}(?: (?:(?:of|of the|and|for|for the) )?(?:{_WORD}|\d+\b(?! [a-z])))*"
"""A name by its capitals, with the joiners that names have inside."""

_MENTION = re.compile(rf"(?<=[a-z0-9,] )((?:the )?)({NAME})")
_PLAIN = re.compile(r"\b[a-z]+\b")
_LONE_TITLES = frozenset(
    "act agency agreement bank bill board bureau center centre chairman church college commission "
    "commissioner committee company council court department director federation fund government "
    "house institute king law league list minister ministry order party president prince queen "
    "rule school secretary senate state states treaty union university".split()
)
"""Alone these name nothing away from their article: "the Commission"."""
_NO_NAMES = frozenset(
    "a an and after all american any april as at august before both british but by chinese "
    "december during each eight february five four friday from german he her his if in it its "
    "january july june march may monday most my nine no november october of on one or our "
    "saturday september seven several she since six so some such sunday ten that the their these "
    "they this those three thursday to tuesday two under until we wednesday what when where which "
    "while who with you".split()
)
"""What opens a sentence with a capital and begins no name."""


class Vocabulary:
    """The names of some articles, how many articles use each, and the plain words in use.

    `named` are the names as they are mostly used, with "the" or without, sorted.
    """

    def __init__(self, articles: Iterable[Article]) -> None:
        self.names: Counter[str] = Counter()
        self.words: set[str] = set()
        self._capitals: set[str] = set()
        determined: Counter[str] = Counter()
        for article in articles:
            mentions = list(_MENTION.finditer(article.text))
            found = {match[2] for match in mentions}
            self.names.update(found)
            self._capitals.update(word for name in found for word in name.split())
            determined.update(_determined(match, article.text) for match in mentions)
            self.words.update(_PLAIN.findall(article.text))
        self.named = sorted(
            name if determined[name] >= determined[f"the {name}"] else f"the {name}"
            for name in self.names
        )

    def is_name(self, phrase: str) -> bool:
        """Tell whether a phrase with capitals names one thing wherever it is read."""
        name = re.sub(r"^[Tt]he ", "", phrase)
        first, *others = name.split()
        if first.casefold() in _NO_NAMES:
            return False
        if not others:
            is_lone = first.casefold() in _LONE_TITLES
            return name in self.names and not is_lone
        return first in self._capitals

    def full_name(self, name: str, article: Article) -> str:
        """Return the whole name of a person who is called by the last name alone.

        The whole name must stand in the article before the last name does alone, as it does
        where a report introduces somebody.
        """
        if not re.fullmatch(r"[A-Z][a-z]+", name):
            return name
        alone = re.search(rf"(?<![\w’'-] ){name}\b|(?<=[a-z,] ){name}\b", article.text)
        whole = re.search(rf"\b([A-Z][a-z]+ (?:[A-Z]\. )?){name}\b", article.text)
        if whole is None or (alone is not None and alone.start() < whole.start()):
            return name
        first = whole[1].split()[0]
        is_given_name = first not in self.names and first.casefold() not in self.words
        return whole[0] if is_given_name else name


def _determined(match: re.Match[str], text: str) -> str:
    """Return a name with "the" where it has one, at the beginning of a sentence, too."""
    has_article = match[1] or text.endswith("The ", 0, match.start())
    return f"the {match[2]}" if has_article else match[2]

"""What the articles have instead of what a question asks for: the neighbouring name, the denial."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from rag.answering.polarity import clauses_of
from rag.answering.terms import term_set
from rag.retrieval.names import names

_WORD = re.compile(r"[^\W\d_]{4,}")

SAME_SPELLING = 0.8
"""Likeness (difflib) from which a word may be a slip for another: "Huawie" for "Huawei"."""

SHORTEST_SLIP = 5
"""Letters of a name from which a likeness is no chance."""

DENIED = 2
"""Words of the question that a "not" must govern to deny it: the verb and its object."""


def close_spelling(name: str, texts: Iterable[str]) -> str:
    """Return the name in the texts that this one may be a slip for; empty where there is none.

    >>> close_spelling("Huawie", ["It named Huawei and ZTE."])
    'Huawei'
    """
    if len(name) < SHORTEST_SLIP:
        return ""
    known = {each.casefold(): each for each in _names_in(texts) if each[:1] == name[:1].upper()}
    close = difflib.get_close_matches(name.casefold(), sorted(known), n=1, cutoff=SAME_SPELLING)
    return known[close[0]] if close else ""


def close_word(word: str, texts: Iterable[str]) -> str:
    """Return the word in the texts that this one may be a slip for; empty where there is none."""
    known = {each.casefold() for text in texts for each in _WORD.findall(text)}
    close = difflib.get_close_matches(word.casefold(), sorted(known), n=1, cutoff=SAME_SPELLING)
    return close[0] if close and len(word) >= SHORTEST_SLIP else ""


def sibling_name(name: str, texts: Iterable[str]) -> str:
    """Return a name in the texts that differs from this one in its first word only.

    >>> sibling_name("Flax Typhoon", ["The group is known as Volt Typhoon."])
    'Volt Typhoon'
    """
    words = name.split()
    for other in _names_in(texts):
        theirs = other.split()
        if len(theirs) == len(words) > 1 and theirs[0] != words[0] and theirs[1:] == words[1:]:
            return other
    return ""


def denies(question: str, sentence: str) -> bool:
    """Tell whether a sentence says that what the question takes for granted is not so.

    >>> denies("Why did Intel sell the plant?", "Intel did not sell the plant.")
    True
    """
    if _opens_question(question) or any(clause.has("not") for clause in clauses_of(question)):
        return False
    asked = frozenset[str]().union(*(clause.stems for clause in clauses_of(question)))
    named = frozenset[str]().union(*map(term_set, names(question)))
    return any(
        kind == "not" and len(governed & asked - named) >= DENIED
        for clause in clauses_of(sentence)
        for kind, governed in clause.turns
    )


def _opens_question(question: str) -> bool:
    """Tell whether the question leaves open whether it is so, and takes nothing for granted."""
    first = (question.split() or [""])[0].casefold()
    return first not in {"why", "when", "how", "since", "where", "after"}


def _names_in(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for text in texts for name in names(text)))

"""How question and sentence are laid out for the reranker, in training and in asking."""

from __future__ import annotations

LONGEST = 128
"""Tokens of question and sentence together; of the longer of the two the rest is cut off."""


def shown(sentence: str, title: str) -> str:
    """Return a sentence as the reranker reads it: after the title of its article, if it has one.

    >>> shown("It rose to 25 percent.", "Tariffs on electric cars")
    'Tariffs on electric cars | It rose to 25 percent.'
    """
    return f"{title} | {sentence}" if title else sentence

"""Makes titles like those of news: of a sentence of the document, or of what is asked.

The documents that people asked about for training are an encyclopedia's, under one or two words. An
article's headline tells a whole event, often in the words of the question, and answers nothing.
"""

from __future__ import annotations

import re

LONGEST_HEADLINE = 11
SHORTEST_HEADLINE = 3
"""Words of a headline."""

_LITTLE = frozenset("a an the is are was were be been has have had its their".split())
_LOOSE = frozenset(
    "and or but of to in on at by for from with as that which who than into over".split()
)
_ASKING = frozenset(
    "what which who whom whose when where why how many much long often did do does is are was "
    "were has have had can could will would should".split()
)
_BREAK = re.compile(r"\s*(?:[;:(\[|–—]|,\s|\s-\s)")


def headline(sentence: str) -> str:
    """Return a headline of a sentence's first words; "" if too little is left.

    >>> headline("The tariff on electric cars was raised to 25 percent in May, officials said.")
    'Tariff on electric cars raised to 25 percent in May'
    """
    parts = _BREAK.split(sentence)
    told = parts[0]
    for part in parts[1:]:
        if len(_words(told)) >= SHORTEST_HEADLINE:
            break
        told = f"{told} {part}"
    return _as_headline(_words(told))


def asked_headline(question: str) -> str:
    """Return what a question is about, as a headline; "" if too little is left.

    >>> asked_headline("When did the ministry raise the tariff on electric cars?")
    'Ministry raise tariff on electric cars'
    """
    words = _words(question)
    while words and words[0].lower() in _ASKING:
        words = words[1:]
    return _as_headline(words)


def _words(text: str) -> list[str]:
    return [word for word in text.split() if word.lower().strip(",.'\"?!") not in _LITTLE]


def _as_headline(words: list[str]) -> str:
    kept = words[:LONGEST_HEADLINE]
    while kept and kept[-1].lower() in _LOOSE:
        kept = kept[:-1]
    if len(kept) < SHORTEST_HEADLINE:
        return ""
    told = " ".join(kept).strip(" .,?!\"'")
    return told[:1].upper() + told[1:]

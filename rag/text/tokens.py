"""Turns a text into terms: what lexical search indexes and what overlap is counted in.

Two spellings of one thing become one term, within English: case, accents, plurals and other endings
(Porter's Snowball stemmer), British spellings, "U.S." and "US", "5 %" and "5 percent", "$1,234.5"
and "1234.5", "cyber-security" and "cybersecurity". The pronoun "us" stays apart from the country.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from rag.text.stopwords import FUNCTION_WORDS, QUESTION_WORDS
from rag.text.word_forms import american_stem

# Goes into what an index is made from: raise it whenever a term changes.
TOKENIZER = "snowball-english 2"

_LONGEST_TERM = 64  # characters; beyond are no words but data
_STEMS_KEPT = 100_000  # distinct words of a large corpus, about 10 MB

# Organisations and a country whose names, without capitals, are words that say nothing.
_NAMES = (
    (re.compile(r"(?<!\w)US\$"), "$"),
    (re.compile(r"(?<![\w.])(?:U\.\s?S\.(?:\s?A\.)?|U\.S|USA|US)(?![\w$])"), " u.s. "),
    (re.compile(r"(?<![\w.])(?:W\.H\.O\.|WHO)(?!\w)(?=\W*(?:[a-z0-9]|\Z))"), " w.h.o. "),
    (re.compile(r"(?<![\w.])IT(?!\w)(?=\W*[a-z])"), " i.t. "),
)
_NAME_TERMS = frozenset({"u.s.", "w.h.o.", "i.t."})
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "'", "‐": "-", "‑": "-"}
)
_ATOM = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+|[^\W_]+)"
_TERM = re.compile(
    rf"(?:[^\W\d_]\.){{2,}}|{_ATOM}(?:[-&']{_ATOM})*+"
    r"(?:(?<=\d)\s?(?:%|(?<=\s)(?:percent|per\ cent|pct)\b))?"
)
_PERCENT = re.compile(r"\s?(?:%|percent|per cent|pct)\Z")
_POSSESSIVE = re.compile(r"'s(?![^\W_])")
_MAGNITUDE = re.compile(r"(\d*)(bn|tn)")
_MAGNITUDES = {"bn": "billion", "tn": "trillion"}

_WITHOUT_CONTENT = FUNCTION_WORDS | QUESTION_WORDS


def tokenize(text: str) -> list[str]:
    """Return the terms of `text` in order.

    A hyphenated word gives itself without its hyphens, then its parts.

    >>> tokenize("The U.S. ministry's rare-earth exports fell 5 %")
    ['the', 'u.s.', 'ministri', 'rareearth', 'rare', 'earth', 'export', 'fell', '5%']
    """
    return [_stem(word) for word in _words(text)]


def content_tokens(text: str) -> list[str]:
    """Return the terms of `text` that carry content: no function words, no question words.

    >>> content_tokens("What did the U.S. tell us?")
    ['u.s.']
    """
    return [_stem(word) for word in _words(text) if word not in _WITHOUT_CONTENT]


def _words(text: str) -> Iterator[str]:
    for match in _TERM.finditer(_folded(text)):
        term = match[0][:_LONGEST_TERM]
        if term in _NAME_TERMS:
            yield term
        elif term.endswith("."):
            yield term.replace(".", "")
        else:
            yield from _spellings(term)


def _spellings(term: str) -> Iterator[str]:
    """Yield one term, or a compound and its parts."""
    number = _PERCENT.sub("%", term)
    plain = number.replace(",", "").replace("'", "")
    parts = plain.split("-")
    if len(parts) > 1:
        has_number = any(part[:1].isdigit() for part in parts)
        yield plain if has_number else "".join(parts)
    for part in parts:
        magnitude = _MAGNITUDE.fullmatch(part)
        if magnitude is None:
            yield part
        else:
            if magnitude[1]:
                yield magnitude[1]
            yield _MAGNITUDES[magnitude[2]]


def _folded(text: str) -> str:
    """Return `text` without case, accents and possessives."""
    for name, term in _NAMES:
        text = name.sub(term, text)
    folded = text.casefold().translate(_LETTERS)
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _POSSESSIVE.sub("", folded)


# A stemmer of PyStemmer must not be used by two threads at once.
_stemmer = Stemmer.Stemmer("english", 0)
_stemming = threading.Lock()


@lru_cache(maxsize=_STEMS_KEPT)
def _stem(word: str) -> str:
    if word in _NAME_TERMS:
        return word
    with _stemming:
        return american_stem(word, _stemmer.stemWord)

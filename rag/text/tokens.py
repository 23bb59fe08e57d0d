"""Terms for lexical search and overlap."""

from __future__ import annotations

import re
import unicodedata

import Stemmer

TOKENIZER = "snowball-english-0"
_TERM = re.compile(r"\d[\d,]*(?:\.\d+)?%?|(?:[a-z]\.){2,}|[^\W_]+(?:-[^\W_]+)*")
_STOP = frozenset(
    "a an the of in on at to for by with from and or but is are was were be been it its this that "
    "as not do does did has have had will would can could".split()
)
_QUESTION_WORDS = frozenset("who what when where why how which whom whose".split())
_stemmer = Stemmer.Stemmer("english")


def tokenize(text: str) -> list[str]:
    """Return the normalised, stemmed terms of `text`."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    folded = folded.replace("’s", "").replace("'s", "")
    terms: list[str] = []
    for match in _TERM.finditer(folded):
        term = match[0].replace(",", "")
        terms.append(_stemmer.stemWord(term))
        if "-" in term:
            terms += _stemmer.stemWords(term.split("-"))
    return terms


def content_tokens(text: str) -> list[str]:
    """Return the terms without stopwords and question words."""
    skip = {_stemmer.stemWord(w) for w in _STOP | _QUESTION_WORDS}
    return [t for t in tokenize(text) if t not in skip]

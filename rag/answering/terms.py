"""Read a question into its words, and a text into the terms that those words are looked up by.

One reading serves ranking, refusal and reasons: a word is what the person typed, with the terms
it is searched by, so that a reason can quote the one and count the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rag.retrieval.names import names
from rag.text.tokens import content_tokens, tokenize
from rag.text.word_forms import SAME_WORDS, SEATS

TERMS_KEPT = 4_096
"""Texts whose terms are remembered: the same good passages answer many questions."""

_WORD = re.compile(
    r"\d[\d.,]*\s?(?:%|per ?cent\b|pct\b)|(?:[^\W\d_]\.){2,}|[^\W_](?:[\w.%&’'-]*[\w%])?",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"[’']s?$")
_PLURAL_CAPITALS = re.compile(r"(?<=[A-Z])(\d*)s$")  # "GPUs", "H20s", but no "1990s"
# "How often", "how long": the word after "how" says what is asked, not what it is about.
_MEASURES_ASKED = frozenset(
    "often long old far big large high tall fast late deep wide heavy soon".split()
)
_TIME_ASKED = frozenset("now still currently today yet ever already nowadays lately".split())
"""Words of a question that say when it holds; the newness of an article answers them."""
_DOTTED = re.compile(r"(?:\b\w\.)+\w$")
_FIGURE = re.compile(r"^\d[\d.,]*\s?(?:%|per ?cent|pct)?$", re.IGNORECASE)

_FIRST_FORM = {form: tokenize(line)[0] for line in SAME_WORDS for form in tokenize(line)[1:]}

_SEAT_ACTS = re.compile(
    r"(?:^|\b(?:did|does|do|will|would|has|have|had|is|was|should|could|can|may|might|why|and|with|"
    r"by|between|according to)\s)(?P<seat>"
    + "|".join(SEATS)
    + r")\b(?! (?:[A-Z]|agreement|accord|treaty|protocol|declaration|summit|talks|conference|"
    r"office|state|airport|stock|games|olympics)\w*)"
)
"""Where a seat is no city, but those who decide: "did Tokyo …", "according to Beijing"."""

BY_COUNTRY = 0.9
"""How surely a text speaks of a government's seat that only names the country."""


@dataclass(frozen=True, slots=True)
class Word:
    """One content word of a question, or one name whole: as typed, and its terms.

    `follows` tells that nothing but a space parts it from the word before; `start` is where in
    the question it begins; `country` is the one whose government the name means.
    """

    text: str
    terms: tuple[str, ...]
    is_name: bool = False
    follows: bool = False
    start: int = 0
    country: str = ""

    @property
    def is_figure(self) -> bool:
        """Tell whether the word is a number."""
        return bool(_FIGURE.match(self.text))


@lru_cache(maxsize=1024)
def read_words(question: str) -> tuple[Word, ...]:
    """Return the names and the content words of a question, in order, none inside another.

    >>> [word.text for word in read_words("Does the 50 percent rule of the U.S. bind Acme Corp?")]
    ['50 percent', 'rule', 'U.S.', 'bind', 'Acme Corp']
    """
    words: list[Word] = []
    last_end = -1
    acting = {match.start("seat"): match["seat"] for match in _SEAT_ACTS.finditer(question)}
    for start, end, is_name in _pieces(question):
        text = _PLURAL_CAPITALS.sub(r"\1", _POSSESSIVE.sub("", question[start:end]))
        terms = tuple(dict.fromkeys(_FIRST_FORM.get(t, t) for t in content_tokens(text)))
        after_how = question[:start].casefold().rstrip().endswith("how")
        asks = text.casefold() in (_MEASURES_ASKED | _TIME_ASKED if after_how else _TIME_ASKED)
        if terms and not asks:
            follows = bool(words) and question[last_end:start] in {" ", "-"}
            country = SEATS[acting[start]] if acting.get(start) == text else ""
            words.append(Word(text, terms, is_name, follows, start, country))
            last_end = end
    return tuple(words)


def _pieces(question: str) -> list[tuple[int, int, bool]]:
    """Return where names and words stand; a word inside a name is no piece of its own."""
    found: list[tuple[int, int, bool]] = []
    for name in names(question):
        start = question.find(name)
        while start >= 0:
            end = start + len(name)
            if _DOTTED.search(name) and question[end : end + 1] == ".":
                end += 1
            if not any(start < e and s < end for s, e, _ in found):
                found.append((start, end, True))
            start = question.find(name, end)
    for match in _WORD.finditer(question):
        if not any(match.start() < e and s < match.end() for s, e, _ in found):
            found.append((match.start(), match.end(), False))
    return sorted(found)


@lru_cache(maxsize=TERMS_KEPT)
def term_list(text: str) -> tuple[str, ...]:
    """Return the terms of a text in order, irregular forms made regular."""
    return tuple(_FIRST_FORM.get(term, term) for term in tokenize(text))


@lru_cache(maxsize=TERMS_KEPT)
def term_set(text: str) -> frozenset[str]:
    """Return the distinct terms of a text."""
    return frozenset(term_list(text))


def terms_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the distinct terms of several texts, each read once while it is remembered."""
    return frozenset[str]().union(*map(term_set, texts))


def forms_of(term: str) -> tuple[str, ...]:
    """Return the terms of the index that mean `term`: itself and its irregular forms."""
    return (term, *(form for form, first in _FIRST_FORM.items() if term == first != form))


def name_coverage(name: Word, text: str) -> float:
    """Return how surely `text` speaks of a name: 1 as a whole or abbreviated, 0.5 in pieces.

    "China Mobile" is not told of by "China sells mobile phones", but what Tokyo did is, as good as
    whole, by what is said of Japan.
    """
    terms = term_list(text)
    if _has_run(terms, term_list(name.text)) or _is_abbreviated(name.text, text):
        return 1.0
    if name.country and _has_run(terms, term_list(name.country)):
        return BY_COUNTRY
    found = sum(term in terms for term in name.terms) / len(name.terms)
    return found / 2


def _has_run(terms: tuple[str, ...], run: tuple[str, ...]) -> bool:
    return f" {' '.join(run)} " in f" {' '.join(terms)} "


def _is_abbreviated(name: str, text: str) -> bool:
    """Tell whether one of the two has the initials of the other: "FCC" and what it stands for."""
    if name.isupper() and name.isalpha() and len(name) > 1:
        return name in _initials(text)
    initials = "".join(part[0] for part in name.split() if part[:1].isupper())
    return len(initials) > 1 and bool(re.search(rf"\b{re.escape(initials)}\b", text))


@lru_cache(maxsize=TERMS_KEPT)
def _initials(text: str) -> frozenset[str]:
    return frozenset(
        "".join(part[0] for part in name.replace("-", " ").split() if part[:1].isupper())
        for name in names(text)
    )

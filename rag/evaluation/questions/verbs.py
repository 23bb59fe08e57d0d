"""The base form of an English verb, as a question with "did" needs it: issued, issue.

Words in use decide where they can, else the rules of spelling, and a few exceptions. A rule can
be wrong: a person reads every question that is made with it.
"""

from __future__ import annotations

import re
from collections.abc import Container

from rag.text.word_forms import IRREGULAR_VERBS

AUXILIARIES = frozenset("is are was were will would can could must may might should".split())

_VOWELS = re.compile(r"[aeiouy]+")
_LOSES_E = re.compile(r"[cuvz]$|[^s]s$|[^aeiourlw]l$|(?:[drl]|[aei]n|[aeiou])g$|[^aeiou][aeiou]b$")
_ONE_VOWEL = re.compile(r"(?:^|[^aeiou]|qu)[aeiou][dtrnmpkl]$")
_UNSTRESSED = re.compile(r"(?:er|en|on|it|et|op|or|el|al|ol|il)$")
_WITH_E = re.compile(
    r"(?:cit|invit|unit|ignit|complet|delet|compet|pon|ven|ignor|stor|explor|creat|interfer|wast|compil|exil)$"
)
_WITHOUT_E = frozenset(("focus", "debut", "target"))
_DOUBLE = re.compile(r"([^aeiou])\1$")
_TRUE_DOUBLE = re.compile(r"(?:ss|ff|zz|add|install|enroll)$|^[^aeiou]*[aeiou]ll$")


def base_form(verb: str, known: Container[str] = ()) -> str:
    """Return the base form of a past or third-person form; `known` are words in use.

    >>> [base_form(verb) for verb in "took issued banned applied added adds carries".split()]
    ['take', 'issue', 'ban', 'apply', 'add', 'add', 'carry']
    """
    if verb in IRREGULAR_VERBS:
        return IRREGULAR_VERBS[verb]
    if verb.endswith(("ied", "ies")):
        return verb[:-3] + "y"
    if verb.endswith("s"):
        return verb[:-2] if re.search(r"(?:ss|sh|ch|x|zz|o)es$", verb) else verb[:-1]
    if not verb.endswith("ed"):
        return verb  # put, cut, set
    stem = verb.removesuffix("ed")
    in_use = (candidate for candidate in (stem + "e", stem) if candidate in known)
    return next(in_use, None) or _by_spelling(stem)


def _by_spelling(stem: str) -> str:
    if _DOUBLE.search(stem):
        return stem if _TRUE_DOUBLE.search(stem) else stem[:-1]
    if stem in _WITHOUT_E:
        return stem
    if _WITH_E.search(stem) or _LOSES_E.search(stem):
        return stem + "e"
    # A short syllable would have doubled its consonant: "banned", but "named".
    is_long = bool(_ONE_VOWEL.search(stem)) and not _is_unstressed(stem)
    return stem + "e" if is_long else stem


def _is_unstressed(stem: str) -> bool:
    return len(_VOWELS.findall(stem)) > 1 and bool(_UNSTRESSED.search(stem))

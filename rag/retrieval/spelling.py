"""Finds the likely spelling of a word that no article has, among the words that they do have.

The word is searched as it is spelled there, and the query that is shown says so. Likeness is that
of difflib (Ratcliff and Obershelp 1988); nothing is corrected that an article has as typed.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.records import Query
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

LIKE = 0.82
"""Likeness of two words from which one is a slip for the other: one letter of six."""

SHORTEST = 5
"""Letters of a word that can be a slip; of shorter ones most differ by a letter from another."""

_WORD = re.compile(r"[^\W\d_]+")


def respelled(query: Query, snapshot: Snapshot) -> Query:
    """Return the query with words that no article has as the articles spell them."""
    slips = {
        word: found
        for word in dict.fromkeys(_WORD.findall(query.text))
        if len(word) >= SHORTEST and (found := likely_spelling(word, snapshot))
    }
    if not slips:
        return query
    text, also = _replaced(query.text, slips), tuple(_replaced(t, slips) for t in query.also)
    return replace(query, text=text, also=also, respelled=tuple(slips.items()))


def likely_spelling(word: str, snapshot: Snapshot) -> str:
    """Return a word of the articles that is nearly `word`; "" where they have it, or none."""
    terms = content_tokens(word)
    if len(terms) != 1 or snapshot.document_frequency(terms[0]):
        return ""
    (term,) = terms
    alike = [
        other
        for other in snapshot.terms
        if other[:1] == term[:1] and abs(len(other) - len(term)) <= 1 and other.isalpha()
    ]
    found = difflib.get_close_matches(term, alike, n=1, cutoff=LIKE)
    written = _as_written(found[0], snapshot) if found else ""
    return written if _is_like(word, written) else ""


def _is_like(word: str, written: str) -> bool:
    """Return whether whole words are alike: the stems of "recipe" and "recipients" are, too."""
    matcher = difflib.SequenceMatcher(None, word.casefold(), written.casefold())
    return matcher.ratio() >= LIKE


def _as_written(term: str, snapshot: Snapshot) -> str:
    """Return the first word of the best passage for a term that is written for it."""
    for row, _ in snapshot.search_lexical([term], 1):
        for word in _WORD.findall(snapshot.passage(row).text):
            if content_tokens(word) == [term]:
                return str(word)
    return ""


def _replaced(text: str, slips: dict[str, str]) -> str:
    return _WORD.sub(lambda match: slips.get(match.group(), match.group()), text)

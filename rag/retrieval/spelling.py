"""Finds the likely spelling of a word that no article has, among the words that they do have.

The word is searched as it is spelled there, and the query that is shown says so. Likeness is that
of difflib (Ratcliff and Obershelp 1988); nothing is corrected that an article has as typed, or
that the embedder's vocabulary has as one piece: "experts" is no slip for "exports".
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.records import Query
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder
    from rag.index.snapshot import Snapshot

LIKE = 0.82
"""Likeness of two words from which one is a slip for the other: one letter of six."""

SHORTEST = 5
"""Letters of a word that can be a slip; of shorter ones most differ by a letter from another."""

PASSAGES = 3
"""Passages in which the spelling is looked up."""

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")


def respelled(query: Query, snapshot: Snapshot, embedder: Embedder) -> Query:
    """Return the query with words that no article has as the articles spell them."""
    nothing = embedder.count_tokens("")
    slips = {
        word: found
        for word in dict.fromkeys(_WORD.findall(query.text))
        if sum(map(str.isalpha, word)) >= SHORTEST
        and (found := likely_spelling(word, snapshot))
        and embedder.count_tokens(word.casefold()) > nothing + 1
    }
    if not slips:
        return query
    text, also = _replaced(query.text, slips), tuple(_replaced(t, slips) for t in query.also)
    return replace(query, text=text, also=also, respelled=tuple(slips.items()))


def likely_spelling(word: str, snapshot: Snapshot) -> str:
    """Return a word of the articles that is nearly `word`; "" where they have it, or none.

    Digits are none of its letters: "Postgress95" is a slip for "Postgres95" alone.
    """
    terms = content_tokens(word)
    if len(terms) != 1 or snapshot.document_frequency(terms[0]):
        return ""
    (term,) = terms
    alike = [
        other
        for other in snapshot.terms
        if other[:1] == term[:1]
        and abs(len(other) - len(term)) <= 1
        and _LETTERS.split(other) == _LETTERS.split(term)
    ]
    found = difflib.get_close_matches(term, alike, n=1, cutoff=LIKE)
    written = _as_written(found[0], snapshot) if found else []
    best = max(written, key=lambda each: _likeness(word, each), default="")
    return best if _likeness(word, best) >= LIKE else ""


def _likeness(word: str, written: str) -> float:
    """Return that of whole words: the stems of "recipe" and "recipients" are alike, too."""
    return difflib.SequenceMatcher(None, word.casefold(), written.casefold()).ratio()


def _as_written(term: str, snapshot: Snapshot) -> list[str]:
    """Return the words of the best passages for a term that are written for it."""
    passages = [snapshot.passage(row).text for row, _ in snapshot.search_lexical([term], PASSAGES)]
    words = dict.fromkeys(word for text in passages for word in _WORD.findall(text))
    return [word for word in words if content_tokens(word) == [term]]


def _replaced(text: str, slips: dict[str, str]) -> str:
    return _WORD.sub(lambda match: slips.get(match.group(), match.group()), text)

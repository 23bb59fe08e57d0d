"""Passages to look through without an answer: found as for a question, its words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.records import Article, Passage, Retrieval
from rag.text.tokens import content_tokens, tokenize

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

_WORD = re.compile(r"[\w'’.-]*\w")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, its article, and its text cut at the words that were searched for."""

    article: Article
    passage: Passage
    pieces: tuple[tuple[str, bool], ...]


def found_passages(retrieval: Retrieval, snapshot: Snapshot) -> list[Found]:
    """Return the hits of a retrieval for a person to look through, in their order."""
    wanted = frozenset(content_tokens(retrieval.query.text) or tokenize(retrieval.query.text))
    found = []
    for hit in retrieval.hits:
        article = snapshot.article(hit.passage.article_id)
        if article is not None:
            pieces = tuple(_cut(hit.passage.text, wanted))
            found.append(Found(article, hit.passage, pieces))
    return found


def _cut(text: str, wanted: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces: (text, whether it is a word of the query)."""
    end = 0
    for match in _WORD.finditer(text):
        if wanted.isdisjoint(tokenize(match[0])):
            continue
        if match.start() > end:
            yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    if end < len(text):
        yield text[end:], False

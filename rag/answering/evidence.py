"""The sentences that an extractive answer may be made of, each with what it leans on.

A sentence that begins with "He also said" or "The measure" says nothing alone: it is shown
together with the nearest one before it that stands by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.answering.candidate import Candidate
from rag.answering.leaning import (
    has_open_pronoun,
    is_list_item,
    is_unattributed,
    leans,
    leans_on_name,
    names_speaker,
)
from rag.records import Article, Hit, Retrieval, Span
from rag.retrieval.names import names
from rag.text.sentences import is_headline, is_question, split_sentences
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

LOOK_BACK = 1_500
"""Characters before a passage in which the sentence before it is looked for."""

MOST_BEFORE = 3
"""Sentences before one in which what it leans on is looked for; one of them is shown."""

MOST_LISTED = 2
"""Sentences shown with the one that announces them."""

MOST_QUOTED = 5
"""Sentences after quoted words in which the speaker is looked for."""

CONTEXT_SENTENCES = 2
"""Sentences before one whose words count for it."""

LONGEST_UNIT = 700
"""Characters shown for one sentence with what it leans on; beyond, it comes alone."""

SHORTEST_TERMS = 3
"""Content terms below which a sentence tells nothing ("Read more.", "AP Photo")."""

LONGEST_ANNOUNCEMENT = 110
"""Characters of a sentence that may only announce what the next ones list."""

LONGEST_SENTENCE = 1_200
"""Characters from which a "sentence" is a table or a list that could not be split."""

_SCRAP = re.compile(
    r"^(?:sources?|references?|notes?|photo|image|picture|credits?|related|read more|see also|"
    r"advertisement|filed under|tags?|updated|published|by)\s?:"
    r"|^(?:supersedes|replaces|updates) (?:our|an|the|a)(?: earlier| previous)? "
    r"(?:report|story|article|version)\b",
    re.IGNORECASE,
)


def collect_candidates(retrieval: Retrieval, snapshot: Snapshot) -> list[Candidate]:
    """Return the statements of the hits, best hit first, in the order of their article.

    Questions, headlines and scraps are left out: none of them answers anything.
    """
    candidates: list[Candidate] = []
    for hit in retrieval.hits:
        article = snapshot.article(hit.passage.article_id)
        if article is not None:
            candidates += candidates_of(article, hit, hit.passage.start, hit.passage.end)
    told = [" ".join(answer.split()) for answer in retrieval.query.earlier_answers]
    return [replace(c, was_told=True) if _was_told(c, told) else c for c in candidates]


def _was_told(candidate: Candidate, told: Sequence[str]) -> bool:
    text = " ".join(candidate.text.split())
    return any(text in answer for answer in told)


def candidates_of(article: Article, hit: Hit, start: int, end: int) -> list[Candidate]:
    """Return the statements between two offsets of an article, in order."""
    candidates: list[Candidate] = []
    previous, section = _sentences_before(article, start)
    spans = [Span(s.start + start, s.end + start) for s in _spans(article.text[start:end])]
    for place, own in enumerate(spans):
        text = article.text[own.start : own.end]
        if _tells(text):
            before = _leaned_on(article, own, previous)
            after = _announced(article, own, spans[place + 1 :])
            if is_unattributed(text):
                before, after = _with_speaker(article, own, before, spans[place + 1 :])
            candidates.append(
                Candidate(
                    article,
                    hit,
                    own,
                    before=before,
                    place=place,
                    after=after,
                    context=_context(own, previous),
                    section=section,
                )
            )
        if is_headline(text):
            previous, section = (), text
        else:
            previous = (*previous, own)[-MOST_BEFORE:]
    return candidates


@lru_cache(maxsize=2048)
def _spans(text: str) -> tuple[Span, ...]:
    return tuple(split_sentences(text))


def _sentences_before(article: Article, start: int) -> tuple[tuple[Span, ...], str]:
    """Return the last sentences of the section before an offset, and its heading."""
    begin = max(0, start - LOOK_BACK)
    spans = [Span(s.start + begin, s.end + begin) for s in _spans(article.text[begin:start])]
    told: list[Span] = []
    section = ""
    for span in spans:
        text = article.text[span.start : span.end]
        if begin and span.start == begin:
            continue  # cut off at its start
        if is_headline(text):
            told, section = [], text
        else:
            told.append(span)
    return tuple(told[-MOST_BEFORE:]), section


def _tells(text: str) -> bool:
    return (
        len(text) <= LONGEST_SENTENCE
        and not is_question(text)
        and not is_headline(text)
        and not _SCRAP.match(text)
        and len(content_tokens(text)) >= SHORTEST_TERMS
    )


def _leaned_on(article: Article, span: Span, previous: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the nearest sentence before a leaning one that says whom or what it means.

    If that one leans as well, what it leans on comes first.
    """
    text = article.text[span.start : span.end]
    reachable = [
        earlier
        for earlier in reversed(previous)
        if span.end - earlier.start <= LONGEST_UNIT
        and not is_question(article.text[earlier.start : earlier.end])
        and not _SCRAP.match(article.text[earlier.start : earlier.end])
    ]
    if not reachable or not leans(text):
        return ()
    for place, earlier in enumerate(reachable):
        said = article.text[earlier.start : earlier.end]
        is_vague = has_open_pronoun(text) and has_open_pronoun(said)
        if not is_vague and (names(said) or not leans_on_name(text)):
            return (*_base(said, reachable[place + 1 :]), earlier)
    return (reachable[0],)


def _base(text: str, earlier: Sequence[Span]) -> tuple[Span, ...]:
    """Return the sentence right before one that lists or quotes: "One …" is nothing without it."""
    if not earlier or not (is_list_item(text) or is_unattributed(text)):
        return ()
    return (earlier[0],)


def _context(span: Span, previous: tuple[Span, ...]) -> tuple[Span, ...]:
    near = previous[-CONTEXT_SENTENCES:]
    return tuple(each for each in near if span.end - each.start <= LONGEST_UNIT)


def _with_speaker(
    article: Article, span: Span, before: tuple[Span, ...], following: Sequence[Span]
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return what comes before and after a sentence that is nothing but quoted words.

    Who says them is named before, or else after: at the end of the quotation or right behind it.
    """
    if any(names(article.text[each.start : each.end]) for each in before):
        return before, ()
    for later in following[:MOST_QUOTED]:
        text = article.text[later.start : later.end]
        if is_headline(text) or later.end - span.start > LONGEST_UNIT:
            break
        if names_speaker(text):
            return (), (later,)
    return before, ()


def _announced(article: Article, span: Span, following: Sequence[Span]) -> tuple[Span, ...]:
    """Return the sentences that list what a short sentence announces."""
    if span.end - span.start > LONGEST_ANNOUNCEMENT:
        return ()
    listed: list[Span] = []
    for later in following[:MOST_LISTED]:
        text = article.text[later.start : later.end]
        is_item = is_list_item(text) and not is_headline(text)
        if not is_item or later.end - span.start > LONGEST_UNIT:
            break
        listed.append(later)
    return tuple(listed)

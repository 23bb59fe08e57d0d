"""The sentences that an extractive answer may be made of, each with what it leans on.

A sentence that begins with "He also said" or "The measure" says nothing alone: it is shown
together with the sentences before it, up to one that stands by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.records import Article, Hit, Quote, Retrieval, Span
from rag.retrieval.names import names
from rag.text.sentences import is_headline, is_question, split_sentences
from rag.text.tokens import content_tokens, tokenize

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

LOOK_BACK = 1_500
"""Characters before a passage in which the sentence before it is looked for."""

MOST_BEFORE = 2
"""Sentences that one sentence may bring along."""

LONGEST_UNIT = 700
"""Characters shown for one sentence with what it leans on; beyond, it comes alone."""

SHORTEST_TERMS = 3
"""Content terms below which a sentence tells nothing ("Read more.", "AP Photo")."""

LONGEST_SENTENCE = 1_200
"""Characters from which a "sentence" is a table or a list that could not be split."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a hit: `article.text[span.start:span.end]`.

    `before` are the sentences it leans on, in order; `place` is its number in the passage;
    `after` the sentences that say what it announces ("Two were named. One would have …").
    """

    article: Article
    hit: Hit
    span: Span
    before: tuple[Span, ...]
    place: int
    after: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """Return the sentence itself."""
        return self.article.text[self.span.start : self.span.end]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Return what is shown: neighbours within a paragraph are one span."""
        merged: list[Span] = []
        for span in (*self.before, self.span, *self.after):
            gap = self.article.text[merged[-1].end : span.start] if merged else "\n"
            if merged and not gap.strip() and "\n" not in gap:
                merged[-1] = Span(merged[-1].start, span.end)
            else:
                merged.append(span)
        return tuple(merged)

    @property
    def shown(self) -> str:
        """Return the words of `spans`: what the sentence needs to be understood, and itself."""
        return " ".join(self.article.text[span.start : span.end] for span in self.spans)

    def quotes(self) -> tuple[Quote, ...]:
        """Return one quote for each span that is shown."""
        return tuple(quote_span(self.article, span) for span in self.spans)


def heading_terms(article: Article) -> set[str]:
    """Return the terms of title, outlet and date: they are said of every sentence."""
    day = article.published
    dated = f"{day.isoformat()} {day:%Y} {day:%B}" if day else ""
    return set(tokenize(f"{article.title} {article.outlet} {dated}"))


def quote_span(article: Article, span: Span) -> Quote:
    """Return the quote of `span`, exactly as the article has it."""
    return Quote(
        article_id=article.id,
        article_sha256=article.sha256,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        start=span.start,
        end=span.end,
        text=article.text[span.start : span.end],
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
    return candidates


def candidates_of(article: Article, hit: Hit, start: int, end: int) -> list[Candidate]:
    """Return the statements between two offsets of an article, in order."""
    candidates: list[Candidate] = []
    previous = _sentences_before(article, start)
    spans = [Span(s.start + start, s.end + start) for s in _spans(article.text[start:end])]
    for place, own in enumerate(spans):
        text = article.text[own.start : own.end]
        if _tells(text):
            before = _leaned_on(article, own, previous)
            after = _announced(article, own, spans[place + 1 :])
            candidates.append(Candidate(article, hit, own, before, place, after))
        if not is_headline(text):
            previous = (*previous, own)[-MOST_BEFORE:]
    return candidates


@lru_cache(maxsize=2048)
def _spans(text: str) -> tuple[Span, ...]:
    return tuple(split_sentences(text))


def _sentences_before(article: Article, start: int) -> tuple[Span, ...]:
    begin = max(0, start - LOOK_BACK)
    spans = [Span(s.start + begin, s.end + begin) for s in _spans(article.text[begin:start])]
    whole = [s for s in spans if not begin or s.start > begin]
    told = [s for s in whole if not is_headline(article.text[s.start : s.end])]
    return tuple(told[-MOST_BEFORE:])


def _tells(text: str) -> bool:
    return (
        len(text) <= LONGEST_SENTENCE
        and not is_question(text)
        and not is_headline(text)
        and not _SCRAP.match(text)
        and len(content_tokens(text)) >= SHORTEST_TERMS
    )


def _leaned_on(article: Article, span: Span, previous: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the sentences before `span`, up to one that stands by itself."""
    before: list[Span] = []
    current = article.text[span.start : span.end]
    for earlier in reversed(previous):
        if not leans(current):
            break
        text = article.text[earlier.start : earlier.end]
        if span.end - earlier.start > LONGEST_UNIT or is_question(text):
            break
        before.insert(0, earlier)
        current = text
    return tuple(before)


LONGEST_ANNOUNCEMENT = 110
"""Characters of a sentence that may only announce what the next ones list."""

SUBJECT_REACH = 15
"""Characters after "the measure" in which a name still belongs to it."""

def _announced(article: Article, span: Span, following: Sequence[Span]) -> tuple[Span, ...]:
    """Return the sentences that list what a short sentence announces."""
    if span.end - span.start > LONGEST_ANNOUNCEMENT:
        return ()
    listed: list[Span] = []
    for later in following[:MOST_BEFORE]:
        text = article.text[later.start : later.end]
        is_item = _LIST_ITEM.match(text) and not is_headline(text)
        if not is_item or later.end - span.start > LONGEST_UNIT:
            break
        listed.append(later)
    return tuple(listed)


_LIST_ITEM = re.compile(
    r"^(?:one (?!of)|the (?:first|second|third|other|others|former|latter)\b|another\b|first,|"
    r"second,|firstly|secondly)",
    re.IGNORECASE,
)
_SCRAP = re.compile(
    r"^(?:sources?|references?|notes?|photo|image|picture|credits?|related|read more|see also|"
    r"advertisement|filed under|tags?|updated|published|by)\s?:",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^[\s\"'“‘(\[*_-]*")
_WORD = re.compile(r"[^\W_](?:[\w.&’'-]*[\w&])?")
_PRONOUN = re.compile(
    r"\b(?:he|she|him|his|her|hers|they|them|their|theirs|it|its|itself|himself|herself)\b",
    re.IGNORECASE,
)
_POINTING_START = re.compile(
    r"^(?:this|these|those|that|such|both|neither|either|another|others?|some of (?:them|these)|"
    r"one(?= (?:would|will|is|was|has|had|said|says|of (?:them|these)))|the (?:former|latter|same|other|two|three|second|first)|here|there)\b",
    re.IGNORECASE,
)
_EXPLETIVE_START = re.compile(
    r"^(?:it (?:is|was|has been|will be|would be|remains|seems|appears) (?:\w+ )?(?:\w+ly )?"
    r"(?:possible|clear|unclear|likely|unlikely|true|known|not known|said|hoped|estimated|expected|"
    r"believed|thought|important|necessary|\w+ (?:that|to|for|whether))\b"
    r"|there (?:is|are|was|were|has|have|will|may|can)\b"
    r"|that (?:same )?(?:year|month|week|day)\b|this (?:year|month|week)\b|both (?:\w+ ){1,3}and\b"
    r"|those who\b|another \w+ (?:of|is)\b)",
    re.IGNORECASE,
)
_CONNECTIVE_START = re.compile(
    r"^(?:but|and|or|yet|so|however|instead|nevertheless|nonetheless|moreover|furthermore|also|"
    r"therefore|thus|hence|consequently|otherwise|likewise|similarly|in addition|in turn|"
    r"as a result|by contrast|in contrast|for example|for instance|even so|then|afterwards?|"
    r"at the same time|on the other hand|since then|at that time|at the time)\b",
    re.IGNORECASE,
)
_DEFINITE_START = re.compile(
    r"^the (?:\w+ )?(?P<noun>measures?|rules?|bans?|orders?|moves?|decisions?|company|firm|agency|"
    r"officials?|spokes\w+|statement|report|bill|law|deal|agreement|letter|plan|policy|group|"
    r"department|minister|senator|lawmakers?|pause|suspension|restrictions?|limits?|controls?|"
    r"sources?|proposal|document|figure|number|change|changes|work|film|book|song|album|game|team|"
    r"city|country|state|war|treaty|attack|incident|case|court|judge|programme|program|project|"
    r"process|effect|effects|result|results|difference|amount|former|latter)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_COMPLEMENT = re.compile(r"^\s+(?:of|for|on|to|in|at|from|against|that|which|who|between|by)\b")
_WHOLE_QUOTATION = re.compile(r"^[“\"][^”\"]*[”\"]\.?$", re.DOTALL)


@lru_cache(maxsize=8192)
def leans(sentence: str) -> bool:
    """Tell whether a sentence needs the one before it.

    >>> leans("He also said that the pause would end."), leans("Mr. Lee said it would end.")
    (True, False)
    """
    text = sentence[_OPENING.match(sentence).end() :]  # type: ignore[union-attr]  # matches ""
    if _WHOLE_QUOTATION.match(sentence.strip()):
        return True
    if _EXPLETIVE_START.match(text):
        return False
    if _POINTING_START.match(text) or _CONNECTIVE_START.match(text):
        return True
    definite = _DEFINITE_START.match(text)
    if definite and not _COMPLEMENT.match(definite["rest"]) and not names(
        text[: definite.end("noun") + SUBJECT_REACH]
    ):
        return True
    pronoun = _PRONOUN.search(text)
    if pronoun is None:
        return False
    earlier = text[: pronoun.start()]
    if pronoun.group().casefold() in {"it", "its", "itself", "they", "them", "their", "theirs"}:
        return not content_tokens(earlier)
    return not names(earlier)

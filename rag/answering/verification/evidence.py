"""Quotes as evidence: their sentences, each with whom its "he" means and what stands before it.

Two sentences each of which says a part say nothing together, so a claim is compared with one
sentence at a time. A headline or a question is no evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.quotes import sentences_of
from rag.answering.verification.claims import Claim, Token, is_among, read_claim
from rag.records import Span
from rag.text.sentences import is_headline, is_question

ANTECEDENTS = 2
"""Sentences back in which the name is that "he" stands for."""
LEADING_TOKENS = 6
"""Content words at the start of a claim that may be the name and office that "he" stands for."""
REFERRING_TOKENS = 3
"""Words at the start of a sentence in which "he" is its subject: "In May he"."""

_PRONOUNS = frozenset("he she they it this these those his her their its".split())


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote and what stands before and after it in its article, to see whose words it holds."""

    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence of a quote, as far as the quote has it.

    `excerpt` counts the quotes from 0, `sentence` is where in it the whole sentence stands, from
    the quote's start, so it may begin before 0. `around` is the text near it in its article,
    `antecedents` are the terms of the sentences that it leans on.
    """

    claim: Claim
    excerpt: int
    sentence: Span
    around: str = ""
    antecedents: frozenset[str] = frozenset()

    def names(self, token: Token, claim: Claim) -> bool:
        """Return whether a name of the claim is here, or is whom a pronoun here stands for."""
        return is_among(token, self.claim.name_terms) or self._stands_for(token, claim)

    def named(self, claim: Claim) -> tuple[Token, ...]:
        """Return the names of a claim, its first word among them where it is a name here."""
        first = claim.content[:1]
        names = frozenset(term for token in self.claim.names for term in token.terms)
        is_name = first and first[0].opens and is_among(first[0], names)
        return (*(first if is_name and not first[0].is_name else ()), *claim.names)

    def says(self, token: Token, claim: Claim) -> bool:
        """Return whether a word of the claim is here, or in what a pronoun here stands for."""
        is_name = token.is_name and is_among(token, self.claim.name_terms)
        return self.claim.has(token) or is_name or self._stands_for(token, claim)

    def _stands_for(self, token: Token, claim: Claim) -> bool:
        """Return whether the claim says up to this word only whom "he" means."""
        leading = [other for other in claim.content if other.start <= token.start]
        return (
            is_among(token, self.antecedents)
            and len(leading) <= LEADING_TOKENS
            and all(is_among(t, self.antecedents) or self.claim.has(t) for t in leading)
        )


def sources_of(excerpts: Sequence[Excerpt]) -> tuple[Source, ...]:
    """Return the statements of the quotes, in order."""
    return tuple(
        source for number, excerpt in enumerate(excerpts) for source in _sources(number, excerpt)
    )


def _sources(number: int, excerpt: Excerpt) -> list[Source]:
    shift = len(excerpt.before)
    text = excerpt.before + excerpt.text + excerpt.after
    spans = [span for span in sentences_of(text) if not is_headline(text[span.start : span.end])]
    found = []
    for place, span in enumerate(spans):
        own = text[max(span.start, shift) : min(span.end, shift + len(excerpt.text))]
        if span.start < shift + len(excerpt.text) and own.strip() and not is_question(own):
            claim = read_claim(own)
            near = spans[max(0, place - ANTECEDENTS) : place] if _leans_back(claim) else []
            earlier = [s for s in near if s.start >= shift]  # what the quote shows itself
            terms = (read_claim(text[s.start : s.end]).terms for s in earlier)
            sentence = Span(span.start - shift, span.end - shift)
            found.append(Source(claim, number, sentence, text, frozenset[str]().union(*terms)))
    return found


def _leans_back(claim: Claim) -> bool:
    return not _PRONOUNS.isdisjoint(token.word for token in claim.tokens[:REFERRING_TOKENS])

"""The verdict on a claim: exact guards in front of an entailment model, then whose words it is.

A claim is compared with one sentence of its quotes at a time; one that joins statements ("… and
…") may take each from another. `supported`: no guard objects and the model finds it entailed by
the sentence. `attributed`: so, but the article states it as somebody's words and the claim does not
say whose. `unsupported`: all else. No verdict is a proof. What the guards' word lists lack is left
to the model, and the model errs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.answering.verification.attribution import Attribution, is_stronger, read_attributions
from rag.answering.verification.claims import Claim, Token, read_claim
from rag.answering.verification.entailment import (
    Entailment,
    Signals,
    likeness,
    log_odds,
    weights_of,
)
from rag.answering.verification.evidence import Excerpt, Source, sources_of
from rag.answering.verification.guards import GUARDS
from rag.records import Span, Verdict

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder

SHORTEST_PART = 3
"""Content words, numbers and dates of a part of a claim that one of several sources may carry."""
MOST_PARTS = 3
"""Statements that one claim may join."""
MOST_MISSING = 0.6
"""Share of its content words that a claim may lack in a sentence that is still read for it."""
ENTAILMENT = "entailment"
ATTRIBUTION = "attribution"
JOINING = "joining"
"""Names beside those of the guards by which `without` leaves a step out, to measure it."""

_JOIN = re.compile(r"\s*[,;]?\s+(?:and|but|while|whereas)\s+|\s*;\s*", re.IGNORECASE)
_OWN_SUBJECT = re.compile(
    r"(?:the|an?|this|these|that|those|its?|their|his|her|he|she|they|some|all|both|each|no|one"
    r"|two|three|there|most|several|many|\w+ of)\b|[A-Z\d\"“]",
)

QUOTATION_MARKS = frozenset('"“”„«»')
"""What a sentence has where its words may be somebody else's."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and what it rests on.

    `missing` is what speaks against an unsupported claim: the guard that objects, and the words.
    `used` are the numbers of the excerpts that carry it. `speaker` is where the excerpt of number
    `said_in` has whose words it is, counted from the quote's start; None where it names nobody.
    `signals` are what the entailment rests on, None where a guard had objected before.
    """

    verdict: Verdict
    missing: tuple[tuple[str, str], ...] = ()
    used: tuple[int, ...] = ()
    said_in: int = 0
    speaker: Span | None = None
    signals: Signals | None = None

    @property
    def is_supported(self) -> bool:
        """Return whether the quotes carry the claim as what they say themselves."""
        return self.verdict == "supported"

    @property
    def is_carried(self) -> bool:
        """Return whether the quotes hold what the claim says, be it as somebody's words."""
        return self.verdict != "unsupported"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Judges claims by the guards and one entailment model; `without` names steps to leave out.

    `embedder` is the default one, with which the weights were fitted, or None.
    """

    entailment: Entailment
    embedder: Embedder | None = None
    without: AbstractSet[str] = field(default_factory=frozenset)

    def judge(self, text: str, quotes: Sequence[str | Excerpt]) -> Judgement:
        """Return whether these quotes carry the claim, and what speaks against it."""
        excerpts = [Excerpt(quote) if isinstance(quote, str) else quote for quote in quotes]
        sources = sources_of(excerpts)
        if not sources:
            return Judgement("unsupported", (("evidence", "any quote"),))
        if not _is_claim(read_claim(text)):
            return Judgement("unsupported", (("claim", "a claim"),))
        whole = self._best(text, sources, excerpts)
        if whole.is_carried or JOINING in self.without:
            return whole
        return self._joined(text, sources, excerpts) or whole

    def _joined(
        self, text: str, sources: Sequence[Source], excerpts: Sequence[Excerpt], *, parts: int = 1
    ) -> Judgement | None:
        """Return the judgement of a claim whose statements different sources carry."""
        if parts == MOST_PARTS or len(sources) == 1:
            return None
        for left, right in _splits(text):
            first = self._best(left, sources, excerpts)
            if not first.is_carried:
                continue
            rest: Judgement | None = self._best(right, sources, excerpts)
            if rest is not None and not rest.is_carried:
                rest = self._joined(right, sources, excerpts, parts=parts + 1)
            if rest is not None:
                return _both(first, rest)
        return None

    def _best(self, text: str, sources: Sequence[Source], excerpts: Sequence[Excerpt]) -> Judgement:
        """Return the best judgement that one source gives; supported before attributed."""
        claim = read_claim(text)
        best: Judgement | None = None
        for source in sources:
            found = self._by_one(claim, source, excerpts)
            if found.is_supported:
                return found
            if best is None or (not best.is_carried and _is_nearer(found, best)):
                best = found
        assert best is not None  # there is a source at least
        return best

    def _by_one(self, claim: Claim, source: Source, excerpts: Sequence[Excerpt]) -> Judgement:
        is_quotation = not QUOTATION_MARKS.isdisjoint(source.claim.text)
        if not is_quotation and [t.word for t in claim.tokens] == [
            t.word for t in source.claim.tokens
        ]:
            return Judgement("supported", (), (source.excerpt,))  # word for word
        missing = tuple(
            (name, what)
            for name, guard in GUARDS.items()
            if name not in self.without
            for what in guard(claim, source)
        )
        if missing:
            return Judgement("unsupported", missing)
        excerpt = excerpts[source.excerpt]
        found = Judgement("supported", (), (source.excerpt,))
        if ATTRIBUTION not in self.without:
            found = _attributed(claim, source, excerpt)
        if not found.is_carried or ENTAILMENT in self.without:
            return found
        words = missing_words(claim, source)
        share = len(words) / max(1, len(claim.content))
        if share > MOST_MISSING:
            return Judgement("unsupported", tuple(("words", t.text) for t in words))
        scores = self.entailment.entails(claim.text, source.claim.text.strip())
        like = likeness(claim.text, source.claim.text, self.embedder)
        signals = Signals(log_odds(scores), share, like)
        if not self.is_entailed(signals):
            return Judgement("unsupported", ((ENTAILMENT, "entailment"),), signals=signals)
        return replace(found, signals=signals)

    def is_entailed(self, signals: Signals) -> bool:
        """Return whether what speaks for a claim is enough."""
        weights = weights_of(self.entailment, has_likeness=self.embedder is not None)
        return weights.log_odds(signals) > 0


def missing_words(claim: Claim, source: Source) -> list[Token]:
    """Return the content words of a claim that the source does not have."""
    return [token for token in claim.content if not source.says(token, claim)]


def _is_claim(claim: Claim) -> bool:
    """Return whether it relates two things: "April." and "Yes." claim nothing."""
    return bool(claim.content) and _size(claim) > 1


def _size(claim: Claim) -> int:
    return len(claim.content) + len(claim.values)


def _is_nearer(one: Judgement, other: Judgement) -> bool:
    """Return whether a judgement is the better one, or lacks less."""
    if one.is_carried or one.signals is not None:
        return one.is_carried or other.signals is None
    return other.signals is None and len(one.missing) < len(other.missing)


def _splits(text: str) -> list[tuple[str, str]]:
    """Return a claim in two at each "and" and the like, the subject said again where it is shared.

    >>> _splits("Torp sold two old boats and bought none from Acme.")
    [('Torp sold two old boats', 'Torp bought none from Acme.')]
    """
    found = []
    for match in _JOIN.finditer(text):
        left, right = text[: match.start()], text[match.end() :]
        if not _OWN_SUBJECT.match(right):
            right = f"{_subject(left)} {right}"
        if all(_size(read_claim(part)) >= SHORTEST_PART for part in (left, right)):
            found.append((left, right))
    return found


def _subject(text: str) -> str:
    """Return the opening of a claim up to its first content word, a name whole."""
    claim = read_claim(text)
    end = claim.content[0].end if claim.content else 0
    for token in claim.names:
        end = token.end if token.start == end + 1 else end
    return text[:end]


def _both(one: Judgement, other: Judgement) -> Judgement:
    first = one if other.is_supported else other
    used = tuple(dict.fromkeys((*one.used, *other.used)))
    return Judgement(first.verdict, (), used, first.said_in, first.speaker, first.signals)


def _attributed(claim: Claim, source: Source, excerpt: Excerpt) -> Judgement:
    """Return whether a claim that is carried is a fact of the article or somebody's words."""
    used = (source.excerpt,)
    shift = len(excerpt.before)
    text = excerpt.before + excerpt.text + excerpt.after
    sentence = Span(source.sentence.start + shift, source.sentence.end + shift)
    own = read_attributions(claim.text, Span(0, len(claim.text)))
    said = [span for one in own for span in one.content] or [Span(0, len(claim.text))]
    told = [
        a
        for a in read_attributions(text, sentence)
        if any(_holds(a, read_claim(claim.text[s.start : s.end]), text) for s in said)
    ]
    if is_stronger(claim.text, source.claim.text):
        return Judgement("unsupported", ((ATTRIBUTION, "what was only said"),))
    if own and not any(_is_same_speaker(a, b, claim, text) for a in own for b in told):
        return Judgement("unsupported", ((ATTRIBUTION, "the same speaker"),))
    if own or not told:
        return Judgement("supported", (), used)
    speaker = told[0].speaker
    place = speaker and Span(speaker.start - shift, speaker.end - shift)
    return Judgement("attributed", (), used, source.excerpt, place)


def _holds(one: Attribution, claim: Claim, text: str) -> bool:
    """Return whether most of what the claim says stands in what is attributed."""
    inside = frozenset[str]().union(*(read_claim(text[s.start : s.end]).terms for s in one.content))
    values = sum(any(v.text in text[s.start : s.end] for s in one.content) for v in claim.values)
    held = sum(t.terms[0] in inside for t in claim.content) + values
    return 2 * held >= _size(claim)


def _is_same_speaker(claimed: Attribution, told: Attribution, claim: Claim, text: str) -> bool:
    """Return whether a claim names whom its source names, or nobody as it does."""
    if told.speaker is None or claimed.speaker is None:
        return told.speaker is None
    named = read_claim(text[told.speaker.start : told.speaker.end])
    asked = read_claim(claim.text[claimed.speaker.start : claimed.speaker.end])
    wanted = {t.terms[0] for t in (asked.names or asked.content)}
    return not wanted or bool(wanted & named.terms)

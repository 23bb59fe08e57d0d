"""What turns a claim round or hardens it: a lost "not", "cancelled", or "may" made into "is".

A cue counts where the claim has the first word that it governs, or half of them, and the source
has these words nowhere else. What the lists of `cues` do not have is not seen: this finds turned
claims, it proves none straight.
"""

from __future__ import annotations

from collections.abc import Iterable

from rag.answering.verification.claims import Claim
from rag.answering.verification.cues import Cue, CueKind, cues_of
from rag.answering.verification.evidence import Source
from rag.text.word_forms import IRREGULAR_VERBS

_POSSIBLE = frozenset("can allow allows allowed permitted able allegedly reportedly".split())
"""What a claim may say for "may"."""
_FUTURE = frozenset("will shall won't".split())


def turned(claim: Claim, source: Source) -> Iterable[str]:
    """Yield the negations that the source has and the claim has not, and the other way round."""
    told = [cue for cue in cues_of(claim) if cue.kind == "not"]
    found = _bearing_on(claim, source.claim, "not", loosely=len(told) % 2 == 1)
    if len(told) % 2 != len(found) % 2:
        yield "not"
    elif told and found:
        governed = {term for cue in found for term in cue.governed}
        claimed = {term for cue in told for term in cue.governed}
        if governed and claimed and not governed & claimed:
            yield "not"


def undone(claim: Claim, source: Source) -> Iterable[str]:
    """Yield "cancelled" where the claim has what the source says was undone, without saying so."""
    if not any(cue.kind != "unreal" for cue in cues_of(claim)):
        yield from (cue.word for cue in _bearing_on(claim, source.claim, "undone"))


def hardened(claim: Claim, source: Source) -> Iterable[str]:
    """Yield "may" where the source has what the claim states only as possible, planned or asked."""
    if _POSSIBLE & claim.words or any(cue.kind == "unreal" for cue in cues_of(claim)):
        return
    if cues := _bearing_on(claim, source.claim, "unreal"):
        yield cues[0].word
    yield from _future_as_past(claim, source.claim)


def _bearing_on(claim: Claim, own: Claim, kind: CueKind, *, loosely: bool = False) -> list[Cue]:
    """Return the cues of a source that govern what the claim says: the first word or half of all.

    Words count that the source has nowhere else; loosely, one of whatever kind is enough.
    """
    found = []
    for cue in cues_of(own):
        shared = [terms[0] in claim.terms for terms in cue.governed]
        only_here = [_times(t, own) <= cue.governed.count(t) for t in cue.governed]
        bears = [a and b for a, b in zip(shared, only_here, strict=True)]
        is_strict = any(bears) and (bears[0] or 2 * sum(shared) >= len(shared))
        if cue.kind == kind and (any(shared) if loosely else is_strict):
            found.append(cue)
    return found


def _times(terms: tuple[str, ...], own: Claim) -> int:
    return sum(token.terms == terms for token in own.content)


def _future_as_past(claim: Claim, own: Claim) -> Iterable[str]:
    """Yield "will" where the claim has in the past what the source has in the future."""
    past = {t.terms for t in claim.tokens if t.word.endswith("ed") or t.word in IRREGULAR_VERBS}
    if {"be", "been", "being"} & claim.words:
        return
    for place, token in enumerate(own.tokens):
        if token.word in _FUTURE:
            verb = next((t for t in own.tokens[place + 1 :] if t.is_content), None)
            if verb is not None and verb.terms in past:
                yield token.word

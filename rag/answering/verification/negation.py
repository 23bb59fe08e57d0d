"""What turns a claim round or hardens it: a lost "not", "cancelled", or "may" made into "is".

Closed lists of English words. What a cue governs are the content words after it up to the end of
its stretch, those before it in a passive (NegEx, Chapman et al., 2001). A cue counts where the
claim has the first word that it governs, or half of them, and the source has these words nowhere
else. What the lists do not have is not seen: this finds turned claims, it proves none straight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answering.verification.claims import Claim, Token
from rag.answering.verification.evidence import Source
from rag.text.word_forms import IRREGULAR_VERBS

CueKind = Literal["not", "undone", "unreal"]

SCOPE_WORDS = 5
"""Content words after a cue that it governs."""

_NOT = frozenset(
    "not no never none neither nor nobody nothing nowhere without cannot hardly barely scarcely "
    "unlike isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't won't wouldn't "
    "can't couldn't shouldn't mustn't needn't unable deny denies denied denying reject rejects "
    "rejected rejecting refute refutes refuted dispute disputes disputed lack lacks lacked lacking "
    "avoid avoids avoided prevent prevents prevented averted".split()
)
_NOT_BEFORE_TO = frozenset(
    "fail fails failed failing refuse refuses refused refusing decline declines declined declining "
    "yet".split()
)
"""Only before "to": a film may fail, and exports decline."""
_NOT_IN_PAIRS = frozenset({("ruled", "out"), ("rule", "out"), ("rules", "out"), ("ruling", "out"),
                           ("short", "of"), ("instead", "of"), ("rather", "than"),
                           ("far", "from")})  # fmt: skip
_NOT_AFTER_NOT = frozenset("only just merely least doubt later".split())
"""After "not" and "no" they make no negation of what follows."""
_BACKWARDS = frozenset("untrue false wrong unfounded nobody nothing none neither nowhere".split())
"""They negate what stands before them, where nothing follows: "protects nobody"."""
_UNDONE = frozenset(
    "disallowed overturned annulled cancelled canceled scrapped abandoned withdrawn withdrew "
    "revoked rescinded reversed suspended postponed shelved halted paused dropped lifted repealed "
    "voided dismissed cleared acquitted".split()
)
"""What was so and is so no longer, or was to be; in the passive it governs what stands before."""
_UNDONE_IN_PAIRS = frozenset({("on", "hold"), ("called", "off"), ("struck", "down"),
                              ("put", "off")})  # fmt: skip
_UNREAL = frozenset(
    "may might could would should if unless plan plans planned planning propose proposes proposed "
    "proposing proposal proposals promise promises promised pledge pledges pledged vow vows vowed "
    "expect expects expected expecting likely unlikely probably possibly perhaps possible "
    "potential potentially consider considers considered considering intend intends intended seek "
    "seeks sought pending provided depends depending awaiting scheduled threaten threatens "
    "threatened hope hopes hoped hoping aim aims aimed want wants wanted urge urges urged demand "
    "demands demanded recommend recommends recommended forecast forecasts projected ask asks asked "
    "whether offered offers offer tries tried trying attempt attempts attempted agree agrees "
    "agreed due intention".split()
)
_UNREAL_IN_PAIRS = frozenset({("set", "to"), ("is", "to"), ("are", "to"), ("subject", "to"),
                              ("supposed", "to"), ("in", "principle")})  # fmt: skip
_CONDITIONS = frozenset({"if", "unless"})
_INVERTED = frozenset({"had", "were", "should"})
"""At the start of a sentence they stand for "if": "Had it rained"."""
_POSSIBLE = frozenset(
    "can allow allows allowed permitted able allegedly reportedly going believe think".split()
)
"""What a claim may say for "may"."""
_FUTURE = frozenset("will shall won't".split())
_BE = frozenset("is are was were be been being".split())


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that negates or makes unreal, and the terms that it governs."""

    kind: CueKind
    word: str
    governed: tuple[tuple[str, ...], ...]


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


def hardened(claim: Claim, source: Source) -> Iterable[str]:
    """Yield "may" or "cancelled" where the claim states as a fact what the source does not."""
    own = cues_of(claim)
    if not any(cue.kind != "unreal" for cue in own):
        yield from (cue.word for cue in _bearing_on(claim, source.claim, "undone"))
    if not _POSSIBLE & claim.words and not any(cue.kind == "unreal" for cue in own):
        yield from (cue.word for cue in _bearing_on(claim, source.claim, "unreal"))
        yield from _future_as_past(claim, source.claim)


def cues_of(claim: Claim) -> list[Cue]:
    """Return what negates, undoes and makes unreal, in order."""
    found: list[Cue] = []
    for place, token in enumerate(claim.tokens):
        following = claim.tokens[place + 1 :]
        if token.word == "nor" and any(cue.word == "neither" for cue in found):
            continue
        if kind := _kind(token, following):
            found.append(Cue(kind, token.word, _governed(token, claim.tokens[:place], following)))
    return found


def _kind(token: Token, following: Sequence[Token]) -> CueKind | None:
    word, after = token.word, following[0].word if following else ""
    if word in {"not", "no"} and after in _NOT_AFTER_NOT:
        return None
    is_before_to = word in _NOT_BEFORE_TO and after == "to"
    if word in _NOT | _BACKWARDS or is_before_to or (word, after) in _NOT_IN_PAIRS:
        return "not"
    if word in _UNDONE or (word, after) in _UNDONE_IN_PAIRS:
        return "undone"
    is_name = token.is_name and not token.opens
    is_unreal = (word in _UNREAL and not is_name) or (token.opens and word in _INVERTED)
    return "unreal" if is_unreal or (word, after) in _UNREAL_IN_PAIRS else None


def _governed(
    cue: Token, before: Sequence[Token], following: Sequence[Token]
) -> tuple[tuple[str, ...], ...]:
    stretch = cue.stretch + (cue.opens and cue.word in _CONDITIONS | _INVERTED)
    scope = [t for t in following if t.stretch <= stretch and t.is_content]
    main = [t for t in before if t.stretch == cue.stretch and t.is_content]
    if cue.word in _CONDITIONS:  # what hangs on it stands before it or, after "If …,", behind
        return tuple(t.terms for t in (*main, *scope))
    is_passive = cue.word in _UNDONE and bool({t.word for t in before[-2:]} & _BE)
    if is_passive or (cue.word in _BACKWARDS and not scope):
        scope = main[::-1]
    return tuple(t.terms for t in scope[:SCOPE_WORDS])


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

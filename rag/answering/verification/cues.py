"""Words that negate, undo or make unreal, and what they govern.

Closed lists of English words. What a cue governs are the content words after it up to the end of
its stretch, those before it in a passive (NegEx, Chapman et al., 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answering.verification.claims import Claim, Token

CueKind = Literal["not", "undone", "unreal"]

SCOPE_WORDS = 5
"""Content words after a cue that it governs."""

_NOT = frozenset(
    "not no never none neither nor nobody nothing nowhere without cannot hardly barely scarcely "
    "unlike isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't won't wouldn't "
    "can't couldn't shouldn't mustn't needn't ain't unable unsuccessfully".split()
)
_UNTRUE = frozenset("untrue false wrong incorrect unfounded baseless".split())
_UNDONE = frozenset(
    "disallowed overturned annulled cancelled canceled scrapped abandoned withdrawn withdrew "
    "revoked rescinded reversed suspended postponed shelved halted paused dropped lifted repealed "
    "voided dismissed blocked".split()
)
"""What was so and is so no longer, or was to be; in the passive it governs what stands before."""
_PAIRS_UNDONE = frozenset({("on", "hold"), ("called", "off"), ("struck", "down"), ("put", "off")})
_BE = frozenset("is are was were be been being".split())
_NOBODY = frozenset({"nobody", "nothing", "none", "neither", "nowhere"})
_NOT_DOING = frozenset(
    "deny denies denied denying reject rejects rejected rejecting refute refutes refuted dispute "
    "disputes disputed lack lacks lacked lacking avoid avoids avoided prevent prevents prevented "
    "averted".split()
)
_NOT_BEFORE_TO = frozenset(
    "fail fails failed failing refuse refuses refused refusing decline declines declined declining "
    "omitted".split()
)
"""Only before "to": a film may fail, and exports decline."""
_PAIRS_NOT = frozenset({("ruled", "out"), ("rule", "out"), ("rules", "out"), ("ruling", "out"),
                        ("yet", "to"), ("short", "of"), ("instead", "of"), ("rather", "than"),
                        ("far", "from")})  # fmt: skip
_NOT_AFTER_NOT = frozenset("only just merely least doubt later".split())
"""After "not" and "no" they make no negation of what follows."""
_UNREAL = frozenset(
    "may might could would should if unless plan plans planned planning propose proposes proposed "
    "proposing proposal proposals promise promises promised pledge pledges pledged vow vows vowed "
    "expect expects expected expecting likely unlikely probably possibly perhaps possible "
    "potential potentially consider considers considered considering intend intends intended seek "
    "seeks sought pending provided depends depending awaiting scheduled target targets threaten "
    "threatens threatened hope hopes hoped hoping aim aims aimed want wants "
    "wanted urge urges urged demand demands demanded recommend recommends recommended forecast "
    "forecasts projected draft ask asks asked wonders wondered whether offered "
    "offers offer must ought try tries tried trying attempt attempts attempted".split()
)
_INVERTED = frozenset({"had", "were", "should"})
"""At the start of a sentence they stand for "if": "Had it rained"."""
_CONDITIONS = frozenset({"if", "unless"})
_PAIRS_UNREAL = frozenset({("set", "to"), ("is", "to"), ("are", "to"), ("agreed", "to"),
                           ("subject", "to"), ("supposed", "to"), ("in", "principle")})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that negates or makes unreal, and the terms that it governs."""

    kind: CueKind
    word: str
    governed: tuple[tuple[str, ...], ...]


def cues_of(claim: Claim) -> list[Cue]:
    """Return the negations and what makes unreal, in order."""
    found: list[Cue] = []
    for place, token in enumerate(claim.tokens):
        following = claim.tokens[place + 1 :]
        if token.word == "nor" and any(cue.word == "neither" for cue in found):
            continue
        if kind := _kind(token, following):
            found.append(Cue(kind, token.word, _governed(token, claim.tokens[:place], following)))
    return found


def _kind(token: Token, following: Sequence[Token]) -> CueKind | None:
    after = following[0].word if following else ""
    if _negates(token.word, after):
        return "not"
    if token.word in _UNDONE or (token.word, after) in _PAIRS_UNDONE:
        return "undone"
    is_verb = token.word in _UNREAL and not (token.is_name and not token.opens)
    is_inverted = token.opens and token.word in _INVERTED
    is_unreal = is_verb or is_inverted or (token.word, after) in _PAIRS_UNREAL
    return "unreal" if is_unreal else None


def _negates(word: str, after: str) -> bool:
    if word in {"not", "no"} and after in _NOT_AFTER_NOT:
        return False
    is_negation = word in _NOT or word in _NOT_DOING or word in _UNTRUE
    return is_negation or (word in _NOT_BEFORE_TO and after == "to") or (word, after) in _PAIRS_NOT


def _governed(
    cue: Token, before: Sequence[Token], following: Sequence[Token]
) -> tuple[tuple[str, ...], ...]:
    stretch = cue.stretch + (cue.opens and cue.word in _CONDITIONS | _INVERTED)
    scope = [t for t in following if t.stretch <= stretch and t.is_content]
    if cue.word in _CONDITIONS:  # what hangs on it stands before it or, after "If …,", behind
        main = [t for t in before if t.stretch == cue.stretch and t.is_content]
        return tuple(t.terms for t in (*main, *scope))
    is_passive = cue.word in _UNDONE and bool({t.word for t in before[-2:]} & _BE)
    if is_passive or cue.word in _UNTRUE:
        scope = [t for t in before if t.stretch == stretch and t.is_content]
        return tuple(t.terms for t in (*reversed(scope),))[:SCOPE_WORDS]
    if not scope and cue.word in _NOBODY:  # "protects nobody"
        scope = [t for t in before if t.stretch == stretch and t.is_content][-SCOPE_WORDS:]
    return tuple(t.terms for t in scope[:SCOPE_WORDS])

"""Read from a question what it asks of, besides the kind of thing: the noun, and the time.

Rules over words, like those of `asked`: signals, never a verdict.
"""

from __future__ import annotations

import re

from rag.text.tokens import content_tokens

_FOCUS = re.compile(
    r"\b(?:(?:what|which|whose|how (?:many|much))(?: (?:of|of the|the|kind of|kinds of|type of))?"
    r"|who (?:is|was|are|were) the|what (?:is|was|are|were) the)\s+(?P<noun>[^?,.;]*)",
    re.IGNORECASE,
)
_FOCUS_END = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|of|"
    r"in|on|at|for|from|to|with|by|about|after|before|under|that|which|who|and|or)\b",
    re.IGNORECASE,
)
_ASKS_AHEAD = re.compile(
    r"\bwill\b|\bgoing to\b|\b(?:when|where|what time) (?:do|does|is|are)\b|\bexpected to\b"
    r"|\bnext\b|\bplan(?:s|ned|ning)? to\b",
    re.IGNORECASE,
)
_ASKS_NOW = re.compile(
    r"\b(?:now|still|currently|today|latest|at present|any ?more|any longer|to date|so far)\b"
    r"|^(?:is|are|does|do|has|have)\b",
    re.IGNORECASE,
)
_ASKS_BACK = re.compile(r"\b(?:did|was|were|had)\b", re.IGNORECASE)
_TELLS_AHEAD = re.compile(
    r"\b(?:will|shall|due (?:in|on|to|by|at)|expected to|is to|are to|planned|scheduled|"
    r"going to|upcoming|next (?:week|month|year)|until)\b",
    re.IGNORECASE,
)


def focus_of(question: str) -> str:
    """Return the head of the noun that is asked for; empty where only "what" or "how" is.

    >>> focus_of("Which two Chinese universities did he attend?")
    'universities'
    """
    match = _FOCUS.search(question)
    if match is None:
        return ""
    noun = _FOCUS_END.split(match["noun"], maxsplit=1)[0].split()
    return noun[-1] if noun and content_tokens(noun[-1]) else ""


def asks_now(question: str) -> bool:
    """Tell whether the question is about how things stand, so that the newer article counts."""
    return bool(_ASKS_NOW.search(question))


def time_fit(question: str, sentence: str) -> float:
    """Return 1 where the sentence tells of the time that is asked about, -1 of the other, or 0."""
    ahead = bool(_TELLS_AHEAD.search(sentence))
    if _ASKS_AHEAD.search(question):
        return 1.0 if ahead else -1.0
    return -1.0 if ahead and _ASKS_BACK.search(question) else 0.0

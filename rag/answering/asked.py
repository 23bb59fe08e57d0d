"""Read a question: what kind of thing it asks for, or on what it wants the articles compared.

Rules over words. They are signals for the ranking and for the refusal, never a verdict.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from rag.text.tokens import content_tokens

Kind = Literal["when", "number", "who", "where", "why", "list", "yes or no", "gist", "other"]

NAMED: dict[Kind, str] = {
    "when": "date",
    "number": "figure",
    "who": "name",
    "where": "place",
    "why": "reason",
}
"""What a refusal calls the thing that is missing."""

_GIST = re.compile(
    r"^(?:(?:please|can you|could you)\s+)*(?:summari[sz]e|give (?:me )?(?:a |an |the )?"
    r"(?:summary|overview|gist)|tell me (?:more )?about|describe)\b"
    r"|\bmain (?:points?|ideas?|topics?|news|story|messages?)\b|\bkey (?:points?|facts?)\b"
    r"|\bwhat(?:[’']s| is| are| was)\b.*\babout\W*$"
    r"|\bwhat does .*\b(?:article|report|file)\b.*\bsay\W*$"
    r"|\bwhat (?:is|was) (?:in|covered)\b|\boverview\b",
    re.IGNORECASE,
)
GIST_TERMS = 5
"""Content terms beyond which a question about "the main points" asks for something narrower."""

_FILLER = (
    r"(?:(?!(?:of|for|in|that|to|by|on|the|did|does|do|will|would|has|have|had|can|could|should|"
    r"may|might|made|caused|led|drove|prompted)\b)\w+ )"
)
"""A word that tells more of the noun after it: "the maximum civil fine", but no verb."""
_WHAT_THE = (
    rf"\b(?:what|which) (?:(?:is|was|are|were) (?:the |its |their )?{_FILLER}{{0,2}}|{_FILLER}?)"
)
_NO_COMPOUND = (
    r"(?!-| (?:law|bill|office|system|act|programme|program|verification|agency|commission|"
    r"committee|crisis|war)\b)"
)
_WHEN = (
    r"\bwhen\b|\b(?:what|which|in what|on what)\s+(?:\w+\s+)?(?:year|date|day|month|time|"
    r"century|decade)s?\b|\bsince when\b|\bhow long ago\b"
    rf"|{_WHAT_THE}deadline\b{_NO_COMPOUND}"
)
_HOW_MANY = (
    r"\bhow (?:many|much|long|old|far|often|big|large|high|tall|fast|late|deep|wide|heavy)\b"
    rf"|{_WHAT_THE}(?:percentage|percent|share|number|amount|price|cost|total|size|rate|"
    r"population|proportion|sum|figure|ratio|value|tariff|fine|penalty|duty|fee|charge|salary|"
    r"limit|threshold|cut-?off|ceiling|cap|budget|turnover|revenue|toll|speed|age|height|length|"
    rf"weight|distance|temperature|quota|margin|cut of)\b{_NO_COMPOUND}"
    r"|\bwhat (?:did|does|do|will|would|has|have)\b.*\bcosts?\b"
)
_WHO = (
    r"\bwho(?:m|se)?\b|\bwh(?:at|ich) (?:person|people|company|companies|firm|agency|minister|"
    r"official|lawmaker|senator|president|author|king|queen|team|group)\b"
)
_WHERE = (
    r"\bwhere\b|\b(?:what|which) (?:country|countries|city|state|place|region|continent|town|"
    r"county|location)\b"
)
_WHY = (
    r"\bwhy\b|\bwhat (?:is|was|are|were) the (?:reason|cause|purpose|motive)s?\b"
    r"|\bhow come\b|\bhow (?:do|does|did|has|have) \w.{0,60} (?:justif(?:y|ied)|explain(?:ed)?)\b"
    r"|\bwhat for\b|\bwhat (?:led|caused|made|prompted)\b"
)
_YES_OR_NO = (
    r"^(?:so\s+|and\s+|but\s+)?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|"
    r"should|may|might|must|isn[’']t|aren[’']t|didn[’']t|doesn[’']t)\b"
)
_LIST = (
    r"\b(?:which|what) (?:are |were )?(?:the )?"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+) "
    r"|\bwhich (?!(?:is|was|has|does|of)\b)\w+[^s\W]s (?!of the\b)"
    r"|\bwhat (?:fields|kinds|types|sorts)\b"
)
_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("when", re.compile(_WHEN, re.IGNORECASE)),
    ("list", re.compile(_LIST, re.IGNORECASE)),
    ("why", re.compile(_WHY, re.IGNORECASE)),
    ("number", re.compile(_HOW_MANY, re.IGNORECASE)),
    ("who", re.compile(_WHO, re.IGNORECASE)),
    ("where", re.compile(_WHERE, re.IGNORECASE)),
    ("yes or no", re.compile(_YES_OR_NO, re.IGNORECASE)),
)

_TELLERS = (
    r"(?:(?:the|these|those|all|your|both|different|various) )*"
    r"(?:articles?|reports?|sources?|accounts?|outlets?|papers?|newspapers?|stories|texts?)"
)
_COMPARED = re.compile(
    rf"^(?:so |and |but )?(?:(?:do|does|did) {_TELLERS} (?:agree|disagree|differ|contradict "
    r"(?:each other|one another|themselves)|conflict)"
    rf"|(?:are|is) {_TELLERS} (?:in agreement|at odds|consistent|unanimous|agreed)"
    rf"|(?:what|where|how) (?:do|does|did) {_TELLERS} (?:disagree|differ|contradict each other))"
    r",? (?:on|about|over|as to|regarding|in)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def kind_of(question: str) -> Kind:
    """Return what the question asks for; the pattern that starts earliest decides."""
    if _GIST.search(question) and len(content_tokens(question)) <= GIST_TERMS:
        return "gist"
    found = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(_ASKED)
        if (match := pattern.search(question))
    ]
    return min(found)[2] if found else "other"


def compared_topic(question: str) -> str:
    """Return what the articles are asked to agree on; empty where nothing of the kind is asked.

    >>> compared_topic("Do the articles agree on when the rule ends?")
    'when the rule ends?'
    """
    match = _COMPARED.search(question)
    return question[match.end() :].strip() if match else ""

"""Tell from its words whether a sentence needs the one before it to be understood.

Rules over openings, pronouns and definite nouns; no grammar. When in doubt a sentence is shown
with the one before it: too much is better than what nobody understands.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.retrieval.names import names
from rag.text.tokens import content_tokens

SUBJECT_REACH = 15
"""Characters after "the measure" in which a name still belongs to it."""

_LIST_ITEM = re.compile(
    r"^(?:one (?!of)|the (?:first|second|third|other|others|former|latter)\b|another\b|first,|"
    r"second,|firstly|secondly)",
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
    r"one(?= (?:would|will|is|was|has|had|said|says|of (?:them|these)))|"
    r"the (?:former|latter|same|other|two|three|second|first)|here|there)\b",
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
    text = _OPENING.sub("", sentence, count=1)
    if _WHOLE_QUOTATION.match(sentence.strip()):
        return True
    if _EXPLETIVE_START.match(text):
        return False
    return bool(
        _POINTING_START.match(text)
        or _CONNECTIVE_START.match(text)
        or _has_open_definite(text)
        or _has_open_pronoun(text)
    )


def _has_open_definite(text: str) -> bool:
    definite = _DEFINITE_START.match(text)
    if definite is None or _COMPLEMENT.match(definite["rest"]):
        return False
    return not names(text[: definite.end("noun") + SUBJECT_REACH])


def _has_open_pronoun(text: str) -> bool:
    pronoun = _PRONOUN.search(text)
    if pronoun is None:
        return False
    earlier = text[: pronoun.start()]
    if pronoun.group().casefold() in {"it", "its", "itself", "they", "them", "their", "theirs"}:
        return not content_tokens(earlier)
    return not names(earlier)


def is_list_item(sentence: str) -> bool:
    """Tell whether the sentence goes on with what the one before announced: "One would have"."""
    return bool(_LIST_ITEM.match(sentence))

"""Tell from its words whether a sentence needs the one before it to be understood.

Rules over openings, pronouns and definite nouns; no grammar. What a sentence names itself needs
nothing from before.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.retrieval.names import names
from rag.text.abbreviations import REPORTING
from rag.text.quantities import read_dates
from rag.text.tokens import content_tokens

SUBJECT_REACH = 15
"""Characters after "two" in which the noun that it counts stands; "however" reaches twice as far
to its subject."""

APPOSITION_REACH = 60
"""Characters after "The minister," in which the name follows."""

_LIST_ITEM = re.compile(
    r"^(?:one (?!of)|the (?:first|second|third|other|others|former|latter)\b|another\b|first,|"
    r"second,|firstly|secondly)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^[\s\"'“‘(\[*_-]*")
_PERSON = r"he|she|him|his|her|hers|himself|herself"
_THING = r"they|them|their|theirs|it|its|itself"
_PRONOUN = re.compile(rf"\b(?:{_PERSON}|{_THING})\b", re.IGNORECASE)
_PERSONAL = re.compile(rf"^(?:{_PERSON})$", re.IGNORECASE)
_POINTING_START = re.compile(
    r"^(?:this|these|those|that|such|both|neither|either|another|others?|some of (?:them|these)|"
    r"one(?= (?:would|will|is|was|has|had|said|says|of (?:them|these)))|"
    r"(?:in|on|at|by|for|under|during|after|before|since|from|with|to|of) "
    r"(?:this|that|these|those(?! who| that)|such|the same)|"
    r"the (?:former|latter|same|other|first|second|third|two|three)(?-i:(?! [A-Z]))|"
    r"two|three|four|here|there)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_AMONG_THEM = re.compile(r"\b(?:is|are|was|were) (?:among|one of|part of) (?:them|these|those)\b")
_SHARE_OF_IT = re.compile(
    r"^[^,;:]*\b(?:\d+|million|billion|half|most|part|some|much|none|third|quarter) of "
    r"(?:it|them|this|these)\b",
    re.IGNORECASE,
)
_TIME_WORDS = re.compile(r"^(?:in|on|by|since|from|until|at) ", re.IGNORECASE)
_COUNTED_START = re.compile(r"^(?:two|three|four)\b", re.IGNORECASE)
_EXPLETIVE_START = re.compile(
    r"^(?:it (?:is|was|has been|will be|would be|remains|seems|appears) (?:\w+ )?(?:\w+ly )?"
    r"(?:possible|clear|unclear|likely|unlikely|true|known|not known|said|hoped|estimated|expected|"
    r"believed|thought|important|necessary|\w+ (?:that|to|for|whether))\b"
    r"|there (?:is|are|was|were|has|have|will|may|can)\b"
    r"|(?:in )?this (?:year|month|week)\b|both (?:\w+ ){1,3}and\b"
    r"|those who\b|another \w+ (?:of|is)\b)",
    re.IGNORECASE,
)
_CONNECTIVE_START = re.compile(
    r"^(?:but|and|or|yet|so|however|instead|nevertheless|nonetheless|moreover|furthermore|also|"
    r"therefore|thus|hence|consequently|otherwise|likewise|similarly|in addition|in turn|"
    r"as a result|by contrast|in contrast|for example|for instance|even so|then|afterwards?|"
    r"at the same time|on the other hand|since then|at that time|at the time|on the same day)\b,?",
    re.IGNORECASE,
)
_DEFINITE_START = re.compile(
    r"^the (?:\w+ )?(?P<noun>measures?|rules?|bans?|orders?|moves?|decisions?|company|companies|"
    r"firms?|agency|agencies|institute|institution|"
    r"officials?|spokes\w+|statement|report|bill|law|deal|agreement|letter|plan|policy|group|"
    r"department|minister|senator|lawmakers?|pause|suspension|restrictions?|limits?|controls?|"
    r"sources?|proposal|document|figure|number|change|changes|work|film|book|song|album|game|team|"
    r"city|country|state|war|treaty|attack|incident|case|court|judge|programme|program|project|"
    r"process|effect|effects|result|results|difference|amount|former|latter|conflict|method|"
    r"hackers|operation|investigation|device|ministry|commission)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NAMELESS = re.compile(r"^(?:officials?|spokes\w+|lawmakers?|sources?)$", re.IGNORECASE)
_WHO_DOES = frozenset({"company", "firm", "agency", "minister", "senator", "lawmaker", "group"})
_COMPLEMENT = re.compile(r"^\s+(?:of|for|on|to|in|at|from|against|that|which|who|between|by)\b")
_NOUN_OF = re.compile(r"^\s+(?:\w+\s+){1,2}of\b")
_WHOLE_QUOTATION = re.compile(r"^[“\"][^”\"]*[”\"]\.?$", re.DOTALL)
_OPENED_QUOTATION = re.compile(r"^“[^”]*$", re.DOTALL)
_CLOSED_QUOTATION = re.compile(r"^[^“]*”", re.DOTALL)
_SPEAKER = re.compile(
    rf"^(?:[A-Z][\w.'’-]*|the|a|an|\w+ly)\b.{{0,80}}\b(?:{REPORTING})\b", re.DOTALL
)
_UNNAMED_SPEAKER = re.compile(
    rf"[,?!]”\s(?:the (?P<noun>\w+)(?: \w+)? (?:{REPORTING})\b|(?:{REPORTING}) the (?P<last>\w+))",
)


@lru_cache(maxsize=8192)
def leans(sentence: str) -> bool:
    """Tell whether a sentence needs the one before it.

    >>> leans("He also said that the pause would end."), leans("Mr. Lee said it would end.")
    (True, False)
    """
    text = _without_time(_OPENING.sub("", sentence, count=1))
    if is_unattributed(sentence) or _closes_quotation(sentence):
        return True
    if _EXPLETIVE_START.match(text):
        return False
    return (
        _has_open_pointer(text)
        or _has_open_connective(text)
        or _has_open_definite(text)
        or bool(_AMONG_THEM.search(text) or _SHARE_OF_IT.match(text))
        or _has_unnamed_speaker(sentence)
        or _open_pronoun(text) is not None
    )


def has_open_pronoun(sentence: str) -> bool:
    """Tell whether a pronoun of the sentence stands for nothing that it names itself."""
    return _open_pronoun(_without_time(_OPENING.sub("", sentence, count=1))) is not None


def leans_on_name(sentence: str) -> bool:
    """Tell whether what the sentence lacks is a name: "She said", "The company"."""
    text = _without_time(_OPENING.sub("", sentence, count=1))
    pronoun = _open_pronoun(text)
    definite = _DEFINITE_START.match(text)
    return (
        bool(pronoun and _PERSONAL.match(pronoun))
        or bool(definite and definite["noun"].casefold() in _WHO_DOES)
        or is_unattributed(sentence)
        or _has_unnamed_speaker(sentence)
    )


def is_unattributed(sentence: str) -> bool:
    """Tell whether the sentence is nothing but words of a quotation: someone said it."""
    text = sentence.strip()
    return bool(_WHOLE_QUOTATION.match(text) or _OPENED_QUOTATION.match(text))


def names_speaker(sentence: str) -> bool:
    """Tell whether a sentence says who said something: "“…,” Lee said", "Lee added that …"."""
    text = sentence[sentence.rfind("”") + 1 :].strip()
    return bool(_SPEAKER.match(text)) and bool(names(sentence))


def is_list_item(sentence: str) -> bool:
    """Tell whether the sentence goes on with what the one before announced: "One would have"."""
    return bool(_LIST_ITEM.match(sentence))


def _without_time(text: str) -> str:
    """Return the text without the date that it opens with: "In June 2024 it banned" leans on "it".

    >>> _without_time("In June 2024 it banned radios.")
    'it banned radios.'
    """
    opening = _TIME_WORDS.match(text)
    start = opening.end() if opening else 0
    first = next(iter(read_dates(text)), None)
    if not start or first is None or first.start != start:
        return text
    return text[first.end :].lstrip(" ,")


def _has_open_pointer(text: str) -> bool:
    """Tell whether the sentence opens with "this", "the other", "two" and does not say of what."""
    pointing = _POINTING_START.match(text)
    if pointing is None or _NOUN_OF.match(pointing["rest"]):
        return False
    return not (_COUNTED_START.match(text) and content_tokens(pointing["rest"][:SUBJECT_REACH]))


def _has_open_connective(text: str) -> bool:
    connective = _CONNECTIVE_START.match(text)
    if connective is None:
        return False
    return not names(text[connective.end() : connective.end() + 2 * SUBJECT_REACH])


def _has_open_definite(text: str) -> bool:
    definite = _DEFINITE_START.match(text)
    if definite is None or _COMPLEMENT.match(definite["rest"]):
        return False
    subject, rest = text[: definite.end("noun")], definite["rest"]
    is_dated = any(character.isdigit() for character in subject)
    if _NAMELESS.match(definite["noun"]):
        named = text
    elif rest.startswith((",", " (")):
        named = subject + rest[:APPOSITION_REACH]
    else:
        named = subject + " ".join(rest.split(" ", 2)[:2])
    return not is_dated and not names(named)


def _closes_quotation(sentence: str) -> bool:
    """Tell whether a quotation ends in the sentence that began in one before it."""
    return bool(_CLOSED_QUOTATION.match(sentence)) and "“" not in sentence.partition("”")[0]


def _has_unnamed_speaker(sentence: str) -> bool:
    """Tell whether what is quoted was said by "the minister", without a name."""
    return bool(_UNNAMED_SPEAKER.search(sentence)) and not names(sentence)


def _open_pronoun(text: str) -> str | None:
    """Return the first pronoun where the sentence names nothing before it."""
    pronoun = _PRONOUN.search(text)
    if pronoun is None:
        return None
    earlier = text[: pronoun.start()]
    is_named = names(earlier) if _PERSONAL.match(pronoun.group()) else content_tokens(earlier)
    return None if is_named else pronoun.group()

"""Read a question: what kind of thing it asks for, and whether a sentence holds such a thing.

Rules over words. They are signals for the ranking and for the refusal, never a verdict.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from rag.retrieval.names import names
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

_WHEN = (
    r"\bwhen\b|\b(?:what|which|in what|on what)\s+(?:\w+\s+)?(?:year|date|day|month|time|"
    r"century|decade)s?\b|\bsince when\b|\bhow long ago\b"
)
_HOW_MANY = (
    r"\bhow (?:many|much|long|old|far|often|big|large|high|tall|fast|late|deep|wide|heavy)\b"
    r"|\bwhat (?:is |was |were |are )?(?:the )?(?:\w+ )?(?:percentage|percent|share|number|"
    r"amount|price|cost|total|size|rate|population|proportion|sum|figure|ratio|value|tariff|fine|"
    r"penalty|duty|fee|charge|salary|limit|threshold)\b"
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
    r"|\bhow come\b|\bwhat for\b|\bwhat (?:led|caused|made|prompted)\b"
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
    ("number", re.compile(_HOW_MANY, re.IGNORECASE)),
    ("who", re.compile(_WHO, re.IGNORECASE)),
    ("where", re.compile(_WHERE, re.IGNORECASE)),
    ("why", re.compile(_WHY, re.IGNORECASE)),
    ("yes or no", re.compile(_YES_OR_NO, re.IGNORECASE)),
)

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_TIME = re.compile(
    rf"\b(?:1[0-9]|20)\d\d(?:s|\b)|\b(?:{_MONTHS.replace('|may|', '|')})\b|\bmay \d|\bin may\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b\d{1,2}(?::\d\d)? ?(?:a\.?m|p\.?m)\b"
    r"|\b(?:yesterday|today|tomorrow|tonight|annually|yearly|monthly|noon|midnight)\b"
    r"|\b(?:last|next|this|previous|following|earlier this|later this) "
    r"(?:year|month|week|spring|summer|autumn|fall|winter|quarter)\b"
    r"|\b\d+(?:st|nd|rd|th) centur|\b(?:centur|decade)|\b(?:spring|summer|autumn|winter) of\b"
    r"|\b(?:years?|months?|weeks?|days?|hours?) (?:ago|later|after|before|earlier)\b|\bbc\b",
    re.IGNORECASE,
)
NUMBER_WORDS: dict[str, str] = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
    "hundred": "100",
    "thousand": "1000",
    "million": "1000000",
    "billion": "1000000000",
    "dozen": "12",
    "half": "0.5",
    "twice": "2",
    "once": "1",
}
_NUMBER = re.compile(
    rf"(?<![\w-])\d[\d,]*(?:\.\d+)?(?!\w|-\d| (?:{_MONTHS})\b)(?<!section \d\d\d)|\b(?:"
    + "|".join(word for word in NUMBER_WORDS if word not in {"once", "half", "one", "zero"})
    + r"|one)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^(?:1[5-9]|20)\d\d$")
_PLACE = re.compile(
    r"\b(?:in|at|near|from|to|outside|across|between|of|around|throughout|into) (?:the )?"
    r"(?:(?:north|south|east|west|central|northern|southern|eastern|western)\w* )?[A-Z]"
)
_SEVERAL = re.compile(
    r"\w, (?:[^,.;]{2,60}, )*[^,.;]{2,60},? and \w|[A-Z][\w-]* and [A-Z]"
    r"|\b[Oo]ne \w[\s\S]*\bother\b"
)
_REASON = re.compile(
    r"\b(?:because|due to|in order to|so that|so as to|since|as a result|amid|after|owing|reasons?|"
    r"caused?|leads?|led|leading|result(?:s|ed|ing)? (?:in|from)|therefore|thus|hence|thanks to|"
    r"meant to|aim(?:s|ed|ing)? (?:to|at)|intended to|designed to|purpose|for fear|fear(?:s|ed)?|"
    r"worr(?:y|ies|ied)|concern(?:s|ed)?|to (?:ease|avoid|prevent|protect|help|allow|stop|keep|"
    r"make|ensure|reduce|increase|give|provide|create|secure)|by \w+ing|for \w+ing)\b",
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


def split_parts(question: str) -> tuple[str, ...]:
    """Return the questions that were asked in one, in order.

    >>> split_parts("When was the licence revoked and who revoked it?")
    ('When was the licence revoked', 'who revoked it?')
    >>> split_parts("What do critics and the ministry say about the ban?")
    ('What do critics say about the ban?', 'What does the ministry say about the ban?')
    """
    if sides := _sides(question):
        return sides
    pieces = _PART_BORDER.split(question)
    parts = tuple(piece.strip(" ,;") for piece in pieces if content_tokens(piece))
    return parts if 1 < len(parts) <= MOST_PARTS else (question,)


def compared_topic(question: str) -> str:
    """Return what the articles are asked to agree on; empty where nothing of the kind is asked.

    >>> compared_topic("Do the articles agree on when the rule ends?")
    'when the rule ends?'
    """
    match = _COMPARED.search(question)
    return question[match.end() :].strip() if match else ""


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


def _sides(question: str) -> tuple[str, ...]:
    """Return one question for each of two who are asked about: "What do A and B say about …"."""
    match = _TWO_SPEAKERS.match(question)
    if match is None:
        return ()
    return tuple(
        f"{match['word']} {_does(match['does'], side)} {side} {match['rest']}"
        for side in (match["one"], match["other"])
    )


def _does(word: str, side: str) -> str:
    """Return the auxiliary for one of two: "do" is "does" unless the side is a plural."""
    is_plural = side.casefold().endswith("s") and not side.casefold().endswith("ss")
    return "does" if word.casefold() == "do" and not is_plural else word


_PARTY = r"(?:(?:the|its|their|his|her|some|many) )?[\w.'’-]+(?: (?!and\b)[\w.'’-]+){0,3}?"
_TWO_SPEAKERS = re.compile(
    rf"^(?P<word>what|how|why) (?P<does>do|did|does) (?P<one>{_PARTY}) and (?P<other>{_PARTY}) "
    r"(?P<rest>(?:say|think|claim|argue|tell|vote|respond|react|make of|answer|reply|justify)\b"
    r".*)$",
    re.IGNORECASE,
)


MOST_PARTS = 3
"""Parts that are answered one by one; who asks more gets the whole ranked at once."""

_PART_BORDER = re.compile(
    r"(?<=\?)\s+|[,;]?\s+and\s+(?=(?:(?:in|on|at|by|for|from|to|with|since) )?(?:what|when|where|"
    r"who|whom|whose|why|how|which)\b)",
    re.IGNORECASE,
)


def holds(kind: Kind, sentence: str, question: str) -> bool | None:
    """Tell whether the sentence has such a thing that the question did not bring itself.

    None where the kind cannot be told from words.
    """
    if kind == "when":
        return any(
            match.group().casefold() not in question.casefold()
            for match in _TIME.finditer(sentence)
        )
    if kind == "number":
        return _holds_number(sentence, question)
    if kind == "who":
        known = question.casefold()
        return any(name.casefold() not in known for name in names(sentence))
    pattern = _TOLD_BY.get(kind)
    return bool(pattern.search(sentence)) if pattern else None


_TOLD_BY: dict[Kind, re.Pattern[str]] = {"where": _PLACE, "list": _SEVERAL, "why": _REASON}


def _holds_number(sentence: str, question: str) -> bool:
    for asked, wanted in _MEASURES:
        if asked.search(question):
            known = {match.group().casefold() for match in wanted.finditer(question)}
            return any(m.group().casefold() not in known for m in wanted.finditer(sentence))
    if not _TIME_COUNTED.search(question):
        sentence = _MEASURED.sub(" ", sentence)
    return bool(figures(sentence) - figures(question))


_TIME_COUNTED = re.compile(r"\b(?:minutes|hours|days|weeks|months|years|decades)\b", re.IGNORECASE)
_MEASURED = re.compile(
    r"\b[\w,.]+[ -](?:minutes?|hours?|days?|weeks?|months?|years?|decades?|per ?cent|dollars?|"
    r"euros?|pounds?|yuan)\b|[$€£]\s?\d[\d,.]*|\d[\d,.]*\s?%",
    re.IGNORECASE,
)
_AMOUNT = (
    r"[$€£¥]\s?\d|\d[\d,.]*\s?%|\b(?:per ?cent|percentage|dollars?|euros?|pounds?|yuan|cents?)\b"
    r"|\b(?:\d[\d,.]*|a|one|two|three|several|few) "
    r"(?:hundred|thousand|million|billion|trillion)s?\b"
    r"|\b(?:half|thirds?|quarters?|twice|doubled?|tripled?|(?:two|three|four|five|ten|\d+) times|"
    r"tonnes?|tons?|kilo\w+|barrels?|litres?|gallons?|free)\b"
)
_PROPORTION = (
    r"\d[\d.,]*\s?(?:%|per ?cent\b)|\b(?:per ?cent|percentage|half|halves|thirds?|quarters?|fifth|"
    r"tenth|(?:one|two|three|four|\d+) (?:in|of|out of) (?:every )?"
    r"(?:two|three|four|five|ten|\d+))\b"
)
_DURATION = (
    rf"\b(?:\d[\d,.]*|an?|several|few|many|{'|'.join(NUMBER_WORDS)})[ -](?:more )?"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|"
    r"decades?|centur\w+)\b|\b(?:since|until|through|from) (?:\d|[A-Z])|\bindefinite"
)
_FREQUENCY = (
    r"|\b(?:every|each|once|twice|times|always|never|rarely|hourly|daily|weekly|monthly|yearly|"
    r"annual\w*)\b"
)
_MEASURES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"\bhow often\b", re.IGNORECASE),
        re.compile(_DURATION + _FREQUENCY, re.IGNORECASE),
    ),
    (
        re.compile(r"\bhow (?:long|old)\b", re.IGNORECASE),
        re.compile(_DURATION + r"|\d", re.IGNORECASE),
    ),
    (
        re.compile(
            r"\bwhat (?:\w+ )?(?:percentage|percent|share|proportion|rate|tariff)\b", re.IGNORECASE
        ),
        re.compile(_PROPORTION, re.IGNORECASE),
    ),
    (
        re.compile(
            r"\bhow much\b|\b(?:percentage|percent|share|amount|price|cost|rate|proportion|sum|"
            r"tariff|fine|penalty|duty|fee|charge|salary)s?\b",
            re.IGNORECASE,
        ),
        re.compile(_AMOUNT, re.IGNORECASE),
    ),
)
"""What "how long" and "how much" want: five months are no answer to "how much"."""


def figures(text: str) -> frozenset[str]:
    """Return the numbers in `text` as digits, years left out: "eight companies" gives "8"."""
    found = (match.group().casefold() for match in _NUMBER.finditer(text))
    digits = (NUMBER_WORDS.get(number, number.replace(",", "")) for number in found)
    return frozenset(number for number in digits if not _YEAR.match(number))

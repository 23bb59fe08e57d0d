"""Whether a sentence holds the kind of thing that a question asks for: a date, a figure, a name.

Rules over words, like those of `asked`: signals for the ranking and the refusal, never a verdict.
What the question says itself is no answer to it.
"""

from __future__ import annotations

import re

from rag.answering.asked import Kind
from rag.answering.figures import MONTHS, NUMBER_WORDS, figures
from rag.retrieval.names import names

MUST_HAVE: frozenset[Kind] = frozenset({"when", "number"})
"""Kinds that words tell surely enough to refuse for."""

_TIME = re.compile(
    rf"\b(?:1[0-9]|20)\d\d(?:s|\b)|\b(?:{MONTHS.replace('|may|', '|')})\b|\bmay \d|\bin may\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b\d{1,2}(?::\d\d)? ?(?:a\.?m|p\.?m)\b"
    r"|\b(?:yesterday|today|tomorrow|tonight|annually|yearly|monthly|noon|midnight)\b"
    r"|\b(?:last|next|this|previous|following|earlier this|later this) "
    r"(?:year|month|week|spring|summer|autumn|fall|winter|quarter)\b"
    r"|\b\d+(?:st|nd|rd|th) centur|\b(?:centur|decade)|\b(?:spring|summer|autumn|winter) of\b"
    r"|\b(?:years?|months?|weeks?|days?|hours?) (?:ago|later|after|before|earlier)\b|\bbc\b",
    re.IGNORECASE,
)
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
    r"worr(?:y|ies|ied)|concern(?:s|ed)?|concluded that|found that|justif\w+|on the grounds?|"
    r"to (?:ease|avoid|prevent|protect|help|allow|stop|keep|"
    r"make|ensure|reduce|increase|give|provide|create|secure)|by \w+ing|for \w+ing)\b",
    re.IGNORECASE,
)
_TOLD_BY: dict[Kind, re.Pattern[str]] = {"where": _PLACE, "list": _SEVERAL, "why": _REASON}

_COUNTED = re.compile(r"\b(?:how many|number|population)\b", re.IGNORECASE)
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


def _holds_number(sentence: str, question: str) -> bool:
    for asked, wanted in _MEASURES:
        if asked.search(question):
            known = {match.group().casefold() for match in wanted.finditer(question)}
            return any(m.group().casefold() not in known for m in wanted.finditer(sentence))
    if _COUNTED.search(question) and not _TIME_COUNTED.search(question):
        sentence = _MEASURED.sub(" ", sentence)
    return bool(figures(sentence) - figures(question))

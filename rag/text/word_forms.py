"""Forms of one word that no stemmer joins: British spellings, irregular verbs, countries."""

import re
from collections.abc import Callable

_AMERICAN_VERBS = (
    (
        re.compile(
            r"(?:(?<=[aeiouy][bdf-hj-np-tw-z])|(?<=[aeiouy][b-df-hj-np-tv-z][bdf-hj-np-tw-z])|(?<=\wic))"
            r"(?<!ad|pr|rt)is(?=(?:e|ed|es|er|ers|ing|able|ations?|ational)\Z)"
        ),
        "iz",
    ),
    (re.compile(r"(?<=[lr]y)s(?=(?:e|ed|es|er|ers|ing)\Z)"), "z"),
)
"""Organise, analyse; but advertise, comprise, paradise, precise, revise, rise."""

_AMERICAN_STEMS = (
    (re.compile(r"(?<=\wen)c\Z"), "s"),  # licence
    (
        re.compile(
            r"(?:(?<=[aeiouy][b-df-hj-np-tv-z])|(?<=[aeiouy]\w[b-df-hj-np-tv-z])|(?<=vi)|(?<=ghb))our(?=\Z|[ai])"
        ),
        "or",
    ),
    (re.compile(r"(?:(?<=\w[aeiou][bt])|(?<=\w[aeiou]\w[bt]))r\Z"), "er"),  # centre
    (re.compile(r"(?<=og)u\Z|(?<=gram)m\Z"), ""),  # catalogue, programme
)

_VERBS = (
    "become became, begin began begun, break broke broken, bring brought, build built, buy bought, "
    "choose chose chosen, come came, draw drew drawn, drive drove driven, fall fell fallen, feel "
    "felt, fight fought, fly flew flown, find found, forbid forbade forbidden, get got gotten, "
    "give gave given, go went gone, grow grew grown, hear heard, hold held, keep kept, know knew "
    "known, lead led, leave left, lend lent, lose lost, make made, mean meant, meet met, pay paid, "
    "rise rose risen, run ran, see saw seen, seek sought, sell sold, send sent, shoot shot, show "
    "shown, shrink shrank shrunk, sing sang sung, sink sank sunk, speak spoke spoken, spend spent, "
    "stand stood, steal stole stolen, strike struck, swim swam swum, take took taken, teach "
    "taught, tell told, think thought, throw threw thrown, win won, withdraw withdrew withdrawn, "
    "write wrote written"
).split(", ")
_OTHERS = (
    "television TV, US USA America American, China Chinese, Japan Japanese, Korea "
    "Korean, Taiwan Taiwanese, Vietnam Vietnamese, India Indian, Russia Russian, Ukraine "
    "Ukrainian, Europe European, Netherlands Dutch, Germany German, France French, Britain British "
    "UK, Ireland Irish, Italy Italian, Spain Spanish, Greece Greek, Sweden Swedish, Norway "
    "Norwegian, Canada Canadian, Mexico Mexican, Brazil Brazilian, Australia Australian, Iran "
    "Iranian, Israel Israeli, Egypt Egyptian, Turkey Turkish, Hungary Hungarian, Austria Austrian, "
    "Switzerland Swiss, Denmark Danish, Finland Finnish, Cuba Cuban, Venezuela Venezuelan, Syria "
    "Syrian, Iraq Iraqi, Pakistan Pakistani, Afghanistan Afghan, Indonesia Indonesian, Malaysia "
    "Malaysian, Philippines Philippine Filipino"
).split(", ")

IRREGULAR_VERBS = {form: line.split()[0] for line in _VERBS for form in line.split()[1:]}
"""What irregular verbs become, and the verb: "sold" is of "sell"."""

SAME_WORDS = (
    *(line for line in _VERBS if line != "find found"),  # or it would be one with "founded"
    *_OTHERS,
)
"""Words that count as one, a line each, parted by spaces."""


def american_stem(word: str, stem: Callable[[str], str]) -> str:
    """Return what `stem` makes of a lower-case word, the same for its British spelling.

    >>> american_stem("colours", lambda word: word.removesuffix("s"))
    'color'
    """
    for pattern, american in _AMERICAN_VERBS:
        word = pattern.sub(american, word)
    term = stem(word)
    for pattern, american in _AMERICAN_STEMS:
        term = pattern.sub(american, term)
    return term

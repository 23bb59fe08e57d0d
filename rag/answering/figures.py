"""The figures that a text gives, as digits: "eight companies" and "8 companies" give the same.

Years, days of a month and what is part of a name or code ("H20") are none. Numbers with their
units, as they are compared for a verdict, are for `quantities` to read.
"""

from __future__ import annotations

import re

MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
"""Names of months, whole and short, as a pattern."""

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
    rf"(?<![\w-])\d[\d,]*(?:\.\d+)?(?!\w|-\d| (?:{MONTHS})\b)(?<!section \d\d\d)|\b(?:"
    + "|".join(word for word in NUMBER_WORDS if word not in {"once", "half", "one", "zero"})
    + r"|one)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^(?:1[5-9]|20)\d\d$")


def figures(text: str) -> frozenset[str]:
    """Return the numbers in `text` as digits, years left out: "eight companies" gives "8"."""
    found = (match.group().casefold() for match in _NUMBER.finditer(text))
    digits = (NUMBER_WORDS.get(number, number.replace(",", "")) for number in found)
    return frozenset(number for number in digits if not _YEAR.match(number))

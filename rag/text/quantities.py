"""The numbers of a text, as values that can be compared.

`$1.9 billion` and `1,900 million dollars` are one number; `5 %` and `6 %`, `5 %` and `5`, `$5`
and `5` are not, and nothing is ever rounded. English only: a number that another language
writes in words is not seen here, and its digits are.

>>> fine, same = read_numbers("a fine of $1.9 billion, or 1,900 million dollars")
>>> fine.carries(same)
True
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rag.text.dates import read_dates

BOUND_CHARACTERS = 40
"""How far before a number "more than" is looked for."""

_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6}
_SCALES |= {"b": 9, "bn": 9, "billion": 9, "tn": 12, "trillion": 12}
_UNITS = {"percent": "%", "per cent": "%", "percentage points": "percentage point"}
_UNITS |= dict.fromkeys(("dollar", "dollars", "us dollars", "us$"), "$")
_UNITS |= {"euro": "€", "euros": "€", "pound": "£", "pounds": "£"}
_UNITS |= {"renminbi": "yuan", "rmb": "yuan"}
"""Spellings of one unit; "¥" stays itself, for it is two currencies."""
_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        start=2,
    )
}
_NUMBER = re.compile(
    rf"""
    (?: (?<!\w)(?<!\d[.,])
        (?: (?P<currency>(?:US|A|C|HK|NT)?\$|[€£¥]|RMB(?=\s)) \s? )?
        (?P<sign>(?<![\w])[-−])?
        (?P<digits>\d{{1,3}}(?:[,\u00a0\u202f]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
        (?P<ordinal>(?:st|nd|rd|th)\b)?
    |   \b (?P<word>
            (?:{"|".join(_TENS)}) (?:[-\s](?:{"|".join(list(_SMALL)[1:10])})\b)?
        |   (?:{"|".join(sorted(_SMALL, key=len, reverse=True))})
        ) \b (?P<hundred>[-\s]hundred\b)?
    |   \b (?P<ordinal_word>{"|".join(_ORDINALS)}) \b
    )
    (?: [\s-]? (?P<scale>thousand|million|billion|trillion|mn|bn|tn) \b
    |   (?P<letter>[kmb]) \b )?
    (?: [\s-]? (?P<unit>%|percentage\ points?|per\s?cent|(?:us\s)?dollars?|euros?|pounds?
                       |yuan|renminbi|rmb|yen) (?!\w) )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MEASURES = {
    form: forms.split()[0]
    for forms in (
        "second seconds sec secs; minute minutes min mins; hour hours hrs; day days; night nights; "
        "week weeks; fortnight fortnights; month months; quarter quarters; year years; decade "
        "decades; century centuries; metre metres meter meters; kilometre kilometres kilometer "
        "kilometers km; centimetre centimetres centimeter centimeters cm; millimetre millimetres "
        "millimeter millimeters mm; mile miles; foot feet ft; inch inches; yard yards; acre acres; "
        "hectare hectares; litre litres liter liters; gallon gallons; barrel barrels; gram grams "
        "gramme grammes; kilogram kilograms kilo kilos kg; tonne tonnes ton tons; pound lbs; "
        "degree degrees; watt watts; kilowatt kilowatts kw; megawatt megawatts mw; gigawatt "
        "gigawatts gw; kilowatt-hour kilowatt-hours kwh; byte bytes; crown crowns krona kronor "
        "krone kroner; franc francs; rupee rupees; rouble roubles ruble rubles; peso pesos; zloty "
        "zlotys; lira liras; dirham dirhams"
    ).split("; ")
    for form in forms.split()
}
"""Spellings of what is measured in; other nouns are what is counted, and left to who compares."""
_MEASURE = re.compile(
    r"[\s-]*(?:square |cubic )?(?P<measure>"
    + "|".join(sorted(_MEASURES, key=len, reverse=True))
    + r")\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(?:\s+\w+){0,2}?\s*(?:\b(?:an?|per|each|every)\s+|/)"
    r"(?P<rate>second|minute|hour|day|night|week|month|quarter|year|kilo(?:gram)?|tonne|ton|litre"
    r"|liter|barrel|person|head|household)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"^\s?(?:to|and|or|-|–|—)\s?$", re.IGNORECASE)
_MORE = re.compile(
    r"\b(?:(?<!no )(?<!not )(?:more|greater|higher|larger|longer) than|over|above|at least|beyond"
    r"|exceed\w*|(?:no|not) (?:less|fewer|lower) than|a minimum of)\s+"
    r"(?:about |approximately |around |roughly |some |the )?$",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\b(?:(?<!no )(?<!not )(?:less|fewer|lower|smaller|shorter) than|under|below|up to|at most"
    r"|(?:no|not) (?:more|greater|higher) than|a maximum of|nearly|almost)\s+"
    r"(?:about |approximately |around |roughly |some |the )?$",
    re.IGNORECASE,
)
_NOT_A_COUNT = re.compile(r"\b(?:no|any|every|each|this|that|the|some)[\s-]$", re.IGNORECASE)
_NOT_ONE = re.compile(r"^\s+(?:of|another|who|that|which|such|day|by)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as its readings: (value, unit), the unit "" for a bare count.

    Mostly one reading; in "5 to 6 %" the 5 has two. `bound` is "more", "less" or "". `measure` is
    what a count is measured in ("litre") and `rate` per what, each "" where the text has none.
    """

    readings: frozenset[tuple[Decimal, str]]
    bound: str
    text: str
    start: int
    end: int
    measure: str = ""
    rate: str = ""

    def carries(self, other: Number) -> bool:
        """Return whether this number of a quote is that number of a sentence."""
        return (
            bool(self.readings & other.readings)
            and self.bound == other.bound
            and other.measure in {"", self.measure}
            and other.rate in {"", self.rate}
        )


@lru_cache(maxsize=512)
def read_numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order, those inside dates and names like H20 left out."""
    dates = read_dates(text)
    found = [
        _Read.of(match, text)
        for match in _NUMBER.finditer(text)
        if not any(d.start < match.end() and match.start() < d.end for d in dates)
        and not _is_in_a_name(match, text)
        and not _is_no_count(match, text)
    ]
    return tuple(
        Number(
            frozenset(readings),
            read.bound,
            read.text,
            read.start,
            read.end,
            *_measured(i, found, text),
        )
        for i, (read, readings) in enumerate(zip(found, _readings(found, text), strict=True))
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A number as written: 1.9, ten to the 9th, "$"."""

    mantissa: Decimal
    exponent: int
    unit: str
    bound: str
    text: str
    start: int
    end: int

    @classmethod
    def of(cls, match: re.Match[str], text: str) -> _Read:
        before = text[max(0, match.start() - BOUND_CHARACTERS) : match.start()]
        return cls(
            mantissa=_mantissa(match),
            exponent=_SCALES.get((match["scale"] or match["letter"] or "").lower(), 0),
            unit=_unit(match),
            bound="more" if _MORE.search(before) else "less" if _LESS.search(before) else "",
            text=match[0],
            start=match.start(),
            end=match.end(),
        )


def _measured(place: int, numbers: list[_Read], text: str) -> tuple[str, str]:
    """Return what a number is measured in and per what; the ends of a range share both."""
    end = numbers[place].end
    while place + 1 < len(numbers) and _RANGE.match(text[end : numbers[place + 1].start]):
        place += 1
        end = numbers[place].end
    measure, rate = _MEASURE.match(text, end), _RATE.match(text, end)
    return (
        _MEASURES[measure["measure"].lower()] if measure else "",
        rate["rate"].lower() if rate else "",
    )


def _mantissa(match: re.Match[str]) -> Decimal:
    if match["ordinal_word"]:
        return Decimal(_ORDINALS[match["ordinal_word"].lower()])
    if match["digits"]:
        value = Decimal(re.sub(r"[,\u00a0\u202f]", "", match["digits"]))
        return -value if match["sign"] else value
    words = re.split(r"[-\s]", match["word"].lower())
    value = Decimal(sum(_TENS.get(word, 0) or _SMALL.get(word, 0) for word in words))
    return value * 100 if match["hundred"] else value


def _unit(match: re.Match[str]) -> str:
    if match["ordinal"] or match["ordinal_word"]:
        return "ordinal"
    written = re.sub(r"\s+", " ", match["currency"] or match["unit"] or "").strip().lower()
    return _UNITS.get(written, written)


def _is_in_a_name(match: re.Match[str], text: str) -> bool:
    """Return whether the digits belong to a name: H20, F-35, 5G, Covid-19, 8-K."""
    if not match["digits"]:
        return False
    before, after = text[max(0, match.start() - 30) : match.start()], text[match.end() :]
    return bool(re.search(r"[A-Z]\w*-$", before) or re.match(r"-?[A-Z]|[a-z]+\d", after))


def _is_no_count(match: re.Match[str], text: str) -> bool:
    """Return whether "one" counts nothing: "no one", "one of them"."""
    return match[0].lower() == "one" and bool(
        _NOT_A_COUNT.search(text[max(0, match.start() - 10) : match.start()])
        or _NOT_ONE.match(text[match.end() :])
    )


def _readings(numbers: list[_Read], text: str) -> list[set[tuple[Decimal, str]]]:
    """Return what each number may be; the ends of a range may share one scale and unit."""
    result = [{(n.mantissa * 10**n.exponent, n.unit)} for n in numbers]
    for i, (first, last) in enumerate(itertools.pairwise(numbers)):
        if not _RANGE.match(text[first.end : last.start]):
            continue
        unit = first.unit or last.unit
        result[i] |= {
            (first.mantissa * 10**exponent, unit)
            for exponent in {first.exponent, first.exponent or last.exponent}
        }
        result[i + 1].add((last.mantissa * 10**last.exponent, last.unit or first.unit))
    return result

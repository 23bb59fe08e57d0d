"""Find one sentence that tells of two accounts: "The ministry put it at 10 percent, critics at 12".

Only what can be told safely: two values of the kind that is asked for, on the two sides of a
"while" or "but", each given by someone; or two values in a sentence that says itself that the
accounts differ.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from rag.text.quantities import read_dates, read_numbers

Value = Literal["dates", "figures"]

VALUE_REACH = 40
"""Characters after "gives" or "put it at" in which the value begins."""

_TURN = re.compile(r"[,;]\s+(?:while|whereas|but|although)\b|;", re.IGNORECASE)
_GIVES = re.compile(
    r"\b(?:gives?|gave|puts?|counts?|counted|calls?|called|names?|named|dates?|dated|"
    r"estimate[sd]?|reckon(?:s|ed)?|sp(?:eaks?|oke) of|sa(?:ys?|id) (?:that )?it (?:is|was))\s",
    re.IGNORECASE,
)
_DIFFER = re.compile(
    r"\b(?:(?:told|described|reported|given|counted|read|put|interpreted) "
    r"(?:differently|in (?:different|several|two) ways)"
    r"|(?:accounts|reports|sources|estimates|figures|dates|numbers) "
    r"(?:\w+ )?(?:differ|diverge|vary|disagree|contradict)\b"
    r"|(?:conflicting|contradictory|differing) (?:accounts|reports|figures|dates|estimates)"
    r"|a difference in how)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def tells_two_accounts(sentence: str, of: Value) -> bool:
    """Tell whether the sentence itself gives two values that contradict one another.

    >>> tells_two_accounts("Lee puts it at 10 percent, while Berg put it at about 12.", "figures")
    True
    """
    sides = _TURN.split(sentence)
    if _DIFFER.search(sentence):
        return len(_values(sentence, of)) > 1
    given = [_given(side, of) for side in sides]
    told = [values for values in given if values]
    return len(told) > 1 and not told[0] & told[1]


def _given(side: str, of: Value) -> frozenset[object]:
    """Return the values that someone "gives" in a part of a sentence."""
    return frozenset[object]().union(
        *(
            _values(side[match.end() : match.end() + VALUE_REACH], of)
            for match in _GIVES.finditer(side)
        )
    )


def _values(text: str, of: Value) -> frozenset[object]:
    """Return the distinct values; of dates the days, for a year says less than a day in it."""
    if of == "dates":
        days = [(each.month, each.day) for each in read_dates(text) if each.day]
        return frozenset(days)
    return frozenset(value for number in read_numbers(text) for value, _ in number.readings)

"""What kind of thing a name names, as far as the name tells, and names of things that are not.

The invented names are made of syllables, so they are nobody's; whether a corpus holds one by
chance is for the caller to check.
"""

from __future__ import annotations

import random
import re
from typing import Literal

NameKind = Literal["body", "company", "law", "person"]

PERSON_WORDS = (2, 3)  # of the names of most people

_BODY = re.compile(
    r"\b(?:Administration|Agency|Association|Bank|Board|Bureau|Commission|Committee|Congress"
    r"|Council|Court|Department|Embassy|Institute|Ministry|Office|Parliament|Senate|Service"
    r"|Society|Survey|Union|University)\b"
)
_COMPANY = re.compile(
    r"\b(?:Airlines|Airways|Bank|Co|Company|Corp|Corporation|Electronics|Group|Holdings|Inc|"
    r"Industries|International|Limited|Ltd|Motors|Networks|Records|Semiconductor|Studios|Systems"
    r"|Technologies|Technology|Telecom)\b"
)
_LAW = re.compile(r"\b(?:Act|Agreement|Bill|Code|Convention|Law|List|Order|Rule|Treaty)\b")
_PERSON = re.compile(
    r"^(?:Ambassador|Chancellor|Commissioner|Dr|General|Governor|Judge|King|Minister|Mr|Mrs|Ms"
    r"|President|Professor|Queen|Representative|Secretary|Senator|Sir|Treasury Secretary"
    r"|Vice President)\b\.? [A-Z]"
)
_STARTS = (
    "bral cald darv fenn gorl holv kels lorv marv norv pelm quen rosk selv torv vald welv zarn"
)
_ENDS = (
    "abridge adale aford agate aham amont eby efield egard ehurst elund emere estead ewick ingate"
)
_GIVEN = (
    "Anna Carl Elena Erik Helen Ivan Julia Karin Laura Martin Nora Oscar Paula Robert Simon Vera"
)
_FORMS: dict[NameKind, tuple[str, ...]] = {
    "body": ("the {} Commission", "the {} Agency", "the {} Institute"),
    "company": ("{} Systems", "{} Networks", "{} Technologies"),
    "law": ("the {} Act", "the {} Agreement", "the {} Order"),
}


def kind_of_name(name: str) -> NameKind | None:
    """Return what a name names, or None where its words do not tell.

    >>> kind_of_name("the Commerce Department"), kind_of_name("Nvidia")
    ('body', None)
    """
    if _PERSON.search(name):
        return "person"
    if _LAW.search(name):
        return "law"
    if _COMPANY.search(name):
        return "company"
    return "body" if _BODY.search(name) else None


def may_be_person(name: str) -> bool:
    """Tell whether a name may be that of a person: two or three words and no other kind.

    >>> may_be_person("John Wesley"), may_be_person("the Entity List")
    (True, False)
    """
    is_long_enough = len(name.split()) in PERSON_WORDS
    return kind_of_name(name) == "person" or (
        is_long_enough and not name.startswith("the ") and kind_of_name(name) is None
    )


def invented_name(kind: NameKind, chance: random.Random) -> str:
    """Return the name of a thing of that kind that does not exist: "the Torvabridge Act"."""
    word = f"{chance.choice(_STARTS.split())}{chance.choice(_ENDS.split())}".title()
    if kind == "person":
        return f"{chance.choice(_GIVEN.split())} {word}"
    return chance.choice(_FORMS[kind]).format(word)

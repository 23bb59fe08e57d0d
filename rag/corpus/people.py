"""Names of people by their form, where nothing beside them says that they are names.

Places and headings are capitalised, too, so only what stands in names of people alone counts: an
initial before the last word, an address of mail behind, a writer's job behind.
"""

from __future__ import annotations

import re

NAME_WORDS = 6  # "Footnote maintainers", "Ursula K. Le Guin", not a clause
JOB = re.compile(
    r"\b(?:writer|editor|reporter|correspondent|columnist|contributor|journalist|photographer"
    r"|producer|analyst|fellow|professor|lecturer|director|manager|chief|officer|bureau|desk"
    r"|secretary|president|critic|author|staff|intern|blogger|ph\.?d|m\.?d|jr|sr)s?\b",
    re.IGNORECASE,
)

_WRITES = re.compile(
    r"\b(?:writer|editor|reporter|correspondent|columnist|journalist|critic)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"\s*[<(]\s*[^\s<>()@]+@[^\s<>()@]+\s*[>)]\Z")
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?){1,3}")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PARTICLE = re.compile(
    r"d[aeiou]|del|della|des|du|dos|la|le|van|von|den|der|ten|ter|al|el|bin|ibn|st"
)
_AFTER = re.compile(r"(?:jr|sr|[iv]{2,3})\.?", re.IGNORECASE)
_STATES = re.compile(r"U\.\s*[SNK]\.")


def person(text: str) -> str:
    """Return the name that `text` is, without the office before it, or "".

    >>> person("President John F. Kennedy"), person("Ada Moss <ada@canal.example>")
    ('John F. Kennedy', 'Ada Moss')
    >>> person("New York"), person("Part B. Methods of the study"), person("Ada Moss, Staff Writer")
    ('', '', 'Ada Moss')
    """
    bare = without_address(text)
    name, _, job = bare.partition(",")
    is_known = bare != text or bool(_WRITES.search(job))
    if job and not (is_known and len(job.split()) < NAME_WORDS):
        return ""
    words = name.split()
    while len(words) > 1 and JOB.fullmatch(words[0].rstrip(".")):
        del words[0]
    return " ".join(words) if _is_person(words, is_known=is_known) else ""


def in_order(name: str) -> str:
    """Return a name of a catalogue as people say it.

    >>> in_order("Moss, Ada B."), in_order("Ada Moss, Editor"), in_order("Ada Moss")
    ('Ada B. Moss', 'Ada Moss, Editor', 'Ada Moss')
    """
    last, comma, first = (part.strip() for part in name.partition(","))
    is_turned = last and first and "," not in first and not JOB.search(first)
    return f"{first} {last}" if comma and is_turned else name.strip()


def without_address(name: str) -> str:
    """Return "Ada Moss <ada@canal.example>" without the address."""
    return _ADDRESS.sub("", name)


def _is_person(words: list[str], *, is_known: bool) -> bool:
    """Return whether `words` are given names, initials and one surname, in this order."""
    core = words[:-1] if len(words) > 2 and _AFTER.fullmatch(words[-1]) else words  # noqa: PLR2004
    if not 2 <= len(core) <= NAME_WORDS - 1 or _STATES.match(" ".join(core)):  # noqa: PLR2004
        return False
    initials = [place for place, word in enumerate(core[:-1]) if _INITIAL.fullmatch(word)]
    rest = [word for place, word in enumerate(core) if place not in initials]
    is_formed = all(
        _WORD.fullmatch(word) and (word[0].isupper() or _PARTICLE.fullmatch(word)) for word in rest
    )
    surname = core[initials[-1] + 1 :] if initials else core[-1:]
    is_one = all(_PARTICLE.fullmatch(word.casefold()) for word in surname[:-1])
    return is_formed and is_one and not any(map(JOB.fullmatch, rest)) and bool(initials or is_known)

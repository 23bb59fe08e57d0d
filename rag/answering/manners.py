"""The verbs that tell somebody's words, by the manner in which they tell them.

A closed list of English verbs. "Said" is the plainest: it may stand for any that asserts. None
may stand for a stronger one: what was said was not proved, and not admitted.
"""

from __future__ import annotations

from typing import Literal

Manner = Literal[
    "say",
    "opine",
    "warn",
    "accuse",
    "admit",
    "confirm",
    "prove",
    "deny",
    "ask",
    "promise",
    "decide",
]

_STEMS: dict[Manner, str] = {
    "say": "say tell state add write report note explain remark comment reply respond mention "
    "recount recall tweet testify point",
    "opine": "argue believe think contend insist maintain suggest claim assert feel reckon "
    "consider view fear worry predict forecast estimate expect complain call describe dub label "
    "brand characterise characterize speculate conclude regard",
    "warn": "warn caution",
    "accuse": "accuse allege",
    "admit": "admit acknowledge concede confess",
    "confirm": "confirm verify",
    "prove": "prove show demonstrate reveal disclose find establish indicate discover determine",
    "deny": "deny dispute reject refute",
    "ask": "ask wonder question",
    "promise": "promise vow pledge",
    "decide": "announce order rule decide declare decree",
}
_IRREGULAR = {
    "say": "said", "tell": "told", "write": "wrote", "think": "thought", "feel": "felt",
    "show": "shown", "find": "found", "prove": "proven",
}  # fmt: skip
ASSERTING: frozenset[Manner] = frozenset(
    {"say", "opine", "warn", "accuse", "admit", "confirm", "prove"}
)
"""Manners after which the speaker stands for what is told."""
CALLING = frozenset("call describe dub label brand characterise characterize regard view".split())
"""Verbs whose object is judged: "called the pause ironic"."""
ALWAYS_TELLING = frozenset(
    "say argue believe think contend insist allege assert warn caution predict complain worry "
    "fear accuse".split()
)
"""Verbs that tell of nothing else; the others need "that", a colon, a quotation or a clause."""


def _forms(stem: str) -> set[str]:
    e = stem.removesuffix("e")
    y = f"{stem[:-1]}i" if stem.endswith("y") and stem[-2] not in "aeiou" else stem
    third = f"{y}es" if y != stem else f"{stem}es" if stem.endswith(("ss", "sh")) else f"{stem}s"
    double = stem + stem[-1] if stem in {"admit", "label", "regret"} else e
    past = {f"{y}ed", f"{double}ed"} if y == stem else {f"{y}ed"}
    return {stem, third, f"{double}ing", f"{e}ing", *past, _IRREGULAR.get(stem, stem)}


VERBS: dict[str, tuple[str, Manner]] = {
    form: (stem, manner)
    for manner, stems in _STEMS.items()
    for stem in stems.split()
    for form in sorted(_forms(stem))
}
"""From each form to its verb and manner."""


def may_stand_for(claimed: Manner, told: Manner) -> bool:
    """Return whether a claim may tell in one manner what its source tells in another.

    >>> may_stand_for("say", "opine"), may_stand_for("admit", "say")
    (True, False)
    """
    if claimed == told:
        return True
    if claimed == "say":
        return told not in {"deny", "ask"}
    return claimed == "opine" and told in {"say", "warn", "accuse"}

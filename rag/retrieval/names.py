"""Find the names in a text by their capitals: people, companies, places, laws.

No model and no list of names. A question typed all in lower case has none, and what uses them
must bear that.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text.tokens import content_tokens

_WORD = re.compile(r"[^\W_](?:[\w.&’'-]*[\w&])?")
_POSSESSIVE = re.compile(r"[’']s?$")
_SENTENCE_END = re.compile(r"[.!?:;\n“\"(\[•]\s*$|^\s*$")
_JOINERS = frozenset({"of", "for", "the", "de", "von", "van", "bin", "al", "&"})
_OPENERS = frozenset(
    "according although anything apart are are article articles aside assuming beginning besides "
    "can compare concerning considering could counting critics define describe did "
    "discuss do does during everything excluding explain finally find first following for further "
    "give given had has have hello hey hi how however if in including instead is latest leaving "
    "let list many may meanwhile might moreover most must name no now officials ok okay on once "
    "one only other our people please recently regarding say second several shall should show "
    "since some sources speaking starting still summarise summarize tell thank thanks that the "
    "then there these they this those though three turning two under unlike until was we were "
    "what when where whether which while who whom whose why will would yes you your".split()
)
"""Words that open a sentence with a capital and name nothing."""


_CALENDAR = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)


@lru_cache(maxsize=4096)
def names(text: str) -> tuple[str, ...]:
    """Return the names in `text`, in order, each once: `("China Telecom", "Matt Pottinger")`."""
    found: dict[str, None] = {}
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if _is_capitalised(match, text) and (not run or _is_joined(run[-1], match, text)):
            run.append(match)
            continue
        if run and match.group() in _JOINERS and _is_joined(run[-1], match, text):
            run.append(match)
            continue
        _keep(run, found)
        run = [match] if _is_capitalised(match, text) else []
    _keep(run, found)
    return tuple(found)


def _is_capitalised(match: re.Match[str], text: str) -> bool:
    word = match.group()
    if not any(character.isupper() for character in word) or word == "I":
        return False
    opens = bool(_SENTENCE_END.search(text[max(0, match.start() - 3) : match.start()]))
    plain = word[:1].isupper() and word[1:].islower()
    if plain and (opens or not content_tokens(word)):
        return bool(content_tokens(word)) and word.casefold() not in _OPENERS
    return True


def _is_joined(before: re.Match[str], after: re.Match[str], text: str) -> bool:
    between = text[before.end() : after.start()]
    return between in {" ", "-", " & "} and not _POSSESSIVE.search(before.group())


def _keep(run: list[re.Match[str]], found: dict[str, None]) -> None:
    while run and run[-1].group() in _JOINERS:
        run.pop()
    if len(run) == 1 and run[0].group().casefold() in _CALENDAR:
        return
    if run:
        name = _POSSESSIVE.sub("", " ".join(match.group() for match in run))
        if name:
            found.setdefault(name)

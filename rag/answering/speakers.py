"""Compare who says something in a claim with who says it in an excerpt of an article."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.answering.attribution import read_attributions
from rag.answering.attribution_parts import Attribution
from rag.answering.claims import read_claim
from rag.answering.manners import VERBS, may_stand_for
from rag.records import Span

_TITLES = frozenset(
    "mr mrs ms dr sir president senator sen rep minister professor prof governor gov judge "
    "chairman general gen chancellor secretary".split()
)
"""Words before a name that do not tell one speaker from another."""
_VOICES = re.compile(r"\b(?:spokes\w+|officials?|representatives?|statement)\b", re.IGNORECASE)
"""Who speaks for another: what a company's spokesman says, the company says."""
_BELONGING = re.compile(r"\S+[’']s?(?=\s)")
_COMPLEMENT = re.compile(r"\b(?:of|for|to|in|at|from)\b.*$", re.DOTALL)
_ARTICLE_WORDS = frozenset("article passage text story document report source".split())
"""What a claim names when it means the article itself."""
_PRONOUNS = frozenset("he she they it".split())
_FRAME = "said"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote and what stands before and after it in its article, to see whose words it holds."""

    text: str
    before: str = ""
    after: str = ""

    @property
    def attributions(self) -> tuple[Attribution, ...]:
        """Those whose words lie in the quote; offsets count from its start, so may be negative."""
        read = read_attributions(self.before + self.text + self.after)
        shifted = (_shifted(one, len(self.before)) for one in read)
        return tuple(one for one in shifted if self._touches(one))

    def without(self, hidden: Iterable[Attribution]) -> str:
        """Return the text of the quote with what these attribute blanked, of equal length."""
        text = self.text
        for one in hidden:
            for span in one.content:
                text = _blanked(text, span)
        return text

    def without_frames(self, hedges: Iterable[Attribution]) -> str:
        """Return the text with the attributing words blanked: what was alleged, as it was."""
        text = self.text
        for one in hedges:
            text = _blanked(text, one.verb)
        return text

    def said_by(self, claimed: Attribution, claim: str) -> list[Attribution]:
        """Return what the quote attributes to the one whom the claim names, as it says it."""
        return [
            one
            for one in self.attributions
            if may_stand_for(claimed.manner, one.manner)
            and self._is_same(_phrase(claimed, claim), one)
        ]

    def _touches(self, one: Attribution) -> bool:
        return any(s.start < len(self.text) and s.end > 0 for s in one.content)

    def _is_same(self, claimed: str, one: Attribution) -> bool:
        if claimed.casefold() in _PRONOUNS:
            return True
        if one.speaker is None or not claimed:
            return one.speaker is None and not claimed
        names = {self._place(one.speaker), *(self._place(s) for s in one.described[:1])}
        described = _keys(" ; ".join(self._place(span) for span in one.described))
        whole = " ; ".join(names)
        described |= _keys(" ; ".join([whole, *self._fuller(whole)]))
        named = {k for n in (*names, *self._fuller(whole)) for k in _keys(_own_words(n))}
        wanted, titles = _keys(claimed), _keys(" ".join(_TITLES))
        telling = wanted - titles or wanted
        capitals = _name_keys(_own_words(claimed)) - titles
        return telling <= described and (not capitals or bool(capitals & named))

    def _place(self, span: Span) -> str:
        whole, shift = self.before + self.text + self.after, len(self.before)
        return whole[max(0, span.start + shift) : max(0, span.end + shift)]

    def _fuller(self, name: str) -> list[str]:
        """Return the fuller forms of a surname that the text has: "Chuck Schumer"."""
        words = name.split()
        if not words or not words[-1][0].isupper():
            return []
        surname = re.escape(words[-1])
        pattern = rf"(?:[A-Z][\w.’'-]* ){{1,3}}{surname}\b"
        return re.findall(pattern, self.before + self.text)


def framed(claim: str) -> list[Attribution]:
    """Return what a claim attributes; "according to the article" is no speaker's word."""
    return [one for one in read_attributions(claim) if not one.is_fact or one.speaker]


def is_of_article(one: Attribution, claim: str) -> bool:
    """Return whether the one whom a claim names is the article itself, or nobody."""
    if one.speaker is None:
        return True
    keys = _keys(_phrase(one, claim))
    return bool(keys) and keys <= _keys(" ".join(_ARTICLE_WORDS))


def in_plain_words(claim: str, told: Sequence[Attribution]) -> str:
    """Return the claim with these attributing verbs as "said", as far as there is room."""
    for one in sorted(told, key=lambda a: -a.verb.start):
        verb = claim[one.verb.start : one.verb.end]
        if verb.casefold() in VERBS and one.manner not in {"decide", "prove", "deny", "ask"}:
            plain = _FRAME.ljust(len(verb)) if len(verb) >= len(_FRAME) else verb
            claim = claim[: one.verb.start] + plain + claim[one.verb.end :]
    return claim


def without_content(claim: str, told: Sequence[Attribution]) -> str:
    """Return what a claim says of its own account: all but what it attributes."""
    return Excerpt(claim).without(told)


def _shifted(one: Attribution, by: int) -> Attribution:
    def moved(span: Span) -> Span:
        return Span(span.start - by, span.end - by)

    return dataclasses.replace(
        one,
        content=tuple(moved(span) for span in one.content),
        speaker=one.speaker and moved(one.speaker),
        described=tuple(moved(span) for span in one.described),
        verb=moved(one.verb),
    )


def _blanked(text: str, span: Span) -> str:
    """Blank a stretch but for the full stop at its end, so that sentences stay apart."""
    start, end = max(0, span.start), min(len(text), span.end)
    if start >= end:
        return text
    inside = text[start:end]
    stop = re.search(r"[.!?][\"”’)»]*\s*$", inside)
    kept = inside[stop.start() :] if stop else ""
    return text[:start] + " " * (len(inside) - len(kept)) + kept + text[end:]


def _phrase(one: Attribution, text: str) -> str:
    return text[one.speaker.start : one.speaker.end] if one.speaker else ""


def _own_words(name: str) -> str:
    """Return the words of a speaker that name himself: not whose lawyer he is."""
    if _VOICES.search(name):
        return name
    name = _BELONGING.sub(" ", name)
    head = _COMPLEMENT.sub("", name)
    return head if head.strip() and not re.search(r"[A-Z]\w*\s*$", head) else name


def _keys(text: str) -> frozenset[str]:
    claim = read_claim(text)
    telling = (w for w in claim.words if w.is_content or w.is_name)
    return frozenset(key for word in telling for key in (word.key, *word.pieces))


def _name_keys(text: str) -> frozenset[str]:
    """Return the keys of the words with a capital that are no opening article."""
    words = [w for w in read_claim(text).words if w.has_capital and (w.is_content or w.is_name)]
    opening = {"critic", "expert", "offici", "analyst", "sourc", "scientist", "research", "oppon"}
    return frozenset(w.key for w in words if w.is_name or w.start > 0 or w.key not in opening)

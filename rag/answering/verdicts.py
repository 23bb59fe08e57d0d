"""Judge one sentence against the quotes that are to carry it: the words, and whose they are.

A sentence that the quotes do not carry (`carrying`) is unsupported. One that they carry is
supported when they carry it, too, with what they tell as somebody's words blanked. Where they do
not, the sentence is `attributed`, to him, unless it names him itself and puts nothing stronger for
his "said"; where it names another one, it is unsupported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.attribution_parts import Attribution
from rag.answering.carrying import carry
from rag.answering.speakers import Excerpt, framed, in_plain_words, is_of_article, without_content
from rag.records import Span, Verdict

_Told = tuple[int, Attribution]
"""An attribution and the number of the quote that has it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, what it found missing (empty unless unsupported), and whose words it is.

    `speaker` is where the quote of number `said_in` has the speaker of an attributed sentence;
    it counts from the quote's start and may lie before it. None where nobody is named.
    """

    verdict: Verdict
    missing: tuple[str, ...] = ()
    said_in: int = 0
    speaker: Span | None = None

    @property
    def is_supported(self) -> bool:
        """Return whether the quotes carry the sentence, as what they say themselves."""
        return self.verdict == "supported"

    @property
    def is_carried(self) -> bool:
        """Return whether the quotes hold what the sentence says, be it as somebody's words."""
        return self.verdict != "unsupported"


def judge(sentence: str, quotes: Sequence[str | Excerpt]) -> Judgement:
    """Return whether these quotes carry the sentence, and what they lack of it.

    An Excerpt says, too, what stands around a quote: who goes on speaking in it.
    """
    excerpts = [Excerpt(quote) if isinstance(quote, str) else quote for quote in quotes]
    claimed = framed(sentence)
    matched = [(one, _said_by(one, sentence, excerpts)) for one in claimed]
    plain = sentence
    words = carry(sentence, [excerpt.text for excerpt in excerpts])
    if words.missing and any(said for _, said in matched):
        plain = in_plain_words(sentence, [one for one, said in matched if said])
        words = carry(plain, [excerpt.text for excerpt in excerpts])
    if words.missing:
        alleged = None if claimed else _alleged(sentence, excerpts)
        return alleged or _unsupported(*words.missing)
    wrong = [one for one, said in matched if not said and not is_of_article(one, sentence)]
    if wrong:
        return _unsupported(*(sentence[one.verb.start : one.verb.end] for one in wrong))
    said = [each for _, found in matched for each in found]
    if said:
        return _judge_framed(plain, [one for one, found in matched if found], excerpts, said)
    return _judge_plain(plain, excerpts)


def _told(excerpts: Sequence[Excerpt]) -> list[_Told]:
    return [
        (number, one)
        for number, excerpt in enumerate(excerpts)
        for one in excerpt.attributions
        if not one.is_fact
    ]


def _said_by(one: Attribution, sentence: str, excerpts: Sequence[Excerpt]) -> list[_Told]:
    return [(n, a) for n, excerpt in enumerate(excerpts) for a in excerpt.said_by(one, sentence)]


def _hiding(excerpts: Sequence[Excerpt], hidden: Sequence[_Told]) -> list[str]:
    return [
        excerpt.without(one for number, one in hidden if number == n)
        for n, excerpt in enumerate(excerpts)
    ]


def _is_told(sentence: str, excerpts: Sequence[Excerpt], hidden: Sequence[_Told]) -> bool:
    """Return whether the quotes carry all of it with these words of others blanked.

    A word that was there and is blanked is no synonym that nobody listed.
    """
    before = carry(sentence, [excerpt.text for excerpt in excerpts])
    after = carry(sentence, _hiding(excerpts, hidden))
    return not after.missing and after.lacking <= before.lacking


def _judge_plain(sentence: str, excerpts: Sequence[Excerpt]) -> Judgement:
    """Judge a sentence that names no speaker and is carried, if only as somebody's words."""
    told = _told(excerpts)
    if not told or _is_told(sentence, excerpts, told):
        return Judgement("supported")
    needed = [each for each in told if not _is_told(sentence, excerpts, [each])] or told
    return _attributed(needed[0])


def _judge_framed(
    sentence: str,
    claimed: Sequence[Attribution],
    excerpts: Sequence[Excerpt],
    said: Sequence[_Told],
) -> Judgement:
    """Judge a carried sentence that names a speaker whom the quotes name, too."""
    told = _told(excerpts)
    others = [each for each in told if each not in said]
    if not _is_told(sentence, excerpts, others):
        return _unsupported("the same speaker")
    shown = [excerpt.text for excerpt in excerpts]
    own = without_content(sentence, claimed)
    forms = [f for f in (own, in_plain_words(own, claimed)) if not carry(f, shown).missing]
    if forms and not any(_is_told(form, excerpts, told) for form in forms):
        return _attributed(said[0])
    return Judgement("supported")


def _alleged(sentence: str, excerpts: Sequence[Excerpt]) -> Judgement | None:
    """Return the judgement of what was alleged, or of nobody is named and it "is said to be"."""
    hedges = [
        (n, one) for n, one in _told(excerpts) if one.manner == "accuse" or one.speaker is None
    ]
    texts = [
        excerpt.without_frames(one for number, one in hedges if number == n)
        for n, excerpt in enumerate(excerpts)
    ]
    if not hedges or carry(sentence, texts).missing:
        return None
    return _attributed(hedges[0])


def _attributed(told: _Told) -> Judgement:
    number, one = told
    if one.manner in {"deny", "ask"}:
        return _unsupported("what was not asserted")
    return Judgement("attributed", said_in=number, speaker=one.speaker)


def _unsupported(*missing: str) -> Judgement:
    return Judgement("unsupported", missing)

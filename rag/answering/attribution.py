"""Read in a text which parts are told as somebody's words, and whose they are.

Rules over words, sentence by sentence; no grammar. For each verb or phrase that attributes
("said", "according to", "X's view that", "is said to") it says in which manner, to whom, and
what is attributed. A quotation that runs over several sentences keeps its speaker, and "he" is
whoever spoke last or was named last before. What an institution itself announced, ordered or
ruled, and what figures and records show, is a fact of its owner and marked so.

The end of what somebody said is seldom marked. In doubt a clause is taken as theirs: what is
told as said may then be a fact, never the other way round.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.answering import attribution_words as words
from rag.answering.attribution_parts import Attribution, Token
from rag.answering.attribution_phrases import PhraseReader
from rag.answering.attribution_verbs import VerbReader
from rag.answering.manners import ASSERTING
from rag.answering.quotes import sentences_of
from rag.records import Span


@lru_cache(maxsize=1024)
def read_attributions(text: str) -> tuple[Attribution, ...]:
    """Return what in a text is told as somebody's words, in its order.

    >>> text = "The ban works, Kim Lee said."
    >>> [(text[a.speaker.start : a.speaker.end], a.manner) for a in read_attributions(text)]
    [('Kim Lee', 'say')]
    """
    text = text[: words.LONGEST_TEXT]
    quotations = _quotations(text)
    found: list[Attribution] = []
    spans = sentences_of(text)
    for at, span in enumerate(spans):
        sentence = _Sentence(text, span, quotations)
        own = sentence.attributions()
        for one in own:
            found.append(_resolved(one, found, text, spans[:at]))
        if not own and (spoken := sentence.spoken()):
            found.append(_continued(spoken, found, at_start=at == 0))
    return tuple(_with_speaker_from_after(found, quotations))


class _Sentence(VerbReader, PhraseReader):
    """One sentence of a text, read for all that it attributes."""

    def attributions(self) -> list[Attribution]:
        verbs = list(self.by_verbs())
        starts = {one.verb.start for one in verbs}  # "critics fear that" has no noun
        found = [*verbs, *(one for one in self.by_phrases() if one.verb.start not in starts)]
        named = [one for one in found if one.speaker or one.manner == "accuse"]
        hedges = [] if named else list(self.by_hedges())
        return self._cut(sorted([*found, *hedges], key=lambda one: one.verb.start))

    def spoken(self) -> Span | None:
        """Return the sentence's part in quotation marks where that is speech of somebody."""
        for quotation in self.quotations:
            start, end = max(quotation.start, self.span.start), min(quotation.end, self.span.end)
            spoken = sum(start <= t.start < end and t.word[0].isalnum() for t in self.tokens)
            is_whole = quotation.start <= self.span.start and spoken == sum(
                t.word[0].isalnum() for t in self.tokens
            )
            follows_colon = self.text[self.span.start : start].rstrip().endswith(":")
            if spoken and (is_whole or follows_colon):
                return Span(start, end)
        return None

    def _cut(self, found: Sequence[Attribution]) -> list[Attribution]:
        """End what one speaker says where, after ";" or ", while", another is named."""
        cut: list[Attribution] = []
        for i, one in enumerate(found):
            end = self.span.end
            others = (o for o in found[i + 1 :] if o.speaker and not o.is_pronoun)
            if other := next((o.speaker for o in others if o.speaker), None):
                head = self.text[one.verb.end : max(one.verb.end, other.start)]
                if marks := list(re.finditer(r"[;,] (?:and|but|while|whereas)? ?", head)):
                    end = one.verb.end + marks[-1].start()
            for turn in words.TURN.finditer(self.text, one.verb.end, self.span.end):
                if not self.is_quoted(Token("", turn.start(), turn.end())):
                    end = min(end, turn.start())
                    break
            content = tuple(Span(s.start, min(s.end, end)) for s in one.content if s.start < end)
            cut.append(dataclasses.replace(one, content=content))
        return cut


def _quotations(text: str) -> list[Span]:
    """Return where somebody's words stand in quotation marks, over sentences and paragraphs."""
    found: list[Span] = []
    opened: int | None = None
    straight: int | None = None
    for match in re.finditer(r"[“”«»\"]|\n\s*\n", text):
        at, mark = match.start(), match[0]
        if mark in words.OPEN_MARKS:
            opened = at if opened is None else opened
        elif mark in words.CLOSE_MARKS and opened is not None:
            found.append(Span(opened, at + 1))
            opened = None
        elif mark == '"':
            if straight is not None:
                found.append(Span(straight, at + 1))
            straight = at if straight is None else None
        elif mark[0] == "\n":
            straight = None
            # A speech of several paragraphs opens each anew and closes only the last.
            if opened is not None and text[match.end() : match.end() + 1] not in words.OPEN_MARKS:
                opened = None
    return [span for span in found if 2 < span.end - span.start <= words.LONGEST_QUOTATION]  # noqa: PLR2004 - the marks


def _resolved(
    one: Attribution, earlier: Sequence[Attribution], text: str, before: Sequence[Span]
) -> Attribution:
    """Return an attribution to "he" or "the minister" with the name from before."""
    if one.speaker is None:
        return one
    phrase = text[one.speaker.start : one.speaker.end]
    if one.is_pronoun:
        known = next((e for e in reversed(earlier) if e.speaker and not e.is_pronoun), None)
        near = before[-words.NAMED_BACK - 1].start if len(before) > words.NAMED_BACK else 0
        if known is not None and known.verb.start >= near and known.speaker is not None:
            return dataclasses.replace(
                one, speaker=known.speaker, described=(*known.described, *one.described),
                is_pronoun=False,
            )  # fmt: skip
        named = _last_named(text, before)
        if named is None:
            return one
        described = (named, *one.described)
        return dataclasses.replace(one, speaker=named, described=described, is_pronoun=False)
    head = phrase.casefold().split()
    refers = head[0] == "the" and bool(words.REFERRING_HEADS & set(head))
    if refers and (named := _last_named(text, before)):
        return dataclasses.replace(one, described=(*one.described, named))
    return one


def _last_named(text: str, before: Sequence[Span]) -> Span | None:
    """Return the first name of the nearest sentence before that has one: its subject mostly."""
    for span in reversed(before[-words.NAMED_BACK :]):
        for match in re.finditer(
            r"\b[A-Z][\w.’-]*(?: (?:of |for |the |de |van |von )*[A-Z][\w.’-]*)*",
            text[span.start : span.end],
        ):
            word = match[0]
            opens = match.start() == 0 and " " not in word
            if opens and word.casefold() in words.FUNCTION_OPENERS:
                continue
            start = span.start + match.start()
            return Span(start, start + len(re.sub(r"[’']s?$|\.$", "", word)))
    return None


def _continued(spoken: Span, earlier: Sequence[Attribution], *, at_start: bool) -> Attribution:
    """Return speech without a speaker of its own: that of whoever spoke last."""
    last = next((e for e in reversed(earlier) if e.manner in ASSERTING), None)
    if last is None or at_start:
        return Attribution("say", (spoken,), None, (), spoken)
    return Attribution("say", (spoken,), last.speaker, last.described, spoken)


def _with_speaker_from_after(
    found: Sequence[Attribution], quotations: Sequence[Span]
) -> Iterator[Attribution]:
    """Give speech the speaker who is named only where its quotation ends."""
    for i, one in enumerate(found):
        if one.verb in one.content:  # speech without a verb of its own
            quotation = next((q for q in quotations if q.start <= one.verb.start < q.end), None)
            later = next(
                (
                    e
                    for e in found[i + 1 :]
                    if e.speaker
                    and e.verb not in e.content
                    and quotation
                    and any(s.start < quotation.end and quotation.start < s.end for s in e.content)
                ),
                None,
            )
            if later is not None:
                yield dataclasses.replace(one, speaker=later.speaker, described=later.described)
                continue
        yield one

"""Attributions without a verb of their own: "according to", "X's view that", "is said to"."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence

from rag.answering import attribution_words as words
from rag.answering.attribution_parts import (
    Attribution,
    Subject,
    TellingSentence,
    Token,
    trimmed,
)
from rag.answering.manners import VERBS
from rag.records import Span


class PhraseReader(TellingSentence):
    """Reads a sentence for the phrases that attribute."""

    def by_phrases(self) -> Iterator[Attribution]:
        """Yield what the sentence attributes to somebody by a phrase."""
        for pattern in (words.ACCORDING, words.IN_VIEW):
            for match in self._matches(pattern):
                if self.is_quoted(Token("", match.start(), match.end())):
                    continue
                if one := self._phrase(match):
                    yield one
        for match in self._matches(words.IN_OWN_VIEW):
            who = trimmed(match.span("who"), self.text)
            yield self._framed(Span(*match.span()), who, Span(match.end(), self.span.end))
        for match in self._matches(words.NOUN_FRAME):
            if not self.is_quoted(Token("", match.start(), match.end())):
                if any(word in VERBS for word in (match["by"] or "").casefold().split()):
                    continue
                content = Span(match.end(), self._clause_end(match.end()))
                yield self._framed(Span(*match.span()), self._owner(match), content)

    def _matches(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        found = pattern.finditer(self.text, self.span.start, self.span.end)
        return list(itertools.islice(found, words.MOST_IN_SENTENCE))

    def _phrase(self, match: re.Match[str]) -> Attribution | None:
        """Return what "according to …" attributes: what follows it, or what stands before."""
        named = [t for t in self.tokens if t.start >= match.end()]
        if not named or not named[0].word[0].isalnum():
            return None
        last = 0
        while last + 1 < len(named) and not (
            named[last + 1].key in words.PRONOUNS | {"there"}
            or named[last + 1].is_auxiliary
            or (named[last].has_capital and named[last + 1].key in {"the", "a", "an"})
            or named[last + 1].word in words.STOPS
            or named[last + 1].word in ".!?"
            or named[last + 1].key in {"who", "which", "that", "but", "while", "as", "and"}
        ):
            last += 1
        last = self._with_name(named, last)
        who = Span(named[0].start, named[last].end)
        opens = not self.text[self.span.start : match.start()].strip(' "“‘—-,').strip()
        rest = Span(who.end, self.span.end)
        follows = len(named) > last + 1 and named[last + 1].word == ","
        apposed = follows and len(named) > last + 2 and named[last + 2].key in {
            "who", "which", "a", "an", "the", "whose",
        }  # fmt: skip
        before = Span(self._clause_start(match.start()), match.start())
        content = [rest] if opens else [before, rest] if follows and not apposed else [before]
        described = Span(who.start, self.span.end if apposed and not opens else who.end)
        first = next(i for i, t in enumerate(self.tokens) if t.start == who.start)
        made = self.made("say", content, Subject(who, described, first), named[0])
        return dataclasses.replace(
            made, verb=Span(*match.span()), is_fact=self._names_decision(who)
        )

    def _with_name(self, named: Sequence[Token], last: int) -> int:
        """Return where a speaker ends whose name is set off: "the mayor, Ines Okafor, …"."""
        if last + 2 >= len(named) or named[last + 1].word != "," or named[last].has_capital:
            return last
        end = last + 2
        while end < len(named) and named[end].has_capital:
            end += 1
        is_name = end > last + 3 and end < len(named) and named[end].word in ",.;"
        return end - 1 if is_name else last

    def _names_decision(self, who: Span) -> bool:
        named = set(re.findall(r"\w+", self.text[who.start : who.end].casefold()))
        return bool(named & {"ruling", "order", "law", "decree", "verdict", "constitution"})

    def _framed(self, frame: Span, who: Span | None, content: Span) -> Attribution:
        name = self.text[who.start : who.end].casefold() if who else ""
        return Attribution(
            manner="say" if who else "opine",
            content=(content,),
            speaker=who,
            described=(who,) if who else (),
            verb=frame,
            is_pronoun=name in {*words.PRONOUNS, "his", "her", "their", "its"},
        )

    def _owner(self, match: re.Match[str]) -> Span | None:
        if match["by"]:
            return trimmed(match.span("by"), self.text)
        before = self.text[max(self.span.start, match.start() - 80) : match.start()]
        owner = words.OWNER.search(before)
        if owner is not None:
            shift = match.start() - len(before)
            start, end = owner.span("who")
            name = owner["who"]
            return Span(start + shift, end + shift - len(name) + len(name.rstrip("'’")))
        pronoun = re.search(r"\b(his|her|their|its) (?:\w+ )?$", before)
        if pronoun is None:
            return None
        shift = match.start() - len(before)
        return Span(pronoun.start(1) + shift, pronoun.end(1) + shift)

    def _clause_end(self, at: int) -> int:
        comma = self.text.find(", ", at, self.span.end)
        return self.span.end if comma < 0 else comma

    def _clause_start(self, at: int) -> int:
        """Return where the clause begins that ends at `at`: after ";" or ", but"."""
        marks = list(
            re.finditer(r"[;]|,\s(?=but\b|while\b|although\b)", self.text[self.span.start : at])
        )
        return self.span.start + marks[-1].end() if marks else self.span.start

    def by_hedges(self) -> Iterator[Attribution]:
        """Yield what is told as said, believed or alleged without naming by whom."""
        for match in self._matches(words.HEDGE):
            if self.is_quoted(Token("", match.start(), match.end())):
                continue
            by = words.BY_WHOM.search(self.text, match.end(), self.span.end)
            is_accused = "accused" in match[0].casefold()
            who = trimmed(by.span("who"), self.text) if by and is_accused else None
            start = match.end() if match[0].endswith("that") else self.span.start
            content = (Span(start, match.start()), Span(match.end(), self.span.end))
            yield Attribution(
                manner="accuse" if is_accused else "say",
                content=tuple(span for span in content if span.end > span.start),
                speaker=who,
                described=(who,) if who else (),
                verb=Span(*match.span()),
            )

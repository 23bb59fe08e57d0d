"""What reading attributions is made of: the sentence with its tokens, and what is found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.answering import attribution_words as words
from rag.answering.manners import Manner
from rag.records import Span


@dataclass(frozen=True, slots=True)
class Attribution:
    """One stretch of speech in a text: where it is, whose it is, and how it is told.

    `speaker` is where the text names him, None where it names nobody; `described` are all the
    places that say who he is. `is_fact` where the telling makes it so: an announced decision.
    """

    manner: Manner
    content: tuple[Span, ...]
    speaker: Span | None
    described: tuple[Span, ...]
    verb: Span
    is_fact: bool = False
    is_pronoun: bool = False


class Token(NamedTuple):
    """A word or a mark of a text and its place there."""

    word: str
    start: int
    end: int

    @property
    def has_capital(self) -> bool:
        """Return whether it is written with a capital."""
        return self.word[:1].isupper()

    @property
    def key(self) -> str:
        """Return the word as it is looked up."""
        return self.word.casefold().replace("’", "'")

    @property
    def is_auxiliary(self) -> bool:
        """Return whether it is a form of be, have or do, or a modal."""
        return self.word.replace("’", "'") in words.AUXILIARIES  # in May nobody "may"


class Subject(NamedTuple):
    """A speaker as found beside a verb: his words, all that describes him, where both begin."""

    name: Span
    described: Span
    first: int
    """Index of the token where the subject begins."""


class TellingSentence:
    """One sentence of a text with its tokens, as far as it is looked at."""

    def __init__(self, text: str, span: Span, quotations: Sequence[Span]) -> None:
        self.text = text
        self.span = span
        self.quotations = [q for q in quotations if q.start < span.end and span.start < q.end]
        self.quotations = self.quotations[: words.MOST_IN_SENTENCE]
        self.tokens = [
            Token(match[0], match.start(), match.end())
            for match in words.TOKEN.finditer(text, span.start, span.end)
        ]

    def is_quoted(self, token: Token) -> bool:
        """Return whether it stands within quotation marks: a word of the one who is quoted."""
        return any(q.start < token.start < q.end for q in self.quotations)

    def made(
        self, manner: Manner, content: Sequence[Span], subject: Subject, verb: Token
    ) -> Attribution:
        """Return an attribution to this subject."""
        name = self.text[subject.name.start : subject.name.end]
        return Attribution(
            manner=manner,
            content=tuple(span for span in content if span.end > span.start),
            speaker=subject.name,
            described=(subject.name, subject.described),
            verb=Span(verb.start, verb.end),
            is_pronoun=name.casefold() in words.PRONOUNS,
        )


def trimmed(place: tuple[int, int], text: str) -> Span:
    """Return the place without white space at its ends."""
    start, end = place
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)

"""Read a sentence, of an answer or of an article, into what two of them are compared by.

Tokens in order, each with its terms, its stretch (what commas, "and", "but" and the like part),
and whether it is a name; numbers, dates and quoted phrases beside them. Nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rag.text.dates import PartialDate, read_dates
from rag.text.quantities import Number, read_numbers
from rag.text.tokens import content_tokens, tokenize
from rag.text.word_forms import SAME_WORDS

_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:['’&.-][^\W_]+)*|[,;:()\[\]—–]|\s-\s|[.!?](?=\s)"
)
_PHRASE = re.compile(r"“([^”]+)”|\"([^\"]+)\"|(?<!\w)‘([^’]+(?:’\w[^’]*)*)’(?!\w)|«([^»]+)»")
_BOUNDARIES = frozenset(",;:()[]—–-.!?")
_JOINING = frozenset("and but or while whereas although though because".split())
"""Words that open a stretch of their own; a relative clause stays with the noun before it."""
_RELATIVE = frozenset("who which whose whom that where".split())
_FRAMES = frozenset(
    "according article articles passage passages source sources also however meanwhile moreover "
    "furthermore additionally therefore thus including include includes included respectively "
    "namely overall another well others such may might could would should will shall must".split()
)
"""Words that an answer puts around a claim without claiming anything, and those that only say how
sure it is (`negation` reads them)."""
_FIRST_FORM = {form: tokenize(line)[0] for line in SAME_WORDS for form in tokenize(line)[1:]}
_INITIALS_SKIPPED = frozenset("of and the for on in to".split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written, its terms (a compound has its parts, too), and where it stands.

    `stretch` counts from 0. `is_content` is false of function words, framing words, numbers and
    dates; the last two are compared as values and have no terms.
    """

    text: str
    terms: tuple[str, ...]
    start: int
    end: int
    stretch: int
    is_content: bool = False
    is_name: bool = False
    opens: bool = False

    @property
    def word(self) -> str:
        """Return the word in lower case, as word lists have it."""
        return self.text.casefold().replace("’", "'")


Anchor = Number | PartialDate | Token
"""What a claim must have exactly as its source has it: a number, a date, a name."""


@dataclass(frozen=True)
class Claim:
    """What a sentence says, as far as it can be compared."""

    text: str
    tokens: tuple[Token, ...]
    numbers: tuple[Number, ...]
    dates: tuple[PartialDate, ...]
    phrases: tuple[str, ...]

    @cached_property
    def content(self) -> tuple[Token, ...]:
        """The words that say something, names among them."""
        return tuple(token for token in self.tokens if token.is_content)

    @property
    def values(self) -> tuple[Number | PartialDate, ...]:
        """The numbers, then the dates."""
        return (*self.numbers, *self.dates)

    @cached_property
    def names(self) -> tuple[Token, ...]:
        """The words that are names by their capitals."""
        return tuple(token for token in self.content if token.is_name)

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms of all words."""
        return frozenset(term for token in self.tokens for term in token.terms)

    @cached_property
    def words(self) -> frozenset[str]:
        """All words in lower case, function words too."""
        return frozenset(token.word for token in self.tokens)

    @cached_property
    def name_terms(self) -> frozenset[str]:
        """The terms of all words with a capital or a digit, and initials of runs of them."""
        capitals = (t for t in self.tokens if any(c.isupper() or c.isdigit() for c in t.text))
        return frozenset(term for t in capitals for term in t.terms) | _initials(self.text)

    def has(self, token: Token) -> bool:
        """Return whether a word of another sentence is here, a compound by all of its parts."""
        return is_among(token, self.terms)

    def stretch_of(self, anchor: Anchor) -> int:
        """Return the stretch in which a number, date or name stands."""
        return next((t.stretch for t in self.tokens if t.end > anchor.start), 0)


def is_among(token: Token, terms: frozenset[str]) -> bool:
    """Return whether a word, or of a compound all parts, is among these terms."""
    return bool(token.terms) and (
        token.terms[0] in terms or (len(token.terms) > 1 and terms.issuperset(token.terms[1:]))
    )


@lru_cache(maxsize=1024)
def read_claim(text: str) -> Claim:
    """Return what a sentence says.

    >>> claim = read_claim("Torp sold 2 boats to Acme in May.")
    >>> [token.text for token in claim.content], [number.text for number in claim.numbers]
    (['Torp', 'sold', 'boats', 'Acme'], ['2'])
    """
    numbers, dates = read_numbers(text), read_dates(text)
    return Claim(
        text=text,
        tokens=tuple(_tokens(text, (*numbers, *dates))),
        numbers=numbers,
        dates=dates,
        phrases=tuple(next(part for part in found if part) for found in _PHRASE.findall(text)),
    )


def _tokens(text: str, values: Iterable[Number | PartialDate]) -> Iterable[Token]:
    taken = [(value.start, value.end) for value in values]
    stretch, opens, boundary = 0, True, False
    last: Token | None = None
    for match in _TOKEN.finditer(text):
        word = match[0]
        value = next((t for t in taken if t[0] < match.end() and match.start() < t[1]), None)
        if value is not None:
            if last is None or last.start != value[0]:
                stretch, boundary, opens = stretch + boundary, False, False
                last = Token(text[slice(*value)], (), *value, stretch)
                yield last
            continue
        if word.strip() in _BOUNDARIES:
            boundary = True
            continue
        folded = word.casefold()
        if folded in _JOINING or (boundary and folded not in _RELATIVE):
            stretch += 1
        boundary = False
        yield _token(word, match.start(), stretch, opens=opens, text=text)
        opens = False


def _token(word: str, start: int, stretch: int, *, opens: bool, text: str) -> Token:
    word = re.sub(r"['’]s?$", "", word)
    end = start + len(word)
    has_capital = any(c.isupper() or c.isdigit() for c in word) and word != "I"
    is_content = (bool(content_tokens(word)) or (has_capital and not opens)) and (
        word.casefold() not in _FRAMES
    )
    is_name = has_capital and is_content
    if opens and word[1:].islower():
        # Perhaps only the capital of a sentence, unless a second name follows at once.
        is_name = is_content and bool(re.match(r" [A-Z]", text[end:]))
    terms = tuple(_FIRST_FORM.get(t, t) for t in tokenize(word)) or (word.casefold(),)
    return Token(
        word, terms, start, end, stretch, is_content=is_content, is_name=is_name, opens=opens
    )


@lru_cache(maxsize=1024)
def _initials(text: str) -> frozenset[str]:
    """Return the initials of runs of capitalised words: "fcc" for a commission's full name."""
    found: set[str] = set()
    run = ""
    for word in re.findall(r"\w[\w'’-]*|[^\w\s]", text):
        if word[0].isupper():
            run += word[0].casefold()
            found |= {run[i:] for i in range(len(run)) if len(run) - i > 1}
        elif word not in _INITIALS_SKIPPED:
            run = ""
    return frozenset(found)

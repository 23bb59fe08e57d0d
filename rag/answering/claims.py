"""Read a sentence as a claim: its words, names, numbers, dates and quoted phrases, in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.answering.polarity import in_single_words, senses_of, stem_of
from rag.text.quantities import Number, PartialDate, read_dates, read_numbers
from rag.text.tokens import content_tokens
from rag.text.word_forms import IRREGULAR_VERBS

SUBJECT_WORDS = 3
"""Words at the start of a sentence in which "he" is its subject: "In May he"."""

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:['’&-][^\W_]+)*")
_PHRASE = re.compile(r"“([^”]+)”|\"([^\"]+)\"|(?<!\w)‘([^’]+(?:’\w[^’]*)*)’(?!\w)|«([^»]+)»")
_FRAMES = frozenset(
    "say says said state states stated report reports reported according article articles passage "
    "passages source sources note notes noted mention mentions mentioned describe describes "
    "described write writes wrote add adds added also however meanwhile moreover furthermore "
    "additionally therefore thus while as well both including include includes included such "
    "specifically respectively respective namely overall another other others although though "
    "whereas".split()
)
"""Words that frame a claim without being part of it."""
_PRONOUNS = frozenset("he she it they this these those".split())
_REFERRING = re.compile(
    r"\W*(?:\w+ (?:\w+ )?)?the (?:company|firm|group|agency|bureau|department|ministry|commission|"
    r"government|embassy|rule|order|law|bill|act|measure|ban|chip|list|deal|agreement|report|"
    r"decision|move|officials?|lawmakers?|companies|firms|rules|measures|chips)\b",
    re.IGNORECASE,
)
_ALIASES = {
    **dict.fromkeys(("us", "u.s", "usa", "u.s.a", "america", "american", "americans"), "u.s."),
    **dict.fromkeys(("uk", "u.k", "britain", "british"), "u.k."),
    **dict.fromkeys(("eu", "e.u", "europe", "european"), "e.u."),
    **{
        demonym: country
        for country, demonyms in {
            "china": "chinese",
            "japan": "japanese",
            "taiwan": "taiwanese",
            "russia": "russian russians",
            "iran": "iranian iranians",
            "korea": "korean koreans",
            "india": "indian indians",
            "germany": "german germans",
            "france": "french",
            "netherlands": "dutch",
            "canada": "canadian canadians",
            "mexico": "mexican mexicans",
            "australia": "australian australians",
            "israel": "israeli israelis",
            "ukraine": "ukrainian ukrainians",
            "vietnam": "vietnamese",
        }.items()
        for demonym in demonyms.split()
    },
}
_COUNTRIES = frozenset(_ALIASES.values())
_LONG_FORMS = (
    (re.compile(r"\bUnited\s+States(?:\s+of\s+America)?\b"), "U.S."),
    (re.compile(r"\bUnited\s+Kingdom\b"), "U.K."),
    (re.compile(r"\bEuropean\s+Union\b"), "E.U."),
)
_SKIPPED_IN_INITIALS = frozenset("of and the for on in to".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word by its key: the stem, or one name for all names of a country."""

    key: str
    start: int
    end: int
    is_name: bool
    is_content: bool
    has_capital: bool
    pieces: tuple[str, ...]
    """The keys of the parts of a compound: high-level, U.S.-China."""

    @property
    def is_country(self) -> bool:
        """Return whether it names a country that is on the list, in any of its forms."""
        return self.key in _COUNTRIES

    @property
    def is_telling(self) -> bool:
        """Return whether it is part of the claim and not of its frame."""
        return self.is_content and (self.is_name or self.key not in _FRAME_KEYS)


Item = Word | Number | PartialDate


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence says, as far as it can be compared."""

    text: str
    words: tuple[Word, ...]
    numbers: tuple[Number, ...]
    dates: tuple[PartialDate, ...]
    phrases: tuple[str, ...]
    keys: frozenset[str]
    names: frozenset[str]
    senses: frozenset[str]
    leans_back: bool

    @property
    def items(self) -> tuple[Item, ...]:
        """What must be carried, in the order of the sentence."""
        telling = [word for word in self.words if word.is_telling]
        return tuple(sorted((*telling, *self.numbers, *self.dates), key=lambda i: i.start))

    @property
    def name_pairs(self) -> tuple[tuple[Word, Word], ...]:
        """Names that stand side by side, as in a person's."""
        return tuple(
            (first, second)
            for first, second in zip(self.words, self.words[1:], strict=False)
            if first.is_name and second.is_name and second.start == first.end + 1
        )

    @property
    def unread_digits(self) -> tuple[str, ...]:
        """The digits that are in no number, date or word that was read: not to be let through."""
        read: tuple[Item, ...] = (*self.words, *self.numbers, *self.dates)
        return tuple(
            match[0]
            for match in re.finditer(r"\d+", self.text)
            if not any(r.start <= match.start() and match.end() <= r.end for r in read)
        )

    def counted(self, number: Number) -> str:
        """Return what a number counts: the content word after it, "" at the end."""
        return next((w.key for w in self.words if w.start >= number.end and w.is_content), "")


def kind_of(item: Item) -> Literal["name", "turning", "word", "number", "date"]:
    """Return what an item is; a turning word has a sense that another could turn round."""
    if isinstance(item, Number):
        return "number"
    if isinstance(item, PartialDate):
        return "date"
    if item.is_name:
        return "name"
    return "turning" if senses_of(item.key) else "word"


@lru_cache(maxsize=1024)
def read_claim(text: str) -> Claim:
    """Return what a sentence of an answer or of an article says."""
    short = text
    for pattern, abbreviation in _LONG_FORMS:
        short = pattern.sub(_padded(abbreviation), short)
    numbers = read_numbers(short)
    words = tuple(_words(in_single_words(short), numbers))
    pieces = frozenset(piece for word in words for piece in word.pieces)
    capitals = [word for word in words if word.has_capital]
    return Claim(
        text=text,
        words=words,
        numbers=numbers,
        dates=read_dates(short),
        phrases=tuple(next(part for part in found if part) for found in _PHRASE.findall(text)),
        keys=frozenset(word.key for word in words) | pieces,
        names=frozenset(k for w in capitals for k in (w.key, *w.pieces)) | _initials(short),
        senses=frozenset(sense for word in words for sense in senses_of(word.key)),
        leans_back=any(word.key in _PRONOUN_KEYS for word in words[:SUBJECT_WORDS])
        or bool(_REFERRING.match(short)),
    )


def _padded(abbreviation: str) -> Callable[[re.Match[str]], str]:
    return lambda match: abbreviation.ljust(len(match[0]))


def _words(text: str, numbers: Sequence[Number]) -> list[Word]:
    found: list[Word] = []
    for match in _WORD.finditer(text):
        if any(n.start < match.end() and match.start() < n.end for n in numbers):
            continue
        word = re.sub(r"['’]s?$", "", match[0])
        opens = not re.search(r"\w", text[: match.start()])
        # What holds a digit is a designation: 5g and H20 have no synonyms.
        has_capital = any(c.isupper() or c.isdigit() for c in word) and word != "I"
        is_content = bool(content_tokens(word)) or (has_capital and not opens)
        if word.casefold() == "one":  # where it counts something it is a number
            is_content = False
        is_name = has_capital
        if opens and word[1:].islower():
            # Perhaps only the capital of a sentence, unless a second name follows at once.
            is_name = is_content and bool(re.match(r" [A-Z]", text[match.end() :]))
        if key := _key(word):
            end = match.start() + len(word)
            parts = re.split(r"[-&]", word)
            pieces = tuple(_key(part) for part in parts) if len(parts) > 1 else ()
            found.append(Word(key, match.start(), end, is_name, is_content, has_capital, pieces))
    return found


@lru_cache(maxsize=8192)
def _key(word: str) -> str:
    folded = word.casefold().rstrip(".").replace("’", "'")
    if folded == "us" and not word.isupper():
        return "us"
    return _ALIASES.get(folded) or stem_of(IRREGULAR_VERBS.get(folded, folded)) or folded


def _initials(text: str) -> frozenset[str]:
    """Return the initials of runs of capitalised words: "fcc" for a commission's full name."""
    found: set[str] = set()
    run = ""
    for word in re.findall(r"\w[\w'’-]*|[^\w\s]", text):
        if word[0].isupper():
            run += word[0].casefold()
            found |= {run[i:] for i in range(len(run)) if len(run) - i > 1}
        elif word not in _SKIPPED_IN_INITIALS:
            run = ""
    return frozenset(found)


_FRAME_KEYS = frozenset(_key(word) for word in _FRAMES)
_PRONOUN_KEYS = frozenset(_key(word) for word in _PRONOUNS)

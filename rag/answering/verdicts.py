"""Judge one sentence against the quotes that are to carry it.

A sentence is supported when all of this holds, and unsupported otherwise:

0. it relates two things at least;
1. every number (with unit, currency, scale and bound), date, name and quoted phrase in it is in
   the quotes, each name beside the names it stands beside, each count beside what it counts;
2. no "not", "paused" or "may" of the quotes is lost, and none is added (`polarity`);
3. its first content word and every word that could turn it round (rose, banned) is in the
   quotes, by itself or by a word of the same sense;
4. of its other content words at most one in five is missing from the quotes, and no two in a
   row: an invented claim brings two words of its own at least.

What this cannot see: the same words with other roles ("A sued B" for "B sued A"), a claim that
was said by someone and is told as a fact, an adjective too many. Nothing here is a threshold
to be lowered; a rule that is too strict costs a sentence, one that is too lax costs trust.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rag.answering.facts import Number, PartialDate, read_dates, read_numbers
from rag.answering.polarity import in_single_words, senses_of, stem_of, turned_words
from rag.answering.quotes import holds_phrase
from rag.records import Verdict
from rag.text.tokens import content_tokens

WORDS_A_MISSING_ONE_NEEDS = 5
"""One content word in five may be a synonym that nobody listed."""
NAME_DISTANCE = 3
"""Words on that the second of two neighbouring names may be: "President Donald J. Trump"."""

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:['’.&-][^\W_]+)*")
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
class Judgement:
    """A verdict and what it found missing, for tests and measurements; empty when supported."""

    verdict: Verdict
    missing: tuple[str, ...]

    @property
    def is_supported(self) -> bool:
        """Return whether the quotes carry the sentence."""
        return self.verdict == "supported"


def judge(sentence: str, quotes: Sequence[str]) -> Judgement:
    """Return whether these quotes (their texts) carry the sentence, and what they lack of it."""
    claim = _read(sentence)
    shown = [_read(quote) for quote in quotes]
    if not shown:
        return Judgement("unsupported", ("any quote",))
    if not claim.says_something:
        return Judgement("unsupported", ("a claim",))
    missing = (
        *_missing_numbers(claim, shown),
        *_missing_dates(claim, shown),
        *_missing_names(claim, shown),
        *(phrase for phrase in claim.phrases if not _any_holds(quotes, phrase)),
        *sorted(turned_words(sentence, "\n;\n".join(quotes))),
        *_missing_words(claim, shown),
    )
    return Judgement("unsupported" if missing else "supported", missing)


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    start: int
    end: int
    is_name: bool
    is_content: bool


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a sentence or a quote says, as far as it can be compared."""

    words: tuple[_Word, ...]
    keys: frozenset[str]
    senses: frozenset[str]
    numbers: tuple[Number, ...]
    dates: tuple[PartialDate, ...]
    phrases: tuple[str, ...]
    initials: frozenset[str]

    @property
    def says_something(self) -> bool:
        """Return whether there are two things to relate: "April." is in any article."""
        telling = [w for w in self.words if w.is_content and w.key not in _FRAME_KEYS]
        return bool(telling) and len(telling) + len(self.numbers) + len(self.dates) > 1

    def counted(self, number: Number) -> str:
        """Return what a number counts: the content word after it, "" at a clause's end."""
        after = [w for w in self.words if w.start >= number.end and w.is_content]
        return after[0].key if after else ""


@lru_cache(maxsize=512)
def _read(text: str) -> _Claim:
    for pattern, short in _LONG_FORMS:
        text = pattern.sub(lambda match, short=short: short.ljust(len(match[0])), text)  # type: ignore[misc]
    dates, numbers = read_dates(text), read_numbers(text)
    words = tuple(_words(in_single_words(text), numbers))
    return _Claim(
        words=words,
        keys=frozenset(key for word in words for key in (word.key, *_pieces(word.key))),
        senses=frozenset(s for word in words for s in senses_of(word.key)),
        numbers=numbers,
        dates=dates,
        phrases=tuple(next(p for p in m if p) for m in _PHRASE.findall(text)),
        initials=_initials(text),
    )


def _words(text: str, numbers: Sequence[Number]) -> list[_Word]:
    found: list[_Word] = []
    for match in _WORD.finditer(text):
        if any(n.start < match.end() and match.start() < n.end for n in numbers):
            continue
        word = re.sub(r"['’]s?$", "", match[0])
        opens = not re.search(r"\w[^.!?:\n]*$", text[: match.start()].rstrip("\"'“‘(["))
        is_name = any(c.isupper() for c in word) and word != "I"
        is_content = bool(content_tokens(word)) or (is_name and not opens)
        if opens and word[1:].islower():
            # Perhaps only the capital of a sentence, unless a second name follows at once.
            is_name = is_content and bool(re.match(r" [A-Z]", text[match.end() :]))
        key = _key(word)
        if key:
            end = match.start() + len(word)
            found.append(_Word(key, match.start(), end, is_name, is_content))
    return found


def _key(word: str) -> str:
    folded = word.casefold().rstrip(".").replace("’", "'")
    if folded == "us" and not word.isupper():
        return "us"
    return _ALIASES.get(folded) or (stem_of(folded) or folded)


def _pieces(key: str) -> list[str]:
    return [_key(piece) for piece in re.split(r"[-/&]", key) if piece] if "-" in key else []


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


def _missing_numbers(claim: _Claim, shown: list[_Claim]) -> list[str]:
    missing: list[str] = []
    for number in claim.numbers:
        bearers = [(c, n) for c in shown for n in c.numbers if n.carries(number)]
        if not bearers or _counts_another(claim.counted(number), bearers, shown):
            missing.append(number.text.strip())
    return missing


def _counts_another(
    counted: str, bearers: list[tuple[_Claim, Number]], shown: list[_Claim]
) -> bool:
    """Return whether the quotes count this with another number only: 16 days, not 140."""
    if not counted or counted in {claim.counted(number) for claim, number in bearers}:
        return False
    return any(claim.counted(number) == counted for claim in shown for number in claim.numbers)


def _missing_dates(claim: _Claim, shown: list[_Claim]) -> list[str]:
    def is_carried(day: PartialDate) -> bool:
        bare_year = day.month is None and day.day is None
        return any(d.carries(day) for c in shown for d in c.dates) or (
            bare_year
            and any((Decimal(day.year or 0), "") in n.readings for c in shown for n in c.numbers)
        )

    return [day.text for day in claim.dates if not is_carried(day)]


def _missing_names(claim: _Claim, shown: list[_Claim]) -> list[str]:
    names = [word for word in claim.words if word.is_name]
    missing = [word.key for word in names if not any(_has_name(c, word.key) for c in shown)]
    for first, second in itertools.pairwise(claim.words):
        is_one = first.is_name and second.is_name and second.start == first.end + 1
        countries = {first.key, second.key} & _COUNTRIES
        if is_one and not countries and not _stand_together(first, second, shown):
            missing.append(f"{first.key} {second.key}")
    return missing


def _has_name(shown: _Claim, key: str) -> bool:
    if key in shown.keys or key in shown.initials:
        return True
    pieces = _pieces(key)
    return bool(pieces) and all(_has_name(shown, piece) for piece in pieces)


def _stand_together(first: _Word, second: _Word, shown: list[_Claim]) -> bool:
    """Return whether some quote has the two names in this order and near, where it has both."""
    for claim in shown:
        places = [
            [i for i, word in enumerate(claim.words) if word.key == key]
            for key in (first.key, second.key)
        ]
        if not all(places):
            continue
        return any(0 < j - i <= NAME_DISTANCE for i in places[0] for j in places[1])
    return True


def _any_holds(quotes: Sequence[str], phrase: str) -> bool:
    return any(holds_phrase(phrase, quote) for quote in quotes)


def _missing_words(claim: _Claim, shown: list[_Claim]) -> list[str]:
    telling = [word for word in claim.words if word.is_content and word.key not in _FRAME_KEYS]
    if not telling:
        return []
    lacks = [not _is_said(word.key, shown) for word in telling]
    missing = [word.key for word, lacking in zip(telling, lacks, strict=True) if lacking]
    turning = [key for key in missing if senses_of(key)]
    in_a_row = any(a and b for a, b in itertools.pairwise(lacks))
    too_many = len(missing) > len(telling) // WORDS_A_MISSING_ONE_NEEDS
    return missing if lacks[0] or turning or in_a_row or too_many else []


def _is_said(key: str, shown: list[_Claim]) -> bool:
    pieces = _pieces(key)
    return any(
        key in claim.keys
        or key in claim.initials
        or bool(senses_of(key) & claim.senses)
        or (bool(pieces) and all(piece in claim.keys for piece in pieces))
        for claim in shown
    )


_FRAME_KEYS = frozenset(_key(word) for word in _FRAMES)

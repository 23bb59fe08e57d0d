"""Whether quotes carry a sentence, whoever says what they tell, and what they lack of it.

The quotes are taken sentence by sentence, for what two of them say in part, neither says. They
carry a sentence when all of this holds:

0. it relates two things at least;
1. it is one stretch that one source sentence carries, or two or three stretches of three words
   and more, each carried by one;
2. a stretch is carried when its source has every number (with unit, currency, scale and bound),
   date and name of it, and every word that could turn it round, by itself or by a word of the
   same sense; a name may come from the sentence before where the source says "he" or "it";
3. names that stand side by side do so in a source, and so do a number and what it counts;
4. every quoted phrase is in the quotes, word for word;
5. no "not", "paused" or "may" of a source clause is lost, and none is added (`polarity`);
6. the first content word is there, and of the others in each clause at most one in five is
   missing and no two in a row: an invented claim brings two words of its own at least.

What this cannot see: the same words with other roles ("A sued B" for "B sued A"), an adjective
too many in a long clause. Nothing here is a threshold to be lowered; a rule that is too strict
costs a sentence, one that is too lax costs trust.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.claims import Claim, Item, Word, kind_of, read_claim
from rag.answering.polarity import clause_spans, turned_words
from rag.answering.quotes import holds_phrase
from rag.answering.sources import Source, carries_value, sources_of
from rag.text.quantities import Number, PartialDate

WORDS_A_MISSING_ONE_NEEDS = 5
"""One content word in five of a clause may be a synonym that nobody listed."""
SHORTEST_STRETCH = 3
"""Items of a sentence that one of several sources must carry in a row; two meet by chance."""
MOST_STRETCHES = 3
"""Sources that one sentence may join."""
NAME_DISTANCE = 3
"""Words on that the second of two neighbouring names may be: "President Donald J. Trump"."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What of a sentence its quotes lack: what tells against it, and all that is not there."""

    missing: tuple[str, ...]
    lacking: frozenset[str] = frozenset()


def carry(sentence: str, quotes: Sequence[str]) -> Carried:
    """Return what these quotes lack of the sentence; nothing is missing where they carry it."""
    claim = read_claim(sentence)
    sources = [source for quote in quotes for source in sources_of(quote)]
    if not sources:
        return Carried(("any quote",))
    if not _relates_two(claim):
        return Carried(("a claim",))
    bearers = _bearers(claim, sources)
    if bearers is None or claim.unread_digits:
        return Carried((*claim.unread_digits, *_lacking(claim, sources)))
    used = [source for source in sources if source in bearers]
    missing = (
        *_used_twice(claim, bearers),
        *(phrase for phrase in claim.phrases if not _any_holds(quotes, phrase)),
        *(f"{a.key} {b.key}" for a, b in claim.name_pairs if not _side_by_side(a, b, used)),
        *_missing_words(claim, bearers),
        *sorted(turned_words(sentence, [source.claim.text for source in used])),
    )
    pairs = zip(claim.items, bearers, strict=True)
    return Carried(missing, frozenset(_shown(i) for i, s in pairs if not s.carries(i, claim)))


def _relates_two(claim: Claim) -> bool:
    return len(claim.items) > 1 and any(word.is_telling for word in claim.words)


def _bearers(claim: Claim, sources: Sequence[Source]) -> list[Source] | None:
    """Return for each item of the claim the source that carries its stretch; None if none do.

    Greedy, which gives the fewest stretches: each goes on as far as one source carries it.
    """
    items = claim.items
    bearers: list[Source] = []
    stretches = 0
    while len(bearers) < len(items):
        start = len(bearers)
        lengths = [_stretch(claim, source, start) for source in sources]
        longest = max(lengths)
        stretches += 1
        is_whole = longest == len(items)
        if stretches > MOST_STRETCHES or (longest < SHORTEST_STRETCH and not is_whole):
            return None
        best = max(
            (s for s, length in zip(sources, lengths, strict=True) if length == longest),
            key=lambda s: sum(s.carries(i, claim) for i in items[start : start + longest]),
        )
        bearers += [best] * longest
    return bearers


def _stretch(claim: Claim, source: Source, start: int) -> int:
    """Return how many items from `start` on a source carries, plain words aside."""
    count = 0
    for item in claim.items[start:]:
        if kind_of(item) != "word" and not source.carries(item, claim):
            break
        count += 1
    return count


def _lacking(claim: Claim, sources: Sequence[Source]) -> list[str]:
    """Return what the source that carries most of the claim does not carry."""
    lacks = [
        [item for item in claim.items if not source.carries(item, claim)] for source in sources
    ]
    return [_shown(item) for item in min(lacks, key=len)] or ["one source for all of it"]


def _used_twice(claim: Claim, bearers: Sequence[Source]) -> list[str]:
    """Return the numbers and dates that are left without one of their own in their source.

    "Fiscal 2025 ended on 27 April 2025" needs two years of its source, not one twice.
    """
    told = [
        (item, source)
        for item, source in zip(claim.items, bearers, strict=True)
        if not isinstance(item, Word)
    ]
    taken: list[Number | PartialDate] = []
    left: list[str] = []
    for item, source in sorted(told, key=lambda pair: -len(pair[0].text)):
        free = (own for own in source.of_kind(item) if not any(own is one for one in taken))
        if bearer := next((own for own in free if carries_value(own, item)), None):
            taken.append(bearer)
        else:
            left.append(item.text.strip())
    return left


def _missing_words(claim: Claim, bearers: Sequence[Source]) -> list[str]:
    """Return the words that are missing, if they are too many, in a row, or the first one."""
    lacks = [
        not source.carries(item, claim) for item, source in zip(claim.items, bearers, strict=True)
    ]
    missing = [_shown(i) for i, lacking in zip(claim.items, lacks, strict=True) if lacking]
    in_a_row = any(a and b for a, b in itertools.pairwise(lacks))
    too_many = any(
        sum(inside) > len(inside) // WORDS_A_MISSING_ONE_NEEDS
        for inside in _by_clause(claim, lacks)
    )
    return missing if lacks[0] or in_a_row or too_many else []


def _by_clause(claim: Claim, lacks: Sequence[bool]) -> list[list[bool]]:
    pairs = list(zip(claim.items, lacks, strict=True))
    return [
        [lacking for item, lacking in pairs if span.start <= item.start < span.end]
        for span in clause_spans(claim.text)
    ]


def _side_by_side(first: Word, second: Word, sources: Sequence[Source]) -> bool:
    """Return whether some source has the two names in this order and near, where it has both.

    A country may be put before a name that has no name before it: the US Commerce Department.
    """
    for source in sources:
        words = source.claim.words
        firsts = [i for i, word in enumerate(words) if word.key == first.key]
        seconds = [i for i, word in enumerate(words) if word.key == second.key]
        if firsts and seconds:
            return any(0 < j - i <= NAME_DISTANCE for i in firsts for j in seconds) or (
                first.is_country and any(_opens_name(words, j) for j in seconds)
            )
    return True


def _opens_name(words: Sequence[Word], at: int) -> bool:
    before = words[at - 1] if at else None
    return before is None or not (before.is_name and before.end + 1 == words[at].start)


def _any_holds(quotes: Sequence[str], phrase: str) -> bool:
    return any(holds_phrase(phrase, quote) for quote in quotes)


def _shown(item: Item) -> str:
    return item.key if isinstance(item, Word) else item.text.strip()

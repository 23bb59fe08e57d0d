"""Judge one sentence against the quotes that are to carry it.

The quotes are taken sentence by sentence, for what two of them say in part, neither says. A
sentence is supported when all of this holds, and unsupported otherwise:

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
   missing and no two in a row: an invented claim brings two words of its own at least;
7. all of it holds, too, when what the quotes tell as somebody's words is blanked. Where it does
   not, the sentence is `attributed`, to him, unless it names him itself and puts nothing stronger
   for his "said"; where it names another one, it is unsupported.

What this cannot see: the same words with other roles ("A sued B" for "B sued A"), an adjective
too many in a long clause. Nothing here is a threshold to be lowered; a rule that is too strict
costs a sentence, one that is too lax costs trust.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rag.answering.attribution_parts import Attribution
from rag.answering.claims import Claim, Item, Word, kind_of, read_claim
from rag.answering.facts import Number, PartialDate
from rag.answering.polarity import clause_spans, senses_of, turned_words
from rag.answering.quotes import holds_phrase, sentences_of
from rag.answering.speakers import Excerpt, framed, in_plain_words, is_of_article, without_content
from rag.records import Span, Verdict
from rag.text.sentences import is_headline

WORDS_A_MISSING_ONE_NEEDS = 5
"""One content word in five of a clause may be a synonym that nobody listed."""
SHORTEST_STRETCH = 3
"""Items of a sentence that one of several sources must carry in a row; two meet by chance."""
MOST_STRETCHES = 3
"""Sources that one sentence may join."""
NAME_DISTANCE = 3
"""Words on that the second of two neighbouring names may be: "President Donald J. Trump"."""
LEADING_ITEMS = 6
"""Items at the start of a sentence that may be the name and office which a pronoun stands for."""
ANTECEDENTS = 2
"""Sentences back in which the name is that "he" stands for."""


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
    words = _carry(sentence, [excerpt.text for excerpt in excerpts])
    if words.missing and any(said for _, said in matched):
        plain = in_plain_words(sentence, [one for one, said in matched if said])
        words = _carry(plain, [excerpt.text for excerpt in excerpts])
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


@dataclass(frozen=True, slots=True)
class _Carried:
    """What of a sentence its quotes lack: what tells against it, and all that is not there."""

    missing: tuple[str, ...]
    lacking: frozenset[str] = frozenset()


_Told = tuple[int, Attribution]
"""An attribution and the number of the quote that has it."""


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
    before = _carry(sentence, [excerpt.text for excerpt in excerpts])
    after = _carry(sentence, _hiding(excerpts, hidden))
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
    forms = [f for f in (own, in_plain_words(own, claimed)) if not _carry(f, shown).missing]
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
    if not hedges or _carry(sentence, texts).missing:
        return None
    return _attributed(hedges[0])


def _attributed(told: _Told) -> Judgement:
    number, one = told
    if one.manner in {"deny", "ask"}:
        return _unsupported("what was not asserted")
    return Judgement("attributed", said_in=number, speaker=one.speaker)


def _relates_two(claim: Claim) -> bool:
    return len(claim.items) > 1 and any(word.is_telling for word in claim.words)


def _carry(sentence: str, quotes: Sequence[str]) -> _Carried:
    claim = read_claim(sentence)
    sources = [source for quote in quotes for source in _sources(quote)]
    if not sources:
        return _Carried(("any quote",))
    if not _relates_two(claim):
        return _Carried(("a claim",))
    bearers = _bearers(claim, sources)
    if bearers is None or claim.unread_digits:
        return _Carried((*claim.unread_digits, *_lacking(claim, sources)))
    used = [source for source in sources if source in bearers]
    missing = (
        *_used_twice(claim, bearers),
        *(phrase for phrase in claim.phrases if not _any_holds(quotes, phrase)),
        *(f"{a.key} {b.key}" for a, b in claim.name_pairs if not _side_by_side(a, b, used)),
        *_missing_words(claim, bearers),
        *sorted(turned_words(sentence, [source.claim.text for source in used])),
    )
    pairs = zip(claim.items, bearers, strict=True)
    return _Carried(missing, frozenset(_shown(i) for i, s in pairs if not s.carries(i, claim)))


@dataclass(frozen=True, slots=True)
class _Source:
    """One sentence of a quote, and the words before it that say whom its "he" means."""

    claim: Claim
    antecedents: frozenset[str]

    def carries(self, item: Item, claim: Claim) -> bool:
        """Return whether this sentence has that number, date, name or word of a claim."""
        if isinstance(item, Number):
            return self._has_number(item, claim)
        if isinstance(item, PartialDate):
            return self._has_date(item)
        if self._stands_for_pronoun(item, claim):
            return True
        return self._has_name(item) if item.is_name else self._has_word(item)

    def _stands_for_pronoun(self, item: Item, claim: Claim) -> bool:
        """Return whether the claim says up to here only whom "he" means."""
        leading = claim.items[: claim.items.index(item) + 1]
        return len(leading) <= LEADING_ITEMS and all(
            isinstance(one, Word) and self.antecedents.issuperset((one.key, *one.pieces))
            for one in leading
        )

    def of_kind(self, item: Number | PartialDate) -> tuple[Number | PartialDate, ...]:
        """Return what may carry such an item, dates before numbers for a date."""
        if isinstance(item, Number):
            return self.claim.numbers
        return (*self.claim.dates, *self.claim.numbers)

    def _has_number(self, number: Number, claim: Claim) -> bool:
        bearers = [mine for mine in self.claim.numbers if mine.carries(number)]
        counted, mine = claim.counted(number), self.claim.counted
        if not bearers or not counted or counted in {mine(n) for n in bearers}:
            return bool(bearers)
        # 16 companies in 140 days are not 140 companies in 16 days.
        return all(mine(n) != counted for n in self.claim.numbers)

    def _has_date(self, day: PartialDate) -> bool:
        return any(_carries(own, day) for own in self.of_kind(day))

    def _has_name(self, word: Word) -> bool:
        names = self.claim.names
        return word.key in names or (bool(word.pieces) and names.issuperset(word.pieces))

    def _has_word(self, word: Word) -> bool:
        keys = self.claim.keys
        return (
            word.key in keys
            or word.key in self.claim.names
            or bool(senses_of(word.key) & self.claim.senses)
            or (bool(word.pieces) and keys.issuperset(word.pieces))
        )


@lru_cache(maxsize=512)
def _sources(quote: str) -> tuple[_Source, ...]:
    claims = [read_claim(quote[span.start : span.end]) for span in sentences_of(quote)]
    return tuple(
        _Source(claim, _antecedents(claims[:i]) if claim.leans_back else frozenset())
        for i, claim in enumerate(claims)
    )


def _antecedents(before: Sequence[Claim]) -> frozenset[str]:
    told = [claim.keys for claim in before[-ANTECEDENTS:] if not is_headline(claim.text)]
    return frozenset().union(*told)


def _bearers(claim: Claim, sources: Sequence[_Source]) -> list[_Source] | None:
    """Return for each item of the claim the source that carries its stretch; None if none do.

    Greedy, which gives the fewest stretches: each goes on as far as one source carries it.
    """
    items = claim.items
    bearers: list[_Source] = []
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


def _stretch(claim: Claim, source: _Source, start: int) -> int:
    """Return how many items from `start` on a source carries, plain words aside."""
    count = 0
    for item in claim.items[start:]:
        if kind_of(item) != "word" and not source.carries(item, claim):
            break
        count += 1
    return count


def _lacking(claim: Claim, sources: Sequence[_Source]) -> list[str]:
    """Return what the source that carries most of the claim does not carry."""
    lacks = [
        [item for item in claim.items if not source.carries(item, claim)] for source in sources
    ]
    return [_shown(item) for item in min(lacks, key=len)] or ["one source for all of it"]


def _used_twice(claim: Claim, bearers: Sequence[_Source]) -> list[str]:
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
        if bearer := next((own for own in free if _carries(own, item)), None):
            taken.append(bearer)
        else:
            left.append(item.text.strip())
    return left


def _carries(own: Number | PartialDate, item: Number | PartialDate) -> bool:
    if isinstance(own, Number) and isinstance(item, Number):
        return own.carries(item)
    if isinstance(own, PartialDate) and isinstance(item, PartialDate):
        return own.carries(item)
    if isinstance(own, Number) and isinstance(item, PartialDate):
        is_bare_year = item.year is not None and item.month is None
        return is_bare_year and (Decimal(item.year or 0), "") in own.readings
    return False


def _missing_words(claim: Claim, bearers: Sequence[_Source]) -> list[str]:
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


def _side_by_side(first: Word, second: Word, sources: Sequence[_Source]) -> bool:
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


def _unsupported(*missing: str) -> Judgement:
    return Judgement("unsupported", missing)

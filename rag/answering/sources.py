"""One sentence of a quote as a source: which items of a claim it carries.

A source carries a number with its unit, currency, scale and bound and with what it counts, a date
that is no less exact, a name, and a word by itself or by one of the same sense. A name may come
from the sentences before where the source says "he" or "it". What all items together make of a
sentence is for `carrying` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rag.answering.claims import Claim, Item, Word, read_claim
from rag.answering.polarity import senses_of
from rag.answering.quotes import sentences_of
from rag.text.quantities import Number, PartialDate
from rag.text.sentences import is_headline

LEADING_ITEMS = 6
"""Items at the start of a sentence that may be the name and office which a pronoun stands for."""
ANTECEDENTS = 2
"""Sentences back in which the name is that "he" stands for."""


@dataclass(frozen=True, slots=True)
class Source:
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
        return any(carries_value(own, day) for own in self.of_kind(day))

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
def sources_of(quote: str) -> tuple[Source, ...]:
    """Return the sentences of a quote, in order, each as a source of its own."""
    claims = [read_claim(quote[span.start : span.end]) for span in sentences_of(quote)]
    return tuple(
        Source(claim, _antecedents(claims[:i]) if claim.leans_back else frozenset())
        for i, claim in enumerate(claims)
    )


def carries_value(own: Number | PartialDate, item: Number | PartialDate) -> bool:
    """Return whether a number or date of a source has all that one of a claim says."""
    if isinstance(own, Number) and isinstance(item, Number):
        return own.carries(item)
    if isinstance(own, PartialDate) and isinstance(item, PartialDate):
        return own.carries(item)
    if isinstance(own, Number) and isinstance(item, PartialDate):
        is_bare_year = item.year is not None and item.month is None
        return is_bare_year and (Decimal(item.year or 0), "") in own.readings
    return False


def _antecedents(before: Sequence[Claim]) -> frozenset[str]:
    told = [claim.keys for claim in before[-ANTECEDENTS:] if not is_headline(claim.text)]
    return frozenset().union(*told)

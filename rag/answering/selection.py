"""Choose the sentences of an answer from a ranking: as few as carry it, none twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.answering.joining import join
from rag.answering.notes import LeftOut
from rag.answering.ranking import RankedSentence
from rag.explanation import WhyNot
from rag.text.quantities import Number, PartialDate, read_dates, read_numbers
from rag.text.tokens import content_tokens

MOST_SENTENCES = 3
"""Sentences of one answer to one question."""

ENOUGH = 0.9
"""Chance that the chosen sentences answer from which no further one is shown.

With `WORTH_ADDING` the most generous pair at which, on xquad, clapnq and squad2 together, 0.16 of
the sentences that are added to the first bring an answer that it has not (one in six), in the
table that tests/benchmarks/fit_selection.py prints. To be read again after each new ranking.
"""

WORTH_ADDING = 0.1
"""Chance of answering below which a further sentence costs more reading than it helps."""

SIDE_WORTH_ADDING = 0.05
"""The same where articles are compared: the reader asked for the other account, too."""

SAME_COSINE = 0.9
"""Likeness of two sentences from which the second says nothing new."""

SAME_TERMS = 0.75
"""Share of the shorter sentence's content terms in the other from which it says nothing new."""

CLOSE_SCORE = 0.7
"""Ranking score within which two articles answer equally well, and the newer is taken."""

SAME_SUBJECT_COSINE = 0.6
"""Likeness from which the newer of two sentences may stand for the older."""


def select(
    ranked: Sequence[RankedSentence],
    *,
    most: int = MOST_SENTENCES,
    left_out: LeftOut | None = None,
) -> list[RankedSentence]:
    """Return the sentences to show, best first; the ranking must not be empty.

    One that is surely the answer comes alone, rivals come together. A sentence that leans on a
    chosen one is joined to it, and what says the same again only adds to the certainty.
    `left_out` takes the others, each with the reason, for who explains the answer.
    """
    left_out = [] if left_out is None else left_out
    best, *others = prefer_newer(ranked)
    chosen = [best]
    chance = best.probability
    for i, each in enumerate(others):
        joined = _join_first(chosen, each)
        is_repetition = joined is None and any(is_repeated(each, other) for other in chosen)
        is_full = joined is None and not is_repetition and len(chosen) == most
        if chance >= ENOUGH or each.probability < WORTH_ADDING or is_full:
            why: WhyNot = "too unlikely" if each.probability < WORTH_ADDING else "enough is shown"
            left_out += [(rest, why) for rest in others[i:]]
            break
        if joined is not None:
            chosen = joined
            left_out.append((each, "shown with a chosen sentence"))
        elif is_repetition:
            left_out.append((each, "repeats a chosen sentence"))
        else:
            chosen.append(each)
        chance += each.probability
    return chosen


def select_sides(
    ranked: Sequence[RankedSentence], *, most: int = MOST_SENTENCES
) -> list[RankedSentence]:
    """Return the best sentence of each of several articles: what each of them tells."""
    sides: dict[str, RankedSentence] = {}
    for each in ranked:
        if not sides or each.probability >= SIDE_WORTH_ADDING:
            sides.setdefault(each.candidate.article.id, each)
    return list(sides.values())[:most]


def is_repeated(one: RankedSentence, other: RankedSentence) -> bool:
    """Tell whether `one` says nothing beside `other`: shown with it, or nearly its words.

    Two sentences of one wording that give different figures or dates both count.
    """
    if _contains(other, one):
        return True
    if _gives_other_values(one.candidate.text, other.candidate.shown):
        return False
    if float(one.vector @ other.vector) >= SAME_COSINE:
        return True
    own = set(content_tokens(one.candidate.text))
    known = set(content_tokens(other.candidate.shown))
    return len(own & known) >= SAME_TERMS * min(len(own), len(known))


def _join_first(
    chosen: Sequence[RankedSentence], each: RankedSentence
) -> list[RankedSentence] | None:
    """Return the chosen with `each` joined to one of them; None where it joins none."""
    for place, other in enumerate(chosen):
        joined = join(other.candidate, each.candidate)
        if joined is not None:
            return [*chosen[:place], replace(other, candidate=joined), *chosen[place + 1 :]]
    return None


def _gives_other_values(text: str, other: str) -> bool:
    """Tell whether each of two texts has a figure, or else a date, that is not in the other."""
    numbers, known = read_numbers(text), read_numbers(other)
    if numbers and known:
        return _has_own(numbers, known) and _has_own(known, numbers)
    days, known_days = read_dates(text), read_dates(other)
    return not all(any(_agree(day, known) for known in known_days) for day in days) and not all(
        any(_agree(day, known) for day in days) for known in known_days
    )


def _has_own(numbers: Sequence[Number], known: Sequence[Number]) -> bool:
    readings = frozenset[object]().union(*(each.readings for each in known))
    return any(not each.readings & readings for each in numbers)


def _agree(one: PartialDate, other: PartialDate) -> bool:
    return one.carries(other) or other.carries(one)


def _contains(one: RankedSentence, other: RankedSentence) -> bool:
    """Tell whether what is shown for `one` includes the other sentence."""
    return one.candidate.article.id == other.candidate.article.id and any(
        span.start <= other.candidate.span.start < span.end for span in one.candidate.spans
    )


def prefer_newer(ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    """Return the ranking with a newer article's sentence first where it is as good."""
    order = list(ranked)
    first = order[0]
    for i, other in enumerate(order[1:], start=1):
        if first.score - other.score > CLOSE_SCORE:
            break
        if _day(other) > _day(first) > date.min and (
            float(first.vector @ other.vector) >= SAME_SUBJECT_COSINE
        ):
            return [order.pop(i), *order]
    return order


def _day(ranked: RankedSentence) -> date:
    return ranked.candidate.article.published or date.min

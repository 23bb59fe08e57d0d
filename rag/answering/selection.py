"""Choose the sentences of an answer from a ranking: as few as carry it, none twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.answering.asked import holds, kind_of
from rag.answering.evidence import heading_of
from rag.answering.notes import LeftOut
from rag.answering.ranking import RankedSentence
from rag.answering.terms import read_words, term_set, terms_of
from rag.explanation import WhyNot
from rag.text.tokens import content_tokens

MOST_SENTENCES = 3
"""Sentences of one answer to one question."""

ENOUGH = 0.6
"""Probability, summed over the chosen, from which another sentence adds more words than help."""

WORTH_ADDING = 0.12
"""Share of the best sentence's probability below which a further one is about something else."""

IN_DOUBT = 0.45
"""Share of the best sentence's probability from which the two may change places."""

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
    query: str,
    *,
    most: int = MOST_SENTENCES,
    left_out: LeftOut | None = None,
) -> list[RankedSentence]:
    """Return the sentences to show, best first; the ranking must not be empty.

    `left_out` takes the others, each with the reason, for who explains the answer.
    """
    left_out = [] if left_out is None else left_out
    order = prefer_newer(ranked)
    best = max(each.probability for each in ranked)
    chosen = [order[0]]
    mass = order[0].probability
    for i, each in enumerate(order[1:], start=1):
        is_weak = each.probability < WORTH_ADDING * best
        if len(chosen) == most or mass >= ENOUGH or is_weak:
            why: WhyNot = "weak beside the best" if is_weak else "enough is shown"
            left_out += [(rest, why) for rest in order[i:]]
            break
        if any(is_repeated(each, other) for other in chosen):
            left_out.append((each, "repeats a chosen sentence"))
        elif any(_contains(each, other) for other in chosen):
            left_out.append((each, "holds a chosen sentence"))
        elif _adds(each, chosen, query, is_rival=each.probability >= IN_DOUBT * best):
            chosen.append(each)
            mass += each.probability
        else:
            left_out.append((each, "adds nothing that was asked"))
    return chosen


def _adds(
    each: RankedSentence, chosen: Sequence[RankedSentence], query: str, *, is_rival: bool
) -> bool:
    """Tell whether a sentence has what the question asks for and the chosen ones have not."""
    kind = kind_of(query)
    has = holds(kind, each.candidate.told, query)
    if has is False:
        return False
    if has and not any(holds(kind, other.candidate.told, query) for other in chosen):
        return True
    asked = {term for word in read_words(query) for term in word.terms}
    told = frozenset[str]().union(*(_told(other) for other in chosen))
    return is_rival or bool(asked & term_set(each.candidate.told) - told)


def _told(ranked: RankedSentence) -> frozenset[str]:
    candidate = ranked.candidate
    return terms_of((heading_of(candidate.article), candidate.shown))


def is_repeated(one: RankedSentence, other: RankedSentence) -> bool:
    """Tell whether `one` says nothing beside `other`: shown with it, or nearly its words."""
    if _contains(other, one):
        return True
    if float(one.vector @ other.vector) >= SAME_COSINE:
        return True
    own = set(content_tokens(one.candidate.text))
    known = set(content_tokens(other.candidate.shown))
    return len(own & known) >= SAME_TERMS * min(len(own), len(known))


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

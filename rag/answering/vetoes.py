"""What speaks against an answer for certain, whatever the signals say.

No article knows the name that is asked about, or no likely sentence has a date or a figure where
one is asked for. A reranker that is sure is believed nonetheless: words are only words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.answering.abstention import reranker_probability
from rag.answering.asked import NAMED, Kind, kind_of
from rag.answering.holding import MUST_HAVE, holds
from rag.answering.ranking import RankedSentence
from rag.answering.refusals import lacks_a_name

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

LIKELY_ENOUGH = 0.02
"""Probability of the sentences of which one must have the date or the figure asked for."""

SURE_ANYWAY = 0.9
"""The reranker's probability from which no veto holds. Of 17 vetoes on answerable questions of the
four sets this lifts 4, of 113 on unanswerable ones 2."""


def find_vetoes(
    query: str, ranked: Sequence[RankedSentence], snapshot: Snapshot
) -> tuple[str, ...]:
    """Return why the articles cannot answer, whatever the signals say: no name, no such kind."""
    if reranker_probability(ranked[0]) >= SURE_ANYWAY:
        return ()
    vetoes = []
    kind = kind_of(query)
    if kind in MUST_HAVE and lacks_kind(kind, query, ranked):
        vetoes.append(f"no likely sentence has a {NAMED[kind]}")
    if lacks_a_name(query, ranked, snapshot):
        vetoes.append("the article of the best sentence does not know all names")
    return tuple(vetoes)


def lacks_kind(kind: Kind, query: str, ranked: Sequence[RankedSentence]) -> bool:
    """Tell whether no likely sentence has the kind of thing asked for."""
    return kind in NAMED and not any(
        holds(kind, each.candidate.told, query)
        for each in ranked
        if each.probability >= LIKELY_ENOUGH
    )

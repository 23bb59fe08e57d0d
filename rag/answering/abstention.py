"""Whether the articles answer a question: a probability from several signals.

No cosine cut-off can tell: a question about something the articles tell may score lower than one
about something they leave out. The weights are a logistic regression over labelled questions,
own and of other subjects (tests/benchmarks/fit_answering.py). No signal depends on how large an
index is or what it is about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from rag.answering.asked import figures, focus_of, holds, kind_of
from rag.answering.evidence import heading_of
from rag.answering.ranking import RankedSentence
from rag.answering.terms import term_set
from rag.answering.weights import weigh_terms

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

ANSWER_FROM = 0.2
"""Probability from which we answer. On sets that the weights had not seen, 89 to 100 of 100
answerable questions reach it, and 81 to 94 of 100 about another subject stay below; at 0.3 it is
80 to 98 and 89 to 99."""

KNOWN = 20_000
"""Characters of an article, from its start, in which names are looked for: a book takes long."""

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class AnswerSignals:
    """What tells whether the best sentences answer the question.

    `cosine` of the best sentence; `passage_score` of the best passage; the shares of the
    question's terms that the first sentence covers with its context, and that its passage
    covers; `predicate_share` of the first sentence; `heaviest_missing`, the weight of the rarest
    term that the passage lacks; `names_missing`, how far the first sentence's context leaves
    the names out, and `names_unknown`, how far its article does; `numbers_missing`, the share of
    the question's numbers that the passage lacks; `focus_missing`, whether the passage lacks
    the noun that is asked for ("which university"); `kind_missing`, whether the first sentence
    lacks the kind of thing; `length`, logarithm of the number of terms.
    """

    cosine: float
    passage_score: float
    context_share: float
    passage_share: float
    predicate_share: float
    heaviest_missing: float
    names_missing: float
    names_unknown: float
    numbers_missing: float
    focus_missing: float
    kind_missing: float
    length: float


SIGNAL_WEIGHTS = AnswerSignals(
    cosine=5.0,
    passage_score=2.2,
    context_share=1.0,
    passage_share=0.6,
    predicate_share=0.5,
    heaviest_missing=-0.5,
    names_missing=-0.7,
    names_unknown=-1.5,
    numbers_missing=-0.2,
    focus_missing=-0.8,
    kind_missing=-0.3,
    length=0.1,
)
BIAS = -6.16
"""Fitted on 2,000 questions of four sets, own and foreign. With weights fitted on the other three,
the area under the curve against foreign questions was .92 to .99 in each; against those made to
look answerable .88 (clapnq), .79 (mtrag) and .66 (squad2). `names_missing` then looked for the
whole name; it looks for its rarest term since, so its weight is due to be fitted again."""


def answer_probability(signals: AnswerSignals) -> float:
    """Return the probability, 0 to 1, that the articles answer the question."""
    logit = BIAS + sum(
        weight * value
        for weight, value in zip(astuple(SIGNAL_WEIGHTS), astuple(signals), strict=True)
    )
    return 1.0 / (1.0 + math.exp(-logit))


def read_signals(query: str, ranked: Sequence[RankedSentence], snapshot: Snapshot) -> AnswerSignals:
    """Return the signals of a ranking that is not empty."""
    first = ranked[0]
    weights = weigh_terms(query, snapshot)
    candidate = first.candidate
    heading = heading_of(candidate.article)
    evidence = f"{heading}\n{candidate.context_text}\n{candidate.hit.passage.text}"
    found = term_set(evidence)
    missing = [weight for term, weight in weights.weights.items() if term not in found]
    focus = focus_of(query)
    return AnswerSignals(
        cosine=max(each.signals.cosine for each in ranked),
        passage_score=max(each.signals.passage_score for each in ranked),
        context_share=first.signals.context_share,
        passage_share=first.signals.passage_share,
        predicate_share=first.signals.predicate_share,
        heaviest_missing=max(missing, default=0.0),
        names_missing=1.0 - first.signals.names_share,
        names_unknown=1.0 - weights.names_share(f"{evidence}\n{candidate.article.text[:KNOWN]}"),
        numbers_missing=_share_missing(_numbers(query), set(_numbers(evidence))),
        focus_missing=float(bool(focus) and not term_set(focus) & found),
        kind_missing=float(holds(kind_of(query), candidate.shown, query) is False),
        length=math.log1p(len(weights.weights)),
    )


def _numbers(text: str) -> list[str]:
    return sorted({*figures(text), *_YEAR.findall(text)})


def _share_missing(wanted: Sequence[str], found: set[str]) -> float:
    if not wanted:
        return 0.0
    return sum(each not in found for each in wanted) / len(wanted)

"""Whether the articles answer a question: a probability from several signals.

No cosine cut-off can tell: a question about something the articles tell may score lower than one
about something they leave out. The weights are a logistic regression over labelled questions,
own and of other subjects (tests/benchmarks/fit_answering.py). No signal depends on how large an
index is or what it is about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import TYPE_CHECKING

from rag.answering.asked import kind_of
from rag.answering.candidate import heading_of
from rag.answering.figures import figures
from rag.answering.focus import focus_of
from rag.answering.holding import MUST_HAVE
from rag.answering.ranking import RankedSentence
from rag.answering.terms import term_set, terms_of
from rag.answering.weights import weigh_terms
from rag.records import Caution

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

ANSWER_FROM: dict[Caution, float] = {"low": 0.2, "normal": 0.3, "high": 0.5}
"""Probability from which a question is answered, by the setting `caution`.

normal: of the answerable questions of the four public sets whose evidence was retrieved, .91 to
1.00 are answered in the README's benchmark (.88 of the demo set's); held out of the fit and of all
answerable ones, .84 to .98, vetoes aside. low: nearly all of them are, and a wrong answer comes
more often. high: more questions are refused."""

CALL_FROM = 0.05
"""Probability below which a refusal spends no call to an answer model, whatever the caution.

Of 371 answerable questions of the four public sets none is below it, and more than a third of the
questions that were put to another set."""

KNOWN = 20_000
"""Characters of an article, from its start, in which names are looked for: a book takes long."""

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class AnswerSignals:
    """What tells whether the best sentences answer the question.

    `reranker`, its probability that the first sentence answers; `cosine` of the best sentence;
    `passage_score` of the best passage; the shares of the question's terms that the first
    sentence covers with its context, and that its passage covers; `predicate_share` of the
    first sentence; `heaviest_missing`, the weight of the rarest term that the passage lacks;
    `names_missing`, how far the first sentence's context leaves the names out, and
    `names_unknown`, how far its article does; `numbers_missing`, the share of the question's
    numbers that the passage lacks; `focus_missing`, whether the passage lacks the noun that is
    asked for ("which university"); `kind_missing`, where a date or a figure is asked for, the
    probability of the sentences that have none; `length`, logarithm of the number of terms.
    """

    reranker: float
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


@dataclass(frozen=True, slots=True)
class AnswerWeights:
    """What each signal counts, and what the log odds start from."""

    signals: AnswerSignals
    bias: float


_WITHOUT_RERANKER = AnswerSignals(
    reranker=0.0,
    cosine=5.57,
    passage_score=1.85,
    context_share=1.98,
    passage_share=1.12,
    predicate_share=0.33,
    heaviest_missing=0.0,
    names_missing=0.0,
    names_unknown=-0.47,
    numbers_missing=0.0,
    focus_missing=-0.21,
    kind_missing=-1.68,
    length=0.65,
)
WITHOUT_RERANKER = AnswerWeights(_WITHOUT_RERANKER, bias=-7.66)
"""Fitted by tests/benchmarks/fit_answering.py on 24 November 2026: 160 own questions of each of
squad2, xquad, clapnq and mtrag (those that were retrieved at all), and 40 of each other set,
about other subjects. Each set measured with weights fitted on the other three:

             AUROC         share answered, own refused, foreign refused from
    set      own  foreign  0.3             0.35            0.4
    squad2   .69  .99      .99  .16  .94   .98  .16  .94   .95  .18  .95
    xquad    -    .99      .90  -    .99   .88  -   1.00   .87  -   1.00
    clapnq   .87  .97      .98  .35  .83   .96  .41  .86   .95  .47  .88
    mtrag    .84  .94      .87  .50  .88   .85  .62  .90   .84  .66  .93

"own" are unanswerable questions made for the set itself; those of squad2 are made to deceive.
A weight of 0 had the wrong sign beside the others."""


_WITH_RERANKER = AnswerSignals(
    reranker=1.51,
    cosine=4.59,
    passage_score=1.8,
    context_share=1.28,
    passage_share=1.14,
    predicate_share=0.0,
    heaviest_missing=-0.14,
    names_missing=0.0,
    names_unknown=-0.25,
    numbers_missing=-0.04,
    focus_missing=-0.12,
    kind_missing=-1.29,
    length=0.67,
)
WITH_RERANKER = AnswerWeights(_WITH_RERANKER, bias=-7.43)
"""Fitted likewise on 24 November 2026 with the reranker, 250 own questions of each set and 62 of
each other one; vetoes aside. Each set measured with weights fitted on the other three:

             AUROC         share answered, own refused, foreign refused from
    set      own  foreign  0.2              0.3              0.5
    squad2   .71  .99     1.00  .06  .86   .98  .12  .92   .91  .27  .97
    xquad    -    .99      .95  -    .96   .92  -    .98   .84  -   1.00
    clapnq   .89  .97     1.00  .22  .78   .98  .34  .87   .91  .63  .92
    mtrag    .84  .93      .89  .53  .83   .84  .68  .90   .71  .83  .95
"""


def answer_weights(*, has_reranker: bool, without: Collection[str] = ()) -> AnswerWeights:
    """Return the weights fitted with or without a reranker; 0 for signals left out by name."""
    weights = WITH_RERANKER if has_reranker else WITHOUT_RERANKER
    left_out = [field.name for field in fields(weights.signals) if field.name in without]
    return replace(weights, signals=replace(weights.signals, **dict.fromkeys(left_out, 0.0)))


def answer_probability(signals: AnswerSignals, weights: AnswerWeights = WITH_RERANKER) -> float:
    """Return the probability, 0 to 1, that the articles answer the question."""
    logit = weights.bias + sum(
        weight * value
        for weight, value in zip(astuple(weights.signals), astuple(signals), strict=True)
    )
    return 1.0 / (1.0 + math.exp(-logit))


def reranker_probability(ranked: RankedSentence) -> float:
    """Return the reranker's probability that a sentence answers; 0.5 where it was not read."""
    return 1.0 / (1.0 + math.exp(-ranked.signals.reranker))


def read_signals(query: str, ranked: Sequence[RankedSentence], snapshot: Snapshot) -> AnswerSignals:
    """Return the signals of a ranking that is not empty."""
    first = ranked[0]
    weights = weigh_terms(query, snapshot)
    candidate = first.candidate
    heading = heading_of(candidate.article)
    evidence = (heading, *candidate.context_texts, candidate.hit.passage.text)
    found = terms_of(evidence)
    missing = [weight for term, weight in weights.weights.items() if term not in found]
    focus = focus_of(query)
    return AnswerSignals(
        reranker=reranker_probability(first),
        cosine=max(each.signals.cosine for each in ranked),
        passage_score=max(each.signals.passage_score for each in ranked),
        context_share=first.signals.context_share,
        passage_share=first.signals.passage_share,
        predicate_share=first.signals.predicate_share,
        heaviest_missing=max(missing, default=0.0),
        names_missing=1.0 - first.signals.names_share,
        names_unknown=1.0 - weights.names_share((*evidence, candidate.article.text[:KNOWN])),
        numbers_missing=_share_missing(_numbers(query), set(_numbers("\n".join(evidence)))),
        focus_missing=float(bool(focus) and not term_set(focus) & found),
        kind_missing=_kind_missing(query, ranked),
        length=math.log1p(len(weights.weights)),
    )


def _kind_missing(query: str, ranked: Sequence[RankedSentence]) -> float:
    if kind_of(query) not in MUST_HAVE:
        return 0.0
    return sum(each.probability for each in ranked if each.signals.holds < 0)


def _numbers(text: str) -> list[str]:
    return sorted({*figures(text), *_YEAR.findall(text)})


def _share_missing(wanted: Sequence[str], found: set[str]) -> float:
    if not wanted:
        return 0.0
    return sum(each not in found for each in wanted) / len(wanted)

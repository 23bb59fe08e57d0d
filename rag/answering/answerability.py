"""How sure it is that the first excerpt answers: a calibrated probability from few signals.

A logistic regression over labelled questions, own ones and those of other corpora, made by
tests/benchmarks/fit_answering.py with "the first excerpt holds an accepted answer" as its label, so
that at the top of the scale answers are right. No signal depends on how large an index is or what
it is about.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.answering.candidates import ReadHit, heading_of, terms_in
from rag.answering.excerpts import Excerpt
from rag.answering.question.analysis import QuestionAnalysis
from rag.records import Answer, Caution

SURE_FROM: dict[Caution, float] = {"low": 0.3, "normal": 0.5, "high": 0.7}
"""Probability from which a question is answered, by the setting `caution`."""

UNSURE_FROM: dict[Caution, float] = {"low": 0.04, "normal": 0.07, "high": 0.2}
"""Probability from which what is closest is shown as such; below, nothing is."""

CALL_FROM = 0.04
"""Probability below which a refusal spends no call to an answer model, whatever the caution."""


@dataclass(frozen=True, slots=True)
class AnswerSignals:
    """What speaks for the first excerpt, or the weights of it.

    `lead`: the probability of the first excerpt among all; `alone`: the log odds that it answers,
    read alone, 0 without a reader; `retrieval`: the best fused score; `context`: the share of the
    question's terms in its passage and heading.
    """

    lead: float
    alone: float
    retrieval: float
    context: float


@dataclass(frozen=True, slots=True)
class AnswerWeights:
    """What each signal counts, and what the log odds start from."""

    signals: AnswerSignals
    bias: float


WITH_READER = AnswerWeights(
    AnswerSignals(lead=2.19, alone=0.32, retrieval=2.86, context=1.25), bias=-5.06
)
WITHOUT_READER = AnswerWeights(
    AnswerSignals(lead=1.74, alone=0.0, retrieval=4.32, context=2.43), bias=-6.89
)


def answer_weights(*, has_reader: bool, without: Collection[str] = ()) -> AnswerWeights:
    """Return the weights fitted with or without a reader; 0 for signals left out by name."""
    weights = WITH_READER if has_reader else WITHOUT_READER
    left_out = [field.name for field in dataclasses.fields(AnswerSignals) if field.name in without]
    signals = dataclasses.replace(weights.signals, **dict.fromkeys(left_out, 0.0))
    return dataclasses.replace(weights, signals=signals)


def answer_probability(signals: AnswerSignals, weights: AnswerWeights) -> float:
    """Return the probability, 0 to 1, that the first excerpt answers."""
    values = zip(dataclasses.astuple(weights.signals), dataclasses.astuple(signals), strict=True)
    logit = weights.bias + sum(weight * value for weight, value in values)
    return 1.0 / (1.0 + math.exp(-logit))


def read_signals(
    question: QuestionAnalysis, hits: Sequence[ReadHit], lead: Excerpt
) -> AnswerSignals:
    """Return the signals of the first excerpt."""
    near = terms_in(f"{heading_of(lead.article)} {lead.hit.passage.text}")
    return AnswerSignals(
        lead=lead.probability,
        alone=lead.alone,
        retrieval=max(hit.hit.score for hit in hits),
        context=question.coverage(near),
    )


def is_close(confidence: float, caution: Caution) -> bool:
    """Return whether what stands closest is shown with this probability."""
    return confidence >= UNSURE_FROM[caution]


def is_worth_a_call(answer: Answer) -> bool:
    """Return whether an answer model may find more than the extractive answerer did.

    It is called where that one answered or was unsure, and where it refused in doubt; not where
    nothing was found, and not where the passages are clearly about something else. An answerer
    that gives no probability leaves it to the model.
    """
    if answer.kind in {"about", "new", "timeline"}:  # stated by the index, or in its order
        return False
    if answer.outcome != "not_in_articles":
        return True
    return bool(answer.near_misses) and (
        answer.confidence is None or answer.confidence >= CALL_FROM
    )

"""From the rows of a run to its Summary and its times, in one pass and in any order.

Of each question one float a measure is kept, and nothing else.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import get_args

import numpy as np

from rag.evaluation.measuring.measures import MAIN_MEASURES, MEASURES
from rag.evaluation.measuring.outcome_measures import (
    Outcomes,
    calibration,
    estimate_outcomes,
    risk_coverage,
)
from rag.evaluation.measuring.statistics import RESAMPLES, bootstrap_mean
from rag.evaluation.records import (
    Estimate,
    EvaluatedQuestion,
    Point,
    RunTimes,
    StageTimes,
    Summary,
)
from rag.records import Outcome, Verdict

LEAST_OF_A_TAG = 5
"""Questions that a tag needs to be summarised: a mean of fewer says nothing."""

FAILED = "error"
"""What a question that could not be asked counts as among the outcomes."""

STAGES = ("query", "retrieval", "answering")
TOTAL = "total"
MOST_BARS = 20
BAR_WIDTHS_MS = tuple(step * 10.0**power for power in range(8) for step in (1, 2, 5))
"""Widths of the bars of a histogram, up to hours: edges that a person can read."""


class _Tally:
    """The values of some measures over some questions."""

    def __init__(self, names: Collection[str] | None = None) -> None:
        self.questions = 0
        self.outcomes = Outcomes()
        self._names = names
        self._values: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))

    def add(self, row: EvaluatedQuestion) -> None:
        self.questions += 1
        self.outcomes.add(row)
        for name, value in row.measures.items():
            if self._names is None or name in self._names:
                self._values[name].append(value)

    def estimates(self, *, resamples: int, seed: int) -> dict[str, Estimate]:
        """Return what could be measured, in the order of the registry."""
        of_set = [
            name
            for name, measure in MEASURES.items()
            if measure.is_of_set and (self._names is None or name in self._names)
        ]
        found = _means(self._values, resamples=resamples, seed=seed) | estimate_outcomes(
            self.outcomes, of_set, resamples=resamples, seed=seed
        )
        known = [name for name in MEASURES if name in found]
        return {name: found[name] for name in [*known, *sorted(found.keys() - MEASURES.keys())]}


def summarise(
    rows: Iterable[EvaluatedQuestion], *, resamples: int = RESAMPLES, seed: int = 0
) -> Summary:
    """Return the numbers of a run; the order of its rows does not matter.

    A measure that no question has, or that cannot be computed for the set, is left out.
    """
    all_rows, failed, outcomes = _Tally(), 0, Counter[str]()
    answerers, verdicts = Counter[str](), Counter[str]()
    by_tag: defaultdict[str, _Tally] = defaultdict(lambda: _Tally(MAIN_MEASURES))
    judged: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
    for row in rows:
        for tally in (all_rows, *(by_tag[tag] for tag in dict.fromkeys(row.tags))):
            tally.add(row)
        for name, value in row.judged.items():
            judged[name].append(value)
        failed += bool(row.error_code)
        outcomes[FAILED if row.error_code else row.outcome or ""] += 1
        answerers.update([row.answerer] if row.answerer else [])
        verdicts.update(sentence.verdict for sentence in row.sentences)
    return Summary(
        questions=all_rows.questions,
        failed=failed,
        measures=all_rows.estimates(resamples=resamples, seed=seed),
        judged=_means(judged, resamples=resamples, seed=seed),
        by_tag={
            tag: tally.estimates(resamples=resamples, seed=seed)
            for tag, tally in sorted(by_tag.items())
            if tally.questions >= LEAST_OF_A_TAG
        },
        outcomes={each: outcomes[each] for each in (*get_args(Outcome), FAILED) if outcomes[each]},
        verdicts={each: verdicts[each] for each in get_args(Verdict) if verdicts[each]},
        answerers=dict(sorted(answerers.items())),
        risk_coverage=risk_coverage(all_rows.outcomes),
        calibration=calibration(all_rows.outcomes),
    )


def summarise_times(rows: Iterable[EvaluatedQuestion], *, seconds: float) -> RunTimes:
    """Return how long each stage took over the questions that could be asked.

    `seconds` is how long the run took as a whole.
    """
    stages: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
    for row in rows:
        if not row.error_code:
            for stage, took in row.timings_ms.items():
                stages[stage].append(took)
    others = sorted(stages.keys() - {*STAGES, TOTAL})
    return RunTimes(
        stages={
            stage: _stage_times(stages[stage])
            for stage in (*STAGES, *others, TOTAL)
            if stage in stages
        },
        histogram_ms=_histogram(stages[TOTAL]) if TOTAL in stages else (),
        seconds=seconds,
    )


def _means(values: Mapping[str, array[float]], *, resamples: int, seed: int) -> dict[str, Estimate]:
    return {
        name: bootstrap_mean(values[name], resamples=resamples, seed=seed)
        for name in sorted(values)
    }


def _stage_times(took_ms: array[float]) -> StageTimes:
    p50, p95 = np.percentile(took_ms, [50, 95])
    return StageTimes(round(float(p50), 1), round(float(p95), 1), len(took_ms))


def _histogram(took_ms: array[float]) -> tuple[Point, ...]:
    """Return bars of one width, from that of the shortest time to that of the longest."""
    low, high = min(took_ms), max(took_ms)
    width = next(
        each
        for each in BAR_WIDTHS_MS
        if math.floor(high / each) - math.floor(low / each) < MOST_BARS
    )
    bars = Counter(math.floor(each / width) for each in took_ms)
    return tuple(
        Point(round(bar * width, 1), round((bar + 1) * width, 1), bars[bar])
        for bar in range(min(bars), max(bars) + 1)
    )

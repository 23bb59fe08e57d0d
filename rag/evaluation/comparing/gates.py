"""Gates: what a run has to reach, so that a build can fail where it does not.

`--fail-under NAME=VALUE` and `--fail-over NAME=VALUE` hold the mean of a measure against a value;
`--no-worse NAME` holds it against a baseline, over the questions that both runs share. Whatever
the options say, a quote that is not the bytes of its article fails a run.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rag.errors import ConfigError
from rag.evaluation.comparing.compared_measures import EQUAL_WITHIN
from rag.evaluation.measuring.measures import MEASURES
from rag.evaluation.records import Estimate, Summary

if TYPE_CHECKING:
    from rag.evaluation.comparing.comparison import Comparison

EXACTNESS = "quote_exactness"
FAILED = "failed"
FEWEST_DECIMALS, MOST_DECIMALS = 3, 9

_OPTIONS = {"under": "--fail-under", "over": "--fail-over", "worse": "--no-worse"}


@dataclass(frozen=True, slots=True)
class Gate:
    """A run fails where `measure` is under, or over, `limit`, or worse than in the baseline."""

    kind: Literal["under", "over", "worse"]
    measure: str
    limit: float = 0.0


@dataclass(frozen=True, slots=True)
class GateFailure:
    """A gate that a run did not pass, and why in a sentence."""

    measure: str
    reason: str


def parse_gates(
    *,
    fail_under: Sequence[str] = (),
    fail_over: Sequence[str] = (),
    no_worse: Sequence[str] = (),
    has_baseline: bool = False,
) -> tuple[Gate, ...]:
    """Return the gates that options name, in the order given.

    Raises ConfigError E-CFG-001 for a measure that there is not, a value that is none, an option
    that is the wrong way round for its measure, and `no_worse` without a baseline.

    >>> parse_gates(fail_under=["RR@10=0.6"])
    (Gate(kind='under', measure='RR@10', limit=0.6),)
    """
    if no_worse and not has_baseline:
        raise ConfigError(
            "E-CFG-001", f'"--no-worse {no_worse[0]}" needs a run to compare with: --baseline RUN.'
        )
    return (
        *(_limit("under", text) for text in fail_under),
        *(_limit("over", text) for text in fail_over),
        *(
            Gate("worse", known_measure(name.strip(), option=_OPTIONS["worse"]))
            for name in no_worse
        ),
    )


def check_gates(
    summary: Summary, gates: Sequence[Gate], *, baseline_comparison: Comparison | None = None
) -> list[GateFailure]:
    """Return the gates that a run fails; quote exactness first, which is always one.

    Questions that could not be asked are in no measure, so no gate passes where there are any.
    `baseline_comparison` compares the baseline (its `a`) with the run (its `b`).
    """
    reasons = [(EXACTNESS, _inexact(summary))]
    if gates and summary.failed:
        told = f"{summary.failed} of {summary.questions} questions could not be asked"
        reasons.append((FAILED, f"{told}, and are in no measure."))
    for gate in gates:
        if gate.kind == "worse":
            reasons.append((gate.measure, _worse(gate, baseline_comparison)))
        else:
            reasons.append((gate.measure, _beyond(gate, summary)))
    return [GateFailure(measure, reason) for measure, reason in reasons if reason]


def known_measure(name: str, *, option: str, of_set: bool = True) -> str:
    """Return the name of a measure; without `of_set`, of one that single questions have.

    Raises ConfigError E-CFG-001 with the names that are close.
    """
    if name in MEASURES and (of_set or not MEASURES[name].is_of_set):
        return name
    if name in MEASURES:
        raise ConfigError(
            "E-CFG-001",
            f'"{option} {name}": single questions have no "{name}", it is computed over all at '
            "once; name another measure.",
        )
    if name.startswith("judge_"):
        raise ConfigError(
            "E-CFG-001",
            f'"{option} {name}": what an LLM judge says is an opinion and no gate; use a measure.',
        )
    by_folded = {known.casefold(): known for known in MEASURES}
    close = [by_folded[one] for one in difflib.get_close_matches(name.casefold(), by_folded)]
    told = " or ".join(f'"{one}"' for one in close)
    hint = f"did you mean {told}?" if close else f"there are: {', '.join(MEASURES)}."
    raise ConfigError("E-CFG-001", f'"{option}": unknown measure "{name}"; {hint}')


def _limit(kind: Literal["under", "over"], text: str) -> Gate:
    option = _OPTIONS[kind]
    name, equals, value = (part.strip() for part in text.rpartition("="))
    if not equals:
        raise ConfigError("E-CFG-001", f'"{option} {text}" must be like "{option} RR@10=0.6".')
    measure = known_measure(name, option=option)
    higher = MEASURES[measure].higher_is_better
    if higher != (kind == "under"):
        right, better = ("--fail-under", "higher") if higher else ("--fail-over", "lower")
        raise ConfigError(
            "E-CFG-001",
            f'"{option} {text}": {better} is better for "{measure}"; use: {right} {text}',
        )
    try:
        limit = float(value)
    except ValueError:
        limit = math.nan
    if not 0 <= limit <= 1:
        raise ConfigError(
            "E-CFG-001", f'"{option} {text}": "{value}" must be a number from 0 to 1, like 0.6.'
        )
    return Gate(kind, measure, limit)


def _inexact(summary: Summary) -> str:
    found = summary.measures.get(EXACTNESS)
    if found is None or not found.n or found.mean >= 1 - EQUAL_WITHIN:
        return ""
    mean, _ = _told(found.mean, 1.0)
    return f"{EXACTNESS} is {mean}, under 1: quotes are not the bytes of their articles."


def _beyond(gate: Gate, summary: Summary) -> str:
    found: Estimate | None = summary.measures.get(gate.measure)
    if found is None or not found.n:
        return f"{gate.measure} has no value: no question of the run can be measured by it."
    beyond = found.mean - gate.limit if gate.kind == "over" else gate.limit - found.mean
    if beyond <= EQUAL_WITHIN:
        return ""
    mean, limit = _told(found.mean, gate.limit)
    return f"{gate.measure} is {mean}, {gate.kind} {limit}."


def _worse(gate: Gate, comparison: Comparison | None) -> str:
    if comparison is None:
        return f"{gate.measure} cannot be held against a baseline: there is none."
    found = next((one for one in comparison.measures if one.name == gate.measure), None)
    if found is None:
        return (
            f"{gate.measure} has no value: no question that the run shares with the baseline "
            f'"{comparison.a}" can be measured by it in both.'
        )
    if found.effect != "worse":
        return ""
    b, a = _told(found.b, found.a)
    return (
        f'{gate.measure} is {b}, worse than {a} in the baseline "{comparison.a}": '
        f"{found.difference:+.3g}, p = {found.p:.2g}, questions: {found.n:,}."
    )


def _told(value: float, other: float) -> tuple[str, str]:
    """Return two different numbers with as many decimals as it takes to tell them apart."""
    for decimals in range(FEWEST_DECIMALS, MOST_DECIMALS):
        told = f"{value:.{decimals}f}", f"{other:.{decimals}f}"
        if told[0] != told[1]:
            return told
    return f"{value:.{MOST_DECIMALS}f}", f"{other:.{MOST_DECIMALS}f}"

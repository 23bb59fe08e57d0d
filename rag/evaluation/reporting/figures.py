"""The figures of a run: risk and coverage, calibration, times; what each shows, in words.

A report draws them as SVG by a template, the page by Altair.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.evaluation.records import Point, RunTimes, Summary

LEFT, TOP, WIDE, HIGH = 64, 14, 340, 210  # of the area of a plot, in units of its drawing
TICKS_WANTED = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot: its points, its axes as ticks from 0 up, and what it shows in a sentence or two.

    Of bars, each Point is [x, y) with n answers.
    """

    kind: Literal["risk", "calibration", "bars"]
    name: str
    said: str
    points: Sequence[Point]
    x_label: str
    y_label: str
    xs: Sequence[float]
    ys: Sequence[float]
    x_tick: Callable[[float], str]
    y_tick: Callable[[float], str]

    def x(self, value: float) -> float:
        """Return where a value lies from left to right."""
        return round(LEFT + WIDE * value / self.xs[-1], 1)

    def y(self, value: float) -> float:
        """Return where a value lies from top to bottom."""
        return round(TOP + HIGH * (1 - value / self.ys[-1]), 1)

    def path(self) -> str:
        """Return the line through the points."""
        return "M" + "L".join(f"{self.x(p.x)} {self.y(p.y)}" for p in self.points)

    def rows(self) -> list[tuple[str, str, str]]:
        """Return the points as they read in a table."""
        ends = self.x_tick if self.kind == "bars" else self.y_tick
        return [(self.x_tick(p.x), ends(p.y), f"{p.n:,}") for p in self.points]


def figures(summary: Summary, times: RunTimes) -> list[Figure]:
    """Return the figures that a run has points for."""
    drawn = []
    if summary.risk_coverage:
        drawn.append(_risk_coverage(summary.risk_coverage))
    if summary.calibration:
        drawn.append(_calibration(summary.calibration))
    if any(point.n for point in times.histogram_ms):
        drawn.append(_latency(times.histogram_ms))
    return drawn


def percent(value: float) -> str:
    r"""Return a share as people read it.

    >>> percent(0.5), percent(0.125)
    ('50\xa0%', '12.5\xa0%')
    """
    return f"{round(value * 100, 1):g}\N{NO-BREAK SPACE}%"


QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


def _risk_coverage(points: Sequence[Point]) -> Figure:
    last = max(points, key=lambda p: p.x)
    said = (
        f"Answering the surest questions first. Had {percent(last.x)} of them been answered, with "
        f"the closest sentences where it refused, {percent(last.y)} of the answers would not carry "
        "what is expected."
    )
    ys = _ticks(max(p.y for p in points), at_most=1.0)
    labels = ("questions answered", "of these, wrong")
    return Figure(
        "risk", "Risk and coverage", said, points, *labels, QUARTERS, ys, percent, percent
    )


def _calibration(points: Sequence[Point]) -> Figure:
    said = "On the dashed line, the confidence is exactly right; below it, too high."
    labels = ("stated confidence", "answered by the articles")
    return Figure(
        "calibration", "Calibration", said, points, *labels, QUARTERS, QUARTERS, percent, percent
    )


def _latency(histogram: Sequence[Point]) -> Figure:
    most = max(histogram, key=lambda p: p.n)
    said = f"Most often, an answer took {most.x:,.0f} to {most.y:,.0f} ms."
    xs, ys = _ticks(max(p.y for p in histogram)), _ticks(max(p.n for p in histogram), least=1.0)
    labels, tick = ("milliseconds for a whole answer", "answers"), "{:,.0f}".format
    return Figure("bars", "Times", said, histogram, *labels, xs, ys, tick, tick)


def _ticks(highest: float, *, at_most: float = math.inf, least: float = 0.0) -> list[float]:
    """Return ticks from 0 to a round number above `highest`."""
    wanted = max(highest, 0.01) / TICKS_WANTED
    power = 10.0 ** math.floor(math.log10(wanted))
    step = max(least, next(f * power for f in (1, 2, 5, 10) if f * power >= wanted - 1e-12))
    high = min(at_most, step * math.ceil(max(highest, step) / step - 1e-9))
    return [*(n * step for n in range(math.ceil(high / step - 1e-9))), high]

"""The plots of a run as SVG elements: risk and coverage, calibration, times.

Colours and fonts come from `assets/report.css`, so that a plot follows the colour scheme. Each
plot says in words what it shows, and a table beside it holds its numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.evaluation.records import Point
from rag.evaluation.reporting.nodes import Node, node

WIDTH, HEIGHT = 420, 270  # units of the drawing; the page scales it
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 14, 46  # room for the labels around the plot
TICKS_WANTED = 5
LARGEST_DOT, SMALLEST_DOT = 8.0, 3.0
MS_A_SECOND = 1000


@dataclass(frozen=True, slots=True)
class Axis:
    """What runs along one side: its label, its range, where ticks are and how they read."""

    label: str
    low: float
    high: float
    step: float
    tick: Callable[[float], str]

    def share(self, value: float) -> float:
        """Return where a value lies between low (0) and high (1)."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> Iterator[float]:
        """Yield every tick from low to high."""
        for number in range(round((self.high - self.low) / self.step) + 1):
            yield self.low + number * self.step


def risk_coverage_chart(points: Sequence[Point]) -> Node:
    """Draw the share of wrong answers against the share of questions that are answered."""
    highest = max((p.y for p in points), default=0.0)
    x = Axis("questions answered", 0.0, 1.0, 0.25, percent)
    y = _axis_to("of these, wrong", highest, percent, at_most=1.0)
    inside = [
        node("path", d=_steps_path(points, x, y), class_="area"),
        node("path", d=_line_path(points, x, y), class_="curve"),
    ]
    last = max(points, key=lambda p: p.x)
    said = (
        f"Answering the surest questions first. Had {percent(last.x)} of them been answered, with "
        f"the nearest sentences where it refused, {percent(last.y)} of the answers would not carry "
        "what is expected."
    )
    return _figure("Risk and coverage", said, _plot(x, y, inside, said), _table(points, x, y))


def calibration_chart(points: Sequence[Point]) -> Node:
    """Draw the stated confidence against the share that the articles do answer."""
    x = Axis("stated confidence", 0.0, 1.0, 0.25, percent)
    y = Axis("answered by the articles", 0.0, 1.0, 0.25, percent)
    most = max(p.n for p in points)
    dots = [
        node("circle", *_title(p, x, y), cx=_x(p.x, x), cy=_y(p.y, y), r=_dot(p.n, most))
        for p in points
    ]
    diagonal = node("path", d=f"M{_x(0, x):.1f} {_y(0, y):.1f}L{_x(1, x):.1f} {_y(1, y):.1f}")
    inside = [
        node("g", diagonal, class_="ideal"),
        node("path", d=_line_path(points, x, y), class_="curve faint"),
        node("g", *dots, class_="dots"),
    ]
    said = (
        "On the dashed line, the confidence is exactly right; below it, too high. "
        "A larger dot stands for more questions."
    )
    return _figure("Calibration", said, _plot(x, y, inside, said), _table(points, x, y))


def latency_chart(histogram: Sequence[Point]) -> Node:
    """Draw how many answers took how long; each Point is [x, y) milliseconds and n answers."""
    x = _axis_to("milliseconds for a whole answer", max(p.y for p in histogram), _milliseconds)
    y = _axis_to("answers", max(p.n for p in histogram), "{:,.0f}".format, least_step=1.0)
    bars = [
        node(
            "rect",
            node("title", f"{p.x:,.0f} to {p.y:,.0f} ms: {p.n:,}"),
            x=_x(p.x, x),
            y=_y(p.n, y),
            width=max(0.8, _x(p.y, x) - _x(p.x, x) - 0.8),
            height=_y(0, y) - _y(p.n, y),
        )
        for p in histogram
        if p.n
    ]
    most = max(histogram, key=lambda p: p.n)
    said = f"Most often, an answer took {most.x:,.0f} to {most.y:,.0f} ms."
    rows = [(f"{p.x:,.0f} to {p.y:,.0f}", f"{p.n:,}") for p in histogram if p.n]
    inside = [node("g", *bars, class_="bars")]
    return _figure(
        "Times", said, _plot(x, y, inside, said), _numbers(("milliseconds", "answers"), rows)
    )


def percent(value: float) -> str:
    r"""Return a share as people read it.

    >>> percent(0.125)
    '12.5\xa0%'
    """
    return f"{100 * value:.1f}".removesuffix(".0") + "\N{NO-BREAK SPACE}%"


def _milliseconds(value: float) -> str:
    return f"{value / MS_A_SECOND:g} s" if value >= 10 * MS_A_SECOND else f"{value:,.4g}"


def _axis_to(
    label: str,
    highest: float,
    tick: Callable[[float], str],
    *,
    at_most: float = math.inf,
    least_step: float = 0.0,
) -> Axis:
    """Return an axis from 0 to a round number above `highest`."""
    step = max(least_step, _round_step(max(highest, 0.01) / TICKS_WANTED))
    high = min(at_most, step * math.ceil(max(highest, step) / step - 1e-9))
    return Axis(label, 0.0, high, min(step, high), tick)


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(f * power for f in (1, 2, 5, 10) if f * power >= step - 1e-12)


def _x(value: float, axis: Axis) -> float:
    return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT)


def _y(value: float, axis: Axis) -> float:
    return HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM)


def _dot(n: int, most: int) -> float:
    return SMALLEST_DOT + (LARGEST_DOT - SMALLEST_DOT) * math.sqrt(n / max(1, most))


def _line_path(points: Sequence[Point], x: Axis, y: Axis) -> str:
    return "M" + "L".join(f"{_x(p.x, x):.1f} {_y(p.y, y):.1f}" for p in points)


def _steps_path(points: Sequence[Point], x: Axis, y: Axis) -> str:
    first, last = _x(points[0].x, x), _x(points[-1].x, x)
    floor = _y(0, y)
    return f"{_line_path(points, x, y)}L{last:.1f} {floor:.1f}L{first:.1f} {floor:.1f}Z"


def _title(point: Point, x: Axis, y: Axis) -> tuple[Node]:
    return (node("title", f"{x.tick(point.x)}, {y.tick(point.y)}, {point.n:,} questions"),)


def _plot(x: Axis, y: Axis, inside: Sequence[Node], said: str) -> Node:
    return node(
        "svg",
        node("desc", said),
        *(_gridline(value, y) for value in y.ticks()),
        *(_mark(value, x) for value in x.ticks()),
        *inside,
        node("text", x.label, x=(LEFT + WIDTH - RIGHT) / 2, y=HEIGHT - 8, text_anchor="middle"),
        node(
            "text",
            y.label,
            transform=f"translate(13 {_middle():g}) rotate(-90)",
            text_anchor="middle",
        ),
        class_="plot",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=f"{y.label} by {x.label}. {said}",
    )


def _middle() -> float:
    return (TOP + HEIGHT - BOTTOM) / 2


def _gridline(value: float, axis: Axis) -> Node:
    at = _y(value, axis)
    return node(
        "g",
        node("line", x1=LEFT, x2=WIDTH - RIGHT, y1=at, y2=at),
        node("text", axis.tick(value), x=LEFT - 6, y=at + 4, text_anchor="end"),
        class_="tick",
    )


def _mark(value: float, axis: Axis) -> Node:
    at, floor = _x(value, axis), HEIGHT - BOTTOM
    return node(
        "g",
        node("line", x1=at, x2=at, y1=floor, y2=floor + 5),
        node("text", axis.tick(value), x=at, y=floor + 18, text_anchor="middle"),
        class_="tick",
    )


def _figure(name: str, said: str, plot: Node, numbers: Node) -> Node:
    return node("figure", node("h3", name), plot, node("figcaption", said), numbers)


def _table(points: Sequence[Point], x: Axis, y: Axis) -> Node:
    rows = [(x.tick(p.x), y.tick(p.y), f"{p.n:,}") for p in points]
    return _numbers((x.label, y.label, "questions"), rows)


def _numbers(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Node:
    head = node("tr", *(node("th", name, scope="col") for name in heads))
    body = [node("tr", *(node("td", value) for value in row)) for row in rows]
    table = node("table", node("thead", head), node("tbody", *body), class_="numbers")
    return node("details", node("summary", "The numbers"), table, class_="quiet")

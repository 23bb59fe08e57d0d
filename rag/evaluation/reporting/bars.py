"""Small bars beside a number: where a measure and its 95 % interval lie."""

from __future__ import annotations

from rag.evaluation.records import Estimate
from rag.evaluation.reporting.nodes import Node, node

WIDTH, HEIGHT = 120, 14  # units of the drawing; the page scales it
MIDDLE = HEIGHT / 2
THICKNESS = 6


def interval_bar(estimate: Estimate) -> Node:
    """Draw a measure from 0 to 1: a dot at the mean, a bar over its 95 % interval."""
    low, mean, high = (
        max(0.0, min(1.0, value)) for value in (estimate.low, estimate.mean, estimate.high)
    )
    said = f"{estimate.low:.3f} to {estimate.high:.3f} on a scale from 0 to 1"
    return _bar(low, mean, high, said=said)


def difference_bar(low: float, mean: float, high: float, *, scale: float) -> Node:
    """Draw a difference of two runs around zero; `scale` is the largest that fits."""
    left, middle, right = (
        0.5 + 0.5 * max(-1.0, min(1.0, v / (scale or 1.0))) for v in (low, mean, high)
    )
    zero = node("line", x1=WIDTH / 2, x2=WIDTH / 2, y1=1, y2=HEIGHT - 1, class_="zero")
    return _bar(left, middle, right, zero, said=f"{low:+.3f} to {high:+.3f}")


def _bar(low: float, mean: float, high: float, *more: Node, said: str) -> Node:
    return node(
        "svg",
        node("line", x1=0, x2=WIDTH, y1=MIDDLE, y2=MIDDLE, class_="rail"),
        *more,
        node(
            "rect",
            x=low * WIDTH,
            y=MIDDLE - THICKNESS / 2,
            width=max(1.0, (high - low) * WIDTH),
            height=THICKNESS,
            rx=THICKNESS / 2,
            class_="interval",
        ),
        node("circle", cx=mean * WIDTH, cy=MIDDLE, r=3.5, class_="mean"),
        class_="bar",
        viewBox=f"-4 0 {WIDTH + 8} {HEIGHT}",
        role="img",
        aria_label=said,
    )

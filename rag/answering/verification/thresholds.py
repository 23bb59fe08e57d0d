"""From where on a claim is entailed: the only numbers that a new entailment model needs fitted.

Printed by `python tests/benchmarks/claims.py CLAIMS --fit`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the log odds of "entailed" must reach: `log_odds`, and more for words not in the source.

    `per_missing` is added for the whole claim missing, a share of it for a share; with more than
    `most_missing` of its content words missing no claim passes. A claim that the model holds for
    contradicted with `contradicted` or more does not pass either.
    """

    log_odds: float
    per_missing: float
    most_missing: float
    contradicted: float = 0.5

    def need(self, missing: float) -> float:
        """Return the log odds that a claim needs of which this share of words is missing."""
        return self.log_odds + self.per_missing * missing


THRESHOLDS: dict[str, Thresholds] = {
    "reader": Thresholds(log_odds=-0.5, per_missing=5.0, most_missing=0.4),
    "words": Thresholds(log_odds=-20.0, per_missing=0.0, most_missing=0.0),
}


def thresholds_of(name: str) -> Thresholds:
    """Return those of an entailment by its name: of the words, or of the reader."""
    return THRESHOLDS[name if name in THRESHOLDS else "reader"]

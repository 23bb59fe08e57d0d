"""The scores that a fused ranking was made of, kept only while a question is explained."""

from __future__ import annotations

from dataclasses import dataclass

from rag.retrieval.fusion import Ranking, to_best


@dataclass(slots=True)
class RankingScores:
    """The scores of both rankings by row, the lexical ones as shares of the best.

    None where a ranking was not asked. `dense` has every row of a fused ranking.
    """

    dense: dict[int, float] | None = None
    lexical: dict[int, float] | None = None

    def keep(self, *, dense: Ranking | None = None, lexical: Ranking | None = None) -> None:
        """Keep what was found, before it is fused."""
        self.dense = None if dense is None else dict(dense)
        self.lexical = None if lexical is None else dict(to_best(lexical))

    def add_dense(self, cosines: dict[int, float]) -> None:
        """Keep the cosines of rows that only the lexical ranking found."""
        self.dense = (self.dense or {}) | cosines

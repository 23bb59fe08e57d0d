"""From a question to its hits: check, query, two rankings, one fused, copies dropped.

What the person limits the question to limits the searches, so that a limit never empties
a list that ranking without it had filled with something else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from rag.records import Filters, Hit, Query, Question, Retrieval
from rag.retrieval.checks import clean_question
from rag.retrieval.duplicates import ToldStories
from rag.retrieval.follow_up import make_query
from rag.retrieval.fusion import fuse, mean_of, to_best
from rag.retrieval.scores import RankingScores
from rag.retrieval.spelling import respelled
from rag.text.tokens import content_tokens, tokenize

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder
    from rag.index.snapshot import Snapshot

Mode = Literal["hybrid", "dense", "bm25"]

CANDIDATES = 150
"""Passages that each ranking gives to the fusion; where every story is there five times, 50 are
used up by copies."""


class Retriever:
    """Finds passages of a snapshot; holds nothing but the embedder, safe between threads."""

    def __init__(self, embedder: Embedder, *, mode: Mode = "hybrid") -> None:
        self._embedder = embedder
        self._mode = mode

    def retrieve(
        self,
        question: Question,
        snapshot: Snapshot,
        *,
        k: int,
        query: Query | None = None,
        scores: RankingScores | None = None,
    ) -> Retrieval:
        """Return the best `k` passages for the question, ranks from 1, ties by row.

        `query` overrules what is made of question and history, for those who rewrite it
        themselves. `scores` is filled with what the ranking is made of, for those who explain
        it. Raises QuestionError for what cannot be asked.
        """
        cleaned = dataclasses.replace(question, text=clean_question(question.text))
        query = respelled(query or make_query(cleaned), snapshot, self._embedder)
        if k < 1:
            return Retrieval(query, (), snapshot.generation)
        depth = max(CANDIDATES, 2 * k)
        rankings = [
            self._ranking(text, snapshot, depth, filters=question.filters, scores=scores)
            for text in (*query.also, query.text)
        ]
        ranking = rankings[0] if len(rankings) == 1 else mean_of(rankings)
        hits = _first_hits(ranking, snapshot, k)
        return Retrieval(query, hits, snapshot.generation)

    def _ranking(
        self,
        query: str,
        snapshot: Snapshot,
        depth: int,
        *,
        filters: Filters,
        scores: RankingScores | None,
    ) -> list[tuple[int, float]]:
        if self._mode == "bm25":
            lexical = snapshot.search_lexical(search_terms(query), depth, filters=filters)
            if scores is not None:
                scores.keep(lexical=lexical)
            return to_best(lexical)
        vector = self._embedder.embed_query(query)
        dense = snapshot.search_dense(vector, depth, filters=filters)
        if self._mode == "dense":
            if scores is not None:
                scores.keep(dense=dense)
            return dense
        lexical = snapshot.search_lexical(search_terms(query), depth, filters=filters)
        if scores is not None:
            scores.keep(dense=dense, lexical=lexical)

        def cosines(rows: Sequence[int]) -> list[float]:
            found = [float(own @ vector) for own in snapshot.vectors(rows)]
            if scores is not None:
                scores.add_dense(dict(zip(rows, found, strict=True)))
            return found

        return fuse(dense, lexical, cosines=cosines)


def search_terms(text: str) -> list[str]:
    """Return the terms that BM25 searches: the content words, or all when there are none."""
    return content_tokens(text) or tokenize(text)


def _first_hits(ranking: list[tuple[int, float]], snapshot: Snapshot, k: int) -> tuple[Hit, ...]:
    """Return the first `k` passages, leaving out those that repeat a better one."""

    def text_of(article_id: str) -> str:
        article = snapshot.article(article_id)
        return article.text if article is not None else ""

    told = ToldStories(text_of)
    hits: list[Hit] = []
    for row, score in ranking:
        if len(hits) == k:
            break
        passage = snapshot.passage(row)
        if told.is_new(passage):
            hits.append(Hit(passage, len(hits) + 1, score))
    return tuple(hits)

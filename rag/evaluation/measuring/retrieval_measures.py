"""Whether retrieval found what holds the answer: the field's measures, through ir_measures.

Both judgements of a question, by article and by gold quote, are one call, as two topics: the
library takes about half a millisecond a call, however little it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import ir_measures

from rag.evaluation.measuring.measures import MEASURES, QUOTE
from rag.evaluation.records import Expected
from rag.records import HitPlace

_BY_ARTICLE, _BY_QUOTE = "", QUOTE
"""The two topics, named as the prefix of their measures."""

_MEASURED = tuple(
    ir_measures.parse_measure(name)
    for name, measure in MEASURES.items()
    if measure.group == "retrieval" and not name.startswith(QUOTE)
)


def measure_retrieval(hits: Sequence[HitPlace], expected: Expected) -> dict[str, float]:
    """Return the retrieval measures of one question by name, from its `hits`, best first.

    By article: the distinct articles in the order of their first passage, against the expected
    articles. By quote: the passages, against the gold quotes they hold. What is not known is not
    measured; neither is a question that the articles do not answer.
    """
    if expected.is_answerable is False:
        return {}
    judged = {
        _BY_ARTICLE: dict.fromkeys(expected.articles, 1),
        _BY_QUOTE: {passage: held for passage, held in expected.relevant.items() if held > 0},
    }
    qrels = {topic: relevant for topic, relevant in judged.items() if relevant}
    if not qrels:
        return {}
    run = {
        _BY_ARTICLE: _scored(hit.article_id for hit in hits),
        _BY_QUOTE: _scored(hit.passage_id for hit in hits),
    }
    found = {
        value.query_id + str(value.measure): float(value.value)
        for value in ir_measures.iter_calc(_MEASURED, qrels, run)
    }
    return {name: found[name] for name in MEASURES if name in found}


def _scored(ranked: Iterable[str]) -> dict[str, float]:
    """Return each id with a score that falls strictly with its first rank.

    Raw scores may be equal, and then RR and RR@10 break the tie in different ways.
    """
    return {each: -float(rank) for rank, each in enumerate(dict.fromkeys(ranked), start=1)}

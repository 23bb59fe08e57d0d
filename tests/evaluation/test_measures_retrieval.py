"""Measures of retrieval against values worked out by hand, by construction, and trec_eval's."""

import random
from math import log2

import pytest
import pytrec_eval

from rag.evaluation.measuring.retrieval_measures import measure_retrieval
from rag.evaluation.records import Expected
from rag.records import HitPlace

NAMES = "nDCG@10 RR@10 AP R@5 R@10 R@20 Success@1 Success@5 Success@10".split()
OF_TREC_EVAL = {
    "AP": "map",
    "nDCG@10": "ndcg_cut_10",
    **{f"R@{k}": f"recall_{k}" for k in (5, 10, 20)},
    **{f"Success@{k}": f"success_{k}" for k in (1, 5, 10)},
}


def ranking(*passages, score=0.5):
    """Return hits from "article#start", all with the same raw score."""
    return [
        HitPlace(each, each.partition("#")[0], int(each.partition("#")[2]), 9, rank, score)
        for rank, each in enumerate(passages, start=1)
    ]


def expecting(*articles, relevant=None, is_answerable=True):
    return Expected(articles=articles, relevant=relevant or {}, is_answerable=is_answerable)


def test_articles_are_ranked_by_their_first_passage():
    hits = ranking("a#0", "a#9", "b#0", "a#20", "c#0")

    found = measure_retrieval(hits, expecting("b", "d"))

    # the articles are a, b, c: b is second, d is missing
    assert found == pytest.approx(
        {
            "nDCG@10": (1 / log2(3)) / (1 / log2(2) + 1 / log2(3)),
            "RR@10": 1 / 2,
            "AP": (1 / 2) / 2,
            "R@5": 1 / 2,
            "R@10": 1 / 2,
            "R@20": 1 / 2,
            "Success@1": 0,
            "Success@5": 1,
            "Success@10": 1,
        }
    )


def test_only_the_first_ten_count_for_rr_at_10():
    hits = ranking(*(f"a{i}#0" for i in range(11)))

    found = measure_retrieval(hits, expecting("a10"))

    assert (found["RR@10"], found["R@10"]) == (0, 0)
    assert (found["R@20"], found["AP"]) == (1, pytest.approx(1 / 11))


def test_an_empty_ranking_has_all_zeros():
    found = measure_retrieval([], expecting("a", relevant={"a#0": 1}))

    assert found == dict.fromkeys([*NAMES, *(f"quote.{name}" for name in NAMES)], 0.0)


@pytest.mark.parametrize(
    "expected",
    [
        Expected(),
        expecting("a", is_answerable=False),
        expecting(relevant={"a#0": 1}, is_answerable=False),
    ],
)
def test_what_is_not_known_or_not_answerable_is_not_measured(expected):
    assert measure_retrieval(ranking("a#0"), expected) == {}


def test_random_runs_measure_as_trec_eval_does():
    rng = random.Random(7)  # noqa: S311 - draws rankings
    for _ in range(200):
        passages = [f"{rng.choice('abcdefgh')}#{i}" for i in range(rng.randint(1, 30))]
        gold = {each: rng.randint(1, 3) for each in rng.sample(passages, min(4, len(passages)))}
        qrels = gold | {f"lost#{i}": 1 for i in range(rng.randint(0, 2))}
        run = {each: 100.0 - rank for rank, each in enumerate(passages)}

        found = measure_retrieval(ranking(*passages), expecting(relevant=qrels))

        evaluator = pytrec_eval.RelevanceEvaluator({"q": qrels}, set(OF_TREC_EVAL.values()))
        theirs = evaluator.evaluate({"q": run})["q"]
        for name, trec_name in OF_TREC_EVAL.items():
            assert found[f"quote.{name}"] == pytest.approx(theirs[trec_name]), name

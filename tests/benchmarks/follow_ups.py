"""Fit what tells a follow-up, and measure what is searched for one.

    python tests/benchmarks/follow_ups.py CAST.jsonl.gz [--set SET --work DIR]

CAST is TREC CAsT, a conversation a line: `{"turns": [{"question", "alone"}, …]}`. A SET with
histories is searched with the question alone, after the turn before, and with both.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

import numpy as np
from question_sets import load_questions, open_set
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from rag.errors import QuestionError
from rag.records import Query
from rag.retrieval.follow_up import FOLLOWS_FROM, features, make_query
from rag.retrieval.retriever import Retriever

SHOWN = 12
MOST = 250


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cast", type=Path)
    parser.add_argument("--set", type=Path)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    fit(options.cast)
    if options.set:
        search(options.set, options.work)


def fit(path):
    """Print weights, and how often turns are judged right in cross-validation by conversation."""
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for conversation in map(json.loads, lines):
            for turn in conversation["turns"][1:]:
                leans = turn["question"].strip().lower() != turn["alone"].strip().lower()
                rows.append((conversation["id"], turn["question"], leans))
                if leans:
                    rows.append((conversation["id"], turn["alone"], False))
    names = list(features(""))
    inputs = np.array([list(features(text).values()) for _, text, _ in rows])
    leans = np.array([each for _, _, each in rows])
    model = LogisticRegression(C=1.0, max_iter=1000)
    groups = [conversation for conversation, _, _ in rows]
    folds = GroupKFold(10)
    chance = cross_val_predict(
        model, inputs, leans, groups=groups, cv=folds, method="predict_proba"
    )[:, 1]
    for level in (0.5, FOLLOWS_FROM):
        said = chance >= level
        print(
            f"from {level}: right {np.mean(said == leans):.3f} of {len(rows)}, follow-ups found "
            f"{np.mean(said[leans]):.3f}, of those said {np.mean(leans[said]):.3f} are"
        )
    model.fit(inputs, leans)
    weights = dict(zip(names, model.coef_[0].round(2).tolist(), strict=True))
    print(f"WEIGHTS = {weights}\nBIAS = {model.intercept_[0]:.2f}")


def search(folder, work):
    """Print how often the expected articles are found, by what is searched."""
    embedder, snapshot = open_set(folder, work)
    asked = [q for q in load_questions(folder, work) if q.question.history and q.articles][:MOST]
    retriever = Retriever(embedder)

    def both(question):
        query = make_query(question)
        return query if query.also else Query(question.text)

    ways = {
        "the question alone": lambda question: Query(question.text),
        "as searched": both,
    }
    for name, way in ways.items():
        in_three, recall = [], []
        for each in asked:
            try:
                found = retriever.retrieve(
                    each.question, snapshot, k=SHOWN, query=way(each.question)
                )
            except QuestionError:
                continue
            articles = [hit.passage.article_id for hit in found.hits]
            in_three.append(any(a in each.articles for a in articles[:3]))
            recall.append(len(set(each.articles) & set(articles)) / len(each.articles))
        print(
            f"{name}: in the first three {np.mean(in_three):.3f}, R@{SHOWN} {np.mean(recall):.3f}"
            f" of {len(recall)}"
        )


if __name__ == "__main__":
    main()

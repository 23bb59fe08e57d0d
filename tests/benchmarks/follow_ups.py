"""Measure what the query of a follow-up finds, and how often a new topic is taken for one.

    python tests/benchmarks/follow_ups.py --work DIR --strangers SET --strangers SET CONVERSATIONS

CONVERSATIONS and SET are folders that `rag.evaluation.interchange` reads; the questions of the
strangers stand alone and are asked in the middle of a conversation about something else.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from question_sets import load_questions, open_set

from rag.records import Query, Question
from rag.retrieval.follow_up import make_query
from rag.retrieval.retriever import Retriever

SEED = 1
DEPTH = 10


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("conversations", type=Path)
    parser.add_argument("--strangers", type=Path, action="append", default=[])
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    options = parser.parse_args()
    work = options.work
    talks = [q for q in load_questions(options.conversations, work) if q.question.history]
    print_mistaken(options.strangers, [asked.question for asked in talks], work)
    embedder, snapshot = open_set(options.conversations, work)
    retriever = Retriever(embedder)
    ways = {"query": [], "question alone": [], "always with the question before": []}
    leaning = []
    for asked in talks:
        if not asked.articles:
            continue
        alone = asked.question.text
        before = f"{asked.question.history[-1].question} {alone}"
        leaning.append(make_query(asked.question).leans_on_history)
        for way, query in zip(ways, (None, Query(alone), Query(before)), strict=True):
            hits = retriever.retrieve(asked.question, snapshot, k=DEPTH, query=query).hits
            found = [hit.passage.article_id for hit in hits]
            ways[way].append([len(set(asked.articles) & set(found[:k])) / len(asked.articles)
                              for k in (5, DEPTH)])  # fmt: skip
    for title, mask in (("all", np.ones(len(leaning), bool)), ("leaning", np.array(leaning))):
        for way, recalls in ways.items():
            at_5, at_10 = np.array(recalls)[mask].mean(axis=0)
            print(f"{title:8} ({mask.sum()}) {way:32} R@5 {at_5:.3f} R@10 {at_10:.3f}")


def print_mistaken(strangers: list[Path], talks: list[Question], work: Path) -> None:
    """Print how many questions that stand alone are taken for follow-ups."""
    rng = random.Random(SEED)  # noqa: S311 - draws conversations
    for folder in strangers:
        questions = [asked.question for asked in load_questions(folder, work)]
        mistaken = sum(
            make_query(replace(question, history=rng.choice(talks).history)).leans_on_history
            for question in questions
        )
        print(f"{folder.name}: {mistaken} of {len(questions)} taken for follow-ups")


if __name__ == "__main__":
    main()

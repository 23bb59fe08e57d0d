"""Tabulate what `rag.answering.selection` gains and costs with other constants.

    python tests/benchmarks/fit_selection.py --work DIR SET SET …

A SET is a folder that `rag.evaluation.interchange` reads. Prints, for each set and each pair of
ENOUGH and WORTH_ADDING: whether the first sentence answers and one of the shown does, sentences
and words of an answer, and answers gained by a sentence that is added to the first. Run it after
every change of the ranking: its probabilities are what the constants are compared with.
"""

from __future__ import annotations

import argparse
import itertools
import random
from pathlib import Path
from statistics import mean

from question_sets import answering_labels, load_questions, open_set

from rag.answering import selection
from rag.answering.extractive import ExtractiveAnswerer
from rag.config import Config
from rag.errors import QuestionError
from rag.evaluation.expected import locate_expected
from rag.evaluation.measuring.gold import is_answering
from rag.reranking.reranker import load_reranker
from rag.retrieval.retriever import Retriever

QUESTIONS = 300
SEED = 7
ENOUGH = (0.6, 0.7, 0.75, 0.8, 0.9)
WORTH_ADDING = (0.05, 0.1, 0.15)


def main() -> None:
    """Rank once, select with every pair, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="questions of a set")
    options = parser.parse_args()
    rankings = {
        folder.name: rank(folder, options.work, questions=options.questions)
        for folder in options.sets
    }
    print("enough  adding  set        first  shown  sentences  words  answers per added")
    for enough, adding in itertools.product(ENOUGH, WORTH_ADDING):
        selection.ENOUGH, selection.WORTH_ADDING = enough, adding
        for name, ranked in rankings.items():
            print(f"{enough:<7} {adding:<7} {name:<10} {row(ranked)}")


def rank(folder: Path, work: Path, *, questions: int) -> list[tuple]:
    """Return the ranking and what is expected of each question that a ranked sentence answers."""
    embedder, snapshot = open_set(folder, work)
    retriever, answerer = Retriever(embedder), ExtractiveAnswerer(embedder, load_reranker(Config()))
    asked = load_questions(folder, work)
    rankings = []
    for each in random.Random(SEED).sample(asked, min(questions, len(asked))):  # noqa: S311
        try:
            retrieval = retriever.retrieve(each.question, snapshot, k=Config().hits)
        except QuestionError:
            continue
        ranked = answerer.rank(retrieval, snapshot)
        candidates = [one.candidate for one in ranked]
        if each.is_answerable and any(answering_labels(each, candidates, snapshot)):
            rankings.append((ranked, locate_expected(each, snapshot)))
    return rankings


def row(rankings: list[tuple]) -> str:
    """Return the measures of one set with the constants as they are set."""
    first, shown, counts, words = [], [], [], []
    for ranked, expected in rankings:
        chosen = [one.candidate for one in selection.select(ranked)]
        answers = [bool(is_answering(each.quotes(), expected)) for each in chosen]
        first.append(answers[0])
        shown.append(any(answers))
        counts.append(len(chosen))
        words.append(sum(len(each.shown.split()) for each in chosen))
    added = sum(counts) - len(counts)
    gained = (sum(shown) - sum(first)) / added if added else 0.0
    return (
        f"{mean(first):.3f}  {mean(shown):.3f}  {mean(counts):<9.2f}  {mean(words):<5.0f}"
        f"  {gained:.3f}"
    )


if __name__ == "__main__":
    main()

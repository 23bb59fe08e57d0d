"""Fit the weights of `rag.answering.ranking` and `rag.answering.abstention` on question sets.

    python tests/benchmarks/fit_answering.py --work DIR SET SET …

A SET is a folder that `rag.evaluation.interchange` reads. Each set is also measured with weights
fitted on the others: those figures tell what to expect elsewhere. Prints the weights to copy.
Only numpy; no seed matters but that of the questions drawn.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from question_sets import answering_labels, load_questions, open_set

from rag.answering import abstention, ranking
from rag.answering.extractive import ExtractiveAnswerer
from rag.answering.vetoes import find_vetoes
from rag.config import OWN_RERANKER, Config
from rag.errors import QuestionError
from rag.reranking.reranker import Reranker, load_reranker
from rag.retrieval.retriever import Retriever

QUESTIONS = 400
"""Own questions of a set; foreign ones of each other set are a quarter of it."""

SEED = 5
PENALTY = 0.01
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
RANKING_STEPS = 300
SAME_PAGES = (frozenset({"squad2", "xquad"}),)
"""Sets over the same pages: a question of one is not unanswerable in the other."""


@dataclass(frozen=True)
class Sample:
    """Signals of one question asked of one set; the rows of `sentences` are its candidates."""

    sentences: NDArray[np.float64]
    is_answer: NDArray[np.float64]
    answer: NDArray[np.float64]
    is_answerable: bool
    is_foreign: bool
    is_vetoed: bool


def main() -> None:
    """Collect the signals, fit, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--reranker", default=OWN_RERANKER, help="as in the settings")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="own questions of a set")
    options = parser.parse_args()
    reranker = load_reranker(Config(reranker=options.reranker))
    samples = {
        folder.name: collect(
            folder, options.sets, options.work, questions=options.questions, reranker=reranker
        )
        for folder in options.sets
    }
    for held_out, own in samples.items():
        others = [s for name, rest in samples.items() if name != held_out for s in rest]
        report(held_out, own, fit_ranking(others), fit_abstention(others))
    everything = [sample for own in samples.values() for sample in own]
    show("ranking", ranking.Signals, fit_ranking(everything))
    show("abstention, BIAS last", abstention.AnswerSignals, fit_abstention(everything))


def collect(
    folder: Path, sets: list[Path], work: Path, *, questions: int, reranker: Reranker | None
) -> list[Sample]:
    """Return the samples of one index: own questions, then those of the other sets."""
    rng = random.Random(SEED)  # noqa: S311 - draws questions
    embedder, snapshot = open_set(folder, work)
    retriever, answerer = Retriever(embedder), ExtractiveAnswerer(embedder, reranker)
    own = load_questions(folder, work)
    drawn = [(asked, False) for asked in rng.sample(own, min(questions, len(own)))]
    for other in sets:
        if other != folder and not any({folder.name, other.name} <= same for same in SAME_PAGES):
            foreign = [a for a in load_questions(other, work) if not a.question.history]
            drawn += [(a, True) for a in rng.sample(foreign, min(questions // 4, len(foreign)))]
    samples = []
    for asked, is_foreign in drawn:
        try:
            retrieval = retriever.retrieve(asked.question, snapshot, k=Config().hits)
        except QuestionError:
            continue
        ranked = answerer.rank(retrieval, snapshot)
        if ranked:
            labels = [False] * len(ranked)
            if not is_foreign:
                labels = answering_labels(asked, [r.candidate for r in ranked], snapshot)
            signals = abstention.read_signals(retrieval.query.text, ranked, snapshot)
            sample = Sample(
                np.array([astuple(r.signals) for r in ranked]),
                np.array(labels, dtype=float),
                np.array(astuple(signals)),
                bool(asked.is_answerable) and not is_foreign,
                is_foreign,
                bool(find_vetoes(retrieval.query.text, ranked, snapshot)),
            )
            samples.append(sample)
    print(f"{folder.name}: {len(samples)} questions", flush=True)
    return samples


def fit_ranking(samples: list[Sample]) -> NDArray[np.float64]:
    """Return weights that make the answering sentences likely among the candidates (listwise)."""
    lists = [(s.sentences, s.is_answer) for s in samples if s.is_answer.any()]
    scale = np.concatenate([x for x, _ in lists]).std(axis=0) + 1e-9
    weights = np.zeros(len(scale))
    momentum, squares = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, RANKING_STEPS + 1):  # Adam (Kingma and Ba, 2015)
        gradient = PENALTY * weights
        for rows, labels in lists:
            scores = rows / scale @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            right = chance * labels / (chance @ labels + 1e-12)
            gradient = gradient + (rows / scale).T @ (chance - right) / len(lists)
        momentum = 0.9 * momentum + 0.1 * gradient
        squares = 0.99 * squares + 0.01 * gradient**2
        step_size = 0.05 * momentum / (1 - 0.9**step)
        weights = weights - step_size / (np.sqrt(squares / (1 - 0.99**step)) + 1e-8)
    return weights / scale


def fit_abstention(samples: list[Sample]) -> NDArray[np.float64]:
    """Return the weights of a logistic regression, bias last; both answers weigh the same.

    What is missing may not speak for an answer, nor what is covered against one: a signal that
    gets the wrong sign beside the others is left out, and the rest fitted again.
    """
    names = [field.name for field in fields(abstention.AnswerSignals)]
    sign = np.array([-1.0 if "missing" in n or "unknown" in n else 1.0 for n in names])
    kept = np.ones(len(names), dtype=bool)
    while True:
        weights = np.zeros(len(names) + 1)
        weights[np.r_[kept, True]] = _fit_logistic(samples, kept)
        wrong = kept & (weights[:-1] * sign < 0)
        if not wrong.any():
            return weights
        kept[np.argmin(np.where(wrong, weights[:-1] * sign, 0.0))] = False


def _fit_logistic(samples: list[Sample], kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    rows = np.array([s.answer for s in samples])[:, kept]
    labels = np.array([s.is_answerable for s in samples], dtype=float)
    share = labels.mean()
    importance = np.where(labels == 1, 0.5 / share, 0.5 / (1 - share)) / len(labels)
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    inputs = np.c_[(rows - mean) / scale, np.ones(len(rows))]
    weights = np.zeros(inputs.shape[1])
    penalty = PENALTY * np.r_[np.ones(rows.shape[1]), 0.0]
    for _ in range(50):  # Newton
        chance = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (importance * (chance - labels)) + penalty * weights
        spread = importance * chance * (1 - chance)
        hessian = (inputs * spread[:, None]).T @ inputs + np.diag(penalty + 1e-9)
        weights = weights - np.linalg.solve(hessian, gradient)
    return np.r_[weights[:-1] / scale, weights[-1] - (weights[:-1] * mean / scale).sum()]


def area_under_curve(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Return the chance that a positive scores above a negative; nan without either."""
    if not len(positive) or not len(negative):
        return float("nan")
    above = (positive[:, None] > negative[None, :]).mean()
    return float(above + (positive[:, None] == negative[None, :]).mean() / 2)


def report(
    name: str, samples: list[Sample], rank: NDArray[np.float64], abstain: NDArray[np.float64]
) -> None:
    """Print the measures of one set under weights fitted on the others."""
    labelled = [s for s in samples if s.is_answerable and s.is_answer.any()]
    order = [s.is_answer[np.argsort(-(s.sentences @ rank), kind="stable")] for s in labelled]
    chances = np.array(
        [1 / (1 + np.exp(-(s.answer @ abstain[:-1] + abstain[-1]))) for s in samples]
    )
    yes = np.array([s.is_answerable for s in samples])
    foreign = np.array([s.is_foreign for s in samples])
    print(
        f"{name:8} held out: "
        + (
            f"answering sentence first {np.mean([o[0] for o in order]):.3f}, in three "
            f"{np.mean([o[:3].max() for o in order]):.3f} of {len(order)}; "
            if order
            else ""
        )
        + f"AUROC own {area_under_curve(chances[yes], chances[~yes & ~foreign]):.3f}, "
        f"foreign {area_under_curve(chances[yes], chances[foreign]):.3f}"
    )
    vetoed = np.array([s.is_vetoed for s in samples])
    for threshold in THRESHOLDS:
        answered = chances >= threshold
        both = answered & ~vetoed
        own = ~yes & ~foreign
        print(
            f"    from {threshold}: answered {np.mean(answered[yes]):.2f} "
            f"({np.mean(both[yes]):.2f} with vetoes), own refused "
            f"{np.mean(~answered[own]) if own.any() else 0:.2f} "
            f"({np.mean(~both[own]) if own.any() else 0:.2f}), foreign refused "
            f"{np.mean(~answered[foreign]):.2f} ({np.mean(~both[foreign]):.2f})"
        )


def show(title: str, kind: type, weights: NDArray[np.float64]) -> None:
    """Print weights by name."""
    names = [field.name for field in fields(kind)] + ["BIAS"]
    print(title, {name: round(float(w), 2) for name, w in zip(names, weights, strict=False)})


if __name__ == "__main__":
    main()

"""Fit the weights of `rag.answering.ranking` and `rag.answering.answerability` on question sets.

    python tests/benchmarks/fit_answering.py --work DIR SET SET …

A SET is a folder that `rag.evaluation.interchange` reads. Each set is also measured with weights
fitted on the others: those figures tell what to expect elsewhere; and each signal is left out in
turn. Prints the weights to copy, and the rows of tests/benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import astuple, dataclass, field, fields, replace
from pathlib import Path

import numpy as np
from question_sets import answering_labels, load_questions, open_set
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from rag.answering import answerability, excerpts, ranking, rereading, selection
from rag.answering.candidates import read_hits
from rag.answering.question.analysis import analyse
from rag.config import NO_RERANKER, OWN_RERANKER, Config
from rag.encoders.reader import load_reader
from rag.errors import QuestionError
from rag.evaluation.expected import locate_expected
from rag.evaluation.measuring.gold import is_answering
from rag.retrieval.retriever import Retriever

QUESTIONS = 250
"""Own questions of a set; foreign ones of each other set are a quarter of it."""

SEED = 5
PENALTY = 0.01
MOST_EXCERPTS = 8
ALONE = "reading alone"
SAME_PAGES = (frozenset({"squad2", "xquad"}),)
"""Sets over the same pages: a question of one is not unanswerable in the other."""


@dataclass(frozen=True)
class Sample:
    """One question asked of one set, as read; `gold` says of each sentence whether it answers."""

    asked: object
    hits: tuple
    expected: object
    is_answerable: bool
    is_foreign: bool
    gold: dict
    reader: object
    alone: dict = field(default_factory=dict)

    def ranked(self, weights):
        return ranking.rank_sentences(self.asked, self.hits, ranking.Signals(*weights))

    def lists(self):
        """Return signals and labels of its sentences."""
        ranked = self.ranked(np.zeros(len(fields(ranking.Signals))))
        rows = np.array([astuple(each.signals) for each in ranked])
        return rows, np.array([self.gold.get((each.hit, each.place), 0.0) for each in ranked])

    def made(self, weights):
        """Return the excerpts as ranked with their passages."""
        shares = ranking.probabilities(self.ranked(weights), self.hits)
        return excerpts.make_excerpts(self.hits, shares, most=MOST_EXCERPTS)

    def excerpts(self, weights):
        """Return the excerpts in the order of an answer."""
        return self.reread(self.made(weights))

    def reread(self, made):
        """Return excerpts in order after they were read alone, each once."""
        if not made or not self.reader:
            return made
        first = made[: rereading.READ_AGAIN]
        unread = [each for each in first if (each.article.id, each.span) not in self.alone]
        for each in rereading.reread(self.asked.read_as, unread, self.reader):
            self.alone[each.article.id, each.span] = each.alone
        read = [replace(each, alone=self.alone[each.article.id, each.span]) for each in first]
        return rereading.reordered(read) + made[rereading.READ_AGAIN :]

    @property
    def has_gold(self):
        """Tell whether some sentence of its hits is known to answer."""
        return self.is_answerable and bool(self.gold)

    def chosen(self, weights):
        """Return of the excerpts chosen: the lead right, any right, how many, how many words."""
        made = self.excerpts(weights)
        if not made:
            return None
        shown = selection.select(made, None)  # asks the embedder only where dates differ
        right = [self.is_right(each) for each in shown]
        return right[0], any(right), len(shown), sum(len(each.text.split()) for each in shown)

    def is_right(self, excerpt):
        """Tell whether an excerpt answers; by its article where no more is known."""
        if not self.is_answerable or self.is_foreign:
            return False
        told = is_answering([excerpt.quote()], self.expected)
        return excerpt.article.id in self.expected.articles if told is None else told


def main():
    """Collect, fit, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--without-reader", action="store_true")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="own questions of a set")
    options = parser.parse_args()
    reader = load_reader(Config(reranker=NO_RERANKER if options.without_reader else OWN_RERANKER))
    samples = {
        folder.name: collect(folder, options.sets, options, reader) for folder in options.sets
    }
    names = [each.name for each in fields(ranking.Signals)]
    if reader:
        names.remove("terms")  # set by hand beside the reader: see RESULTS.md
    print("\n| signals | " + " | ".join(f"{n}: first / three" for n in samples) + " |")
    for off in ((), *((name,) for name in (ALONE, *names))):
        print_ranking(samples, [name for name in names if name not in off], off)
    everything = [sample for own in samples.values() for sample in own]
    weights = fit_ranking(everything, names)
    show("ranking", [each.name for each in fields(ranking.Signals)], weights)
    fit_rereading(everything, weights)
    show("rereading", ["likely", "alone"], [rereading.LIKELY, rereading.ALONE])
    rows = {name: [decision_row(s, weights) for s in own] for name, own in samples.items()}
    report_decisions({name: [r for r in own if r] for name, own in rows.items()})
    report_constants(samples, weights)


def collect(folder, sets, options, reader):
    """Return the samples of one index: own questions, then those of the other sets."""
    rng = random.Random(SEED)  # noqa: S311 - draws questions
    embedder, snapshot = open_set(folder, options.work)
    retriever = Retriever(embedder)
    own = load_questions(folder, options.work)
    drawn = [(asked, False) for asked in rng.sample(own, min(options.questions, len(own)))]
    for other in sets:
        if other != folder and not any({folder.name, other.name} <= same for same in SAME_PAGES):
            foreign = [a for a in load_questions(other, options.work) if not a.question.history]
            few = min(options.questions // 4, len(foreign))
            drawn += [(asked, True) for asked in rng.sample(foreign, few)]
    samples = []
    for asked, is_foreign in drawn:
        try:
            retrieval = retriever.retrieve(asked.question, snapshot, k=Config().hits)
        except QuestionError:
            continue
        question = analyse(asked.question, retrieval.query, snapshot)
        hits = tuple(read_hits(question.read_as, retrieval, snapshot, reader))
        expected = None if is_foreign else locate_expected(asked, snapshot)
        gold = {} if is_foreign else gold_of(asked, hits, snapshot)
        answerable = bool(asked.is_answerable) and not is_foreign
        samples.append(Sample(question, hits, expected, answerable, is_foreign, gold, reader))
    print(f"{folder.name}: {len(samples)} questions", flush=True)
    return samples


def gold_of(asked, hits, snapshot):
    places = [(n, i) for n, hit in enumerate(hits) for i in range(len(hit.sentences))]
    spans = [(hits[n].article, hits[n].sentences[i]) for n, i in places]
    labels = answering_labels(asked, spans, snapshot)
    return {place: 1.0 for place, label in zip(places, labels, strict=True) if label}


def fit_ranking(samples, names):
    """Return weights that make the answering sentences likely (listwise); 0 for those not named."""
    known = [field.name for field in fields(ranking.Signals)]
    kept = [known.index(name) for name in names]
    lists = [(rows[:, kept], gold) for rows, gold in (s.lists() for s in samples) if gold.any()]
    weights = np.zeros(len(known))
    weights[kept] = fit_listwise(lists)
    return weights


def fit_listwise(lists):
    """Return weights that make what is labelled likely among the rows of its list."""
    scale = np.concatenate([rows for rows, _ in lists]).std(axis=0) + 1e-9

    def loss(weights):
        total, gradient = PENALTY * weights @ weights / 2, PENALTY * weights
        for rows, gold in lists:
            scores = rows / scale @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            share = chance @ gold + 1e-12
            total -= np.log(share) / len(lists)
            right = chance * gold / share
            gradient = gradient + (rows / scale).T @ (chance - right) / len(lists)
        return total, gradient

    start = np.zeros(len(scale))
    return minimize(loss, start, jac=True, method="L-BFGS-B").x / scale


def fit_rereading(samples, weights):
    """Set what `rereading` weighs the two opinions of an excerpt by."""
    lists = []
    for sample in samples:
        made = sample.reread(sample.made(weights)) if sample.has_gold else []
        right = np.array([sample.is_right(each) for each in made], float)
        if right[: rereading.READ_AGAIN].any():
            before = {(e.article.id, e.span): e.probability for e in sample.made(weights)}
            rows = [(np.log(before[e.article.id, e.span]), e.alone) for e in made]
            few = rereading.READ_AGAIN
            lists.append((np.array(rows)[:few], right[:few]))
    if samples[0].reader:
        rereading.LIKELY, rereading.ALONE = fit_listwise(lists)


def print_ranking(samples, names, off):
    """Print of each set, with weights fitted on the others: the lead right, one of three right."""
    cells = []
    for held_out, own in samples.items():
        others = [s for name, rest in samples.items() if name != held_out for s in rest]
        weights = fit_ranking(others, names)
        if ALONE not in off:
            fit_rereading(others, weights)
        found = []
        for sample in own:
            if sample.has_gold:
                made = (sample.made if ALONE in off else sample.excerpts)(weights)
                found.append([sample.is_right(each) for each in made[:3]])
        if found:
            first = np.mean([each[0] for each in found])
            cells.append(f"{first:.3f} / {np.mean([any(each) for each in found]):.3f}")
        else:
            cells.append("–")
    print(f"| without {off[0]} | " if off else "| all | ", " | ".join(cells), "|", flush=True)


def decision_row(sample, weights):
    """Return signals, whether the lead is right, and of what kind the question is."""
    made = sample.excerpts(weights)
    if not made:
        return None
    signals = answerability.read_signals(sample.asked, sample.hits, made[0])
    return (
        np.array(astuple(signals)),
        sample.is_right(made[0]),
        sample.is_answerable,
        sample.is_foreign,
    )


def report_decisions(rows):
    names = [field.name for field in fields(answerability.AnswerSignals)]
    print("\n| signals | set | AUROC own | AUROC foreign | AUROC right | ECE | right from .9 |")
    for off in (None, *names):
        kept = [i for i, name in enumerate(names) if name != off]
        for held_out, own in rows.items():
            others = [r for name, rest in rows.items() if name != held_out for r in rest]
            print_decision(f"without {off}" if off else "all", held_out, own, others, kept)
    everything = [row for own in rows.values() for row in own]
    weights, bias = fit_logistic(everything, range(len(names)))
    show("answerability", [*names, "bias"], [*weights, bias])


CONSTANTS = (
    (excerpts, "MOST_SENTENCES", (1, 2, 3, 4)),
    (excerpts, "MOST_WORDS", (40, 60, 80)),
    (excerpts, "PARAGRAPH", ("\n\n", "\0")),
    (selection, "ENOUGH", (0.7, 0.85, 0.95)),
    (selection, "WORTH_ADDING", (0.05, 0.1, 0.2)),
    (selection, "SAME_TERMS", (0.6, 0.75, 0.9)),
)
"""Constants of excerpts and of their choice, each with values to try; the others stay."""


def report_constants(samples, weights):
    """Print how often the lead and anything shown is right, and how much is shown, by constant."""
    print("\n| constant | value | lead | shown | excerpts | words |")
    for module, name, values in CONSTANTS:
        kept = getattr(module, name)
        for value in values:
            setattr(module, name, value)
            found = [s.chosen(weights) for own in samples.values() for s in own if s.has_gold]
            lead, shown, number, words = np.mean([each for each in found if each], axis=0)
            mark = " (taken)" if value == kept else ""
            shown_of = f"{lead:.3f} | {shown:.3f} | {number:.2f} | {words:.0f}"
            print(f"| {name} | {value!r}{mark} | {shown_of} |")
        setattr(module, name, kept)


def fit_logistic(rows, kept):
    """Return weights and bias of a logistic regression for "the lead is right"."""
    kept = list(kept)
    inputs = np.array([row[0] for row in rows])[:, kept]
    scale = inputs.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0 / (PENALTY * len(rows)))
    model.fit(inputs / scale, [row[1] for row in rows])
    return model.coef_[0] / scale, float(model.intercept_[0])


def print_decision(title, name, own, others, kept):
    weights, bias = fit_logistic(others, kept)
    inputs = np.array([row[0] for row in own])[:, kept]
    chance = 1 / (1 + np.exp(-(inputs @ weights + bias)))
    right, yes, foreign = (np.array([row[i] for row in own]) for i in (1, 2, 3))
    figures = [
        auroc(chance, yes, ~yes & ~foreign),
        auroc(chance, yes, foreign),
        auroc(chance, right, ~right),
        calibration_error(chance, right),
        np.mean(right[chance >= 0.9]) if (chance >= 0.9).any() else np.nan,
    ]
    cells = " | ".join(f"{figure:.3f}" for figure in figures)
    print(f"| {title} | {name} | {cells} ({int((chance >= 0.9).sum())}) |")
    if title == "all":
        for level in (0.08, 0.15, 0.3, 0.4, 0.5, 0.6, 0.7):
            at = chance >= level
            print(
                f"    from {level}: answerable {np.mean(at[yes]):.2f}, own unanswerable "
                f"{np.mean(at[~yes & ~foreign]):.2f}, foreign {np.mean(at[foreign]):.2f}, "
                f"right of these {np.mean(right[at]) if at.any() else 0:.2f}"
            )


def auroc(chance, positive, negative):
    both = positive | negative
    if not positive.any() or not negative.any():
        return float("nan")
    return roc_auc_score(positive[both], chance[both])


def calibration_error(chance, right, bins=10):
    """Return the expected calibration error (Naeini et al. 2015), bins of equal width."""
    place = np.minimum((chance * bins).astype(int), bins - 1)
    return sum(
        np.mean(place == b) * abs(chance[place == b].mean() - right[place == b].mean())
        for b in range(bins)
        if (place == b).any()
    )


def show(title, names, weights):
    print(title, {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)})


if __name__ == "__main__":
    main()

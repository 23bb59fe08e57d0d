r"""Measure verdicts on claims, by kind, with every guard switched off once.

    python tests/benchmarks/claims.py CLAIMS               as the product finds quotes
    python tests/benchmarks/claims.py CLAIMS --ablate      once more without each guard
    python tests/benchmarks/claims.py own CLAIMS … --fit   fit the weights of the entailment
    python tests/benchmarks/claims.py own CLAIMS … --write fit them, and write them into its module

CLAIMS is a folder of `claims.jsonl` (`article`, `claim`, `quote`, `label`, `kind`) and
`articles/`, or "own": the cases of tests/answering/verification, judged on their quotes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from rag.answering.llm.reply_parser import Draft
from rag.answering.verification import entailment as module
from rag.answering.verification.entailment import Entailment, Signals, Weights, load_entailment
from rag.answering.verification.evidence import Excerpt
from rag.answering.verification.guards import GUARDS
from rag.answering.verification.support import Region, support
from rag.answering.verification.verify import ATTRIBUTION, ENTAILMENT, JOINING, Verifier
from rag.assistant import Assistant
from rag.config import Config
from rag.encoders.embedder import load_embedder
from rag.encoders.reader import EntailmentScores, load_reader
from rag.records import Verdict
from tests.answering.verification.cases import read_claims

FALSE_COSTS = 4.0
"""How many times as bad a share of false claims that pass is as one of true ones left out."""
ROUNDS = 10
"""Times that a fit chooses anew by which sentence of its article each claim is judged."""
STARTING = Weights(entailed=1.0, missing=-4.0, likeness=0.0, bias=0.0)


class Case(NamedTuple):
    """A claim with its article and quotes; those of our own cases are excerpts."""

    kind: str
    is_true: bool
    claim: str
    quotes: tuple[Excerpt, ...]
    article: str = ""


Judge = Callable[[Case], Verdict]
Make = Callable[[Verifier], Judge]


def main() -> None:
    """Read the cases, judge them as asked, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("claims", nargs="+", help='folders, or "own"')
    parser.add_argument("--reranker", default=Config().reranker)
    for flag in ("--ablate", "--fit", "--write", "--verbose"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    entailment = Remembering(load_entailment(load_reader(Config(reranker=options.reranker))))
    verifier = Verifier(entailment, load_embedder(Config()))
    sets = {claims: read_cases(claims) for claims in options.claims}
    with tempfile.TemporaryDirectory() as folder:
        if options.fit or options.write:
            fit(sets, verifier, Path(folder), is_written=options.write)
            return
        for claims, cases in sets.items():
            make = judging(claims, Path(folder))
            print_table(cases, make(verifier), verbose=options.verbose)
            for name in steps() if options.ablate else ():
                without = replace(verifier, without={name})
                print_line(f"without {name}", count(cases, make(without)))
            if options.ablate:
                print_line("without likeness", count(cases, make(Verifier(entailment))))


def steps() -> tuple[str, ...]:
    """Return the names of what can be switched off."""
    return (*GUARDS, ENTAILMENT, ATTRIBUTION, JOINING)


class Remembering:
    """An entailment that scores each pair once, however often it is asked."""

    def __init__(self, entailment: Entailment) -> None:
        self.name = entailment.name
        self._entails = cache(entailment.entails)

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        """Return the scores of the pair."""
        return self._entails(claim, evidence)


def read_cases(claims: str) -> list[Case]:
    """Return the claims of a folder, or our own."""
    if claims == "own":
        return [
            Case(c.kind, c.is_true, c.claim, tuple(map(Excerpt, c.quotes, c.before)))
            for c in read_claims()
        ]
    lines = (Path(claims) / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Case(
            row["kind"],
            row["label"] == "supported",
            row["claim"],
            (Excerpt(row["quote"]),),
            row["article"],
        )
        for row in map(json.loads, lines)
    ]


def judging(claims: str, folder: Path) -> Make:
    """Return what makes of a Verifier a way to judge a case: as the product does, or our own."""
    if claims == "own":
        return lambda verifier: lambda case: verifier.judge(case.claim, case.quotes).verdict
    index = folder / Path(claims).name
    assistant = Assistant(Config(corpus=Path(claims) / "articles", index=index))
    assistant.build()
    snapshot = assistant.snapshot()
    regions = {
        key: [Region(article, p.start, p.text) for p in snapshot.article_passages(key)]
        for key in snapshot.article_ids
        if (article := snapshot.article(key))
    }

    def make(verifier: Verifier) -> Judge:
        def judge(case: Case) -> Verdict:
            draft = Draft(case.claim, (), tuple(quote.text for quote in case.quotes))
            sentence = support(draft, _of(case.article, regions), verifier)
            return sentence.verdict if sentence else "unsupported"

        return judge

    return make


def _of(article: str, regions: dict[str, list[Region]]) -> list[Region]:
    """Return the passages of a case's article first, then all others."""
    own = [key for key in regions if Path(key).stem == Path(article).stem]
    return [r for key in (*own, *(k for k in regions if k not in own)) for r in regions[key]]


def count(cases: Sequence[Case], judge: Judge) -> Counter[tuple[str, bool, Verdict]]:
    """Return how many claims of each kind got which verdict."""
    return Counter((case.kind, case.is_true, judge(case)) for case in cases)


def print_table(cases: Sequence[Case], judge: Judge, *, verbose: bool) -> None:
    """Print a line for each kind, then for all."""
    judge = cache(judge)
    counted = count(cases, judge)
    for is_true, kind in sorted({(case.is_true, case.kind) for case in cases}):
        told = {verdict: n for (k, t, verdict), n in counted.items() if (k, t) == (kind, is_true)}
        print(f"{'true' if is_true else 'false':6}{kind:16}{told}")
    print_line("all", counted)
    for case in cases if verbose else ():
        if (judge(case) == "unsupported") == case.is_true:
            print(case.kind, "|", case.claim, "|", " … ".join(q.text for q in case.quotes))


def print_line(name: str, counted: Counter[tuple[str, bool, Verdict]]) -> None:
    """Print the two shares that matter."""
    false = [n for (_, t, _), n in counted.items() if not t]
    true = [n for (_, t, _), n in counted.items() if t]
    passed = sum(n for (_, t, v), n in counted.items() if not t and v == "supported")
    left_out = sum(n for (_, t, v), n in counted.items() if t and v == "unsupported")
    print(
        f"{name:24} false supported {passed} of {sum(false)} ({_share(passed, false)}), "
        f"true left out {left_out} of {sum(true)} ({_share(left_out, true)})"
    )


def _share(part: int, all_: Iterable[int]) -> str:
    return f"{part / max(1, sum(all_)):.1%}"


@dataclass(frozen=True)
class Recording(Verifier):
    """A Verifier that finds nothing entailed, and keeps the signals of all that it looked at."""

    seen: list[Signals] = field(default_factory=list)

    def is_entailed(self, signals: Signals) -> bool:
        """Keep the signals; go on looking."""
        self.seen.append(signals)
        return False


class Seen(NamedTuple):
    """The signals (n, 3) of every sentence that could carry a claim; `is_exact`: word for word."""

    is_true: bool
    is_exact: bool
    signals: np.ndarray


def look(cases: Sequence[Case], make: Make, verifier: Verifier) -> list[Seen]:
    """Return what the guards let through of each case."""
    found = []
    for case in cases:
        recording = Recording(verifier.entailment, verifier.embedder, without={JOINING})
        verdict = make(recording)(case)
        rows = np.array([astuple(s) for s in recording.seen]).reshape(-1, 3)
        found.append(Seen(case.is_true, verdict != "unsupported", rows))
    return found


def fit(sets: dict[str, list[Case]], verifier: Verifier, folder: Path, *, is_written: bool) -> None:
    """Print the weights fitted on all sets, before them what each costs that had no part in it."""
    seen = {
        claims: look(cases, judging(claims, folder), verifier) for claims, cases in sets.items()
    }
    alone = {
        claims: [one._replace(signals=one.signals * [1, 1, 0]) for one in many]
        for claims, many in seen.items()
    }
    for name, looked in (("reader", alone), ("reader and embedder", seen)):
        weights = report(name, looked)
        if is_written:
            write(name, weights)


def report(name: str, seen: dict[str, list[Seen]]) -> Weights:
    """Return the weights fitted on all sets; print what they cost."""
    for claims in seen if len(seen) > 1 else ():
        others = [many for other, many in seen.items() if other != claims]
        print(f"{name}: {claims}, fitted on the others: {_costs(seen[claims], fitted(others))}")
    weights = fitted([*seen.values()])
    for claims, many in seen.items():
        print(f"{name}: {claims}, fitted on all: {_costs(many, weights)}")
    print(weights)
    return weights


def write(name: str, weights: Weights) -> None:
    """Write the weights into the module that uses them."""
    path = Path(module.__file__)
    source = path.read_text(encoding="utf-8")
    written, times = re.subn(rf'("{name}": )Weights\(.*?\)', rf"\g<1>{weights}", source)
    assert times == 1
    path.write_text(written, encoding="utf-8")


def fitted(sets: Sequence[Sequence[Seen]]) -> Weights:
    """Return the weights of a logistic regression over the best sentence of each claim.

    Which is best depends on the weights, so both are found in turns. The bias is then moved to
    where the shares of false claims that pass and of true ones left out cost least, each set
    counting alike.
    """
    from sklearn.linear_model import LogisticRegression

    usable = [one for seen in sets for one in seen if len(one.signals) and not one.is_exact]
    labels = np.array([one.is_true for one in usable])
    slopes = np.array(astuple(STARTING)[:-1])
    for _ in range(ROUNDS):
        best = np.array([one.signals[np.argmax(one.signals @ slopes)] for one in usable])
        spread = best.std(axis=0) + 1e-6
        model = LogisticRegression(class_weight="balanced").fit(best / spread, labels)
        slopes = model.coef_[0] / spread
    scores = [_scores(seen, slopes) for seen in sets]
    places = np.unique(np.concatenate([each[np.isfinite(each)] for each in scores]))
    cuts = (places[1:] + places[:-1]) / 2
    costs = [
        sum(
            np.dot([FALSE_COSTS, 1.0], _shares(seen, each - cut))
            for seen, each in zip(sets, scores, strict=True)
        )
        for cut in cuts
    ]
    return Weights(*(round(float(w), 3) for w in (*slopes, -cuts[int(np.argmin(costs))])))


def _scores(seen: Sequence[Seen], slopes: np.ndarray) -> np.ndarray:
    return np.array(
        [np.inf if one.is_exact else max(one.signals @ slopes, default=-np.inf) for one in seen]
    )


def _shares(seen: Sequence[Seen], scores: np.ndarray) -> tuple[float, float]:
    """Return the shares of the false claims above 0, and of the true ones that are not."""
    is_true = np.array([one.is_true for one in seen])
    return float(np.mean(scores[~is_true] > 0)), float(np.mean(scores[is_true] <= 0))


def _costs(seen: Sequence[Seen], weights: Weights) -> str:
    *slopes, bias = astuple(weights)
    passed, left_out = _shares(seen, _scores(seen, np.array(slopes)) + bias)
    return f"false passed {passed:.1%}, true left out {left_out:.1%}"


if __name__ == "__main__":
    main()

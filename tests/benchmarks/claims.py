r"""Measure verdicts on claims, by kind, with every guard switched off once.

    python tests/benchmarks/claims.py CLAIMS                   as the product finds quotes
    python tests/benchmarks/claims.py CLAIMS --evidence given  on the quote that comes with a claim
    python tests/benchmarks/claims.py CLAIMS --ablate          once more without each guard
    python tests/benchmarks/claims.py CLAIMS --assistant       through an answer model on loopback
    python tests/benchmarks/claims.py own --fit                fit the thresholds
    python tests/benchmarks/claims.py --pairs TRAINING         on held-out entailment pairs

CLAIMS is a folder of `claims.jsonl` (`article`, `question`, `claim`, `quote`, `label`, `kind`) and
`articles/`, or "own": the cases of tests/answering/verification. TRAINING is a folder of entailment
sets (`*.nli.jsonl.gz`), of which the documents count that the training leaves out.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from rag.answering.llm.reply_parser import Draft
from rag.answering.verification.entailment import Entailment, load_entailment
from rag.answering.verification.evidence import Excerpt
from rag.answering.verification.guards import GUARDS
from rag.answering.verification.support import Region, support
from rag.answering.verification.thresholds import THRESHOLDS, Thresholds
from rag.answering.verification.verify import ATTRIBUTION, ENTAILMENT, Verifier
from rag.assistant import Assistant
from rag.config import Config
from rag.encoders.reader import EntailmentScores, load_reader
from rag.records import Question, Verdict
from rag.training.sets import ENTAILED
from rag.training.sets import read_claims as read_pairs
from tests.answering.verification.cases import read_claims
from tests.openai_server import OpenAIServer, Reply

GRID = {
    "log_odds": [-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0],
    "per_missing": [0.0, 2.5, 5.0, 7.5, 10.0],
    "most_missing": [0.0, 0.15, 0.2, 0.25, 0.34, 0.4, 0.5],
}
FALSE_COSTS = 3
"""How many true claims left out a false one that passes is worth."""


class Case(NamedTuple):
    """A claim with its article and quotes; those of our own cases are excerpts."""

    kind: str
    is_true: bool
    claim: str
    quotes: tuple[Excerpt, ...]
    article: str = ""
    question: str = ""


Judge = Callable[[Case], Verdict]


def main() -> None:
    """Read the cases, judge them as asked, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("claims", nargs="?", help='a folder, or "own"')
    parser.add_argument("--evidence", choices=["product", "found", "given"], default="product")
    parser.add_argument("--reranker", default=Config().reranker)
    parser.add_argument("--pairs", type=Path, help="folder of entailment sets")
    parser.add_argument("--most", type=int, default=400, help="pairs at most")
    for flag in ("--ablate", "--assistant", "--fit", "--verbose"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    entailment = Remembering(load_entailment(load_reader(Config(reranker=options.reranker))))
    cases = _cases(options)
    with tempfile.TemporaryDirectory() as folder:
        if options.assistant:
            config = Config(
                corpus=Path(options.claims) / "articles", index=Path(folder),
                reranker=options.reranker,
            )  # fmt: skip
            print_table(cases, through_assistant(config), verbose=options.verbose)
        elif options.fit:
            print_fit(cases, entailment)
        else:
            make = judging(options, Path(folder))
            print_table(cases, make(Verifier(entailment)), verbose=options.verbose)
            for name in (*GUARDS, ENTAILMENT, ATTRIBUTION) if options.ablate else ():
                without = Verifier(entailment, without={name})
                print_line(f"without {name}", count(cases, make(without)))


class Remembering:
    """An entailment that scores each pair once, however often it is asked."""

    def __init__(self, entailment: Entailment) -> None:
        self.name = entailment.name
        self._entails = cache(entailment.entails)

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        """Return the scores of the pair."""
        return self._entails(claim, evidence)


def _cases(options: argparse.Namespace) -> list[Case]:
    if options.pairs:
        pairs = [pair for pair in read_pairs(options.pairs, seed=1) if pair.is_held_out]
        random.Random(1).shuffle(pairs)  # noqa: S311 - draws a sample
        return [
            Case("pair", pair.label == ENTAILED, pair.claim, (Excerpt(pair.text),))
            for pair in pairs[: options.most]
        ]
    if options.claims == "own":
        return [
            Case(c.kind, c.is_true, c.claim, tuple(map(Excerpt, c.quotes, c.before)))
            for c in read_claims()
        ]
    lines = (Path(options.claims) / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Case(
            row["kind"], row["label"] == "supported", row["claim"], (Excerpt(row["quote"]),),
            row["article"], row["question"],
        )
        for row in map(json.loads, lines)
    ]  # fmt: skip


def judging(options: argparse.Namespace, folder: Path) -> Callable[[Verifier], Judge]:
    """Return what makes of a Verifier a way to judge a case by the evidence that is asked for."""
    if options.evidence == "given" or options.pairs or options.claims == "own":
        return lambda verifier: lambda case: verifier.judge(case.claim, case.quotes).verdict
    assistant = Assistant(Config(corpus=Path(options.claims) / "articles", index=folder))
    assistant.build()
    snapshot = assistant.snapshot()
    regions = {
        key: [Region(article, p.start, p.text) for p in snapshot.article_passages(key)]
        for key in snapshot.article_ids
        if (article := snapshot.article(key))
    }

    def make(verifier: Verifier) -> Judge:
        def judge(case: Case) -> Verdict:
            given = tuple(quote.text for quote in case.quotes)
            quotes = given if options.evidence == "product" else ()
            draft = Draft(case.claim, (), quotes)
            sentence = support(draft, _of(case.article, regions), verifier)
            return sentence.verdict if sentence else "unsupported"

        return judge

    return make


def _of(article: str, regions: dict[str, list[Region]]) -> list[Region]:
    """Return the passages of a case's article first, then all others."""
    own = [key for key in regions if Path(key).stem == Path(article).stem]
    return [r for key in (*own, *(k for k in regions if k not in own)) for r in regions[key]]


def through_assistant(config: Config) -> Judge:
    """Return what asks the whole Assistant, whose answer model says the claim and its quote."""

    def judge(case: Case) -> Verdict:
        quotes = [{"passage": 1, "quote": quote.text} for quote in case.quotes]
        said = {"sentences": [{"text": case.claim, "quotes": quotes}], "abstain": False}
        with OpenAIServer(Reply(json.dumps(said))) as server:
            asked = replace(
                config, answer_model="openai:test", answer_model_url=server.url, caution="low"
            )
            assistant = Assistant(asked)
            if not any(config.index.iterdir()):
                assistant.build()
            answer = assistant.ask(Question(case.question))
        shown = [s.verdict for s in answer.sentences if s.text == case.claim]
        return shown[0] if shown and answer.answerer != "extractive" else "unsupported"

    return judge


def count(cases: Sequence[Case], judge: Judge) -> Counter[tuple[str, bool, Verdict]]:
    """Return how many claims of each kind got which verdict."""
    return Counter((case.kind, case.is_true, judge(case)) for case in cases)


def print_table(cases: Sequence[Case], judge: Judge, *, verbose: bool) -> None:
    """Print a line for each kind, then for all."""
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


def print_fit(cases: Sequence[Case], entailment: Entailment) -> None:
    """Print the thresholds of the grid that cost least, best first."""
    found = []
    for values in itertools.product(*GRID.values()):
        thresholds = Thresholds(**dict(zip(GRID, values, strict=True)))
        THRESHOLDS["words" if entailment.name == "words" else "reader"] = thresholds
        verifier = Verifier(entailment, without={ATTRIBUTION})
        passed = left_out = 0
        for case in cases:
            is_carried = verifier.judge(case.claim, case.quotes).is_carried
            passed += is_carried and not case.is_true
            left_out += case.is_true and not is_carried
        found.append((FALSE_COSTS * passed + left_out, passed, left_out, thresholds))
    for cost, passed, left_out, thresholds in sorted(found, key=lambda row: row[:3])[:12]:
        print(f"{cost:4} false passed {passed}, true left out {left_out}: {thresholds}")


if __name__ == "__main__":
    main()

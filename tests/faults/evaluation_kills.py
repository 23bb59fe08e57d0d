"""Kill evaluations at random times, resume them, and prove that nothing is lost or counted twice.

    python -m tests.faults.evaluation_kills --kills 2000 --seed 1

A child evaluates a question set and is killed with SIGKILL somewhere in it; the next child
resumes. Once a run is whole, its summary and its rows, times aside, must be those of a run that
nobody killed, and the next run begins.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import random
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a forked child must not wait for lost threads

from rag.assistant import Assistant
from rag.config import Config
from rag.evaluation.records import EvaluatedQuestion, SetQuestion
from rag.evaluation.runs.run_folder import SUMMARY, RunFolder
from rag.evaluation.runs.runner import RunOptions, evaluate
from rag.evaluation.runs.subject import AssistantSubject
from rag.records import Question
from tests.doubles import WordEmbedder
from tests.faults.workbench import timed

ARTICLES = 12
QUESTIONS = 60
PARTS_OF_A_RUN = 4  # kills that a run meets on average before it is whole


@dataclass(slots=True)
class Tally:
    """How the trials ended."""

    kills: int = 0
    whole_runs: int = 0
    resumed_with_rows: int = 0


def run_kills(kills: int, seed: int, folder: Path) -> Tally:
    """Kill and resume until `kills` children were killed; AssertionError at the first fault."""
    choose = random.Random(seed)  # noqa: S311 - not for secrets
    subject, questions = make_subject(folder)
    started = time.monotonic()
    wanted = finished(evaluate(subject, questions, folder / "whole", options=options()))
    seconds = time.monotonic() - started
    tally, run = Tally(), folder / "run"
    while tally.kills < kills:
        wait = choose.uniform(0, 2 * seconds / PARTS_OF_A_RUN)
        tally.kills += _evaluate_and_kill(subject, questions, run, wait)
        tally.resumed_with_rows += rows_of(run) > 0
        if (run / SUMMARY).exists():
            assert finished(RunFolder(run)) == wanted, f"seed {seed}, kill {tally.kills}"
            tally.whole_runs += 1
            shutil.rmtree(run)
    evaluate(subject, questions, run, options=options())
    assert finished(RunFolder(run)) == wanted, f"seed {seed}, the last"
    return tally


def make_subject(folder: Path) -> tuple[AssistantSubject, list[SetQuestion]]:
    """Return a small index, and questions about it that it answers, some of them."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for number in range(ARTICLES):
        told = f"The town of Place{number} built {number + 3} bridges in 19{number + 50}."
        (corpus / f"{number}.txt").write_text(f"Report {number}\n\n{told}", encoding="utf-8")
    assistant = Assistant(Config(corpus=corpus, index=folder / "index", reranker="none"))
    assistant.embedder = WordEmbedder()
    assistant.build()
    questions = [
        SetQuestion(
            id=f"q{number}",
            question=Question(f"How many bridges did Place{number % (2 * ARTICLES)} build?"),
            answers=(str(number % ARTICLES + 3),) if number % (2 * ARTICLES) < ARTICLES else (),
            articles=(f"{number % ARTICLES}.txt",) if number % (2 * ARTICLES) < ARTICLES else (),
            answerable=number % (2 * ARTICLES) < ARTICLES,
        )
        for number in range(QUESTIONS)
    ]
    return AssistantSubject(assistant, assistant.snapshot()), questions


def options() -> RunOptions:
    """Return the options of every run here: go on with what there is."""
    return RunOptions(name="run", resume=True)


def finished(run: RunFolder) -> tuple[bytes, list[EvaluatedQuestion]]:
    """Return what must not depend on kills: the summary's bytes, and the rows without times."""
    rows = [dataclasses.replace(row, timings_ms={}) for row in run.rows()]
    return (run.path / SUMMARY).read_bytes(), rows


def rows_of(run: Path) -> int:
    """Return how many whole rows a run has so far."""
    path = run / "results.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _evaluate_and_kill(
    subject: AssistantSubject, questions: list[SetQuestion], run: Path, wait: float
) -> bool:
    """Return whether the child was killed before it ended by itself."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            evaluate(subject, questions, run, options=options())
            code = 0
        finally:
            os._exit(code)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the run failed on its own"
    return os.WIFSIGNALED(status)


def main() -> None:
    """Run as many kills as asked and print the tally."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tally, _ = timed(lambda folder: run_kills(given.kills, given.seed, folder))
    print(
        f"{tally.kills} kills (seed {given.seed}): {tally.whole_runs} runs whole in the end, each "
        f"as if never killed; {tally.resumed_with_rows} kills left rows to go on from"
    )


if __name__ == "__main__":
    main()

"""Measure the evaluation itself: its speed, its overhead over the answers, its memory.

    python tests/benchmarks/evaluation.py                     all three
    python tests/benchmarks/evaluation.py --questions 5000    the length of the long run

- 500 questions of retrieval only, on an index of some 10,000 passages
- the same questions answered; what the harness adds to the answers' own times
- a long run of retrieval only: the process's memory after a tenth of it, and at its end
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))  # run as a script, from anywhere

from rag.assistant import Assistant
from rag.config import Config
from rag.evaluation.records import SetQuestion
from rag.evaluation.runs.run_folder import RunFolder
from rag.evaluation.runs.runner import RunOptions, evaluate
from rag.evaluation.runs.subject import AssistantSubject
from rag.index.snapshot import Snapshot
from rag.records import Question
from rag.text.sentences import split_sentences
from tests.benchmarks.synthetic import write_corpus

ARTICLES = 4300  # make a little over 10,000 passages
QUESTIONS = 500
LONG_RUN = 5000


def make_questions(snapshot: Snapshot, count: int) -> list[SetQuestion]:
    """Return questions that have their gold quote: a sentence of each of `count` articles."""
    ids = snapshot.article_ids
    return [_made(number, ids[number % len(ids)], snapshot) for number in range(count)]


def _made(number: int, article_id: str, snapshot: Snapshot) -> SetQuestion:
    text = snapshot.article(article_id).text
    sentences = [text[span.start : span.end] for span in split_sentences(text)]
    told = sentences[number % len(sentences)]
    asked = " ".join(told.split()[:12])
    return SetQuestion(
        id=str(number),
        question=Question(f"What is said of {asked}?"),
        articles=(article_id,),
        quotes=(told,),
    )


def run(subject: AssistantSubject, count: int, folder: Path, **options: bool) -> RunFolder:
    """Evaluate `count` questions and print how long it took."""
    questions = make_questions(subject.snapshot, count)
    early = max(1, count // 10)
    memory: dict[int, float] = {}

    def look(done: int, total: int) -> None:
        if done in {early, total}:
            memory[done] = resident_mb()

    started = time.perf_counter()
    done = evaluate(
        subject,
        questions,
        folder,
        options=RunOptions(name=folder.name, **options),
        on_progress=look,
    )
    seconds = time.perf_counter() - started
    stages = ("retrieval",) if options.get("retrieval_only") else ("total",)
    own = sum(row.timings_ms[stage] for row in done.rows() for stage in stages) / 1000
    print(
        f"{folder.name}: {count:,} questions in {seconds:.1f} s, of which {own:.1f} s are the "
        f"subject's own; the harness adds {100 * (seconds - own) / own:.1f} %; memory "
        f"{memory[early]:.0f} MB after {early:,}, {memory[count]:.0f} MB after {count:,}, "
        f"{resident_mb():.0f} MB with the summary made"
    )
    return done


def resident_mb() -> float:
    """Return the resident memory of this process in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


def main() -> None:
    """Build the index, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--questions", type=int, default=LONG_RUN, help="of the long run")
    parser.add_argument("--work", type=Path, help="folder for the index, kept for the next time")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = given.work or Path(place)
        write_corpus(folder / "corpus", ARTICLES)
        assistant = Assistant(Config(corpus=folder / "corpus", index=folder / "index"))
        report = assistant.build()
        print(f"{report.passages:,} passages")
        assistant.warm()
        subject = AssistantSubject(assistant, assistant.snapshot())
        runs = Path(place)
        run(subject, QUESTIONS, runs / "retrieval only", retrieval_only=True)
        run(subject, QUESTIONS, runs / "answers")
        run(subject, given.questions, runs / "long", retrieval_only=True)


if __name__ == "__main__":
    main()

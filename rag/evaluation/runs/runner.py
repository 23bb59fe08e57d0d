"""Running a question set: every question once, in order, each result on disk as it comes.

    run = evaluate(subject, questions, folder, options=RunOptions(name="demo"))
    run.summary().measures["RR@10"].mean

The same questions, settings and generation give the same summary, byte for byte; only times
differ.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import platform
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag import __version__
from rag.errors import QuestionError
from rag.evaluation.expected import locate_expected, require_articles
from rag.evaluation.measuring.answer_measures import judge_right, measure_answer
from rag.evaluation.measuring.retrieval_measures import measure_retrieval
from rag.evaluation.measuring.summary import summarise, summarise_times
from rag.evaluation.records import EvaluatedQuestion, RunInfo, SetQuestion
from rag.evaluation.runs.run_folder import RunFolder
from rag.evaluation.runs.run_writing import RunWriter
from rag.records import Answer, Article, Retrieval

if TYPE_CHECKING:
    from rag.evaluation.runs.subject import AnswerJudge, Subject

DEPTH = 20
"""Passages that are ranked for the measures of retrieval; R@20 is the deepest of them."""

AHEAD = 4
"""Questions a worker that are taken up before the first of them is written: constant memory."""

RECORDED_PACKAGES = (
    *("faiss-cpu", "numpy", "openvino", "tokenizers", "torch"),
    *("sentence-transformers", "langchain-core", "ir-measures", "scipy"),
)

OnProgress = Callable[[int, int], None]
"""Is told how many questions of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a set is run. `limit` takes the first questions; `workers` answer at once."""

    name: str
    questions_file: str = ""
    questions_sha256: str = ""
    retrieval_only: bool = False
    limit: int | None = None
    workers: int = 1
    resume: bool = False
    judge: AnswerJudge | None = None
    index: Path = Path("index")


def evaluate(  # noqa: PLR0913 - what is run, where, how, and who is told
    subject: Subject,
    questions: Sequence[SetQuestion],
    folder: Path,
    *,
    options: RunOptions,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> RunFolder:
    """Evaluate the questions and return the run; incomplete where `stop` was set.

    Raises QuestionSetError E-EVL-010 for expected articles that the generation lacks, E-EVL-013
    where the folder holds another run, E-EVL-014 where it cannot be written.
    """
    chosen = list(questions[: options.limit])
    require_articles(chosen, subject.snapshot)
    started = time.perf_counter()
    info = describe_run(subject, len(chosen), options)
    with RunWriter(folder, info, resume=options.resume) as writer:
        todo = [question for question in chosen if question.id not in writer.done]
        done = len(chosen) - len(todo)
        for row in _rows(subject, todo, options, stop or threading.Event()):
            writer.append(row)
            done += 1
            if on_progress is not None:
                on_progress(done, len(chosen))
        if done == len(chosen) and (todo or not writer.run.is_complete):
            # How long an earlier process took is not known.
            seconds = 0.0 if writer.done else round(time.perf_counter() - started, 1)
            times = summarise_times(writer.run.rows(), seconds=seconds)
            writer.finish(summarise(writer.run.rows()), times)
    return writer.run


def describe_run(subject: Subject, questions: int, options: RunOptions) -> RunInfo:
    """Return what is about to be run, with all that its numbers depend on."""
    manifest = subject.snapshot.manifest
    return RunInfo(
        name=options.name,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        questions_file=options.questions_file,
        questions_sha256=options.questions_sha256,
        questions=questions,
        subject=subject.name,
        retrieval_only=options.retrieval_only,
        limit=options.limit,
        depth=DEPTH,
        is_judged=options.judge is not None,
        index=str(options.index.resolve()),
        generation=manifest.generation,
        generation_sha256=manifest.content_sha256,
        settings=subject.settings,
        versions=_versions(),
        workers=options.workers,
    )


def evaluate_question(
    subject: Subject,
    asked: SetQuestion,
    *,
    depth: int,
    retrieval_only: bool,
    judge: AnswerJudge | None,
) -> EvaluatedQuestion:
    """Return what came of one question. One that cannot be asked gives a row with its error."""
    expected = locate_expected(asked, subject.snapshot, passages_of=subject.article_passages)
    row = EvaluatedQuestion(
        id=asked.id,
        question=asked.question.text,
        query="",
        history=asked.question.history,
        tags=tuple(dict.fromkeys(filter(None, (asked.kind, *asked.tags)))),
        expected=expected,
    )
    started = time.perf_counter()
    try:
        if retrieval_only:
            retrieval = subject.search(asked.question, k=depth)
            elapsed = round((time.perf_counter() - started) * 1000, 1)
            return _retrieved(
                dataclasses.replace(row, timings_ms={"retrieval": elapsed}), retrieval
            )
        answer, retrieval = subject.answer(asked.question, depth=depth)
    except QuestionError as error:
        return dataclasses.replace(row, error_code=error.code, error=error.message)
    row = _answered(_retrieved(row, retrieval), answer, subject)
    judged = judge.judge(answer, expected) if judge and answer.sentences else {}
    return dataclasses.replace(row, judged=judged)


def _rows(
    subject: Subject,
    questions: Iterable[SetQuestion],
    options: RunOptions,
    stop: threading.Event,
) -> Iterator[EvaluatedQuestion]:
    """Yield a row a question, in order, with at most `AHEAD` a worker waiting to be taken."""
    act = partial(
        evaluate_question,
        subject,
        depth=DEPTH,
        retrieval_only=options.retrieval_only,
        judge=options.judge,
    )
    if options.workers == 1:
        for question in questions:
            if stop.is_set():
                return
            yield act(question)
        return
    waiting: deque[Future[EvaluatedQuestion]] = deque()
    with ThreadPoolExecutor(options.workers, thread_name_prefix="evaluating") as pool:
        for question in questions:
            if stop.is_set():
                break
            waiting.append(pool.submit(act, question))
            if len(waiting) >= AHEAD * options.workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _versions() -> dict[str, str]:
    found = {"footnote": __version__, "python": platform.python_version()}
    for package in RECORDED_PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "absent"
    return found


def _retrieved(row: EvaluatedQuestion, retrieval: Retrieval) -> EvaluatedQuestion:
    hits = tuple(hit.place for hit in retrieval.hits)
    measured = measure_retrieval(hits, row.expected)
    return dataclasses.replace(row, query=retrieval.query.text, hits=hits, measures=measured)


def _answered(row: EvaluatedQuestion, answer: Answer, subject: Subject) -> EvaluatedQuestion:
    def find(article_id: str, sha256: str) -> Article | None:
        article = subject.snapshot.article(article_id)
        return article if article is not None and article.sha256 == sha256 else None

    is_right, would_be_right = judge_right(answer, row.expected)
    return dataclasses.replace(
        row,
        outcome=answer.outcome,
        reason=answer.reason,
        confidence=answer.confidence,
        sentences=answer.sentences,
        near_misses=answer.near_misses,
        is_right=is_right,
        would_be_right=would_be_right,
        measures=row.measures | measure_answer(answer, row.expected, find=find),
        timings_ms=answer.timings_ms,
        answerer=answer.answerer,
    )

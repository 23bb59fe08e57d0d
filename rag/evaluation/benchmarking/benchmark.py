"""The benchmark: every named condition on every set, one table.

Rows are numbers of whole runs, which stay on disk beside the others. What is compared is in
`conditions`, what the table shows in `benchmark_table`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.assistant import Assistant
from rag.errors import ConfigError
from rag.evaluation.benchmarking.benchmark_table import (
    MEASURES,
    TIMED_STAGE,
    WHERE_MEASURED,
    BenchmarkNumbers,
    BenchmarkRow,
)
from rag.evaluation.benchmarking.conditions import CONDITIONS, Condition, OpenedSet
from rag.evaluation.benchmarking.foreign import (
    SetPages,
    draw_foreign,
    is_foreign,
    own_and_foreign,
)
from rag.evaluation.interchange.set_folder import open_set_folder
from rag.evaluation.questions.question_set import question_set_sha256, read_question_set
from rag.evaluation.runs.run_folder import INFO, REPORT, ROWS, SUMMARY, TIMES, RunFolder
from rag.evaluation.runs.run_writing import lock_run
from rag.evaluation.runs.runner import RunOptions, evaluate

if TYPE_CHECKING:
    from rag.config import Config
    from rag.evaluation.records import SetQuestion

SEED = 11
"""Of the shuffle that `limit` draws from; any would do, as long as it stays."""

QUESTIONS, ARTICLES = "questions.jsonl", "articles.jsonl"  # a folder of the first alone is a set

PREFIX = "benchmark"  # of the names of the runs, which are made anew each time

Tell = Callable[[str, int, int], None]
"""Is told what is under way, and how many of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkOptions:
    """`limit` draws that many questions of each set, and `foreign` of the other sets for it.

    Runs go below `out`.
    """

    out: Path
    conditions: tuple[Condition, ...] = CONDITIONS
    limit: int | None = None
    foreign: int | None = None
    workers: int = 1


def run_benchmark(
    config: Config, sets: Sequence[Path], *, options: BenchmarkOptions, tell: Tell
) -> BenchmarkNumbers:
    """Run every condition on every set and return the numbers, rows in that order.

    A set is a folder with its own articles, or a file of questions about the corpus of `config`.
    The same sets give the same numbers; only times differ. Raises QuestionSetError as reading
    a set and evaluating do, IndexingError where there is no index for a file of questions.
    """
    _require_distinct(sets)
    opened = [_open(config, path, options=options, tell=tell) for path in sets]
    if options.foreign is not None:
        opened = _with_foreign(opened, options.foreign)
    rows = tuple(row for each in opened for row in _run_set(each, options=options, tell=tell))
    return BenchmarkNumbers(
        embedder=config.embedder,
        limit=options.limit,
        seed=SEED,
        conditions={each.name: each.meaning for each in options.conditions},
        rows=rows,
        foreign=options.foreign,
    )


def draw(questions: Sequence[SetQuestion], limit: int | None) -> tuple[SetQuestion, ...]:
    """Return the first `limit` questions of a seeded shuffle, in the order of the set."""
    order = list(range(len(questions)))
    random.Random(SEED).shuffle(order)  # noqa: S311 - draws questions
    return tuple(questions[place] for place in sorted(order[:limit]))


def _with_foreign(sets: Sequence[OpenedSet], count: int) -> list[OpenedSet]:
    pages = [
        SetPages(each.name, each.snapshot, read_question_set(each.questions_file)) for each in sets
    ]
    return [
        dataclasses.replace(
            each, questions=each.questions + draw_foreign(own, pages, count, seed=SEED)
        )
        for each, own in zip(sets, pages, strict=True)
    ]


def _run_set(opened: OpenedSet, *, options: BenchmarkOptions, tell: Tell) -> Iterator[BenchmarkRow]:
    for condition in options.conditions:
        what = f"{opened.name}, {condition.name}"
        tell(what, 0, len(opened.questions))
        folder = options.out / f"{PREFIX}-{opened.name}-{condition.name.replace(' ', '-')}"
        _remove_run(folder)
        run = evaluate(
            condition.make(opened),
            opened.questions,
            folder,
            options=RunOptions(
                name=folder.name,
                questions_file=str(opened.path),
                questions_sha256=_questions_sha256(opened),
                workers=options.workers,
                index=opened.config.index_folder,
            ),
            on_progress=partial(tell, what),
        )
        yield _row(opened.name, condition, run)


def _open(config: Config, path: Path, *, options: BenchmarkOptions, tell: Tell) -> OpenedSet:
    questions_file, name = path, _set_name(path)
    if (path / QUESTIONS).is_file() and not (path / ARTICLES).is_file():
        questions_file = path / QUESTIONS  # of the corpus of the settings
    elif path.is_dir():
        found = open_set_folder(path, config.home)
        config, questions_file, name = found.config_from(config), found.questions, found.name
        Assistant(config).build(lambda at: tell(f"{name}, {at.stage}", at.done, at.total))
    questions = draw(read_question_set(questions_file), options.limit)
    snapshot = Assistant(config).snapshot()
    return OpenedSet(name, path, config, snapshot, questions, questions_file)


def _questions_sha256(opened: OpenedSet) -> str:
    """Return the hash of what is asked: that of the file, and with foreign ones of both."""
    own = question_set_sha256(opened.questions_file)
    foreign = [each.question.text for each in opened.questions if is_foreign(each)]
    return hashlib.sha256("\n".join([own, *foreign]).encode()).hexdigest() if foreign else own


def _row(set_name: str, condition: Condition, run: RunFolder) -> BenchmarkRow:
    times = run.times()
    summary, foreign = own_and_foreign(run)
    measures = summary.measures | foreign
    shown = {name: measures[name] for name in (*MEASURES, *WHERE_MEASURED) if name in measures}
    return BenchmarkRow(
        set=set_name,
        condition=condition.name,
        questions=summary.questions,
        measures={name: each.mean for name, each in shown.items()},
        measured={name: each.n for name, each in shown.items()},
        ask_p50_ms=times.stages[TIMED_STAGE].p50,
    )


def _require_distinct(sets: Sequence[Path]) -> None:
    names = [_set_name(path) for path in sets]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError("E-CFG-001", f'Two sets are named "{twice[0]}". Rename one.')


def _set_name(path: Path) -> str:
    return path.resolve().name if path.is_dir() else path.stem


def _remove_run(folder: Path) -> None:
    """Remove the run that an earlier benchmark left there, and nothing else.

    Raises QuestionSetError E-EVL-013 where another process is writing it.
    """
    if not (folder / ROWS).exists():
        return
    with (folder / ROWS).open("rb") as file:
        lock_run(file, folder)
        for name in (INFO, ROWS, SUMMARY, TIMES, REPORT):
            (folder / name).unlink(missing_ok=True)

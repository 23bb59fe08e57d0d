"""The eval command: run a question set, print its measures, hold it to gates."""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.assistant import Assistant
from rag.cli.exit_codes import EXIT_DONE, EXIT_GATE
from rag.cli.output import to_json
from rag.config import Config
from rag.errors import ConfigError, QuestionSetError
from rag.evaluation.runs.run_folder import INFO, REPORT, RUNS, SUMMARY, RunFolder, find_run

if TYPE_CHECKING:
    from rag.evaluation.comparing.gates import Gate, GateFailure
    from rag.evaluation.judge import Judge
    from rag.evaluation.records import SetQuestion
    from rag.evaluation.runs.runner import RunOptions

Options = dict[str, Any]


def eval_run(config: Config, options: Options) -> int:
    """Evaluate a question set; exit code 1 where a gate fails."""
    from rag.evaluation.comparing.gates import parse_gates  # noqa: PLC0415 - heavy, as all below
    from rag.evaluation.reporting.report import write_report  # noqa: PLC0415

    gates = parse_gates(
        fail_under=options["fail_under"],
        fail_over=options["fail_over"],
        no_worse=options["no_worse"],
        has_baseline=options["baseline"] is not None,
    )
    baseline = find_run(options["baseline"], config.home) if options["baseline"] else None
    config, questions_file = opened_set(config, options["questions"])
    run = _evaluated(config, questions_file, options)
    write_report(run, run.path / REPORT)
    failures = _failures(run, gates, baseline)
    print(_record(run, failures) if options["json"] else _text(run, failures))
    return EXIT_GATE if failures else EXIT_DONE


def opened_set(config: Config, questions: Path) -> tuple[Config, Path]:
    """Return settings and file of a question set; of a folder, with its articles indexed."""
    if not questions.is_dir():
        return config, questions
    from rag.evaluation.interchange.set_folder import open_set_folder  # noqa: PLC0415 - for folders only

    opened = open_set_folder(questions, config.home)
    config = dataclasses.replace(config, corpus=opened.corpus, index=opened.index)
    Assistant(config).build(_build_progress())
    return config, opened.questions


def run_folder_of(config: Config, options: Options, questions_file: Path) -> Path:
    """Return the folder that the run goes to: --out, or a name below the home folder."""
    if options["out"] is not None:
        return Path(options["out"])
    runs = config.home / RUNS
    if options["name"]:
        if Path(options["name"]).name != options["name"] or options["name"] in {".", ".."}:
            raise ConfigError(
                "E-CFG-001", f'"{options["name"]}" is no name of a run; folders go to --out.'
            )
        return runs / str(options["name"])
    if options["resume"]:
        return _last_unfinished(runs)
    now = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    return runs / f"{questions_file.stem}-{now}"


def _evaluated(config: Config, questions_file: Path, options: Options) -> RunFolder:
    from rag.evaluation.questions.question_set import read_question_set  # noqa: PLC0415
    from rag.evaluation.runs.runner import RunOptions  # noqa: PLC0415
    from rag.evaluation.runs.subject import AssistantSubject  # noqa: PLC0415

    questions = read_question_set(questions_file)
    folder = run_folder_of(config, options, questions_file)
    assistant = Assistant(config)
    run_options = RunOptions(
        name=folder.name,
        questions_file=str(options["questions"]),
        questions_sha256=hashlib.sha256(questions_file.read_bytes()).hexdigest(),
        retrieval_only=options["retrieval_only"],
        limit=options["limit"],
        workers=options["workers"],
        resume=options["resume"],
        judge=_judge(assistant, wanted=options["judge"]),
        index=config.index,
    )
    subject = AssistantSubject(assistant, _pinned(assistant, folder, run_options))
    return _with_progress(subject, questions, folder, run_options)


def _with_progress(
    subject: Any, questions: list[SetQuestion], folder: Path, run_options: RunOptions
) -> RunFolder:
    from rag.evaluation.runs.runner import evaluate  # noqa: PLC0415

    show = progress_bar("questions")
    try:
        return evaluate(subject, questions, folder, options=run_options, on_progress=show)
    except KeyboardInterrupt:
        print(f"What was evaluated is kept in {folder}; go on with --resume.", file=sys.stderr)
        raise


def _pinned(assistant: Assistant, folder: Path, run_options: RunOptions) -> Any:
    """Return the generation that a run to be gone on with began on, else the current one."""
    if not run_options.resume or not (folder / INFO).is_file():
        return assistant.snapshot()
    from rag.index.snapshot import open_generation  # noqa: PLC0415

    return open_generation(assistant.config.index, RunFolder(folder).info().generation)


def _judge(assistant: Assistant, *, wanted: bool) -> Judge | None:
    if not wanted:
        return None
    if assistant.answer_model is None:
        raise ConfigError(
            "E-CFG-001", '"--judge" needs an answer model; name one with: --answer-model'
        )
    from rag.answering.prompts import load_prompt  # noqa: PLC0415
    from rag.evaluation.judge import Judge  # noqa: PLC0415

    assistant.answer_model.load()  # a model that cannot be had is known before the first question
    return Judge(assistant.answer_model, load_prompt(assistant.config.prompts, "judge"))


def _last_unfinished(runs: Path) -> Path:
    begun = [path.parent for path in runs.glob(f"*/{INFO}") if not (path.parent / SUMMARY).exists()]
    if not begun:
        raise QuestionSetError("E-EVL-013", f'No unfinished run in "{runs}" to go on with.')
    return max(begun, key=lambda path: (path / INFO).stat().st_mtime_ns)


def _failures(
    run: RunFolder, gates: tuple[Gate, ...], baseline: RunFolder | None
) -> list[GateFailure]:
    from rag.evaluation.comparing.comparison import compare_runs  # noqa: PLC0415
    from rag.evaluation.comparing.gates import check_gates  # noqa: PLC0415

    comparison = compare_runs(baseline, run) if baseline else None
    for warning in comparison.warnings if comparison else ():
        print(f"Note: {warning}", file=sys.stderr)
    return check_gates(run.summary(), gates, baseline_comparison=comparison)


def _record(run: RunFolder, failures: list[GateFailure]) -> str:
    return to_json(
        {
            "run": str(run.path),
            "info": run.info(),
            "summary": run.summary(),
            "times": run.times(),
            "failures": failures,
        }
    )


def _text(run: RunFolder, failures: list[GateFailure]) -> str:
    from rag.cli.run_output import run_text  # noqa: PLC0415

    told = [f"Failed: {failure.reason}" for failure in failures]
    return "\n".join([run_text(run), *told])


def progress_bar(unit: str) -> Callable[[int, int], None] | None:
    """Return what shows done and total at a terminal, with the time left; None elsewhere."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm  # noqa: PLC0415 - only at a terminal

    bar: tqdm[Any] = tqdm(
        unit=f" {unit}",
        bar_format="{percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt}{unit}, {remaining} left",
    )

    def show(done: int, total: int) -> None:
        if bar.total != total:
            bar.reset(total)
            bar.initial = bar.n = done  # what an earlier run has done says nothing of the speed
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return show


def _build_progress() -> Callable[[Any], None] | None:
    from rag.cli.commands import build_progress  # noqa: PLC0415

    return build_progress()

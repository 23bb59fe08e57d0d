"""The commands eval and eval measures: run a question set, print its measures, hold it to gates."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.assistant import Assistant
from rag.cli.exit_codes import EXIT_DONE, EXIT_GATE
from rag.cli.index import build_progress
from rag.cli.options import (
    ANSWER_MODEL,
    CAUTION,
    EMBEDDER,
    PATHS,
    RETRIEVAL,
    Options,
    add_command,
    add_gates,
    positive,
)
from rag.cli.output import to_json
from rag.config import Config
from rag.errors import ConfigError, QuestionSetError
from rag.evaluation.runs.run_folder import (
    INFO,
    REPORT,
    RUNS,
    SUMMARY,
    RunFolder,
    find_run,
    pinned_snapshot,
)

if TYPE_CHECKING:
    from rag.evaluation.comparing.comparison import Comparison
    from rag.evaluation.comparing.gates import GateFailure
    from rag.evaluation.judge import Judge
    from rag.evaluation.records import SetQuestion
    from rag.evaluation.runs.runner import RunOptions


def add_evaluation(commands: Any) -> None:
    """Add `eval`."""
    run = add_command(
        commands,
        "eval",
        eval_run,
        "measure how good the answers to a question set are",
        settings=PATHS + EMBEDDER + RETRIEVAL + CAUTION + ANSWER_MODEL,
    )
    run.add_argument(
        "questions",
        type=Path,
        metavar="QUESTIONS",
        help="question set (.jsonl, .csv), or a folder with its own articles (BEIR and alike)",
    )
    run.add_argument(
        "--out", metavar="DIR", help="folder of the run; default: below the home folder"
    )
    run.add_argument("--name", metavar="NAME", help="name of the run")
    run.add_argument("--retrieval-only", action="store_true", help="rank passages, answer nothing")
    run.add_argument("--limit", type=positive, metavar="N", help="only the first N questions")
    run.add_argument(
        "--workers", type=positive, default=1, metavar="N", help="questions answered at once (1)"
    )
    run.add_argument(
        "--resume",
        action="store_true",
        help="go on with a run that was stopped; without --out or --name the last one",
    )
    run.add_argument(
        "--judge",
        action="store_true",
        help="also ask the answer model what it thinks of each answer: an opinion, kept apart, "
        "no measurement of the same kind",
    )
    run.add_argument(
        "--baseline", metavar="RUN", help="an earlier run to compare with, its folder or its name"
    )
    add_gates(run)
    run.epilog = (
        "What the measures are: python -m rag eval measures. Two runs side by side: eval compare "
        "A B. TREC files: eval export RUN."
    )
    add_command(
        commands,
        "eval measures",
        eval_measures,
        "say what each measure means, its formula and where it comes from",
    )


def eval_run(config: Config, options: Options) -> int:
    """Evaluate a question set; exit code 1 where a gate fails."""
    from rag.evaluation.comparing.comparison import compare_runs
    from rag.evaluation.comparing.gates import check_gates, parse_gates
    from rag.evaluation.reporting.report import write_report

    gates = parse_gates(
        fail_under=options["fail_under"],
        fail_over=options["fail_over"],
        no_worse=options["no_worse"],
        has_baseline=options["baseline"] is not None,
    )
    baseline = find_run(options["baseline"], config.home) if options["baseline"] else None
    config, questions_file = opened_set(config, options["questions"])
    run = _evaluated(config, questions_file, options, baseline=baseline)
    write_report(run, run.path / REPORT)
    comparison = compare_runs(baseline, run) if baseline else None
    failures = check_gates(run.summary(), gates, baseline_comparison=comparison)
    show = _record if options["json"] else _text
    print(show(run, comparison, failures))
    return EXIT_GATE if failures else EXIT_DONE


def eval_measures(config: Config, options: Options) -> int:
    """Print what each measure means."""
    del config  # measures depend on no setting
    from rag.evaluation.measuring.measures import MEASURES

    if options["json"]:
        print(to_json(list(MEASURES.values())))
        return EXIT_DONE
    for measure in MEASURES.values():
        better = "higher is better" if measure.higher_is_better else "lower is better"
        print(f"{measure.name} ({better})\n    {measure.meaning}")
        print(f"    {measure.formula}\n    Source: {measure.source}\n")
    return EXIT_DONE


def opened_set(config: Config, questions: Path) -> tuple[Config, Path]:
    """Return settings and file of a question set; of a folder, with its articles indexed."""
    if not questions.is_dir():
        return config, questions
    from rag.evaluation.interchange.set_folder import open_set_folder

    opened = open_set_folder(questions, config.home)
    config = opened.config_from(config)
    Assistant(config).build(build_progress())
    return config, opened.questions


def run_folder_of(config: Config, options: Options, questions_sha256: str) -> Path:
    """Return the folder that the run goes to: --out, or a name below the home folder."""
    if options["out"] is not None:
        return Path(options["out"])
    runs, name = config.home / RUNS, options["name"]
    if name is not None:
        if Path(name).name != name or name in {"", ".", ".."}:
            raise ConfigError("E-CFG-001", f'"{name}" is no name of a run; folders go to --out.')
        return runs / str(name)
    if options["resume"]:
        return _last_unfinished(runs, questions_sha256)
    now = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    return runs / f"{options['questions'].resolve().stem}-{now}"


def _evaluated(
    config: Config, questions_file: Path, options: Options, *, baseline: RunFolder | None
) -> RunFolder:
    from rag.evaluation.questions.question_set import (
        question_set_sha256,
        read_question_set,
    )
    from rag.evaluation.runs.runner import RunOptions
    from rag.evaluation.runs.subject import AssistantSubject

    questions = read_question_set(questions_file)
    if baseline is not None:
        _require_shared(questions[: options["limit"]], baseline)
    sha256 = question_set_sha256(questions_file)
    folder = run_folder_of(config, options, sha256)
    assistant = Assistant(config)
    run_options = RunOptions(
        name=folder.name,
        questions_file=str(options["questions"]),
        questions_sha256=sha256,
        retrieval_only=options["retrieval_only"],
        limit=options["limit"],
        workers=options["workers"],
        resume=options["resume"],
        judge=_judge(assistant, wanted=options["judge"]),
        index=config.index_folder,
    )
    subject = AssistantSubject(assistant, pinned_snapshot(assistant, folder))
    return _with_progress(subject, questions, folder, run_options)


def _require_shared(questions: list[SetQuestion], baseline: RunFolder) -> None:
    """Refuse a baseline that cannot be compared before the first question is asked."""
    ids = {question.id for question in questions}
    if not any(row.id in ids for row in baseline.rows()):
        raise QuestionSetError(
            "E-EVL-018", f'The baseline "{baseline.path}" has none of these questions.'
        )


def _with_progress(
    subject: Any, questions: list[SetQuestion], folder: Path, run_options: RunOptions
) -> RunFolder:
    from rag.evaluation.runs.runner import evaluate

    show = progress_bar("questions")
    try:
        return evaluate(subject, questions, folder, options=run_options, on_progress=show)
    except KeyboardInterrupt:
        print(
            f"What was evaluated is kept; go on by adding: --resume --out {folder}", file=sys.stderr
        )
        raise


def _judge(assistant: Assistant, *, wanted: bool) -> Judge | None:
    if not wanted:
        return None
    if assistant.answer_model is None:
        raise ConfigError(
            "E-CFG-001", '"--judge" needs an answer model; name one with: --answer-model'
        )
    from rag.answering.llm.prompts import load_prompt
    from rag.evaluation.judge import Judge

    assistant.answer_model.load()  # a model that cannot be had is known before the first question
    return Judge(assistant.answer_model, load_prompt(assistant.config.prompts, "judge"))


def _last_unfinished(runs: Path, questions_sha256: str) -> Path:
    begun = [
        path.parent
        for path in runs.glob(f"*/{INFO}")
        if not (path.parent / SUMMARY).exists()
        and RunFolder(path.parent).info().questions_sha256 == questions_sha256
    ]
    if not begun:
        raise QuestionSetError(
            "E-EVL-013", f'No unfinished run of these questions in "{runs}" to go on with.'
        )
    return max(begun, key=lambda path: (path / INFO).stat().st_mtime_ns)


def _record(run: RunFolder, comparison: Comparison | None, failures: list[GateFailure]) -> str:
    return to_json(
        {
            "run": str(run.path),
            "info": run.info(),
            "summary": run.summary(),
            "times": run.times(),
            "comparison": comparison,
            "failures": failures,
        }
    )


def _text(run: RunFolder, comparison: Comparison | None, failures: list[GateFailure]) -> str:
    from rag.cli.comparison_output import comparison_text
    from rag.cli.run_output import run_text

    blocks = [run_text(run)]
    if comparison is not None:
        blocks.append(comparison_text(comparison, show_all=False))
    blocks += [f"Failed: {failure.reason}" for failure in failures]
    return "\n\n".join(blocks)


def progress_bar(unit: str) -> Callable[[int, int], None] | None:
    """Return what shows done and total at a terminal, with the time left; None elsewhere."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm

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

"""The commands for others' question sets and tools: benchmark, and a run as TREC files."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cli.exit_codes import EXIT_DONE
from rag.cli.options import EMBEDDER, PATHS, Options, add_command, positive
from rag.cli.output import to_json
from rag.config import Config
from rag.errors import ConfigError
from rag.evaluation.runs.run_folder import RUNS, find_run

if TYPE_CHECKING:
    from rag.evaluation.benchmarking.benchmark import Tell
    from rag.evaluation.benchmarking.conditions import Condition

TREC_FOLDER = "trec"  # below the run
TELL_EVERY_S = 30.0  # where what is told goes to a file


def add_benchmark(commands: Any) -> None:
    """Add `benchmark`."""
    parser = add_command(
        commands,
        "benchmark",
        benchmark,
        "measure every condition on question sets, beside a plain LangChain baseline",
        settings=PATHS + EMBEDDER,
    )
    parser.add_argument(
        "sets",
        nargs="+",
        type=Path,
        metavar="SET",
        help="folder with articles and questions (BEIR and alike), or questions on the corpus",
    )
    parser.add_argument("--limit", type=positive, metavar="N", help="draw N questions of each set")
    parser.add_argument(
        "--foreign",
        type=positive,
        metavar="N",
        help="also ask each set N questions of the others, which its articles do not answer",
    )
    parser.add_argument(
        "--workers", type=positive, default=1, metavar="N", help="questions answered at once (1)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the runs; default: in the home folder"
    )
    parser.add_argument(
        "--conditions",
        metavar="A,B",
        help="only these, as langchain,hybrid; a wrong name lists all",
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="NAME",
        help="measure what a signal or a rule of answering earns; may be repeated; all: each",
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE.json", help="keep the numbers in a file"
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE.md", help="write the table between a page's marks"
    )


def add_export(commands: Any) -> None:
    """Add `eval export`, of a run as TREC files."""
    export = add_command(
        commands,
        "eval export",
        eval_export,
        "write a run as TREC run and qrels files, by article and by gold quote",
    )
    export.add_argument("run", metavar="RUN", help="a run's folder, or its name")
    export.add_argument("--out", type=Path, metavar="DIR", help="default: trec, in the run")


def benchmark(config: Config, options: Options) -> int:
    """Run every condition on every set and print the table."""
    from rag.evaluation.benchmarking import benchmark as running
    from rag.evaluation.benchmarking.benchmark_table import (
        ABLATION,
        BENCHMARK,
        require_writable,
        table,
        write_numbers,
        write_table,
    )

    conditions = _conditions(options)
    path, page = options["write"], options["page"]
    require_writable(path, page=page, place=ABLATION if options["without"] else BENCHMARK)
    numbers = running.run_benchmark(
        config,
        options["sets"],
        options=running.BenchmarkOptions(
            out=options["out"] or config.home / RUNS,
            conditions=conditions,
            limit=options["limit"],
            foreign=options["foreign"],
            workers=options["workers"],
        ),
        tell=_progress(),
    )
    if path is not None:
        write_numbers(numbers, path)
    if page is not None:
        write_table(numbers, page)
    print(to_json(numbers) if options["json"] else table(numbers))
    return EXIT_DONE


def eval_export(config: Config, options: Options) -> int:
    """Write a run as TREC run and qrels files."""
    from rag.evaluation.interchange.trec import export_trec

    run = find_run(options["run"], config.home)
    files = [str(path) for path in export_trec(run, options["out"] or run.path / TREC_FOLDER)]
    print(to_json({"files": files}) if options["json"] else "\n".join(files))
    return EXIT_DONE


def _conditions(options: Options) -> tuple[Condition, ...]:
    from rag.answering.meanings import SWITCHES
    from rag.evaluation.benchmarking.conditions import choose_conditions, conditions_without

    if not options["without"]:
        return choose_conditions(options["conditions"])
    if options["conditions"]:
        raise ConfigError("E-CFG-001", '"--without" brings its own conditions; drop --conditions.')
    return conditions_without(options["without"], SWITCHES)


def _progress() -> Tell:
    """Return what tells on stderr how far it is: at a terminal always, else now and then."""
    started = told = time.monotonic()
    is_terminal = sys.stderr.isatty()

    def tell(what: str, done: int, total: int) -> None:
        nonlocal told
        minutes = (time.monotonic() - started) / 60
        line = f"[{minutes:5.1f} min] {what}: {done:,} of {total:,}"
        if is_terminal:
            print(f"\r{line:<70}", end="" if done < total else "\n", file=sys.stderr, flush=True)
        elif done in {0, total} or time.monotonic() - told > TELL_EVERY_S:
            told = time.monotonic()
            print(line, file=sys.stderr, flush=True)

    return tell

"""The commands for others' question sets and tools: benchmark, and a run as TREC files."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from rag.cli.exit_codes import EXIT_DONE
from rag.cli.output import to_json
from rag.config import Config
from rag.evaluation.runs.run_folder import RUNS, find_run

if TYPE_CHECKING:
    from rag.evaluation.benchmarking.benchmark import Tell

Options = dict[str, Any]

TREC_FOLDER = "trec"  # below the run
TELL_EVERY_S = 30.0  # where what is told goes to a file


def benchmark(config: Config, options: Options) -> int:
    """Run every condition on every set and print the table."""
    from rag.evaluation.benchmarking import benchmark as running  # noqa: PLC0415 - heavy
    from rag.evaluation.benchmarking.benchmark_table import (  # noqa: PLC0415
        require_writable,
        table,
        write_numbers,
        write_table,
    )

    conditions = running.choose_conditions(options["conditions"])
    path, page = options["write"], options["page"]
    require_writable(path, page=page)
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
    from rag.evaluation.interchange.trec import export_trec  # noqa: PLC0415 - heavy

    run = find_run(options["run"], config.home)
    files = [str(path) for path in export_trec(run, options["out"] or run.path / TREC_FOLDER)]
    print(to_json({"files": files}) if options["json"] else "\n".join(files))
    return EXIT_DONE


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

"""What the command line understands of benchmarks and exports. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.cli.parser_parts import EMBEDDER, PATHS, add_command, positive


def add_benchmark(commands: Any) -> None:
    """Add `benchmark`."""
    benchmark = add_command(
        commands,
        "benchmark",
        "benchmark",
        "measure every condition on question sets, beside a plain LangChain baseline",
        module="benchmark",
        settings=PATHS + EMBEDDER,
    )
    benchmark.add_argument(
        "sets",
        nargs="+",
        type=Path,
        metavar="SET",
        help="folder with articles and questions (BEIR and alike), or questions on the corpus",
    )
    benchmark.add_argument(
        "--limit", type=positive, metavar="N", help="draw N questions of each set"
    )
    benchmark.add_argument(
        "--foreign",
        type=positive,
        metavar="N",
        help="also ask each set N questions of the others, which its articles do not answer",
    )
    benchmark.add_argument(
        "--workers", type=positive, default=1, metavar="N", help="questions answered at once (1)"
    )
    benchmark.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the runs; default: in the home folder"
    )
    benchmark.add_argument(
        "--conditions",
        metavar="A,B",
        help="only these, as langchain,hybrid; a wrong name lists all",
    )
    benchmark.add_argument(
        "--write", type=Path, metavar="FILE.json", help="keep the numbers in a file"
    )
    benchmark.add_argument(
        "--page", type=Path, metavar="FILE.md", help="write the table between a page's marks"
    )


def add_export(commands: Any) -> None:
    """Add `eval export`, of a run as TREC files."""
    export = add_command(
        commands,
        "eval export",
        "eval_export",
        "write a run as TREC run and qrels files, by article and by gold quote",
        module="benchmark",
        settings=(),
    )
    export.add_argument("run", metavar="RUN", help="a run's folder, or its name")
    export.add_argument("--out", type=Path, metavar="DIR", help="default: trec, in the run")

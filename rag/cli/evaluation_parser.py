"""What the command line understands of evaluating. Imports nothing heavy."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rag.cli.parser_parts import (
    ANSWER_MODEL,
    CAUTION,
    EMBEDDER,
    PATHS,
    RETRIEVAL,
    add_command,
    positive,
)


def add_evaluation(commands: Any) -> None:
    """Add `eval`."""
    run = add_command(
        commands,
        "eval",
        "eval_run",
        "measure how good the answers to a question set are",
        module="evaluation",
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
        "eval_measures",
        "say what each measure means, its formula and where it comes from",
        module="evaluation",
        settings=(),
    )


def add_gates(parser: argparse.ArgumentParser) -> None:
    """Add the options that turn measures into an exit code."""
    gates = parser.add_argument_group("gates, for CI: exit code 1 where one fails")
    for option, metavar, explained in (
        ("--fail-under", "MEASURE=VALUE", "the measure must reach the value"),
        ("--fail-over", "MEASURE=VALUE", "the measure must not exceed the value"),
        (
            "--no-worse",
            "MEASURE",
            "the measure must be as good as in the baseline; chance is not allowed for",
        ),
    ):
        gates.add_argument(
            option,
            action="append",
            default=[],
            metavar=metavar,
            help=f"{explained}; may be repeated",
        )

"""What the command line understands of comparing runs. Imports nothing heavy."""

from __future__ import annotations

from typing import Any

from rag.cli.evaluation_parser import add_gates
from rag.cli.parser_parts import add_command


def add_comparison(commands: Any) -> None:
    """Add `eval compare`."""
    compare = add_command(
        commands,
        "eval compare",
        "eval_compare",
        "show what differs between two runs, by measure and question by question",
        module="comparison",
        settings=(),
    )
    compare.add_argument("a", metavar="A", help="the run before, its folder or its name")
    compare.add_argument("b", metavar="B", help="the run after; gates hold this one against A")
    compare.add_argument(
        "--by",
        metavar="MEASURE",
        help="what tells that a question got better; default: whether its answer is right, and "
        "nDCG@10 where nothing tells",
    )
    compare.add_argument("--all", action="store_true", help="list every question that changed")
    add_gates(compare)

"""What the command line understands of feedback. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.cli.parser_parts import add_command


def add_feedback(commands: Any) -> None:
    """Add `feedback`."""
    feedback = add_command(
        commands,
        "feedback",
        "feedback",
        "list what was said of answers in the chat, newest last",
        module="feedback",
        settings=(),
    )
    feedback.add_argument("--only", choices=("right", "wrong"), help="only these")
    feedback.add_argument("--csv", type=Path, metavar="FILE", help="write them as a table, too")
    feedback.add_argument(
        "--to-questions",
        type=Path,
        metavar="FILE.jsonl",
        help="add the right ones to a question set, with their quotes",
    )

"""What the command line understands of question sets. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.cli.parser_parts import PATHS, add_command, positive

DRAFTS = 20  # a sitting's work for the person who completes them


def add_questions(commands: Any) -> None:
    """Add `questions`, with its actions."""
    questions = commands.add_parser("questions", help="check a question set, or draft one")
    actions = questions.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = add_command(
        actions,
        "check",
        "questions_check",
        "check the form of a question set, and its articles and quotes against the index",
        module="questions",
        settings=PATHS,
    )
    check.add_argument(
        "questions",
        type=Path,
        metavar="FILE",
        help="question set (.jsonl, .csv), or a folder of articles and questions",
    )
    draft = add_command(
        actions,
        "draft",
        "questions_draft",
        "propose questions on the indexed articles, a third of them not answered there, "
        "for a person to check and complete",
        module="questions",
        settings=PATHS,
        has_json=False,
    )
    draft.add_argument(
        "--count", type=positive, default=DRAFTS, metavar="N", help=f"how many ({DRAFTS})"
    )
    draft.add_argument(
        "--out", type=Path, metavar="FILE.jsonl", help="a new file; default: print JSON lines"
    )
    draft.add_argument(
        "--seed", type=int, default=0, metavar="N", help="another seed draws other questions (0)"
    )

"""What the command line understands. Imports nothing heavy, so that --help is instant."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from rag import __version__
from rag.cli.ask import add_article, add_ask, add_search
from rag.cli.benchmark import add_benchmark, add_export
from rag.cli.chat import add_chat, add_settings, add_token
from rag.cli.comparison import add_comparison
from rag.cli.evaluation import add_evaluation
from rag.cli.feedback import add_feedback
from rag.cli.index import add_index
from rag.cli.mcp import add_mcp
from rag.cli.questions import add_questions
from rag.cli.verify import add_verify
from rag.redaction import without_secrets

DESCRIPTION = """\
Footnote: ask a folder of articles; every sentence of an answer carries a checked quote.

  python -m rag chat                         the chat in the browser
  python -m rag ask "When do they meet?"     one answer here
  python -m rag index build                  bring the index up to date with the articles
  python -m rag eval questions.jsonl         how good the answers are
"""

COMMANDS = (
    *(add_index, add_search, add_ask, add_article, add_chat, add_questions, add_evaluation),
    *(add_comparison, add_export, add_benchmark, add_feedback, add_verify, add_settings),
    *(add_token, add_mcp),
)
TWO_WORDS = frozenset({"eval compare", "eval export", "eval measures"})
"""Commands whose first word is a command by itself, too."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and where help is; what cannot be written is an OSError."""

    def error(self, message: str) -> NoReturn:
        said = without_secrets(f"{message[:1].upper()}{message[1:]}")
        self.exit(2, f"{said}. See: {self.prog} --help\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stderr).write(message)


def joined(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with a command of two words as one argument.

    >>> joined(["eval", "compare", "a", "b"])
    ['eval compare', 'a', 'b']
    """
    name = " ".join(arguments[:2])
    return [name, *arguments[2:]] if name in TWO_WORDS else list(arguments)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; its result names the `command` and the `settings` that it sets."""
    parser = _Parser(
        prog="python -m rag",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"Footnote {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    return parser

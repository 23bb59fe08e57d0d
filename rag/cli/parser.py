"""What the command line understands. Imports nothing heavy, so that --help is instant."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from rag import __version__
from rag.cli.benchmark_parser import add_benchmark, add_export
from rag.cli.comparison_parser import add_comparison
from rag.cli.evaluation_parser import add_evaluation
from rag.cli.feedback_parser import add_feedback
from rag.cli.parser_parts import (
    ANSWER_MODEL,
    CAUTION,
    EMBEDDER,
    PATHS,
    RETRIEVAL,
    SERVER,
    add_command,
    add_filters,
    positive,
)
from rag.cli.questions_parser import add_questions

DESCRIPTION = """\
Footnote: ask a folder of articles; every sentence of an answer carries a checked quote.

  python -m rag chat                         the chat in the browser
  python -m rag ask "When do they meet?"     one answer here
  python -m rag index build                  bring the index up to date with the articles
  python -m rag eval questions.jsonl         how good the answers are
"""

TWO_WORDS = frozenset({"eval compare", "eval export", "eval measures"})
"""Commands whose first word is a command by itself, too."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and where help is."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help\n")


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
    _add_index(commands)
    _add_search(commands)
    _add_ask(commands)
    _add_article(commands)
    _add_chat(commands)
    add_questions(commands)
    add_evaluation(commands)
    add_comparison(commands)
    add_export(commands)
    add_benchmark(commands)
    add_feedback(commands)
    _add_settings(commands)
    return parser


def _add_index(commands: Any) -> None:
    index = commands.add_parser("index", help="build, inspect, verify or roll back the index")
    actions = index.add_subparsers(title="actions", metavar="ACTION", required=True)
    build = add_command(
        actions, "build", "index_build", "bring the index up to date", settings=PATHS + EMBEDDER
    )
    build.add_argument("--dry-run", action="store_true", help="show what would change")
    add_command(
        actions, "status", "index_status", "show generations and what changed", settings=PATHS
    )
    add_command(actions, "verify", "index_verify", "check every file", settings=PATHS)
    rollback = add_command(
        actions, "rollback", "index_rollback", "go back to a generation", settings=PATHS
    )
    rollback.add_argument(
        "generation", type=int, nargs="?", help="its number; default: the one before"
    )


def _add_search(commands: Any) -> None:
    search = add_command(
        commands,
        "search",
        "search",
        "show the passages for a query",
        settings=PATHS + EMBEDDER + RETRIEVAL,
    )
    search.add_argument("question", metavar="QUERY")
    search.add_argument("-k", type=positive, default=8, help="number of passages (8)")
    add_filters(search)


def _add_ask(commands: Any) -> None:
    ask = add_command(
        commands,
        "ask",
        "ask",
        "answer a question from the articles",
        settings=PATHS + EMBEDDER + RETRIEVAL + CAUTION + ANSWER_MODEL,
    )
    what = ask.add_mutually_exclusive_group(required=True)
    what.add_argument("question", nargs="?", metavar="QUESTION")
    what.add_argument(
        "--file",
        type=Path,
        metavar="QUESTIONS.jsonl",
        help="answer one question a line (needs --json)",
    )
    ask.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="QUESTION",
        help="an earlier question of the conversation; may be repeated",
    )
    ask.add_argument(
        "--explain",
        action="store_true",
        help="show every signal, candidate and score behind the answer; "
        'with --json under the key "explanation"',
    )
    add_filters(ask)


def _add_article(commands: Any) -> None:
    article = add_command(
        commands, "article", "article", "print an article's text exactly", settings=PATHS
    )
    article.add_argument("ids", nargs="+", metavar="ID")


def _add_chat(commands: Any) -> None:
    chat = add_command(
        commands,
        "chat",
        "chat",
        "open the chat in the browser",
        settings=PATHS + EMBEDDER + CAUTION + ANSWER_MODEL + SERVER,
        has_json=False,
    )
    chat.add_argument("--no-browser", action="store_true", help="only print the address")


def _add_settings(commands: Any) -> None:
    add_command(
        commands, "settings", "settings", "list every setting and its value", settings=PATHS
    )

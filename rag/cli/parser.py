"""What the command line understands. Imports nothing heavy, so that --help is instant."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from rag import __version__

DESCRIPTION = """\
Footnote: ask a folder of articles; every sentence of an answer carries a checked quote.

  python -m rag chat                         the chat in the browser
  python -m rag ask "When do they meet?"     one answer here
  python -m rag index build                  bring the index up to date with the articles
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and where help is."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help\n")


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
    _add_settings(commands)
    return parser


def _add_index(commands: Any) -> None:
    index = commands.add_parser("index", help="build, inspect, verify or roll back the index")
    actions = index.add_subparsers(title="actions", metavar="ACTION", required=True)
    build = _command(
        actions, "build", "index_build", "bring the index up to date", settings=_PATHS + _EMBEDDER
    )
    build.add_argument("--dry-run", action="store_true", help="show what would change")
    _command(
        actions, "status", "index_status", "show generations and what changed", settings=_PATHS
    )
    _command(actions, "verify", "index_verify", "check every file", settings=_PATHS)
    rollback = _command(
        actions, "rollback", "index_rollback", "go back to a generation", settings=_PATHS
    )
    rollback.add_argument(
        "generation", type=int, nargs="?", help="its number; default: the one before"
    )


def _add_search(commands: Any) -> None:
    search = _command(
        commands, "search", "search", "show the passages for a query", settings=_PATHS + _EMBEDDER
    )
    search.add_argument("question", metavar="QUERY")
    search.add_argument("-k", type=_positive, default=8, help="number of passages (8)")
    _add_filters(search)


def _add_ask(commands: Any) -> None:
    ask = _command(
        commands,
        "ask",
        "ask",
        "answer a question from the articles",
        settings=_PATHS + _EMBEDDER + _ANSWER_MODEL,
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
    _add_filters(ask)


def _add_article(commands: Any) -> None:
    article = _command(
        commands, "article", "article", "print an article's text exactly", settings=_PATHS
    )
    article.add_argument("ids", nargs="+", metavar="ID")


def _add_chat(commands: Any) -> None:
    chat = _command(
        commands,
        "chat",
        "chat",
        "open the chat in the browser",
        settings=_PATHS + _EMBEDDER + _ANSWER_MODEL + _SERVER,
        has_json=False,
    )
    chat.add_argument("--no-browser", action="store_true", help="only print the address")


def _add_settings(commands: Any) -> None:
    _command(commands, "settings", "settings", "list every setting and its value", settings=_PATHS)


# Each row: an option, the setting that it sets, its metavar, its help.
_PATHS = (
    ("--corpus", "corpus", "DIR", "folder of the articles"),
    ("--index", "index", "DIR", "folder of the index"),
)
_EMBEDDER = (("--embedder", "embedder", "NAME", "sentence-transformers model, name or path"),)
_ANSWER_MODEL = (
    ("--answer-model", "answer_model", "MODEL", 'LLM that writes answers, "provider:model"'),
    ("--answer-model-url", "answer_model_url", "URL", "its OpenAI-compatible address"),
)
_SERVER = (
    ("--host", "host", "ADDRESS", "address to listen on"),
    ("--port", "port", "N", "port to listen on"),
)


def _command(  # noqa: PLR0913 - what a command is
    commands: Any,
    name: str,
    command: str,
    meaning: str,
    *,
    settings: tuple[tuple[str, str, str, str], ...],
    has_json: bool = True,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=meaning, description=meaning[:1].upper() + meaning[1:] + ".", allow_abbrev=False
    )
    for option, setting, metavar, explained in settings:
        parser.add_argument(option, dest=setting, metavar=metavar, help=explained)
    if has_json:
        parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=command, settings=[setting for _, setting, *_ in settings])
    return parser


def _add_filters(parser: argparse.ArgumentParser) -> None:
    filters = parser.add_argument_group("limits, applied before ranking")
    filters.add_argument("--from", dest="published_from", type=_date, metavar="DATE")
    filters.add_argument("--to", dest="published_to", type=_date, metavar="DATE")
    filters.add_argument(
        "--as-of", type=_date, metavar="DATE", help="leave out what was published later"
    )
    for option in ("outlet", "author", "article"):
        filters.add_argument(
            f"--{option}",
            dest=f"{option}s",
            action="append",
            default=[],
            metavar="ID" if option == "article" else "NAME",
            help="may be repeated",
        )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f'"{text}" is not a date like 2025-10-30') from error


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number above 0')
    return int(text)

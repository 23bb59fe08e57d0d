"""What the options of several commands share: settings, limits, gates, kinds of values."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any

from rag.config import Config

# Each row: an option, the setting that it sets, its metavar, its help.
PATHS = (
    ("--corpus", "corpus", "DIR", "folder of the articles"),
    ("--index", "index", "DIR", "folder of the index, or s3://BUCKET/FOLDER"),
)
EMBEDDER = (("--embedder", "embedder", "NAME", "sentence-transformers model, name or path"),)
RETRIEVAL = (("--retrieval", "retrieval", "KIND", "what ranks passages: hybrid, dense or bm25"),)
CAUTION = (("--caution", "caution", "KIND", "how sure an answer must be: low, normal or high"),)
ANSWER_MODEL = (
    ("--answer-model", "answer_model", "MODEL", 'LLM that writes answers, "provider:model"'),
    ("--answer-model-url", "answer_model_url", "URL", "its OpenAI-compatible address"),
)
SERVER = (
    ("--host", "host", "ADDRESS", "address to listen on"),
    ("--port", "port", "N", "port to listen on"),
)


Options = dict[str, Any]
Command = Callable[[Config, Options], int]
"""Takes the settings and its options, prints, and returns an exit code."""


def add_command(  # noqa: PLR0913 - what a command is
    commands: Any,
    name: str,
    command: Command,
    meaning: str,
    *,
    settings: tuple[tuple[str, str, str, str], ...] = (),
    has_json: bool = True,
) -> argparse.ArgumentParser:
    """Add a command that `command` carries out, with the settings that it may set."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=meaning, description=meaning[:1].upper() + meaning[1:] + ".", allow_abbrev=False
    )
    for option, setting, metavar, explained in settings:
        parser.add_argument(option, dest=setting, metavar=metavar, help=explained)
    if has_json:
        parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=command, settings=[setting for _, setting, *_ in settings])
    return parser


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add the options that limit a question to some articles."""
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


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f'"{text}" is not a date like 2025-10-30') from error


def positive(text: str) -> int:
    """Return a whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number above 0')
    return int(text)

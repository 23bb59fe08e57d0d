"""Entry of the command line: parse, run, and turn errors into one line and an exit code.

Exit codes: 0 answered or done, 2 an error that the person can fix, 3 not in the articles.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from rag.cli.exit_codes import EXIT_DONE, EXIT_FIXABLE, EXIT_INTERRUPTED
from rag.cli.parser import make_parser
from rag.config import Config, load_config
from rag.errors import RagError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _write_utf8()
    options = vars(make_parser().parse_args(arguments))
    command = options.pop("command")
    try:
        return int(_load(command)(_config(options), options))
    except RagError as error:
        print(f"{error.message} [{error.code}]", file=sys.stderr)
        return EXIT_FIXABLE
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; what is left goes nowhere, quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE


def _config(options: dict[str, Any]) -> Config:
    settings = options.pop("settings")
    return load_config({name: options.pop(name) for name in settings})


def _load(command: str) -> Any:
    from rag.cli import commands  # noqa: PLC0415 - --help needs none of it

    return getattr(commands, command)


def _write_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

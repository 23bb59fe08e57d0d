"""Entry of the command line: parse, run, and turn errors into one line and an exit code.

Exit codes: 0 answered, unsure or done, 1 a gate failed, 2 an error that the person can fix, 3 not
in the articles.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from rag.cli.exit_codes import EXIT_DONE, EXIT_FIXABLE, EXIT_INTERRUPTED
from rag.cli.options import Command
from rag.cli.parser import joined, make_parser
from rag.config import Config, load_config
from rag.errors import RagError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _write_utf8()
    given = sys.argv[1:] if arguments is None else arguments
    options = vars(make_parser().parse_args(joined(given)))
    command: Command = options.pop("command")
    try:
        return command(_config(options), options)
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


def _write_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

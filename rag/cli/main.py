"""Entry of the command line: parse, run, and turn errors into one line and an exit code.

Exit codes: 0 answered, unsure or done, 1 a gate failed, 2 an error that the person can fix, 3 not
in the articles.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import IO, Any

from rag.cli.exit_codes import EXIT_DONE, EXIT_FIXABLE, EXIT_INTERRUPTED
from rag.cli.options import Command
from rag.cli.parser import joined, make_parser
from rag.cli.terminal import printable_streams
from rag.config import Config, load_config
from rag.errors import RagError
from rag.text.visible import plain

UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _write_utf8()
    with printable_streams():
        return _carried_out(sys.argv[1:] if arguments is None else arguments)


def _carried_out(given: Sequence[str]) -> int:
    try:
        _flush()
        try:
            return _run(given)
        finally:
            _flush()
    except RagError as error:
        return _fail(f"{error.message} [{error.code}]", EXIT_FIXABLE)
    except KeyboardInterrupt:
        return _fail("Stopped.", EXIT_INTERRUPTED)
    except BrokenPipeError:
        _drop(sys.stdout)  # the reader of our output has gone: quietly
        return EXIT_DONE
    except OSError as error:
        try:
            _flush()
        except OSError:
            _drop(sys.stdout)
        return _fail(_told(error), EXIT_FIXABLE)


def _run(arguments: Sequence[str]) -> int:
    options = vars(make_parser().parse_args(joined(arguments)))
    command: Command = options.pop("command")
    return command(_config(options), options)


def _flush() -> None:
    """Write what is still held back, so that what cannot be written is known here."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    sys.stdout.flush()


def _fail(line: str, code: int) -> int:
    """Print one line for the person, where that can be done, and return `code`."""
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        _drop(sys.stderr)
    return code


def _told(error: OSError) -> str:
    """Return the sentence about what the system refuses and no command has words for."""
    why = error.strerror or type(error).__name__
    if error.filename is not None:
        return f'"{plain(str(error.filename))}" cannot be used ({why}). Check it, then try again.'
    if error.errno in UNWRITABLE:
        return f"The output cannot be written ({why}). Free some space, or write it elsewhere."
    return f"The system refuses what was asked ({why}). Try again."


def _drop(stream: IO[str] | None) -> None:
    """Let what the stream still holds go nowhere: Python tries to write it once more at its end."""
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _config(options: dict[str, Any]) -> Config:
    settings = options.pop("settings")
    return load_config({name: options.pop(name) for name in settings})


def _write_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

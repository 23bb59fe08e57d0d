"""What commands write, as a terminal may show it: foreign text moves no cursor, hides nothing."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from rag.text.visible import plain

BOLD, NOT_BOLD = "\x1b[1m", "\x1b[22m"  # SGR 1 and 22 of ECMA-48; all that we send ourselves

_OURS = re.compile(rf"({re.escape(BOLD)}|{re.escape(NOT_BOLD)}|\r)")


class _Printable:
    """A stream that takes out control and direction characters; else it is the one inside."""

    def __init__(self, stream: TextIO) -> None:
        self.inside = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inside, name)

    def write(self, text: str) -> int:
        """Write what can be shown, and of control only our own bold and a progress bar's return."""
        pieces = _OURS.split(text) if self.inside.isatty() else [text]
        self.inside.write("".join(p if i % 2 else plain(p) for i, p in enumerate(pieces)))
        return len(text)


def write_exactly(text: str) -> None:
    """Write to stdout every character as it is, unless it is a terminal."""
    stream: Any = sys.stdout
    is_pipe = isinstance(stream, _Printable) and not stream.isatty()
    (stream.inside if is_pipe else stream).write(text)


@contextlib.contextmanager
def printable_streams() -> Iterator[None]:
    """Let what is written meanwhile to stdout and stderr be printable."""
    stdout, stderr = map(_printable, (sys.stdout, sys.stderr))
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        yield


def _printable(stream: TextIO | None) -> Any:
    return stream and _Printable(stream)  # None where it was closed before the start

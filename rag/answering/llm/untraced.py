"""Run LangChain without the tracers that stand in the environment, whatever LANGSMITH_… says.

Nothing leaves the machine that the person did not ask for. Callbacks that a caller hands over in
a config are that caller's own, and are called.
"""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")

_OLD_TRACERS = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")
"""With these set, a tracer of former times, LangChain refuses to work."""


def untraced(make: Callable[[], Iterator[T]]) -> Iterator[T]:
    """Yield what `make` gives, in a context of its own: what runs between two pieces is not in it.

    Closing this iterator closes that one.
    """
    from langsmith import tracing_context  # noqa: PLC0415 - heavy

    for variable in _OLD_TRACERS:
        os.environ.pop(variable, None)
    context = contextvars.copy_context()
    context.run(tracing_context(enabled=False).__enter__)
    pieces = context.run(make)
    try:
        while True:
            try:
                piece = context.run(next, pieces)
            except StopIteration:
                return
            yield piece
    finally:
        if close := getattr(pieces, "close", None):
            context.run(close)

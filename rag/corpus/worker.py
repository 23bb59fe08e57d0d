"""The process that parses: `python -m rag.corpus.worker`, frames in, frames out.

It answers each file with "started" once the libraries of its format are in memory, then with the
articles or the error. The limits on memory and time hold from "started" on. It ends with its
parent: at the end of its input a thread ends the process, even in the middle of a file.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import queue
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO, Any

from rag.corpus.drafts import Limits, Source
from rag.corpus.extraction import Extracted, extract
from rag.corpus.frames import read_frame, write_frame
from rag.corpus.parsers import format_of
from rag.errors import ArticleError

if sys.platform != "win32":
    import resource
    import signal

MEGABYTE = 1_048_576
ALARM_GRACE_S = 5  # after the time limit, should the parent not have ended the process by then


def main() -> None:
    """Answer requests until the input ends."""
    requests, replies = _take_pipes()
    logging.disable()
    warnings.simplefilter("ignore")
    waiting: queue.SimpleQueue[tuple[dict[str, Any], bytes]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, waiting), daemon=True).start()
    while True:
        request, data = waiting.get()
        _answer(request, data, replies)


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Return the pipes to the parent, out of reach of libraries that print."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    return requests, replies


def _receive(requests: IO[bytes], waiting: queue.SimpleQueue[tuple[dict[str, Any], bytes]]) -> None:
    while frame := read_frame(requests):
        waiting.put(frame)
    os._exit(0)


def _answer(request: dict[str, Any], data: bytes, replies: IO[bytes]) -> None:
    limits = Limits(
        characters=request["characters"],
        pages=request["pages"],
        latest=date.fromisoformat(request["latest"]),
    )
    source = Source(request["name"], data, limits)
    try:
        format_of(source.name).load()
    except ImportError as error:
        write_frame(replies, {"missing": error.name or ""})
        return
    write_frame(replies, {"started": True})
    with _limited(megabytes=request["megabytes"], seconds=request["seconds"]):
        reply = _reply(source)
    write_frame(replies, reply)


def _reply(source: Source) -> dict[str, Any]:
    try:
        return _as_message(extract(source))
    except ArticleError as error:
        return {"error": [error.code, error.message]}
    except MemoryError:
        return {"stopped": "memory"}
    except Exception as error:  # noqa: BLE001 - a parser may raise anything; the file is at fault
        kind = type(error).__name__
        failed = source.error("E-DOC-009", f"is damaged (its parser failed: {kind}). Get it again.")
        return {"error": [failed.code, failed.message]}


def _as_message(extracted: Extracted) -> dict[str, Any]:
    return {
        "articles": [dataclasses.asdict(article) for article in extracted.articles],
        "problems": [dataclasses.astuple(problem) for problem in extracted.problems],
    }


@contextlib.contextmanager
def _limited(*, megabytes: int, seconds: float) -> Iterator[None]:
    """Limit what reading one file may take beyond what the process holds already."""
    if sys.platform == "win32":
        yield
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    held = _address_space()
    if held:
        resource.setrlimit(resource.RLIMIT_AS, (held + megabytes * MEGABYTE, hard))
    signal.setitimer(signal.ITIMER_REAL, seconds + ALARM_GRACE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _address_space() -> int:
    """Return the bytes of address space of this process, 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()

"""The parent's side of the reading process: start it late, ask it, end it when it takes too long.

One process serves file after file; after a stop the next file gets a fresh one.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any, Literal, Self

from rag.corpus.frames import read_frame, write_frame

START_SECONDS = 120  # for a busy machine to start Python and import the parsers
FILES_PER_PROCESS = 1_000  # what parsers leak stays small
STOP_SECONDS = 5  # for a process that was told to end

_ROOT = Path(__file__).resolve().parents[2]
_LOG = logging.getLogger(__name__)

Reason = Literal["start", "time", "memory", "crash"]


class ReadingStopped(Exception):  # noqa: N818 - it is how a reading ended
    """The reading process was stopped or ended while it read a file."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class ReadingProcess:
    """A process that parses files; a context manager. Not for use by several threads at once."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process, self._files = self._process, None, 0
        if process is None:
            return
        process.kill()
        _close_quietly(_pipe(process.stdin))
        _close_quietly(_pipe(process.stdout))
        process.wait(STOP_SECONDS)

    def ask(self, request: dict[str, Any], data: bytes, *, seconds: float) -> dict[str, Any]:
        """Return the reply to `request`.

        `seconds` count from when the libraries of the format are loaded. Raises ReadingStopped.
        """
        if self._files >= FILES_PER_PROCESS:
            self.close()
        try:
            process, begun = self._begin(request, data)
            self._files += 1
            reply = begun if "missing" in begun else self._exchange(process, seconds=seconds)
        except BaseException:
            self.close()
            raise
        if reply.get("stopped") == "memory":
            self.close()
            raise ReadingStopped("memory")
        return reply

    def _begin(
        self, request: dict[str, Any], data: bytes
    ) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
        """Hand `request` to a process that takes it: the one at hand, else a fresh one."""
        for process in (self._process, None):
            at_hand = process or self._start()
            try:
                return at_hand, self._exchange(at_hand, request, data, seconds=START_SECONDS)
            except ReadingStopped as stop:
                self.close()
                if process is None:
                    raise ReadingStopped("start") from stop
        raise ReadingStopped("start")

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rag.corpus.worker"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process

    def _exchange(
        self,
        process: subprocess.Popen[bytes],
        request: dict[str, Any] | None = None,
        data: bytes = b"",
        *,
        seconds: float,
    ) -> dict[str, Any]:
        """Send `request`, if any, and return the next frame; kill the process after `seconds`."""
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                write_frame(_pipe(process.stdin), request, data)
            frame = read_frame(_pipe(process.stdout))
        except OSError:
            frame = None
        finally:
            timer.cancel()
        if frame is None:
            _LOG.warning("reading process ended; time limit passed: %s", is_late.is_set())
            raise ReadingStopped("time" if is_late.is_set() else "crash")
        return frame[0]


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _close_quietly(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        _LOG.debug("a pipe of an ended process had unsent bytes")

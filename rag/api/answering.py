"""Answering for programs: few at once, some more wait, and who hangs up stops the work.

The chat has threads of its own (`rag.ui.asking`), so that a program that asks without a pause
takes its share of the processor and no reader's turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from rag.errors import RagError, RequestError, ServerError
from rag.records import Answer, Question, Sentence

if TYPE_CHECKING:
    from rag.answering.notes import Notes
    from rag.assistant import Assistant

AT_ONCE = 2  # an answer takes a core; more at once would only make each of them slower
WAITING = 62  # the last waits some six seconds at ten answers a second
WITHIN_S = 100.0  # the server cuts what takes 120 s, without a word

T = TypeVar("T")

_logger = logging.getLogger(__name__)


class Answering:
    """Runs questions and searches in a few threads; `assistant` is made at first use."""

    def __init__(
        self,
        assistant: Callable[[], Assistant],
        *,
        waiting: int = WAITING,
        within_s: float = WITHIN_S,
    ) -> None:
        self._assistant = assistant
        self._most = AT_ONCE + waiting
        self._within_s = within_s
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="api")
        self.admitted = 0
        """Requests that are answered or wait; touched in the event loop alone."""

    async def run(self, work: Callable[[Assistant], T]) -> T:
        """Return what `work` returns. Raises ServerError E-SRV-001 where too many wait."""
        with self._admission():
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, lambda: work(self._assistant()))

    async def stream(
        self, question: Question, notes: Notes | None = None
    ) -> AsyncGenerator[Sentence | Answer]:
        """Yield each checked sentence, then the Answer; closing it stops the work.

        Raises RagError as asking does, ServerError E-SRV-001 where too many wait, RequestError
        E-API-007 for an answer that takes too long.
        """
        stop = threading.Event()
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Sentence | Answer | BaseException | None] = asyncio.Queue()

        def put(item: Sentence | Answer | BaseException | None) -> None:
            with contextlib.suppress(RuntimeError):  # the server has ended meanwhile
                loop.call_soon_threadsafe(queue.put_nowait, item)

        def work() -> None:
            try:
                for piece in self._assistant().stream(question, stop=stop, notes=notes):
                    put(piece)
                    if stop.is_set():
                        break
                put(None)
            except BaseException as error:  # noqa: BLE001 - raised where it is awaited
                put(error)

        with self._admission():
            job = self._pool.submit(work)
            deadline = time.monotonic() + self._within_s
            try:
                while (piece := await _before(deadline, queue)) is not None:
                    if isinstance(piece, BaseException):
                        raise _told(piece) from piece
                    yield piece
            finally:
                stop.set()
                job.cancel()  # where it still waits

    @contextlib.contextmanager
    def _admission(self) -> Iterator[None]:
        if self.admitted >= self._most:
            raise ServerError("E-SRV-001", "Busy: too many questions wait. Ask again in a second.")
        self.admitted += 1
        try:
            yield
        finally:
            self.admitted -= 1


async def unless_gone(request: Request, work: asyncio.Future[T]) -> T:
    """Return what `work` gives; where the client hangs up, cancel it and raise ClientDisconnect."""
    gone = asyncio.ensure_future(_hung_up(request))
    try:
        both: set[asyncio.Future[Any]] = {work, gone}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise ClientDisconnect
        return await work
    finally:
        for each in (work, gone):
            each.cancel()
        await asyncio.gather(work, gone, return_exceptions=True)


def unexpected() -> ServerError:
    """Return the error for what nobody can fix but who reads the log."""
    return ServerError(
        "E-SRV-005", "Answering failed unexpectedly; ask again. The log has the details."
    )


def _told(error: BaseException) -> RagError:
    if isinstance(error, RagError):
        return error
    _logger.error("Answering failed.", exc_info=error)
    return unexpected()


async def _hung_up(request: Request) -> None:
    """Return when the client is gone; the body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _before(deadline: float, queue: asyncio.Queue[T]) -> T:
    try:
        return await asyncio.wait_for(queue.get(), deadline - time.monotonic())
    except TimeoutError as error:
        raise RequestError(
            "E-API-007", "The answer took too long and was stopped. Ask again, or a shorter way."
        ) from error

"""Cuts connections that keep the server waiting, and bounds how many there are.

uvicorn waits for ever for the head of a request, and Streamlit starts it without a way to hand in
a protocol of one's own. So what uvicorn makes of a connection is watched from outside: one look
at all of them twice a second, which costs no more than there are connections.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HEAD_WITHIN_S = 8.0  # a whole head, or the next one on a kept connection; cut before 10 s
REQUEST_WITHIN_S = 120.0  # the rest: a body that trickles in, a reply that nobody takes
LOOK_EVERY_S = 0.5
MOST_CONNECTIONS = 256  # besides WebSockets; a process may have some 1,000 files open
MOST_SOCKETS = 500  # WebSockets, one a browser tab
TRY_AGAIN_LATER = 1013  # WebSocket close code of the IANA registry


@dataclass(slots=True)
class _Waiting:
    """What a connection was last seen at, and since when (in the loop's seconds)."""

    since: float
    cycle: Any = None  # the request that uvicorn last took from it
    is_busy: bool = False  # that request is not answered yet


class ConnectionWatch:
    """Knows all HTTP connections of one event loop, from when they are made."""

    def __init__(self) -> None:
        self._watched: dict[Any, _Waiting] = {}

    def add(self, protocol: Any) -> None:
        """Watch a new connection; where there are too many, the longest silent one has to go."""
        loop = asyncio.get_running_loop()
        if not self._watched:
            loop.call_later(LOOK_EVERY_S, self._look, loop)
        self._watched[protocol] = _Waiting(loop.time())
        if len(self._watched) > MOST_CONNECTIONS:
            silent = (p for p, waiting in self._watched.items() if not waiting.is_busy)
            self._cut(min(silent, key=lambda each: self._watched[each].since))

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for protocol, waiting in list(self._watched.items()):
            cycle = protocol.cycle
            is_busy = cycle is not None and not cycle.response_complete
            if protocol not in protocol.connections:  # it is over, or a WebSocket now
                del self._watched[protocol]
            elif cycle is not waiting.cycle or is_busy != waiting.is_busy:
                self._watched[protocol] = _Waiting(now, cycle, is_busy)
            elif now - waiting.since > (REQUEST_WITHIN_S if is_busy else HEAD_WITHIN_S):
                self._cut(protocol)
        if self._watched:
            loop.call_later(LOOK_EVERY_S, self._look, loop)

    def _cut(self, protocol: Any) -> None:
        del self._watched[protocol]
        protocol.transport.abort()


def watch_connections() -> None:
    """Watch every connection that uvicorn makes in this process from now on."""
    watch = ConnectionWatch()
    protocol: Any = AutoHTTPProtocol
    made = protocol.connection_made

    def connection_made(self: Any, transport: asyncio.Transport) -> None:
        made(self, transport)
        watch.add(self)

    protocol.connection_made = connection_made


class SocketLimit:
    """Turns away WebSockets where too many are open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on all but one WebSocket too many."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        if self._open >= MOST_SOCKETS:
            await receive()  # the connect event, which has to be taken before closing
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return
        self._open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open -= 1

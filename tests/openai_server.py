"""A real HTTP server on loopback that speaks the OpenAI streaming API, well or badly.

    with OpenAIServer(Reply('{"sentences": []}')) as server:
        AnswerModel("test", url=server.url, timeout_s=5)
        server.requests[0].body["messages"]

What it replies with is a Reply, or a list of them, one a request (the last one stays).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """How one request is answered: what, in which pieces, how fast, and how it goes wrong."""

    text: str = ""
    piece: int = 24  # characters a chunk
    delay_s: float = 0.0  # before each chunk
    first_delay_s: float = 0.0  # before the first byte
    finish: str | None = "stop"  # None: the stream names no end
    done: bool = True  # whether "[DONE]" is sent
    cut_after: int | None = None  # chunks, then the connection is dropped
    endless: bool = False  # the text again and again
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/event-stream"
    raw: bytes | None = None  # sent instead of a stream


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class OpenAIServer:
    """Serves replies on a port of its own while the `with` lasts; keeps what was asked."""

    replies: Reply | Sequence[Reply]
    requests: list[Request] = field(default_factory=list)
    sent_chunks: int = 0

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def next_reply(self) -> Reply:
        """Return the reply to the request that was recorded last."""
        if isinstance(self.replies, Reply):
            return self.replies
        return self.replies[min(len(self.requests), len(self.replies)) - 1]


def _handler_for(server: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                asked = json.loads(body)
            except (ValueError, UnicodeDecodeError):
                asked = {"raw": body.hex()}
            server.requests.append(Request(self.path, dict(self.headers.items()), asked))
            try:
                _serve(self, server.next_reply(), server)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def _serve(handler: BaseHTTPRequestHandler, reply: Reply, server: OpenAIServer) -> None:
    time.sleep(reply.first_delay_s)
    handler.close_connection = True
    if reply.raw is not None or reply.status != 200:
        raw = reply.raw or json.dumps({"error": {"message": "as asked", "code": None}}).encode()
        handler.send_response(reply.status)
        _send_headers(handler, reply, "application/json" if reply.raw is None else None)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)
        return
    handler.send_response(200)
    _send_headers(handler, reply, None)
    handler.end_headers()
    for number, piece in enumerate(_pieces(reply)):
        if reply.cut_after is not None and number >= reply.cut_after:
            return
        time.sleep(reply.delay_s)
        _send(handler, _chunk({"content": piece}))
        server.sent_chunks += 1
    if reply.finish is not None:
        _send(handler, _chunk({}, finish=reply.finish))
    if reply.done:
        _send(handler, "[DONE]")


def _send_headers(handler: BaseHTTPRequestHandler, reply: Reply, content_type: str | None) -> None:
    handler.send_header("Content-Type", content_type or reply.content_type)
    handler.send_header("Connection", "close")
    for name, value in reply.headers:
        handler.send_header(name, value)


def _pieces(reply: Reply) -> Iterator[str]:
    while True:
        for start in range(0, len(reply.text), reply.piece):
            yield reply.text[start : start + reply.piece]
        if not reply.endless:
            return


def _chunk(delta: dict[str, str], *, finish: str | None = None) -> str:
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "test",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }
    )


def _send(handler: BaseHTTPRequestHandler, data: str) -> None:
    handler.wfile.write(f"data: {data}\n\n".encode("utf-8", "surrogatepass"))
    handler.wfile.flush()

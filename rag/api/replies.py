"""What the API sends: JSON, events, and errors in one shape that OpenAI's clients read, too."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Any

from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from rag.errors import IndexingError, QuestionError, RagError, ServerError

BUSY_FOR_S = "1"  # after which a program may try again; an answer takes less
STATUS_OF_CODE = {
    "E-API-001": HTTPStatus.UNAUTHORIZED,
    "E-API-002": HTTPStatus.NOT_FOUND,
    "E-API-003": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "E-API-004": HTTPStatus.BAD_REQUEST,
    "E-API-005": HTTPStatus.BAD_REQUEST,
    "E-API-006": HTTPStatus.REQUEST_TIMEOUT,
    "E-API-007": HTTPStatus.GATEWAY_TIMEOUT,
    "E-API-008": HTTPStatus.NOT_FOUND,
    "E-IDX-011": HTTPStatus.NOT_FOUND,
    "E-SRV-005": HTTPStatus.INTERNAL_SERVER_ERROR,
}
STATUS_OF_KIND = {
    QuestionError: HTTPStatus.BAD_REQUEST,
    ServerError: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexingError: HTTPStatus.SERVICE_UNAVAILABLE,
}
HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="Footnote"'},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": BUSY_FOR_S},
}
NO_STORE = {"Cache-Control": "no-store"}


def json_text(value: Any) -> str:
    """Return a value as one line of JSON; half a surrogate pair, which UTF-8 has not, escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def json_reply(value: Any, status: int = HTTPStatus.OK, **headers: str) -> Response:
    """Return a value as the JSON body of a response that nobody keeps."""
    return Response(json_text(value), status, {**NO_STORE, **headers}, "application/json")


def error_record(error: RagError) -> dict[str, Any]:
    """Return an error with its code and its cure; `type` and `param` are what OpenAI's have."""
    is_theirs = status_of(error) < HTTPStatus.INTERNAL_SERVER_ERROR
    kind = "invalid_request_error" if is_theirs else "server_error"
    return {
        "error": {"code": error.code, "message": error.message, "type": kind, "param": None},
    }


def error_reply(error: RagError) -> Response:
    """Return an error as the whole response."""
    status = status_of(error)
    return json_reply(error_record(error), status, **HEADERS.get(status, {}))


def status_of(error: RagError) -> HTTPStatus:
    """Return the HTTP status of an error: by its code, else by its kind."""
    if (status := STATUS_OF_CODE.get(error.code)) is not None:
        return status
    kinds = (status for kind, status in STATUS_OF_KIND.items() if isinstance(error, kind))
    return next(kinds, HTTPStatus.SERVICE_UNAVAILABLE)


def event(data: Any, *, name: str = "") -> str:
    """Return one server-sent event (WHATWG HTML, section 9.2) with JSON as its data."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {data if isinstance(data, str) else json_text(data)}\n\n"


class EventStream(StreamingResponse):
    """Server-sent events made of `source`; where the client hangs up, both are closed."""

    def __init__(self, events: AsyncGenerator[str], source: AsyncGenerator[Any]) -> None:
        headers = {**NO_STORE, "X-Accel-Buffering": "no"}  # or nginx would hold them back
        super().__init__(events, headers=headers, media_type="text/event-stream")
        self._events, self._source = events, source

    async def stream_response(self, send: Send) -> None:
        """Send event by event."""
        async with contextlib.aclosing(self._source), contextlib.aclosing(self._events):
            await super().stream_response(send)

"""The addresses that programs call, each a thin door to the Assistant.

Who calls needs the token in the `Authorization` header; a cookie means nothing here, so no page
can ask in a reader's name. What goes wrong is JSON with a code and what cures it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from rag.answering.explaining import explanation_of
from rag.answering.notes import Notes
from rag.api.answering import Answering, unexpected, unless_gone
from rag.api.articles import article_part, listed_articles
from rag.api.bodies import (
    ArticlesQuery,
    AskBody,
    ChatBody,
    PartQuery,
    SearchBody,
    read_body,
    read_query,
)
from rag.api.completions import as_question, completion, completion_events, models
from rag.api.description import description, page
from rag.api.replies import EventStream, error_record, error_reply, event, json_reply
from rag.api.token import is_token
from rag.errors import RagError, RequestError
from rag.records import Answer, Question, Sentence
from rag.sharing.shapes import answered_record, plain_value, search_record

Endpoint = Callable[[Request], Awaitable[Response]]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
CLIENT_GONE = 499  # nginx's; nobody reads it

_logger = logging.getLogger(__name__)


def api_routes(answering: Answering, *, home: Path) -> list[BaseRoute]:
    """Return the routes; the token is in the `home` folder."""
    doors = _Doors(answering)
    guarded = functools.partial(_guarded, home=home)
    return [
        Route("/api/ask", guarded(doors.ask), methods=["POST"]),
        Route("/api/search", guarded(doors.search), methods=["POST"]),
        Route("/api/articles", guarded(doors.articles), methods=["GET"]),
        Route("/api/articles/{id:path}", guarded(doors.article), methods=["GET"]),
        Route("/api/openapi.json", _openapi, methods=["GET"]),
        Route("/api/docs", _docs, methods=["GET"]),
        Route("/v1/chat/completions", guarded(doors.chat), methods=["POST"]),
        Route("/v1/models", guarded(doors.models), methods=["GET"]),
        Route("/api/{rest:path}", guarded(_nowhere), methods=METHODS),
        Route("/v1/{rest:path}", guarded(_nowhere), methods=METHODS),
    ]


@dataclass(frozen=True, slots=True)
class _Doors:
    answering: Answering

    async def ask(self, request: Request) -> Response:
        """Answer one question; as events, sentence by sentence, with `stream`."""
        body = await read_body(request, AskBody)
        notes = Notes() if body.explain else None
        pieces = await self._begun(request, body.as_question(), notes)
        if body.stream:
            return EventStream(_events(pieces, notes), pieces)
        return json_reply(_answered(await _answer(request, pieces), notes))

    async def chat(self, request: Request) -> Response:
        """Answer the last message of a conversation, in OpenAI's shape."""
        body = await read_body(request, ChatBody)
        base = str(request.base_url).rstrip("/")
        pieces = await self._begun(request, as_question(body), None)
        if body.stream:
            return EventStream(completion_events(pieces, base=base), pieces)
        return json_reply(completion(await _answer(request, pieces), base=base))

    async def search(self, request: Request) -> Response:
        """Return the passages for a query."""
        body = await read_body(request, SearchBody)
        question = Question(body.question, filters=body.filters)
        started = time.perf_counter()
        retrieval = await self.answering.run(lambda it: it.search(question, k=body.k))
        total_ms = (time.perf_counter() - started) * 1000
        return json_reply(search_record(retrieval, total_ms=total_ms))

    async def articles(self, request: Request) -> Response:
        """List the articles."""
        query = read_query(request, ArticlesQuery)
        listed = await self.answering.run(
            lambda it: listed_articles(
                it,
                query.words,
                filters=query.as_filters(),
                offset=query.offset,
                limit=query.limit,
            )
        )
        return json_reply(listed)

    async def article(self, request: Request) -> Response:
        """Return one article's text, or a part of it."""
        query, id_ = read_query(request, PartQuery), request.path_params["id"]
        part = await self.answering.run(
            lambda it: article_part(it, id_, start=query.start, end=query.end)
        )
        return json_reply(part)

    async def models(self, request: Request) -> Response:
        """List the one model, as OpenAI's clients ask for it."""
        del request
        return json_reply(models())

    async def _begun(
        self, request: Request, question: Question, notes: Notes | None
    ) -> AsyncGenerator[Sentence | Answer]:
        """Return an answer that has begun, so that what is wrong with it has its own status."""
        pieces = self.answering.stream(question, notes)
        first = await unless_gone(request, asyncio.ensure_future(anext(pieces)))
        begun = _after(first, pieces)
        await anext(begun)  # so that closing it closes what it reads
        return begun


async def _after(
    first: Sentence | Answer, pieces: AsyncGenerator[Sentence | Answer]
) -> AsyncGenerator[Sentence | Answer]:
    """Yield `first` twice, and then the rest."""
    async with contextlib.aclosing(pieces):
        yield first
        yield first
        async for piece in pieces:
            yield piece


async def _answer(request: Request, pieces: AsyncGenerator[Sentence | Answer]) -> Answer:
    async def last() -> Answer:
        async with contextlib.aclosing(pieces):
            *_, answer = [piece async for piece in pieces]
        assert isinstance(answer, Answer)  # what every Answerer yields last
        return answer

    return await unless_gone(request, asyncio.ensure_future(last()))


async def _events(
    pieces: AsyncGenerator[Sentence | Answer], notes: Notes | None
) -> AsyncGenerator[str]:
    try:
        async for piece in pieces:
            if isinstance(piece, Answer):
                yield event(_answered(piece, notes), name="answer")
            else:
                yield event(plain_value(piece), name="sentence")
    except RagError as error:
        yield event(error_record(error), name="error")


def _answered(answer: Answer, notes: Notes | None) -> dict[str, Any]:
    return answered_record(answer, explanation_of(answer, notes) if notes else None)


def _guarded(endpoint: Endpoint, *, home: Path) -> Endpoint:
    """Return the endpoint for who has the token, its errors as JSON."""

    async def guarded(request: Request) -> Response:
        try:
            _check_token(request, home)
            return await endpoint(request)
        except RagError as error:
            return error_reply(error)
        except ClientDisconnect:
            return Response(status_code=CLIENT_GONE)
        except Exception:
            _logger.exception("A request to the API failed.")
            return error_reply(unexpected())

    return guarded


def _check_token(request: Request, home: Path) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not is_token(given.strip(), home):
        raise RequestError(
            "E-API-001",
            'The header "Authorization: Bearer TOKEN" is missing or has another token. '
            "Print the token with: python -m rag token",
        )


async def _nowhere(request: Request) -> Response:
    raise RequestError(
        "E-API-002",
        f"{request.method} {request.url.path[:100]} is not known. What is: /api/docs",
    )


async def _openapi(request: Request) -> Response:
    del request
    return json_reply(description())


async def _docs(request: Request) -> Response:
    del request
    return HTMLResponse(page())

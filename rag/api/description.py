"""What the API is, as OpenAPI 3.1, and as a page that asks no other host and runs no script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel, TypeAdapter

from rag import __version__
from rag.api.bodies import ArticlesQuery, AskBody, ChatBody, PartQuery, SearchBody
from rag.records import Answer, Article, HitPlace, Sentence

REF = "#/components/schemas/{model}"
OPEN = "/api/docs and /api/openapi.json need no token: they say nothing of the articles."


@dataclass(frozen=True, slots=True)
class Operation:
    """An address and what it does; body and reply are names of shapes, `query` is a model."""

    method: str
    path: str
    meaning: str
    body: str = ""
    reply: str = ""
    query: type[BaseModel] | None = None


@dataclass(frozen=True, slots=True)
class FoundPassage(HitPlace):
    """A retrieved passage with its text."""

    text: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages for a query, best first."""

    query: str
    hits: list[FoundPassage]
    generation: int
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class ListedArticles:
    """One page of the articles, without their texts."""

    articles: list[dict[str, Any]]
    total: int
    next_offset: int | None
    generation: int


@dataclass(frozen=True, slots=True)
class ErrorFields:
    """A stable code, and one sentence that says what is wrong and what cures it."""

    code: str
    message: str
    type: str
    param: None


@dataclass(frozen=True, slots=True)
class Error:
    """What went wrong, in the shape of OpenAI's errors."""

    error: ErrorFields


@dataclass(frozen=True, slots=True)
class ChatCompletion:
    """OpenAI's chat completion, and the whole answer as `footnote`."""

    id: str
    object: str
    created: int
    model: str
    choices: list[dict[str, Any]]
    footnote: Answer


SHAPES: dict[str, Any] = {
    "AskBody": AskBody,
    "SearchBody": SearchBody,
    "ChatBody": ChatBody,
    "Answer": Answer,
    "Sentence": Sentence,
    "SearchResult": SearchResult,
    "ListedArticles": ListedArticles,
    "Article": Article,
    "ChatCompletion": ChatCompletion,
    "Error": Error,
    "HitPlace": HitPlace,
}

OPERATIONS = (
    Operation("post", "/api/ask", "Answer a question from the articles.", "AskBody", "Answer"),
    Operation("post", "/api/search", "Find passages.", "SearchBody", "SearchResult"),
    Operation("get", "/api/articles", "List the articles.", "", "ListedArticles", ArticlesQuery),
    Operation("get", "/api/articles/{id}", "Read an article.", "", "Article", PartQuery),
    Operation(
        "post",
        "/v1/chat/completions",
        "Answer the last message of a conversation, in OpenAI's shape.",
        "ChatBody",
        "ChatCompletion",
    ),
    Operation("get", "/v1/models", "Name the one model, as OpenAI's clients ask."),
)
STREAMED = {
    "/api/ask": "With stream: the events sentence (a Sentence, as soon as it is checked), then "
    "answer (the Answer), or error.",
    "/v1/chat/completions": "With stream: OpenAI's chunks; the last has annotations and footnote.",
}


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """Return the API as an OpenAPI document."""
    paths: dict[str, Any] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Footnote", "version": __version__, "description": OPEN},
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


@lru_cache(maxsize=1)
def page() -> str:
    """Return the document as a page of HTML."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja").render(api=description())


def _operation(operation: Operation) -> dict[str, Any]:
    body, reply = operation.body, operation.reply
    found: dict[str, Any] = {
        "summary": operation.meaning,
        "description": STREAMED.get(operation.path, ""),
        "parameters": _parameters(operation),
        "responses": {
            "200": {"description": "done"} | (_json(reply) if reply else {}),
            "default": {"description": "what is wrong, and what cures it"} | _json("Error"),
        },
    }
    return found | ({"requestBody": {"required": True} | _json(body)} if body else {})


def _json(shape: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": REF.format(model=shape)}}}}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    fields = operation.query.model_json_schema()["properties"] if operation.query else {}
    in_query = [{"name": name, "in": "query", "schema": of} for name, of in fields.items()]
    return [*([in_path] if "{id}" in operation.path else []), *in_query]


def _schemas() -> dict[str, Any]:
    """Return the JSON schema of every shape; in an Answer the hits are without their text."""
    inputs = [(name, "serialization", TypeAdapter(kind)) for name, kind in SHAPES.items()]
    _, found = TypeAdapter.json_schemas(inputs, ref_template=REF)  # type: ignore[arg-type]
    schemas: dict[str, Any] = found["$defs"]
    schemas["Answer"]["properties"]["hits"]["items"] = {"$ref": REF.format(model="HitPlace")}
    part = {name: {"type": "integer"} for name in ("start", "end", "characters")}
    schemas["Article"]["properties"] |= part
    return schemas

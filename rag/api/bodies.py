"""What programs send, read strictly: JSON of the documented fields, or an error that names one."""

from __future__ import annotations

import asyncio
import difflib
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from rag.errors import RequestError
from rag.records import Caution, Filters, Question, Turn

LARGEST_BYTES = 1024 * 1024  # a conversation of hundreds of pages
WITHIN_S = 20.0  # for a whole body to come in
MOST_HITS = 100
MOST_LISTED = 1000
MOST_TURNS = 100
LONGEST_SHOWN = 60  # characters of a wrong value or name

Body = TypeVar("Body", bound=BaseModel)


class Strict(BaseModel):
    """A body whose fields are all known."""

    model_config = ConfigDict(extra="forbid")


class EarlierTurn(Strict):
    """An earlier question of the conversation, and the text of its answer."""

    question: str
    answer: str = ""


class AskBody(Strict):
    """A question to the articles."""

    question: str
    history: Annotated[list[EarlierTurn], Field(max_length=MOST_TURNS)] = []
    filters: Filters = Filters()
    caution: Caution | None = Field(None, description="without it, that of the settings")
    stream: bool = Field(default=False, description="answer as server-sent events")
    explain: bool = Field(default=False, description="add every signal and score behind the answer")

    def as_question(self) -> Question:
        """Return what is asked."""
        turns = tuple(Turn(turn.question, turn.answer) for turn in self.history)
        return Question(self.question, turns, self.filters, self.caution)


class SearchBody(Strict):
    """A search for passages."""

    question: str
    k: int = Field(8, ge=1, le=MOST_HITS, description="number of passages")
    filters: Filters = Filters()


class ArticlesQuery(Strict):
    """Which articles are listed: those with all `words` in title, outlet, authors or id."""

    words: str = ""
    outlets: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    offset: int = Field(0, ge=0)
    limit: int = Field(100, ge=1, le=MOST_LISTED)

    def as_filters(self) -> Filters:
        """Return the limits."""
        return Filters(self.published_from, self.published_to, None, self.outlets, self.authors)


class PartQuery(Strict):
    """Which part of an article's text is wanted, in characters; the whole without it."""

    start: int = Field(0, ge=0)
    end: int | None = Field(None, ge=0)


class TextPart(BaseModel):
    """A part of a message that is text, the only kind that can be asked."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """A message of a conversation, in OpenAI's shape."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The text of all parts."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class ResponseFormat(BaseModel):
    """The only one that there is."""

    type: Literal["text"] = "text"


class ChatBody(BaseModel):
    """A conversation in OpenAI's shape; what only concerns the sampling of an LLM is ignored.

    `filters` and `caution` are Footnote's own, as in `/api/ask`.
    """

    model: str = "footnote"
    messages: Annotated[list[Message], Field(min_length=1, max_length=2 * MOST_TURNS)]
    stream: bool | None = None
    n: Literal[1] | None = None
    response_format: ResponseFormat | None = None
    tools: Annotated[list[Any], Field(max_length=0)] | None = None
    functions: Annotated[list[Any], Field(max_length=0)] | None = None
    filters: Filters = Filters()
    caution: Caution | None = None


async def read_body(request: Request, kind: type[Body]) -> Body:
    """Return the body. Raises RequestError E-API-003 to E-API-006 for what cannot be read."""
    try:
        data = await asyncio.wait_for(_bytes(request), WITHIN_S)
    except TimeoutError as error:
        raise RequestError("E-API-006", "The body came in too slowly. Send it again.") from error
    try:
        return kind.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise _refused(error, kind) from error


def read_query(request: Request, kind: type[Body]) -> Body:
    """Return what stands behind the `?`. Raises RequestError E-API-005."""
    given = request.query_params
    several = {"outlets", "authors"}
    values = {key: given.getlist(key) if key in several else given[key] for key in given}
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise _refused(error, kind) from error


async def _bytes(request: Request) -> bytes:
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > LARGEST_BYTES:
            raise RequestError(
                "E-API-003", f"The body is larger than {LARGEST_BYTES:,} bytes. Send less."
            )
    return data


def _refused(error: ValidationError, kind: type[BaseModel]) -> RequestError:
    found = error.errors(include_url=False, include_context=False)
    unknown = {"extra_forbidden", "unexpected_keyword_argument"}
    # A typo first, since what is missing follows from it; of a union, what fits best.
    first = max(found, key=lambda each: (each["type"] in unknown, len(each["loc"])))
    where = ".".join(map(str, first["loc"]))[:LONGEST_SHOWN] or "body"
    what = first["msg"].removeprefix("Invalid JSON: ")
    if first["type"] == "json_invalid":
        return RequestError("E-API-004", f"The body is no valid JSON: {what}.")
    if first["type"] in unknown:
        close = difflib.get_close_matches(str(first["loc"][-1]), _known_fields(kind), n=1)
        hint = f'did you mean "{close[0]}"?' if close else "see /api/docs"
        return RequestError("E-API-005", f'Unknown field "{where}"; {hint}')
    return RequestError("E-API-005", f'"{where}": {what[:1].lower()}{what[1:]}. See /api/docs')


def _known_fields(kind: type[BaseModel]) -> list[str]:
    return [*kind.model_fields, *Filters.__dataclass_fields__, *EarlierTurn.model_fields]

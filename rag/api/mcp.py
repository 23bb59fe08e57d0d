"""The tools of the Model Context Protocol: ask, search, read an article, list the articles.

Each gives text to read and the same as data. What goes wrong is a tool's error: one sentence with
a code and what cures it.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from rag import __version__
from rag.api.articles import article_part, listed_articles
from rag.api.bodies import MOST_HITS, MOST_LISTED, EarlierTurn
from rag.api.prose import prose
from rag.api.replies import json_text
from rag.errors import RagError
from rag.records import Filters, Question, Turn
from rag.sharing.shapes import answer_record, search_record

if TYPE_CHECKING:
    from rag.assistant import Assistant

INSTRUCTIONS = (
    "Footnote answers from a folder of articles. Every sentence that `ask` gives carries quotes "
    "that stand word for word in an article; `outcome` says whether the articles answer. Cite the "
    "quotes, and state no more than they do."
)
PAGE = 20_000  # characters of an article that are read at once
READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Arguments = ParamSpec("Arguments")
Limits = Annotated[Filters | None, Field(description="only what passes these; none: all")]


def mcp_server(assistant: Assistant) -> MCPServer:
    """Return a server whose tools ask this assistant."""
    server = MCPServer(
        "footnote", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    for tool in _tools(assistant):
        server.add_tool(_with_cures(tool), annotations=READ_ONLY)
    return server


def _tools(assistant: Assistant) -> list[Callable[..., CallToolResult]]:
    """Return the tools; their names, docstrings and types are what a client sees."""

    def ask(
        question: str, history: list[EarlierTurn] | None = None, filters: Limits = None
    ) -> CallToolResult:
        """Answer a question from the articles, each sentence with its quotes."""
        turns = tuple(Turn(turn.question, turn.answer) for turn in history or ())
        answer = assistant.ask(Question(question, turns, filters or Filters()))
        return _result(prose(answer).text, answer_record(answer))

    def search(
        query: str, k: Annotated[int, Field(ge=1, le=MOST_HITS)] = 8, filters: Limits = None
    ) -> CallToolResult:
        """Find passages of the articles, best first, without an answer."""
        started = time.perf_counter()
        found = assistant.search(Question(query, filters=filters or Filters()), k=k)
        total_ms = (time.perf_counter() - started) * 1000
        texts = [f"{hit.passage.id}\n{hit.passage.text}" for hit in found.hits]
        return _result("\n\n".join(texts), search_record(found, total_ms=total_ms))

    def read_article(
        article_id: str,
        start: Annotated[int, Field(ge=0)] = 0,
        characters: Annotated[int, Field(ge=1, le=10 * PAGE)] = PAGE,
    ) -> CallToolResult:
        """Read an article's text, a page at a time; offsets are those of the quotes."""
        part = article_part(assistant, article_id, start=start, end=start + characters)
        rest = part["end"] < part["characters"]
        part["next_start"] = part["end"] if rest else None
        return _result(part["text"], part)

    def list_articles(
        words: str = "",
        filters: Limits = None,
        offset: Annotated[int, Field(ge=0)] = 0,
        limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 100,
    ) -> CallToolResult:
        """List articles, the newest first: those with all words in title, outlet, authors or id."""
        page = listed_articles(
            assistant, words, filters=filters or Filters(), offset=offset, limit=limit
        )
        lines = [
            f"{each['id']}: {each['title']} ({each['published']})" for each in page["articles"]
        ]
        return _result("\n".join(lines), page)

    return [ask, search, read_article, list_articles]


def _result(text: str, record: dict[str, Any]) -> CallToolResult:
    content = TextContent(type="text", text=text or json_text(record))
    return CallToolResult(content=[content], structured_content=record)


def _with_cures(
    tool: Callable[Arguments, CallToolResult],
) -> Callable[Arguments, CallToolResult]:
    """Return the tool with what people can fix as its error."""

    @functools.wraps(tool)
    def told(*args: Arguments.args, **kwargs: Arguments.kwargs) -> CallToolResult:
        try:
            return tool(*args, **kwargs)
        except RagError as error:
            raise ToolError(f"{error.message} [{error.code}]") from error

    return told

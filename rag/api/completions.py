"""Answers in the shape of OpenAI's chat completions, whole and streamed.

The message is what the articles say, its citations are annotations of the kind `url_citation`
that open the quote in the chat. Beside OpenAI's fields stands `footnote`: the whole answer as
`POST /api/ask` gives it, with its outcome, verdicts and offsets.
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import AsyncGenerator
from typing import Any

from rag.api.bodies import ChatBody, Message
from rag.api.prose import Citation, Prose, prose, quote_path, without_notes
from rag.api.replies import error_record, event
from rag.errors import QuestionError, RagError, RequestError
from rag.records import Answer, Question, Sentence, Turn
from rag.sharing.shapes import answer_record, plain_value

MODEL = "footnote"
DONE = "[DONE]"


def models() -> dict[str, Any]:
    """Return the list of the one model that there is."""
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
    return {"object": "list", "data": [model]}


def as_question(body: ChatBody) -> Question:
    """Return the last message as a question, what came before it as the turns before.

    What the system says is Footnote's own to say, so that it is left out. Raises RequestError
    E-API-008 for another model, QuestionError E-Q-006 where the last message asks nothing.
    """
    if body.model != MODEL:
        raise RequestError("E-API-008", f'No model "{body.model[:60]}"; use "{MODEL}".')
    said = [message for message in body.messages if message.role in {"user", "assistant"}]
    if not said or said[-1].role != "user":
        raise QuestionError("E-Q-006", "The last message must be the user's: the question.")
    return Question(said[-1].text, _turns(said[:-1]), body.filters, body.caution)


def completion(answer: Answer, *, base: str) -> dict[str, Any]:
    """Return a whole answer as a chat completion; `base` is where the chat is."""
    said = prose(answer)
    message = {
        "role": "assistant",
        "content": said.text,
        "refusal": None,
        "annotations": _annotations(said.citations, base),
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    head = _head("chat.completion")
    return {**head, "choices": [choice], "footnote": answer_record(answer)}


async def completion_events(
    pieces: AsyncGenerator[Sentence | Answer], *, base: str
) -> AsyncGenerator[str]:
    """Yield the events of a streamed chat completion; the last chunk has the annotations."""
    head, said = _head("chat.completion.chunk"), Prose()
    yield event(_chunk(head, {"role": "assistant", "content": ""}))
    try:
        async for piece in pieces:
            if isinstance(piece, Sentence):
                yield event(_chunk(head, {"content": said.add(piece)}))
                continue
            yield event(_chunk(head, {"content": said.end(piece)}))
            last = _chunk(head, {"annotations": _annotations(said.citations, base)}, ends="stop")
            yield event(last | {"footnote": answer_record(piece)})
    except RagError as error:
        yield event(error_record(error))
        return
    yield event(DONE)


def _turns(said: list[Message]) -> tuple[Turn, ...]:
    """Return each question with the message that answers it, if one does."""
    pairs = itertools.zip_longest(said, said[1:])
    return tuple(
        Turn(asked.text, without_notes(then.text) if then and then.role == "assistant" else "")
        for asked, then in pairs
        if asked.role == "user"
    )


def _head(kind: str) -> dict[str, Any]:
    id_ = f"chatcmpl-{secrets.token_hex(12)}"
    return {"id": id_, "object": kind, "created": int(time.time()), "model": MODEL}


def _chunk(head: dict[str, Any], delta: dict[str, Any], *, ends: str | None = None) -> Any:
    choice = {"index": 0, "delta": delta, "finish_reason": ends, "logprobs": None}
    return {**head, "choices": [choice]}


def _annotations(citations: list[Citation], base: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": citation.start,
                "end_index": citation.end,
                "title": citation.quote.title,
                "url": base + quote_path(citation.quote),
                "quote": plain_value(citation.quote),
            },
        }
        for citation in citations
    ]

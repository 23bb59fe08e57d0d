"""Turn a follow-up into a question of its own with the answer model.

What comes back is searched for, never shown as an answer, and still checked: one line, every
name and number of the question kept, none added that the conversation does not have. Anything
else, and any failure, gives None: the rules of retrieval then do it.
"""

from __future__ import annotations

import logging
import re
import threading
from typing import TYPE_CHECKING

from rag.answering.llm.plain_text import plain_text
from rag.answering.llm.prompts import fence_history
from rag.errors import AnswerModelError
from rag.retrieval.names import names
from rag.text.dates import read_dates
from rag.text.quantities import read_numbers

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

    from rag.answering.llm.chat_model import AnswerModel
    from rag.records import Question

TURNS = 3
"""Earlier turns that are sent; a follow-up leans on the last ones."""
LONGEST_QUERY = 300
"""Characters; a longer one is an answer, not a question."""

_THOUGHT = re.compile(r"<think\b.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_LABEL = re.compile(r"^(?:(?:standalone |rewritten )?question|query)\s*:\s*", re.IGNORECASE)
_log = logging.getLogger(__name__)


def rewrite_question(
    question: Question,
    model: AnswerModel,
    prompt: ChatPromptTemplate,
    *,
    stop: threading.Event | None = None,
) -> str | None:
    """Return the question as one that stands alone; None when the model gives none to trust."""
    if not question.history:
        return None
    turns = [(turn.question, turn.answer) for turn in question.history[-TURNS:]]
    messages = prompt.format_messages(history=fence_history(turns), question=question.text)
    try:
        reply = "".join(model.stream(messages, stop=stop))
    except AnswerModelError as error:
        _log.warning("follow-up not rewritten: %s", error.code)
        return None
    return _checked(reply, question)


def _checked(reply: str, question: Question) -> str | None:
    lines = [line.strip() for line in _THOUGHT.sub("", reply).splitlines() if line.strip()]
    if len(lines) != 1:
        return None
    query = _LABEL.sub("", plain_text(lines[0])).strip('"“” ')
    if not 0 < len(query) <= LONGEST_QUERY:
        return None
    said = [question.text, *(t.question for t in question.history[-TURNS:])]
    said += [turn.answer for turn in question.history[-TURNS:]]
    keeps = _facts(question.text) <= _words(query)
    adds_nothing = _facts(query) <= _words(" ".join(said))
    return query if keeps and adds_nothing else None


def _facts(text: str) -> set[str]:
    """Return the words of the names and numbers of a question, the word that opens it aside."""
    found = {word for name in names(text) for word in _words(name)}
    figures = [*(n.text for n in read_numbers(text)), *(day.text for day in read_dates(text))]
    return found | {word for figure in figures for word in _words(figure)}


def _words(text: str) -> set[str]:
    return {re.sub(r"['’]s$", "", word) for word in re.findall(r"[\w.%$€£'’-]*\w", text.casefold())}

"""Parts a message into the questions that it asks: each is answered or refused by itself."""

from __future__ import annotations

import re

from rag.text.tokens import content_tokens

MOST_QUESTIONS = 3

_BETWEEN = re.compile(
    r"(?<=\?)\s+|\s*,?\s+and\s+(?=(?:why|how|what|who|whom|whose|when|where|which)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^(?:why|how|what|who|whom|whose|when|where|which)\b", re.IGNORECASE)


def subquestions(text: str) -> list[str]:
    """Return the questions of a message in order, as typed; the message itself where it is one.

    >>> subquestions("What is HBM and why does it matter?")
    ['What is HBM', 'why does it matter?']
    >>> subquestions("Tell me who won and what it cost.")
    ['Tell me who won and what it cost.']
    """
    found = [part.strip() for part in _BETWEEN.split(text) if content_tokens(part)]
    if len(found) < 2 or not all(_ASKS.match(part) or part.endswith("?") for part in found):  # noqa: PLR2004 - two make several
        return [text]
    return found[:MOST_QUESTIONS]

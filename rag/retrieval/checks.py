"""Clean what a person typed, or say why it cannot be asked."""

from __future__ import annotations

import re
import unicodedata

from rag.errors import QuestionError

QUESTION_LIMIT = 4_000
"""Longest question in characters: two pages, and cheap to normalise even when it is hostile."""

_QUOTED_LENGTH = 40
"""Characters of a question that an error message repeats."""

_ANSI_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cn"})


def clean_question(text: str) -> str:
    """Return the question on one line, without escapes and characters that cannot be seen.

    Raises QuestionError: E-Q-001 nothing typed, E-Q-002 too long (never silently cut),
    E-Q-003 not valid text, E-Q-004 nothing in it that a search could find.
    """
    if len(text) > QUESTION_LIMIT:
        raise QuestionError(
            "E-Q-002",
            f"Your question has {len(text):,} characters; the limit is {QUESTION_LIMIT:,}. "
            "Shorten it.",
        )
    if _SURROGATE.search(text):
        raise QuestionError(
            "E-Q-003", "Your question contains an invalid character (a lone surrogate). Retype it."
        )
    visible = "".join(map(_visible, _ANSI_ESCAPE.sub("", text)))
    cleaned = " ".join(unicodedata.normalize("NFC", visible).split())
    if not cleaned:
        raise QuestionError("E-Q-001", "Please type a question.")
    if not any(character.isalnum() for character in cleaned):
        raise QuestionError(
            "E-Q-004",
            f'There is nothing to search for in "{cleaned[:_QUOTED_LENGTH]}". '
            "Ask with a word or a number.",
        )
    return cleaned


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE_CATEGORIES else character

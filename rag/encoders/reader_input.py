"""How question and passage, or claim and evidence, are laid out for the reader; also in training.

The first segment is the question, after the turns before it where it follows some; the second is
the passage after the title of its article.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.records import Turn

LONGEST = 384
"""Tokens of both segments together; of the longer of the two the rest is cut off."""

TURNS_READ = 2
"""Earlier turns that a question is read with."""

ANSWER_READ = 160
"""Characters of an earlier answer that are read."""


def with_history(question: str, history: Sequence[Turn]) -> str:
    """Return the question as the reader gets it: after the turns before it.

    >>> with_history("Where is it?", [Turn("What is the ITER?", "A reactor.")])
    'What is the ITER? A reactor. | Where is it?'
    """
    turns = [
        f"{turn.question} {turn.answer[:ANSWER_READ]}".strip() for turn in history[-TURNS_READ:]
    ]
    return " | ".join([*turns, question])


def with_title(text: str, title: str) -> tuple[str, int]:
    """Return a passage as the reader gets it, and how many characters stand before it.

    >>> with_title("It rose to 25 percent.", "Tariffs on electric cars")
    ('Tariffs on electric cars | It rose to 25 percent.', 27)
    """
    return (f"{title} | {text}", len(title) + 3) if title else (text, 0)

"""What one visitor keeps: conversations, explanations and feedback, in a folder of their own.

The owner's stand in the home folder itself, where they have always been. An id of a visitor has
been checked before it gets here (`visitors`), and so can be part of a path.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from rag.evaluation.feedback_store import FEEDBACK, VISITORS, FeedbackStore
from rag.ui.conversations import ConversationStore
from rag.ui.explanations import ExplanationStore
from rag.ui.visitors import Visitor

SHELVES_KEPT = 1_024  # of visitors who are here at once; one that is read again costs nothing else


class Shelf:
    """The stores of one visitor; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conversations = ConversationStore(folder / "conversations")
        self.feedback = FeedbackStore(folder / FEEDBACK)
        self.explanations = ExplanationStore(folder / "explanations")


@lru_cache(maxsize=SHELVES_KEPT)
def shelf_of(home: Path, visitor: Visitor) -> Shelf:
    """Return the visitor's shelf, the same object for all tabs."""
    return Shelf(home if visitor.is_owner else home / VISITORS / visitor.id)

"""What one visitor keeps: conversations, explanations and feedback, in a folder of their own.

The owner's stand in the home folder itself, where they have always been. An id of a visitor has
been checked before it gets here (`visitors`), and so can be part of a path.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from rag.evaluation.feedback import FEEDBACK, VISITORS, FeedbackStore
from rag.explanation import Explanation
from rag.private_files import write_private
from rag.strict_json import NotThisRecord, from_text, to_line
from rag.ui.conversations import ConversationStore, is_id
from rag.ui.visitors import Visitor

SHELVES_KEPT = 1_024  # of visitors who are here at once; one that is read again costs nothing else

MAX_FILE_BYTES = 4 * 1024 * 1024  # of three parts with sixteen sentences each it has 80 KB

_logger = logging.getLogger(__name__)


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


class ExplanationStore:
    """Reads and writes explanations by conversation and exchange."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, conversation_id: str, exchange_id: str, explanation: Explanation) -> None:
        """Write an explanation aside, then put it in place. Raises OSError."""
        path = self._path(conversation_id, exchange_id)
        write_private(path, to_line(explanation).encode("utf-8"))

    def has(self, conversation_id: str, exchange_id: str) -> bool:
        """Tell whether there is an explanation of an answer."""
        named = is_id(conversation_id) and is_id(exchange_id)
        return named and self._path(conversation_id, exchange_id).is_file()

    def load(self, conversation_id: str, exchange_id: str) -> Explanation | None:
        """Return the explanation of an answer; None where it is gone or damaged."""
        path = self._path(conversation_id, exchange_id)
        try:
            return _parsed(path)
        except FileNotFoundError:
            return None
        except (NotThisRecord, UnicodeDecodeError, OSError) as error:
            _logger.warning('Cannot read the explanation "%s": %s', path.name, error)
            return None

    def delete(self, conversation_id: str) -> None:
        """Delete the explanations of a conversation for good."""
        if is_id(conversation_id):
            for path in self._folder.glob(f"{conversation_id}-*"):
                path.unlink(missing_ok=True)

    def _path(self, conversation_id: str, exchange_id: str) -> Path:
        return self._folder / f"{conversation_id}-{exchange_id}.json"


def _parsed(path: Path) -> Explanation:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise NotThisRecord("too large")
    return from_text(Explanation, path.read_text(encoding="utf-8"))

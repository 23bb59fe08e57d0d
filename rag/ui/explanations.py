"""Explanations on disk: one file an answer, beside the conversations, read only when opened.

They are kept, not made again: another index, or an answer model asked twice, would explain
another answer. One that cannot be read is as one that is not there.
"""

from __future__ import annotations

import logging
from pathlib import Path

from rag.explanation import Explanation
from rag.private_files import write_private
from rag.strict_json import NotThisRecord, from_text, to_line
from rag.ui.conversations import is_id

MAX_FILE_BYTES = 4 * 1024 * 1024  # of three parts with sixteen sentences each it has 80 KB

_logger = logging.getLogger(__name__)


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

"""Conversations on disk: one file each, below the home folder, so that they survive everything.

An answer is kept whole, with its quotes (text, article version, offsets) and generation, so a
citation stays true when the index moves on. A file that cannot be read is set aside under
another name, never deleted and never a reason to stop.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import logging
import re
import secrets
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from rag.private_files import write_private
from rag.records import Answer, Caution, Filters, Turn
from rag.strict_json import NotThisRecord, from_text, to_text

State = Literal["asking", "answered", "stopped", "failed"]

FORMAT = 1
MAX_FILE_BYTES = 32 * 1024 * 1024  # some thousand answers; more is not a conversation of ours
MAX_TITLE = 80  # characters; what a line of the sidebar can hold, twice
HISTORY_TURNS = 6  # earlier exchanges that a follow-up may lean on

_ID = re.compile(r"[0-9a-f]{16}")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it; `error` is the sentence shown when that was nothing.

    `is_accepted`: the person takes the excerpts of an unsure answer for the answer.
    """

    id: str
    question: str
    filters: Filters
    asked: datetime
    state: State = "asking"
    answer: Answer | None = None
    error_code: str = ""
    error: str = ""
    caution: Caution | None = None
    is_accepted: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """A row of exchanges under one title."""

    id: str
    title: str
    created: datetime
    exchanges: tuple[Exchange, ...] = ()
    format: int = FORMAT

    def history(self, *, before: str = "") -> tuple[Turn, ...]:
        """Return the last turns that articles answered, oldest first, for a follow-up to lean on.

        With `before`, the id of an exchange, those that it was asked after.
        """
        earlier = itertools.takewhile(lambda exchange: exchange.id != before, self.exchanges)
        turns = [
            Turn(exchange.question, " ".join(s.text for s in exchange.answer.sentences))
            for exchange in earlier
            if exchange.answer is not None and exchange.answer.outcome != "about"
        ]
        return tuple(turns[-HISTORY_TURNS:])

    def exchange(self, exchange_id: str) -> Exchange | None:
        """Return the exchange with that id."""
        return next((e for e in self.exchanges if e.id == exchange_id), None)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the list of conversations shows of one."""

    id: str
    title: str
    changed_ns: int


class ConversationStore:
    """Reads and writes conversations; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._titles: dict[str, Heading] = {}

    def new(self, question: str) -> Conversation:
        """Return an empty conversation named for its first question; nothing is written yet."""
        return Conversation(new_id(), title_of(question), datetime.now(UTC))

    def load(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, or None where there is none that can be read."""
        if not is_id(conversation_id):
            return None
        with self._lock:
            return self._read(self._path(conversation_id))

    def save(self, conversation: Conversation) -> None:
        """Write a conversation aside, then put it in place."""
        with self._lock:
            write_private(self._path(conversation.id), to_text(conversation).encode("utf-8"))

    def put(self, conversation_id: str, exchange: Exchange) -> Conversation | None:
        """Replace an exchange by its id, or append it; None when the conversation is gone."""
        with self._lock:
            conversation = self.load(conversation_id)
            if conversation is None:
                return None
            others = [e for e in conversation.exchanges if e.id != exchange.id]
            place = next(
                (i for i, e in enumerate(conversation.exchanges) if e.id == exchange.id),
                len(others),
            )
            others.insert(place, exchange)
            changed = dataclasses.replace(conversation, exchanges=tuple(others))
            self.save(changed)
            return changed

    def has(self, conversation_id: str) -> bool:
        """Return whether there is a conversation of this id."""
        return is_id(conversation_id) and self._path(conversation_id).exists()

    def with_exchange(self, exchange_id: str) -> str | None:
        """Return the id of the conversation that has an exchange, or None."""
        if not is_id(exchange_id):
            return None
        with self._lock:
            for path in self._folder.glob("*.json"):
                if is_id(path.stem) and exchange_id.encode() in path.read_bytes():
                    conversation = self._read(path)
                    if conversation is not None and conversation.exchange(exchange_id):
                        return conversation.id
        return None

    def naming(self, article_ids: Collection[str]) -> Iterator[Conversation]:
        """Yield the conversations that quote one of the articles, the last changed first."""
        written = [
            json.dumps(article_id, ensure_ascii=False).encode() for article_id in article_ids
        ]
        for heading in self.headings() if written else ():
            with self._lock:
                try:
                    data = self._path(heading.id).read_bytes()
                except FileNotFoundError:
                    continue
                is_named = any(each in data for each in written)
                conversation = self._read(self._path(heading.id)) if is_named else None
            if conversation is not None:
                yield conversation

    @property
    def stamp(self) -> int:
        """What changes with every change of any conversation."""
        try:
            return self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title; an empty one changes nothing."""
        with self._lock:
            conversation = self.load(conversation_id)
            if conversation is not None and title.strip():
                self.save(dataclasses.replace(conversation, title=title_of(title)))

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation for good."""
        with self._lock:
            if is_id(conversation_id):
                self._path(conversation_id).unlink(missing_ok=True)

    def headings(self) -> list[Heading]:
        """Return all conversations, the last changed first."""
        with self._lock:
            found = []
            for path in self._folder.glob("*.json"):
                if is_id(path.stem):
                    heading = self._heading(path)
                    if heading is not None:
                        found.append(heading)
            return sorted(found, key=lambda heading: (-heading.changed_ns, heading.id))

    def _heading(self, path: Path) -> Heading | None:
        try:
            changed_ns = path.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        known = self._titles.get(path.stem)
        if known is not None and known.changed_ns == changed_ns:
            return known
        conversation = self._read(path)
        if conversation is None:
            return None
        heading = Heading(conversation.id, conversation.title, changed_ns)
        self._titles[heading.id] = heading
        return heading

    def _read(self, path: Path) -> Conversation | None:
        try:
            return _parsed(path)
        except FileNotFoundError:
            return None
        except (NotThisRecord, UnicodeDecodeError) as error:
            _set_aside(path, error)
            return None
        except OSError as error:
            _logger.warning('Cannot read the conversation "%s": %s', path.name, error)
            return None

    def _path(self, conversation_id: str) -> Path:
        return self._folder / f"{conversation_id}.json"


def new_id() -> str:
    """Return an id that nobody guesses."""
    return secrets.token_hex(8)


def is_id(text: str) -> bool:
    """Tell whether `text` can be the id of a conversation, and so part of a file name."""
    return _ID.fullmatch(text) is not None


def title_of(question: str) -> str:
    r"""Return a question as a title: one line, cut at a word.

    >>> title_of("  What was\nannounced? ")
    'What was announced?'
    """
    line = " ".join(question.split())
    if len(line) <= MAX_TITLE:
        return line
    return line[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _parsed(path: Path) -> Conversation:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise NotThisRecord("too large")
    conversation = from_text(Conversation, path.read_text(encoding="utf-8"))
    if conversation.format != FORMAT or conversation.id != path.stem:
        raise NotThisRecord("of another format or name")
    return conversation


def _set_aside(path: Path, error: Exception) -> None:
    aside = path.with_suffix(f".damaged-{secrets.token_hex(4)}")
    path.replace(aside)
    _logger.warning('Set the unreadable conversation aside as "%s": %s', aside, error)

"""The entries of the current generation, made once and kept until something changes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rag.library.entries import Entry, list_entries
from rag.records import Changes

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot


class Catalogue:
    """Hands out the entries of a generation; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: tuple[int, dict[str, int]] = (0, {})
        self._entries: tuple[Entry, ...] = ()
        self._made_of: tuple[int, Changes | None] | None = None

    def entries(self, snapshot: Snapshot | None, changes: Changes | None) -> tuple[Entry, ...]:
        """Return the entries; the same object as long as nothing changed.

        The first call for a generation reads the text of every article to count its words.
        """
        generation = snapshot.generation if snapshot is not None else 0
        with self._lock:
            if self._made_of is None or not _is_same(self._made_of, (generation, changes)):
                words = self._count_words(snapshot)
                self._entries = list_entries(snapshot, changes, words)
                self._made_of = (generation, changes)
            return self._entries

    def _count_words(self, snapshot: Snapshot | None) -> dict[str, int]:
        if snapshot is None:
            return {}
        if self._words[0] != snapshot.generation:
            texts = ((id_, snapshot.article(id_)) for id_ in snapshot.article_ids)
            counts = {id_: len(article.text.split()) for id_, article in texts if article}
            self._words = (snapshot.generation, counts)
        return self._words[1]


def _is_same(one: tuple[int, Changes | None], other: tuple[int, Changes | None]) -> bool:
    return one[0] == other[0] and (one[1] is other[1] or one[1] == other[1])

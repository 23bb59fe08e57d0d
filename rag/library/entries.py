"""The list of all articles: what is known of each, its state, and which of them are wanted.

An entry is an article of the index, or a file that is in the corpus folder and not in the index.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, TypeVar

from rag.records import Article, Changes, DateSource, Filters, Problem

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot


State = Literal["indexed", "changed", "removed", "added", "failed", "duplicate"]
"""`changed`, `removed` and `added`: in the folder since the index was built."""

T = TypeVar("T", date, int)

DUPLICATE = "W-DOC-004"
NOTES = "W-"  # codes of what was left out of an article that could be read


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list; `why` is the reason of a failure, or what it is a duplicate of.

    `words` is None for a file that is not in the index. `searched` is what typed words are looked
    for in.
    """

    id: str
    title: str
    state: State
    why: str = ""
    outlet: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    published_from: DateSource = "unknown"
    words: int | None = None
    is_ocr: bool = False
    searched: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are listed: those that hold every typed word, pass the limits and the size.

    Of `filters`, `published_from`, `published_to`, `outlets` and `authors` count.
    """

    typed: str = ""
    filters: Filters = field(default_factory=Filters)
    words_from: int | None = None
    words_to: int | None = None
    states: tuple[State, ...] = ()


def list_entries(
    snapshot: Snapshot | None, changes: Changes | None, words: dict[str, int]
) -> tuple[Entry, ...]:
    """Return every entry, the newest article first, then what has no date, by id.

    `words` counts those of each article. Without a look at the folder (`changes`) the problems
    are those of the last build.
    """
    articles = snapshot.articles() if snapshot is not None else []
    problems = _problems(snapshot, changes)
    states: dict[str, State] = {}
    if changes is not None:
        states |= dict.fromkeys(changes.changed, "changed")
        states |= dict.fromkeys(changes.removed, "removed")
    entries = [
        *(
            _of_article(each, states.get(each.id, "indexed"), words.get(each.id))
            for each in articles
        ),
        *map(_of_problem, problems),
        *(_of_file(name) for name in (changes.added if changes else ())),
    ]
    newest = sorted(entries, key=lambda entry: entry.id)
    return tuple(sorted(newest, key=lambda entry: entry.published or date.min, reverse=True))


def wanted_places(entries: Sequence[Entry], wanted: Wanted) -> list[int]:
    """Return the places of the entries that are wanted, from 0, in their order.

    >>> wanted_places([Entry("a.md", "Steel", "indexed", searched="steel a.md")], Wanted("STEE"))
    [0]
    """
    places = list(range(len(entries)))
    for word in wanted.typed.casefold().split():
        places = [place for place in places if word in entries[place].searched]
    if wanted == Wanted(wanted.typed):
        return places
    return [place for place in places if _passes(entries[place], wanted)]


def possible_files(article_id: str) -> list[str]:
    """Return the names that the file of an article can have, the likeliest first.

    >>> possible_files("wire/2024.jsonl#17")
    ['wire/2024.jsonl#17', 'wire/2024.jsonl']
    """
    cuts = [place for place, character in enumerate(article_id) if character == "#"]
    return [article_id, *(article_id[:cut] for cut in reversed(cuts))]


def notes_on(article_id: str, problems: Iterable[Problem]) -> list[Problem]:
    """Return what was noted when the file of an article was read: what was left out of it."""
    names = possible_files(article_id)
    return [p for p in problems if p.name in names and p.code != DUPLICATE]


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


def _problems(snapshot: Snapshot | None, changes: Changes | None) -> Iterator[Problem]:
    if changes is not None:
        found = [*changes.failed, *changes.duplicates]
    else:
        found = snapshot.problems() if snapshot is not None else []
    return (p for p in found if p.code == DUPLICATE or not p.code.startswith(NOTES))


def _of_article(article: Article, state: State, words: int | None) -> Entry:
    return Entry(
        id=article.id,
        title=article.title,
        state=state,
        outlet=article.outlet,
        authors=article.authors,
        published=article.published,
        published_from=article.published_from,
        words=words,
        is_ocr=article.is_ocr,
        searched=_searched(article.title, article.outlet, *article.authors, article.id),
    )


def _of_problem(problem: Problem) -> Entry:
    name = PurePosixPath(problem.name).name
    is_duplicate = problem.code == DUPLICATE
    return Entry(
        id=problem.name,
        title=name,
        state="duplicate" if is_duplicate else "failed",
        why=problem.message,
        searched=_searched(problem.name, problem.message),
    )


def _of_file(name: str) -> Entry:
    return Entry(name, PurePosixPath(name).name, "added", searched=_searched(name))


def _searched(*texts: str) -> str:
    return "\n".join(texts).casefold()


def _passes(entry: Entry, wanted: Wanted) -> bool:
    limits, words = wanted.filters, entry.words
    return (
        (not wanted.states or entry.state in wanted.states)
        and (not limits.outlets or entry.outlet in limits.outlets)
        and (not limits.authors or not set(limits.authors).isdisjoint(entry.authors))
        and _is_between(entry.published, limits.published_from, limits.published_to)
        and _is_between(words, wanted.words_from, wanted.words_to)
    )


def _is_between(value: T | None, low: T | None, high: T | None) -> bool:
    """Return whether a value lies between the two; what is not known passes no limit."""
    if value is None:
        return low is None and high is None
    return (low is None or value >= low) and (high is None or value <= high)


def _is_same(one: tuple[int, Changes | None], other: tuple[int, Changes | None]) -> bool:
    return one[0] == other[0] and (one[1] is other[1] or one[1] == other[1])

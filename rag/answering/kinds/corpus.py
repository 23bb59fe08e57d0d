"""What the index knows of its corpus: how many articles, from whom, from when, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.answering.kinds.dates import day
from rag.answering.kinds.topics import newest_first
from rag.records import Article

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

MOST_NAMES = 6


class Corpus:
    """The articles of one snapshot, without their texts, newest first."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.articles = newest_first(snapshot.articles())

    @property
    def size(self) -> str:
        """Return how many articles there are, as words."""
        return counted(len(self.articles), "article")

    @property
    def outlets(self) -> list[str]:
        """Return the outlets, the one with most articles first."""
        return _by_count([each.outlet for each in self.articles])

    @property
    def authors(self) -> list[str]:
        """Return the authors, likewise."""
        return _by_count([author for each in self.articles for author in each.authors])

    @property
    def dated(self) -> list[Article]:
        """Return the articles with a date, newest first."""
        return [each for each in self.articles if each.published]

    @property
    def period(self) -> str:
        """Return from when to when the articles are; empty where none has a date."""
        if not self.dated:
            return ""
        first, last = self.dated[-1].published, self.dated[0].published
        return f"from {day(first)} to {day(last)}" if first != last else f"of {day(first)}"

    @property
    def described(self) -> str:
        """Return number, outlets and period in one phrase."""
        outlets = f"from {listed(self.outlets)}" if self.outlets else ""
        return ", ".join(
            part for part in (" ".join(filter(None, (self.size, outlets))), self.period) if part
        )


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "article"), counted(1200, "passage")
    ('1 article', '1,200 passages')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str], *, most: int = MOST_NAMES) -> str:
    """Return names as a list in a sentence, with how many more there are.

    >>> listed(["a", "b", "c"]), listed(["a", "b", "c"], most=2)
    ('a, b and c', 'a, b and 1 more')
    """
    shown, rest = list(names[:most]), len(names) - most
    if rest > 0:
        shown.append(f"{rest:,} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def entry(article: Article) -> str:
    """Return title, outlet and date of an article on one line."""
    told = ", ".join(part for part in (article.outlet, day(article.published)) if part)
    return f"“{article.title}”" + (f" ({told})" if told else "")


def _by_count(names: Sequence[str]) -> list[str]:
    counts = Counter(name for name in names if name)
    return sorted(counts, key=lambda name: (-counts[name], name))

"""The words around a quote or in a passage, taken from the articles of a run's generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.records import Article, Quote, Span

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

AROUND = 150  # characters shown before and after a quote: two or three sentences in all
PASSAGE_SHOWN = 260  # characters of a passage; enough to know what it is about
KEPT = 64  # articles of one question are close together in a run; more would only take memory
CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of an article: pieces of text in order, each with whether it is marked."""

    pieces: tuple[tuple[str, bool], ...]


class ArticleTexts:
    """Looks up articles of one generation; without one, nothing is known of them."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self._find = lru_cache(maxsize=KEPT)(snapshot.article) if snapshot else None

    def article(self, article_id: str) -> Article | None:
        """Return an article with its text, or None."""
        return self._find(article_id) if self._find else None

    def title(self, article_id: str) -> str:
        """Return an article's title, or its id where it is not known."""
        article = self.article(article_id)
        return article.title if article is not None and article.title else article_id

    def around(self, quote: Quote) -> Excerpt | None:
        """Return a quote in its surroundings, or None where the article is not what it was."""
        article = self.article(quote.article_id)
        if article is None or article.text[quote.start : quote.end] != quote.text:
            return None
        return excerpt(article.text, [Span(quote.start, quote.end)], Span(0, len(article.text)))

    def passage(self, article_id: str, span: Span, *, gold: Sequence[Span]) -> Excerpt | None:
        """Return the first words of a passage, or those around the gold quotes that it holds."""
        article = self.article(article_id)
        if article is None or span.end > len(article.text):
            return None
        held = [
            Span(max(g.start, span.start), min(g.end, span.end))
            for g in gold
            if g.start < span.end and g.end > span.start
        ]
        if held:
            return excerpt(article.text, held, span)
        end = _word_end(article.text, min(span.end, span.start + PASSAGE_SHOWN), span)
        return Excerpt(((article.text[span.start : end] + (CUT if end < span.end else ""), False),))


def excerpt(text: str, marks: Sequence[Span], within: Span) -> Excerpt:
    """Return the marked spans of `text` with what is around them, no further than `within`."""
    marks = sorted(marks, key=lambda span: (span.start, span.end))
    start = _word_start(text, max(within.start, marks[0].start - AROUND), within)
    end = _word_end(text, min(within.end, max(m.end for m in marks) + AROUND), within)
    pieces: list[tuple[str, bool]] = [(CUT, False)] if start > within.start else []
    at = start
    for mark in marks:
        if mark.end <= at:
            continue
        pieces.append((text[at : mark.start], False))
        pieces.append((text[max(at, mark.start) : mark.end], True))
        at = mark.end
    pieces.append((text[at:end] + (CUT if end < within.end else ""), False))
    return Excerpt(tuple(piece for piece in pieces if piece[0]))


def _word_start(text: str, start: int, within: Span) -> int:
    """Move forward to where a word begins, unless the text begins here."""
    if start == within.start:
        return start
    space = text.find(" ", start, start + AROUND // 4)
    return space + 1 if space >= 0 else start


def _word_end(text: str, end: int, within: Span) -> int:
    """Move back to where a word ends, unless the text ends here."""
    if end == within.end:
        return end
    space = text.rfind(" ", end - AROUND // 4, end)
    return space if space >= 0 else end

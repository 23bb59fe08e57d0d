"""What the article view is given: the text of an article, cut where quotes and marks begin and end.

Positions are resolved here, where characters are counted as everywhere in Footnote; the script
gets ready-cut pieces and puts each into the page as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from rag.answering.marks import cut_at
from rag.records import Article, Quote, Span
from rag.text.sentences import is_headline
from rag.ui import wording
from rag.ui.escape import plain
from rag.ui.library_state import span_address
from rag.ui.views import Find

PART_SHOWN = "The article is very long; the part around the quote is shown."
MAX_SHOWN = 400_000  # characters of an article on the page at once; a browser stays quick

_BLOCK_BREAK = re.compile(r"(\n\n+)")


@dataclass(frozen=True, slots=True)
class Highlights:
    """What stands out in a text: the quote that is open, other quotes, the words that answer."""

    current: Span
    others: tuple[Span, ...]
    marks: tuple[Span, ...]


def article_data(  # noqa: PLR0913 - one field each of what is drawn
    quotes: Sequence[Quote],
    opened: int,
    *,
    marks: Sequence[Span] = (),
    today: date,
    find: Find,
    absence: str,
) -> dict[str, Any]:
    """Return what the article view draws for the quote at `opened`.

    `marks` are the words that answer, in the article of that quote. Where the article changed or
    is gone since, `absence` says so and the quote is shown as it was kept.
    """
    quote = quotes[opened]
    position = {"position": opened + 1, "total": len(quotes)}
    article = find(quote.article_id, quote.article_sha256)
    if article is None or article.text[quote.start : quote.end] != quote.text:
        return _kept_quote(quote, marks, absence=absence) | position
    window = _window(Span(quote.start, quote.end), len(article.text))
    highlights = Highlights(
        Span(quote.start, quote.end),
        tuple(
            Span(other.start, other.end)
            for other in quotes
            if (other.article_id, other.article_sha256) == (article.id, article.sha256)
        ),
        tuple(marks),
    )
    return {
        "title": plain(article.title),
        "byline": plain(" · ".join(filter(None, (article.outlet, ", ".join(article.authors))))),
        "published": wording.published(article, today),
        "url": article.url if article.url.startswith("https://") else "",
        "id": plain(article.id),
        "note": "" if window == Span(0, len(article.text)) else PART_SHOWN,
        "pieces": _pieces(article.text, highlights, window),
        "link": urlencode(span_address(article.id, highlights.current, article.sha256)),
    } | position


def reading_data(article: Article, *, marked: Span | None = None) -> dict[str, Any]:
    """Return what the article view draws where an article is read by itself, with its outline.

    `marked` is the part that is brought into view.
    """
    span = marked or Span(0, 0)
    window = _window(span, len(article.text))
    return {
        "isPage": True,
        "marked": f"{span.start}–{span.end}",
        "id": plain(article.id),
        "note": "" if window == Span(0, len(article.text)) else PART_SHOWN,
        "pieces": _pieces(article.text, Highlights(span, (), ()), window),
    }


def _kept_quote(quote: Quote, marks: Sequence[Span], *, absence: str) -> dict[str, Any]:
    when = wording.day(quote.published) if quote.published else ""
    whole = Span(0, len(quote.text))
    moved = tuple(Span(mark.start - quote.start, mark.end - quote.start) for mark in marks)
    return {
        "title": plain(quote.title),
        "byline": plain(quote.outlet),
        "published": f"Published {when}" if when else "Publication date unknown",
        "url": "",
        "id": plain(quote.article_id),
        "note": f"{absence} The quote is shown as it was then.",
        "pieces": _pieces(quote.text, Highlights(whole, (), moved), whole),
    }


def _window(kept: Span, length: int) -> Span:
    if length <= MAX_SHOWN:
        return Span(0, length)
    start = max(0, kept.start - MAX_SHOWN // 2)
    return Span(start, max(kept.end, min(length, start + MAX_SHOWN)))


def _pieces(text: str, highlights: Highlights, window: Span) -> list[list[str]]:
    """Cut a text at all that stands out: ["text", "current", "other", "heading" …] in order.

    Words that answer have "answer" behind the kind of the quote that they stand in.
    """
    pieces = []
    for piece in cut_at([highlights.current, *highlights.others, *highlights.marks], window):
        part = plain(text[piece.start : piece.end])
        kind = _kind(piece, highlights)
        pieces += [[part, kind]] if kind else _unmarked(part)
    return pieces


def _kind(piece: Span, highlights: Highlights) -> str:
    if _is_in(piece, [highlights.current]):
        kind = "current"
    elif _is_in(piece, highlights.others):
        kind = "other"
    else:
        return ""
    return f"{kind} answer" if _is_in(piece, highlights.marks) else kind


def _is_in(piece: Span, spans: Sequence[Span]) -> bool:
    return any(span.start <= piece.start < span.end for span in spans)


def _unmarked(text: str) -> list[list[str]]:
    """Cut a part without marks at its headings, the blocks that are no sentence."""
    blocks = _BLOCK_BREAK.split(text)
    return [
        [block, "heading" if i % 2 == 0 and 0 < i < len(blocks) - 1 and is_headline(block) else ""]
        for i, block in enumerate(blocks)
        if block
    ]

"""What the answer view and the article view are given: plain data, every quote checked again.

The scripts in `assets/` put each text into the page as text. Positions are resolved here,
where characters are counted as everywhere in Footnote; a script gets ready-cut pieces.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from rag.answering.said_by import said_by
from rag.records import Answer, Article, Quote, Sentence
from rag.text.sentences import is_headline
from rag.ui import wording
from rag.ui.escape import plain

STOPPED = "Stopped. This is the part that had come."
PART_SHOWN = "The article is very long; the part around the quote is shown."
MAX_SHOWN = 400_000  # characters of an article on the page at once; a browser stays quick

_BLOCK_BREAK = re.compile(r"(\n\n+)")

Find = Callable[[str, str], Article | None]


def quotes_of(sentences: Sequence[Sentence]) -> tuple[Quote, ...]:
    """Return the quotes of an answer in the order of their citation numbers, each once."""
    return tuple(dict.fromkeys(quote for s in sentences for quote in s.quotes))


def openable(answer: Answer | None, sentences: Sequence[Sentence] = ()) -> tuple[Quote, ...]:
    """Return all quotes that a click can open: the cited ones, then the near misses."""
    if answer is None:
        return quotes_of(sentences)
    return quotes_of(answer.sentences) + answer.near_misses


def is_true(quote: Quote, find: Find) -> bool:
    """Tell whether the article still has the quote's version and text at its place."""
    article = find(quote.article_id, quote.article_sha256)
    return article is not None and article.text[quote.start : quote.end] == quote.text


def answer_data(  # noqa: PLR0913 - one field each of what is drawn
    *,
    sentences: Sequence[Sentence],
    answer: Answer | None,
    question: str,
    is_stopped: bool,
    opened: int | None,
    is_last: bool,
    find: Find,
) -> dict[str, Any]:
    """Return what the answer view draws; `answer` is None while sentences still come."""
    quotes = quotes_of(sentences)
    numbers = {quote: number for number, quote in enumerate(quotes, 1)}
    of_sentences = [[numbers[quote] for quote in s.quotes] for s in sentences]
    data = {
        "sentences": [
            {
                "text": plain(sentence.text),
                "verdict": sentence.verdict,
                "saidBy": plain(said_by(sentence)),
                "numbers": of_sentence,
            }
            for sentence, of_sentence in zip(sentences, of_sentences, strict=True)
        ],
        "citations": [_citation(quote, find) for quote in quotes],
        "sources": _sources(quotes),
        "opened": opened,
        "isLast": is_last,
        "isRunning": answer is None,
        "note": STOPPED if is_stopped else "",
    }
    return data if answer is None else data | _verdict_data(answer, question, of_sentences, find)


def failure_data(message: str, *, is_last: bool) -> dict[str, Any]:
    """Return what the answer view draws where there is no answer: one sentence."""
    return {
        "sentences": [],
        "citations": [],
        "sources": [],
        "opened": None,
        "isLast": is_last,
        "isRunning": False,
        "failure": plain(message),
    }


def _verdict_data(
    answer: Answer, question: str, of_sentences: Sequence[Sequence[int]], find: Find
) -> dict[str, Any]:
    quotes = quotes_of(answer.sentences)
    return {
        "outcome": answer.outcome,
        "label": wording.OUTCOMES[answer.outcome],
        "reason": plain(answer.reason),
        "query": plain(answer.query) if answer.query != question else "",
        "nearMisses": [
            {"index": len(quotes) + i, "text": plain(quote.text), **_citation(quote, find)}
            for i, quote in enumerate(answer.near_misses)
        ],
        "foot": plain(wording.answerer(answer)),
        "copy": plain(wording.copy_text(answer, of_sentences, quotes)) if quotes else "",
    }


def _citation(quote: Quote, find: Find) -> dict[str, Any]:
    return {"source": plain(wording.source(quote)), "isTrue": is_true(quote, find)}


def _sources(quotes: Sequence[Quote]) -> list[dict[str, Any]]:
    """One line an article, with the numbers of the quotes from it."""
    found: dict[str, dict[str, Any]] = {}
    for index, quote in enumerate(quotes):
        source = found.setdefault(
            quote.article_id, {"source": plain(wording.source(quote)), "quotes": []}
        )
        source["quotes"].append(index)
    return list(found.values())


def article_data(
    quotes: Sequence[Quote], opened: int, *, today: date, find: Find, absence: str
) -> dict[str, Any]:
    """Return what the article view draws for the quote at `opened`.

    Where the article changed or is gone since, `absence` says so and the quote is shown as it
    was kept.
    """
    quote = quotes[opened]
    article = find(quote.article_id, quote.article_sha256)
    if article is None or article.text[quote.start : quote.end] != quote.text:
        return _kept_quote(quote, absence=absence) | _position(opened, len(quotes))
    marks = [
        (other.start, other.end, index == opened)
        for index, other in enumerate(quotes)
        if (other.article_id, other.article_sha256) == (article.id, article.sha256)
    ]
    start, end = _window(quote, len(article.text))
    return {
        "title": plain(article.title),
        "byline": plain(" · ".join(filter(None, (article.outlet, ", ".join(article.authors))))),
        "published": wording.published(article, today),
        "url": article.url if article.url.startswith("https://") else "",
        "id": plain(article.id),
        "note": "" if end - start == len(article.text) else PART_SHOWN,
        "pieces": _pieces(article.text, marks, start, end),
    } | _position(opened, len(quotes))


def _kept_quote(quote: Quote, *, absence: str) -> dict[str, Any]:
    when = wording.day(quote.published) if quote.published else ""
    return {
        "title": plain(quote.title),
        "byline": plain(quote.outlet),
        "published": f"Published {when}" if when else "Publication date unknown",
        "url": "",
        "id": plain(quote.article_id),
        "note": f"{absence} The quote is shown as it was then.",
        "pieces": [[plain(quote.text), "current"]],
    }


def _position(opened: int, total: int) -> dict[str, Any]:
    return {"position": opened + 1, "total": total}


def _window(quote: Quote, length: int) -> tuple[int, int]:
    if length <= MAX_SHOWN:
        return 0, length
    start = max(0, quote.start - MAX_SHOWN // 2)
    return start, max(quote.end, min(length, start + MAX_SHOWN))


def _pieces(
    text: str, marks: Sequence[tuple[int, int, bool]], start: int, end: int
) -> list[list[str]]:
    """Cut `text[start:end]` at every mark: ["text", "current" | "other" | ""] in order."""
    cuts = {start, end} | {p for mark in marks for p in mark[:2] if start < p < end}
    borders = sorted(cuts)
    pieces = []
    for low, high in itertools.pairwise(borders):
        kinds = [is_current for m_start, m_end, is_current in marks if m_start <= low < m_end]
        if kinds:
            pieces.append([plain(text[low:high]), "current" if any(kinds) else "other"])
        else:
            pieces += _unmarked(plain(text[low:high]))
    return pieces


def _unmarked(text: str) -> list[list[str]]:
    """Cut a part without marks at its headings, the blocks that are no sentence."""
    blocks = _BLOCK_BREAK.split(text)
    return [
        [block, "heading" if 0 < i < len(blocks) - 1 and is_headline(block) else ""]
        for i, block in enumerate(blocks)
        if block
    ]

"""An answer as text for a terminal: its sentences or excerpts, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from rag.answering.marks import marked_pieces
from rag.answering.verification.said_by import marker
from rag.cli.terminal import BOLD, NOT_BOLD
from rag.records import Answer, Outcome, Quote, Sentence
from rag.text.visible import one_line, plain

HEADS: dict[Outcome, str] = {
    "not_in_articles": "Not in the articles.",
    "unsure": "The articles may not answer this. Closest:",
}


def answer_text(answer: Answer, *, is_terminal: bool = False) -> str:
    """Return the Answer as text; on a terminal the words that answer are bold."""
    quotes = list(dict.fromkeys(quote for s in answer.sentences for quote in s.quotes))
    blocks = [
        _head_lines(answer),
        *_sentence_blocks(answer, quotes, is_terminal=is_terminal),
        _nearest_lines(answer),
        _next_lines(answer),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _head_lines(answer: Answer) -> list[str]:
    follows = f"Follows: “{one_line(answer.follows)}”" if answer.follows else ""
    searched = f"Searched for: {one_line(answer.searched)}" if answer.searched else ""
    lines = (follows, searched, HEADS.get(answer.outcome, ""), one_line(answer.reason))
    return [line for line in dict.fromkeys(lines) if line]


def _sentence_blocks(
    answer: Answer, quotes: list[Quote], *, is_terminal: bool
) -> Iterator[list[str]]:
    """Yield the sentences in other words and then their quotes, each excerpt above its source."""
    others = [sentence for sentence in answer.sentences if not _is_excerpt(sentence)]
    yield [_sentence_line(each, quotes, is_terminal=False) for each in others]
    cited = dict.fromkeys(quote for each in others for quote in each.quotes)
    yield [line for quote in cited for line in _quote_lines(quote, quotes.index(quote) + 1)]
    for sentence in answer.sentences:
        if sentence not in others:
            text = _sentence_line(sentence, quotes, is_terminal=is_terminal)
            yield [*_label_lines(sentence), text, *_source_lines(sentence, quotes)]


def _is_excerpt(sentence: Sentence) -> bool:
    """Return whether a sentence is what its quotes say, so that they need no repeating."""
    shown = one_line(sentence.text)
    return bool(sentence.quotes) and shown == " ".join(one_line(q.text) for q in sentence.quotes)


def _label_lines(sentence: Sentence) -> list[str]:
    label = one_line(sentence.label)
    return [f"{label[:1].upper()}{label[1:]}:"] if label else []


def _sentence_line(sentence: Sentence, quotes: list[Quote], *, is_terminal: bool) -> str:
    pieces = [
        f"{BOLD}{text}{NOT_BOLD}" if is_marked and is_terminal else text
        for text, is_marked in ((plain(text), marked) for text, marked in marked_pieces(sentence))
    ]
    numbers = "".join(f"[{quotes.index(quote) + 1}]" for quote in sentence.quotes)
    said = marker(sentence)
    text = " ".join("".join(pieces).split())
    return " ".join(part for part in (text, numbers, f"({said})" if said else "") if part)


def _source_lines(sentence: Sentence, quotes: list[Quote]) -> list[str]:
    return [f"[{quotes.index(quote) + 1}] {_source(quote)}" for quote in sentence.quotes]


def _quote_lines(quote: Quote, number: int) -> list[str]:
    return [f"[{number}] {_source(quote)}", f"    “{one_line(quote.text)}”"]


def _nearest_lines(answer: Answer) -> list[str]:
    nearest = [f"  {_source(q)}\n    “{one_line(q.text)}”" for q in answer.near_misses]
    return ["Closest in the articles:", *nearest] if nearest else []


def _next_lines(answer: Answer) -> list[str]:
    if not answer.suggestions:
        return []
    head = "Ask next:" if answer.sentences and answer.outcome != "unsure" else "Did you mean:"
    return [head, *(f"  {one_line(question)}" for question in answer.suggestions)]


def _source(quote: Quote) -> str:
    published = quote.published.isoformat() if quote.published else ""
    parts = ", ".join(part for part in (quote.title, quote.outlet, published) if part)
    return plain(f"{one_line(parts)} ({quote.article_id}, {quote.start}–{quote.end})")

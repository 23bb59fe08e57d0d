"""An answer for the clipboard: as text, and as HTML, where the words that answer stay marked."""

from __future__ import annotations

import html
from collections.abc import Iterator

from rag.answering.marks import marked_pieces
from rag.answering.verification.said_by import marker
from rag.records import Answer, Quote, Sentence
from rag.ui import wording
from rag.ui.views import is_excerpt, quotes_of

NOT_SUPPORTED = "not supported by a quote"

Line = list[tuple[str, bool]]  # pieces of text, and whether each is marked


def copied_text(answer: Answer) -> str:
    """Return the question, the answer with the numbers of its quotes, and their sources."""
    blocks = ["\n".join(map(_as_text, block)) for block in _blocks(answer)]
    return "\n\n".join(block for block in blocks if block)


def copied_html(answer: Answer) -> str:
    """Return the same as HTML; every text of it is escaped."""
    return "".join(f"<p>{_as_html(line)}</p>" for block in _blocks(answer) for line in block)


def answer_lines(answer: Answer) -> list[Line]:
    """Return the answer without its question and sources: its label, its prose, its excerpts."""
    return [line for block in _answer_blocks(answer) for line in block]


def _blocks(answer: Answer) -> Iterator[list[Line]]:
    yield [[(answer.question, False)]]
    yield from _answer_blocks(answer)
    shown = " ".join(" ".join(s.text.split()) for s in answer.sentences)
    numbered = enumerate(quotes_of(answer.sentences), 1)
    yield [[(_source_line(quote, number, shown), False)] for number, quote in numbered]


def _answer_blocks(answer: Answer) -> Iterator[list[Line]]:
    numbers = {quote: number for number, quote in enumerate(quotes_of(answer.sentences), 1)}
    label = wording.OUTCOMES[answer.outcome]
    yield [[(label, False)]] if label else []
    prose = [s for s in answer.sentences if not is_excerpt(s, answer.answerer)]
    lines = [_sentence_line(sentence, numbers) for sentence in prose]
    yield [[piece for line in lines for piece in (*line, (" ", False))][:-1]] if lines else []
    yield [_sentence_line(s, numbers) for s in answer.sentences if s not in prose]


def _sentence_line(sentence: Sentence, numbers: dict[Quote, int]) -> Line:
    label = [(f"{wording.capital(sentence.label)}: ", False)] if sentence.label else []
    after = "".join(f" [{numbers[quote]}]" for quote in sentence.quotes)
    is_unsupported = sentence.verdict == "unsupported"
    said = NOT_SUPPORTED if is_unsupported else marker(sentence)
    return [*label, *marked_pieces(sentence), (f"{after} ({said})" if said else after, False)]


def _source_line(quote: Quote, number: int, shown: str) -> str:
    text = " ".join(quote.text.split())
    said = "" if text in shown else f"“{text}” "
    return f"[{number}] {said}{wording.source(quote)}"


def _as_text(line: Line) -> str:
    return "".join(text for text, _ in line)


def _as_html(line: Line) -> str:
    return "".join(
        f"<mark>{html.escape(text)}</mark>" if is_marked else html.escape(text)
        for text, is_marked in line
    )

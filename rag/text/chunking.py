"""Chunks an article into passages of whole sentences, sized to the embedder's window.

Passages do not overlap: a sentence is in one passage, so it is retrieved, quoted and counted once;
what stands around a quote is read from the article itself. Paragraphs are joined until the window
is full, and a passage rather ends with a paragraph than in one. A heading stays with what follows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.records import Article, Passage, Span
from rag.text.sentences import is_headline, split_sentences

# Goes into what an index is made from: raise it whenever a passage or its searchable text changes.
CHUNKER = "sentences 2"

# What of a title and an outlet helps to find a passage; characters.
_LONGEST_TITLE = 150
_LONGEST_OUTLET = 50
# The share of the window that the title may take from the text.
_HEADING_SHARE = 0.5
# A passage this full ends with its paragraph rather than take the start of the next one.
_FULL_ENOUGH = 0.5
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WORD = re.compile(r"\S+")

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    tokens: int
    opens_paragraph: bool
    is_heading: bool


def searchable_text(article: Article, passage: Passage) -> str:
    """Return what is embedded and lexically indexed: title, outlet, date, and the passage."""
    heading = _heading(article)
    return f"{heading}\n{passage.text}" if heading else passage.text


def chunk_article(article: Article, count_tokens: CountTokens, *, max_tokens: int) -> list[Passage]:
    """Return the passages of an article in order; together they hold every sentence once.

    The searchable text of each has at most `max_tokens` tokens, special tokens included, as long
    as tokens do not cross white space. A longer sentence is cut at spaces.
    """
    special = count_tokens("")
    taken = count_tokens(_heading(article))
    room = max_tokens - min(taken, max(special, int(max_tokens * _HEADING_SHARE)))
    text = article.text
    sentences = list(_sentences(text, lambda part: count_tokens(part) - special, room=room))
    spans = [Span(group[0].span.start, group[-1].span.end) for group in _fill(sentences, room)]
    return [
        Passage(article.id, span.start, span.end, text[span.start : span.end]) for span in spans
    ]


def _heading(article: Article) -> str:
    day = article.published
    date = f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else ""
    parts = (article.title[:_LONGEST_TITLE], article.outlet[:_LONGEST_OUTLET], date)
    return ". ".join(part for part in parts if part)


def _sentences(text: str, count_tokens: CountTokens, *, room: int) -> Iterator[_Sentence]:
    """Yield the sentences of a text with their sizes, those longer than `room` in pieces."""
    end = 0
    for sentence in split_sentences(text):
        opens_paragraph = "\n" in text[end : sentence.start]
        is_heading = is_headline(text[sentence.start : sentence.end])
        for span, tokens in _pieces(text, sentence, count_tokens, room=room):
            yield _Sentence(span, tokens, opens_paragraph, is_heading)
            opens_paragraph = False
        end = sentence.end


def _fill(sentences: list[_Sentence], room: int) -> Iterator[list[_Sentence]]:
    """Yield the sentences in groups of at most `room` tokens."""
    group: list[_Sentence] = []
    used = 0
    for paragraph in _paragraphs(sentences):
        size = sum(sentence.tokens for sentence in paragraph)
        if used + size > room and used >= room * _FULL_ENOUGH:
            yield group
            group, used = [], 0
        for sentence in paragraph:
            if group and used + sentence.tokens > room:
                yield group
                group, used = [], 0
            group.append(sentence)
            used += sentence.tokens
    if group:
        yield group


def _paragraphs(sentences: list[_Sentence]) -> Iterator[list[_Sentence]]:
    """Yield the sentences by paragraph; headings belong to the paragraph that follows."""
    paragraph: list[_Sentence] = []
    for sentence in sentences:
        if sentence.opens_paragraph and not all(s.is_heading for s in paragraph):
            yield paragraph
            paragraph = []
        paragraph.append(sentence)
    if paragraph:
        yield paragraph


def _pieces(
    text: str, sentence: Span, count_tokens: CountTokens, *, room: int
) -> Iterator[tuple[Span, int]]:
    """Yield a sentence and its size if it fits, else pieces that do, cut at spaces if any."""
    start = sentence.start
    while (size := count_tokens(text[start : sentence.end])) > room:
        cut = _last_fit(text, Span(start, sentence.end), count_tokens, room=room)
        yield Span(start, cut), count_tokens(text[start:cut])
        start = cut + _leading_spaces(text[cut : sentence.end])
    yield Span(start, sentence.end), size


def _last_fit(text: str, rest: Span, count_tokens: CountTokens, *, room: int) -> int:
    """Return the last end of a word, else of a character, up to which `rest` fits into `room`."""

    def size(end: int) -> int:
        return count_tokens(text[rest.start : end])

    words = [rest.start + word.end() for word in _WORD.finditer(text[rest.start : rest.end])]
    if fitting := bisect_right(words, room, key=size):
        return words[fitting - 1]
    characters = range(rest.start + 1, words[0] + 1)
    return characters[max(bisect_right(characters, room, key=size) - 1, 0)]


def _leading_spaces(text: str) -> int:
    return len(text) - len(text.lstrip())

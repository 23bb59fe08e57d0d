"""Find a quote in the text of an article, as an exact slice of it, or not at all.

Three looks, each stricter than any measure of similarity: the characters themselves; the same
after case, white space, typographic quotes and dashes are made alike; the words of the quote,
glue words aside, as one contiguous run. Nothing is scored and nothing is nearly found. What a
found quote proves about a sentence is for `verdicts` to say.

>>> span = locate("the ban  is ‘on hold’", "Sources say the ban is 'on hold'.")
>>> span
Span(start=12, end=31)
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from rag.records import Article, Quote, Span
from rag.text.sentences import split_sentences

MIN_QUOTE_CHARACTERS = 20
MIN_QUOTE_WORDS = 4
"""A quote has 20 characters or 4 words at least; "the ban" is found in any article."""
MIN_RUN_WORDS = 3
"""Shorter runs of words are found by chance."""
CONTEXT_CHARACTERS = 400
"""How far a quote grows on either side to reach the ends of its sentence; sentences of news
end sooner, and a table that was taken for a sentence stays out."""

_IDEOGRAM = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(
    rf"(?<!\w)[-+−]?(?:[$€£¥]\s?)?\d+(?:[.,:/]\d+)*(?:\s?%)?"
    rf"|[{_IDEOGRAM}]"
    rf"|(?:(?![{_IDEOGRAM}])[^\W_])+(?:(?!['’]s\b)[-'’.&/](?:(?![{_IDEOGRAM}])[^\W_])+)*"
)
_GLUE = frozenset(
    "a an the of that which who is are was were be been being has have had do does did "
    "its it their they his her he she and".split()
)
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘－", "-"),
        "…": "...",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬀ": "ff",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
    }
)
_EDGES = " \t\r\n\"'“”‘’«»„.,;:…"
_ELLIPSIS = re.compile(r"\s*(?:\[?\.{3,}\]?|\[?…\]?|\(\.\.\.\))\s*")


def locate(wanted: str, text: str) -> Span | None:
    """Return where `text` holds the quote `wanted`, on token boundaries; None if it does not."""
    wanted = wanted.strip(_EDGES)
    if not is_long_enough(wanted):
        return None
    return _literally(wanted, text) or _alike(wanted, text) or _as_run(wanted, text)


def parts(wanted: str) -> list[str]:
    """Return the stretches of a quote between its ellipses; each is looked for by itself."""
    return [part for part in _ELLIPSIS.split(wanted) if part.strip(_EDGES)]


def is_long_enough(wanted: str) -> bool:
    """Return whether finding this text says anything."""
    return len(wanted) >= MIN_QUOTE_CHARACTERS or len(_TOKEN.findall(wanted)) >= MIN_QUOTE_WORDS


def holds_phrase(phrase: str, text: str) -> bool:
    """Return whether `text` holds these very words, case and typography aside, at any length."""
    return _alike(phrase.strip(_EDGES), text) is not None


def widen(span: Span, text: str) -> Span:
    """Return the span grown to whole sentences, so that no "not" or "critics say" is cut off."""
    low, high = max(0, span.start - CONTEXT_CHARACTERS), span.end + CONTEXT_CHARACTERS
    start, end = span.start, span.end
    for sentence in sentences_of(text):
        if sentence.start < span.end and sentence.end > span.start:
            start = min(start, sentence.start) if sentence.start >= low else start
            end = max(end, sentence.end) if sentence.end <= high else end
    return Span(start, end)


def quote_at(article: Article, span: Span) -> Quote:
    """Return this slice of the article as a Quote."""
    return Quote(
        article_id=article.id,
        article_sha256=article.sha256,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        start=span.start,
        end=span.end,
        text=article.text[span.start : span.end],
    )


@lru_cache(maxsize=128)
def sentences_of(text: str) -> tuple[Span, ...]:
    """Return the sentences of a text that is looked at more than once."""
    return tuple(split_sentences(text))


class _Folded(NamedTuple):
    """A text made alike; `origin[i]` is where its i-th character comes from."""

    text: str
    origin: tuple[int, ...]


class _Token(NamedTuple):
    key: str
    start: int
    end: int


def _literally(wanted: str, text: str) -> Span | None:
    at = text.find(wanted)
    while at >= 0:
        if _is_whole(text, at, at + len(wanted)):
            return Span(at, at + len(wanted))
        at = text.find(wanted, at + 1)
    return None


def _alike(wanted: str, text: str) -> Span | None:
    needle, hay = _fold(wanted).text.strip(), _fold(text)
    at = hay.text.find(needle) if needle else -1
    while at >= 0:
        start, end = hay.origin[at], hay.origin[at + len(needle) - 1] + 1
        while end < len(text) and unicodedata.category(text[end]) in {"Mn", "Cf"}:
            end += 1
        if _is_whole(text, start, end):
            return Span(start, end)
        at = hay.text.find(needle, at + 1)
    return None


def _as_run(wanted: str, text: str) -> Span | None:
    run = [token.key for token in _telling_tokens(wanted)]
    if len(run) < MIN_RUN_WORDS:
        return None
    tokens = _telling_tokens(text)
    for first in range(len(tokens) - len(run) + 1):
        if all(tokens[first + i].key == key for i, key in enumerate(run)):
            return Span(tokens[first].start, tokens[first + len(run) - 1].end)
    return None


@lru_cache(maxsize=128)
def _fold(text: str) -> _Folded:
    characters: list[str] = []
    origin: list[int] = []
    for i, character in enumerate(text):
        if character.isspace():
            alike = "" if characters and characters[-1] == " " else " "
        elif unicodedata.category(character) == "Cf":
            alike = ""
        else:
            # One character at a time: normalising a whole text is quadratic in its marks.
            alike = unicodedata.normalize("NFD", character.translate(_ALIKE)).casefold()
        characters.extend(alike)
        origin.extend([i] * len(alike))
    return _Folded("".join(characters), tuple(origin))


@lru_cache(maxsize=128)
def _token_spans(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    found = [match.span() for match in _TOKEN.finditer(text)]
    return tuple(start for start, _ in found), tuple(end for _, end in found)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Return whether neither end lies inside a token: "5 %" is not in "1.5 %"."""
    return not (_is_inside(text, start) or _is_inside(text, end))


def _is_inside(text: str, at: int) -> bool:
    starts, ends = _token_spans(text)
    i = bisect_right(starts, at) - 1
    return i >= 0 and starts[i] < at < ends[i]


@lru_cache(maxsize=128)
def _telling_tokens(text: str) -> tuple[_Token, ...]:
    found = (
        _Token(re.sub(r"\s", "", _fold(match[0]).text), match.start(), match.end())
        for match in _TOKEN.finditer(text)
    )
    return tuple(token for token in found if token.key not in _GLUE)

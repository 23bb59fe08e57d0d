"""What both views rest on: the quotes of an answer in order, each checked again when shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.records import Answer, Article, Quote, Sentence, Span

QUOTING = "extractive"  # the answerer whose every sentence is an excerpt

Find = Callable[[str, str], Article | None]


def quotes_of(sentences: Sequence[Sentence]) -> tuple[Quote, ...]:
    """Return the quotes of an answer in the order of their citation numbers, each once."""
    return tuple(dict.fromkeys(quote for s in sentences for quote in s.quotes))


def openable(answer: Answer | None, sentences: Sequence[Sentence] = ()) -> tuple[Quote, ...]:
    """Return all quotes that a click can open: the cited ones, then the near misses."""
    if answer is None:
        return quotes_of(sentences)
    return quotes_of(answer.sentences) + answer.near_misses


def is_excerpt(sentence: Sentence, answerer: str) -> bool:
    """Tell whether a sentence stands apart with its source, not in the prose of a model."""
    return answerer == QUOTING or bool(sentence.marks or sentence.label)


def marks_in(quote: Quote, sentences: Sequence[Sentence]) -> tuple[Span, ...]:
    """Return the words that answer in the article of a quote, in that version of it."""
    version = (quote.article_id, quote.article_sha256)
    return tuple(
        mark
        for s in sentences
        if s.quotes and (s.quotes[0].article_id, s.quotes[0].article_sha256) == version
        for mark in s.marks
    )


def is_true(quote: Quote, find: Find) -> bool:
    """Tell whether the article still has the quote's version and text at its place."""
    article = find(quote.article_id, quote.article_sha256)
    return article is not None and article.text[quote.start : quote.end] == quote.text

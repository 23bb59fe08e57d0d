"""Excerpts that no question chose the words of: sentences of an article that stand together.

What states nothing (headings, questions, code, scraps without a full stop) begins no excerpt and
is in none. How one is shown, and cut from which article, is all that the kinds of answers share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.quotes import quote_at, sentences_of
from rag.records import Article, Sentence, Span
from rag.text.sentences import is_code, is_headline, is_question
from rag.text.tokens import content_tokens

FEWEST_TERMS = 4
"""Content terms below which a sentence states nothing ("Read more here.")."""

LONGEST = 600
"""Characters from which a "sentence" is a table that could not be split."""

MOST_WORDS = 60
"""Words of one excerpt."""

_ENDS = frozenset(".!…:;\"'”’)]")


@dataclass(frozen=True, slots=True)
class PlainExcerpt:
    """Sentences from `span.start` to `span.end` of an article."""

    article: Article
    span: Span

    @property
    def text(self) -> str:
        """Return the words as the article has them."""
        return self.article.text[self.span.start : self.span.end]

    def sentence(self, label: str = "") -> Sentence:
        """Return it as a sentence of an answer."""
        return Sentence(self.text, "supported", (quote_at(self.article, self.span),), label=label)


def statements(article: Article) -> list[Span]:
    """Return the sentences of an article that state something, in order."""
    return [span for span in sentences_of(article.text) if _states(article.text, span)]


def lead(article: Article, *, words: int = MOST_WORDS) -> PlainExcerpt | None:
    """Return the opening of an article; None where nothing in it is a statement."""
    spans = statements(article)
    return grown(article, spans, 0, words=words) if spans else None


def grown(article: Article, spans: Sequence[Span], place: int, *, words: int) -> PlainExcerpt:
    """Return the statement at `place` with those after it in its paragraph, up to `words`."""
    span = spans[place]
    for following in spans[place + 1 :]:
        between = article.text[span.end : following.start]
        longer = Span(span.start, following.end)
        if between.strip() or "\n\n" in between or _words(article, longer) > words:
            break
        span = longer
    return PlainExcerpt(article, span)


def overlaps(one: PlainExcerpt, other: PlainExcerpt) -> bool:
    """Tell whether two excerpts share words of an article."""
    return (
        one.article.id == other.article.id
        and one.span.start < other.span.end
        and other.span.start < one.span.end
    )


def _words(article: Article, span: Span) -> int:
    return len(article.text[span.start : span.end].split())


def _states(text: str, span: Span) -> bool:
    sentence = text[span.start : span.end]
    return (
        len(sentence) <= LONGEST
        and sentence[-1] in _ENDS
        and not sentence.split(maxsplit=1)[0].endswith(":")
        and not is_question(sentence)
        and not is_headline(sentence)
        and not is_code(sentence)
        and len(content_tokens(sentence)) >= FEWEST_TERMS
    )

"""A sentence that an answer may be made of, with where it stands and what it leans on."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answering.quotes import quote_at
from rag.records import Article, Hit, Quote, Span

SKIPPED = "…"
"""Stands for sentences that are left out between the two that are shown."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a hit: `article.text[span.start:span.end]`.

    `before` is the sentence it leans on, if any; `place` its number in the passage; `after` the
    sentences that say what it announces ("Two were named. One would have …"); `context` the
    sentences before it in its section, leaned on or not; `section` the heading over it;
    `was_told` whether an answer just before had it.
    """

    article: Article
    hit: Hit
    span: Span
    before: tuple[Span, ...]
    place: int
    after: tuple[Span, ...] = ()
    context: tuple[Span, ...] = ()
    section: str = ""
    was_told: bool = False

    @property
    def context_texts(self) -> tuple[str, ...]:
        """Return section, sentences before and sentence: what a reader of the article knows."""
        spans = (*self.context, self.span)
        return (self.section, *(self.article.text[span.start : span.end] for span in spans))

    @property
    def text(self) -> str:
        """Return the sentence itself."""
        return self.article.text[self.span.start : self.span.end]

    @property
    def sentence_spans(self) -> tuple[Span, ...]:
        """Return the sentences that are shown, in order."""
        return (*self.before, self.span, *self.after)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Return what is shown: neighbours within a paragraph are one span."""
        merged: list[Span] = []
        for span in self.sentence_spans:
            gap = self.article.text[merged[-1].end : span.start] if merged else "\n"
            if merged and not gap.strip() and "\n" not in gap:
                merged[-1] = Span(merged[-1].start, span.end)
            else:
                merged.append(span)
        return tuple(merged)

    @property
    def shown(self) -> str:
        """Return the words of `spans`: what the sentence needs to be understood, and itself."""
        shown = ""
        last = self.spans[0].start
        for span in self.spans:
            skipped = self.article.text[last : span.start].strip()
            shown += (f" {SKIPPED} " if skipped else " ") + self.article.text[span.start : span.end]
            last = span.end
        return shown.strip()

    @property
    def told(self) -> str:
        """Return the sentence with what it announces."""
        return self.article.text[self.span.start : (self.after or (self.span,))[-1].end]

    @property
    def standalone(self) -> str:
        """Return the sentence after the one it leans on, on one line."""
        parts = [self.article.text[span.start : span.end] for span in (*self.before, self.span)]
        return " ".join(" ".join(parts).split())

    def quotes(self) -> tuple[Quote, ...]:
        """Return one quote for each span that is shown."""
        return tuple(quote_at(self.article, span) for span in self.spans)


def heading_of(article: Article) -> str:
    """Return title, outlet and date: they are said of every sentence."""
    day = article.published
    dated = f"{day.isoformat()} {day:%Y} {day:%B}" if day else ""
    return f"{article.title} {article.outlet} {dated}"

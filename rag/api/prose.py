"""An answer as the text of one message, with `[1]` where a quote carries a sentence.

Programs show a message as Markdown. What of an article could be a link, an image or HTML there
is escaped, so that article text stays text; the exact text is in the quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote as url_quote

from rag.answering.refusals import UNSURE
from rag.answering.verification.said_by import marker
from rag.records import Answer, Outcome, Quote, Sentence
from rag.text.visible import plain

STATES: dict[Outcome, str] = {
    "not_in_articles": "Not in the articles.",
    "unsure": "The articles may not answer this; above is what stands closest.",
}
SOURCES = "\n\nSources:\n"

_MARKUP = re.compile(r"[\\\[<]")  # no link, image, reference or HTML begins without one of these
_ESCAPED = re.compile(r"\\([\\\[<])")
_NUMBERS = re.compile(r" ?(?<!\\)\[\d+\]")


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and its number's place in the message: characters, the end not included."""

    quote: Quote
    start: int
    end: int


@dataclass(slots=True)
class Prose:
    """Grows piece by piece, as a stream does; `text` is all of it so far."""

    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    _quotes: list[Quote] = field(default_factory=list)

    def add(self, sentence: Sentence) -> str:
        """Return what one more checked sentence adds."""
        start = len(self.text)
        self.text += "\n\n" if self.text else ""
        if label := _safe(sentence.label):
            self.text += f"{label[:1].upper()}{label[1:]}: "
        self.text += _safe(sentence.text)
        for quote in sentence.quotes:
            self._cite(quote)
        if said := marker(sentence):
            self.text += f" ({_safe(said)})"
        return self.text[start:]

    def end(self, answer: Answer) -> str:
        """Return what the whole answer adds: its outcome, the reason, where the quotes stand."""
        start = len(self.text)
        reason = answer.reason if answer.reason != UNSURE else ""  # it is said of what follows
        lines = [STATES.get(answer.outcome, ""), _safe(reason)]
        if answer.near_misses:
            lines.append("Closest in the articles:")
            lines += [f"“{_safe(q.text)}” — {_source(q)}" for q in answer.near_misses]
        said = "\n\n".join(line for line in dict.fromkeys(lines) if line)
        self.text += f"\n\n{said}" if said and self.text else said
        if self._quotes:
            numbered = enumerate(self._quotes, 1)
            self.text += SOURCES + "\n".join(f"- [{n}] {_source(quote)}" for n, quote in numbered)
        return self.text[start:]

    def _cite(self, quote: Quote) -> None:
        if quote not in self._quotes:
            self._quotes.append(quote)
        number = f"[{self._quotes.index(quote) + 1}]"
        self.text += " " + number
        self.citations.append(Citation(quote, len(self.text) - len(number), len(self.text)))


def prose(answer: Answer) -> Prose:
    """Return a whole answer."""
    whole = Prose()
    for sentence in answer.sentences:
        whole.add(sentence)
    whole.end(answer)
    return whole


def without_notes(text: str) -> str:
    r"""Return a message as it was before numbers and sources, for a follow-up to lean on.

    >>> without_notes("They meet on 7 May. [1]\n\nSources:\n- [1] A title (a.md, 0–9)")
    'They meet on 7 May.'
    """
    said = text.partition(SOURCES)[0]
    return _ESCAPED.sub(r"\1", _NUMBERS.sub("", said))


def quote_path(quote: Quote) -> str:
    """Return the path that opens the quote in the library of the chat."""
    article = url_quote(quote.article_id, safe="")
    return f"/library?article={article}&quote={quote.start}-{quote.end}"


def _source(quote: Quote) -> str:
    published = quote.published.isoformat() if quote.published else ""
    parts = ", ".join(part for part in (quote.title, quote.outlet, published) if part)
    return _safe(f"{parts} ({quote.article_id}, {quote.start}–{quote.end})")


def _safe(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", " ".join(plain(text).split()))

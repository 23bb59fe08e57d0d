"""Find the quotes that carry a draft, in the passages that the answer model was shown.

First the quotes that the model gave, as found in the articles; then what the passages say,
the cited ones first. Both are judged alike, by `verify`. A draft for which nothing is found is
unsupported, whatever the model quoted. What an article says itself goes before what it states as
somebody's words; only where that is all there is, the draft is attributed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.answering.quotes import locate, parts, quote_at, sentences_of, widen
from rag.answering.verification.evidence import Excerpt
from rag.answering.verification.verify import Judgement, Verifier
from rag.records import Article, Quote, Retrieval, Sentence, Span
from rag.text.sentences import is_question
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.answering.llm.reply_parser import Draft
    from rag.index.snapshot import Snapshot

LONGEST_DRAFT = 600
"""Characters of a sentence that is still one; a claim of that length cannot be checked."""
LONGEST_WINDOW = 3
"""Sentences in a row that one quote may hold: what "he" said, and who he is."""
TRIED_WINDOWS = 12
"""Windows judged for one draft, those with the most words in common; more found nothing more."""
READ_BEFORE, READ_AFTER = 600, 400
"""Characters around a quote that are read to see who speaks in it: a paragraph or two."""
LONGEST_PARAGRAPH = 1_500
"""Characters up to the start of a paragraph, where quotation marks are known to be closed."""
LOOK_BACK = 2
"""Sentences before a quote that it may take in, when they hold the name that it leaves out."""

_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|context|above)"
    r"|\byou are now\b|\bsystem prompt\b|\bas an ai\b|\b(?:reply|respond|answer) (?:only )?with\b"
    r"|\b(?:assistant|chatbot|language model|llm)\b.{0,30}\b(?:must|should|shall|please)\b",
    re.IGNORECASE,
)
"""An article that speaks to the model is no evidence. A help, not the guard: the guard is that
nothing but the articles' words passes, as plain text."""


@dataclass(frozen=True, slots=True)
class Region:
    """A passage that the model was shown: `article.text[start:start + len(text)] == text`."""

    article: Article
    start: int
    text: str

    def quote(self, span: Span) -> Quote:
        """Return the quote at this place of the region."""
        return quote_at(self.article, Span(self.start + span.start, self.start + span.end))


def regions_of(retrieval: Retrieval, snapshot: Snapshot) -> tuple[Region, ...]:
    """Return the passages of the hits, best first, as far as their articles still hold them."""
    found: list[Region] = []
    for hit in retrieval.hits:
        passage, article = hit.passage, snapshot.article(hit.passage.article_id)
        if article is not None and article.text[passage.start : passage.end] == passage.text:
            found.append(Region(article, passage.start, passage.text))
    return tuple(found)


def support(
    draft: Draft,
    regions: Sequence[Region],
    verifier: Verifier,
    *,
    trials: list[Judgement] | None = None,
) -> Sentence | None:
    """Return the draft as a sentence with its verdict and quotes; None when it is unsupported.

    `trials` takes every judgement on the way, for who asks what was missing.
    """
    if len(draft.text) > LONGEST_DRAFT or is_question(draft.text):
        return None
    cited = [regions[n - 1] for n in draft.citations if 0 < n <= len(regions)]
    others = [region for region in regions if region not in cited]
    articles = {region.article.id: region.article for region in regions}
    attributed: Sentence | None = None
    for quotes in (
        *_given(draft, [*cited, *others]),
        *_in_one_place(draft.text, cited),
        *_in_each(draft.text, cited),
        *_in_one_place(draft.text, others),
    ):
        excerpts = [_excerpt(quote, articles[quote.article_id].text) for quote in quotes]
        judgement = verifier.judge(draft.text, excerpts)
        if quotes and trials is not None:
            trials.append(judgement)
        if judgement.is_supported:
            return _sentence(draft.text, quotes, articles, judgement)
        if judgement.is_carried and attributed is None:
            attributed = _sentence(draft.text, quotes, articles, judgement)
    return attributed


def _excerpt(quote: Quote, text: str) -> Excerpt:
    near = max(0, quote.start - READ_BEFORE)
    paragraph = text.rfind("\n\n", max(0, near - LONGEST_PARAGRAPH), near)
    start = paragraph + 2 if paragraph >= 0 else near
    return Excerpt(quote.text, text[start : quote.start], text[quote.end : quote.end + READ_AFTER])


def _sentence(
    text: str, quotes: Sequence[Quote], articles: Mapping[str, Article], judgement: Judgement
) -> Sentence:
    """Return the sentence with the quotes that carry it, and who is named as saying it."""
    used = tuple(quotes[number] for number in judgement.used)
    if judgement.is_supported or judgement.speaker is None:
        return Sentence(text, judgement.verdict, used)
    said = quotes[judgement.said_in]
    place = Span(said.start + judgement.speaker.start, said.start + judgement.speaker.end)
    return Sentence(text, judgement.verdict, used, quote_at(articles[said.article_id], place))


def _given(draft: Draft, regions: Sequence[Region]) -> Iterator[tuple[Quote, ...]]:
    """Yield the quotes that the model gave, then the same grown to the sentences before them."""
    wanted = [part for quote in draft.quotes for part in parts(quote)]
    found = [place for part in wanted if (place := _place(part, regions))]
    for back in range(LOOK_BACK + 1):
        yield _distinct(region.quote(_grown(span, region.text, back)) for region, span in found)


def _place(wanted: str, regions: Sequence[Region]) -> tuple[Region, Span] | None:
    for region in regions:
        if span := locate(wanted, region.text):
            return region, widen(span, region.text)
    return None


def _grown(span: Span, text: str, back: int) -> Span:
    before = [s for s in sentences_of(text) if s.start < span.start]
    return Span(before[-back].start, span.end) if back and len(before) >= back else span


def _in_one_place(text: str, regions: Sequence[Region]) -> Iterator[tuple[Quote, ...]]:
    """Yield sentences in a row that share most words with the draft, the fewest first."""
    words = frozenset(content_tokens(text))
    windows = [
        (-_shared(words, region.text[span.start : span.end]), size, order, region, span)
        for order, region in enumerate(regions)
        for size, span in _windows(region.text)
    ]
    best = sorted(windows, key=lambda w: (w[0], w[1], w[2], w[4].start))[:TRIED_WINDOWS]
    for *_, region, span in sorted(best, key=lambda w: (w[1], w[0], w[2], w[4].start)):
        yield (region.quote(span),)


def _in_each(text: str, cited: Sequence[Region]) -> Iterator[tuple[Quote, ...]]:
    """Yield the best sentence of every cited passage together, for a draft that cites several."""
    if len(cited) <= 1:
        return
    words = frozenset(content_tokens(text))
    best: list[Quote] = []
    for region in cited:
        singles = [span for size, span in _windows(region.text) if size == 1]
        if singles:
            ranked = max(singles, key=lambda s: _shared(words, region.text[s.start : s.end]))
            best.append(region.quote(ranked))
    yield _distinct(best)


def _windows(text: str) -> Iterator[tuple[int, Span]]:
    spans = sentences_of(text)
    for first in range(len(spans)):
        for size in range(1, LONGEST_WINDOW + 1):
            last = first + size - 1
            if last >= len(spans):
                break
            window = Span(spans[first].start, spans[last].end)
            ends_well = not is_question(text[spans[last].start : window.end])
            if ends_well and _is_evidence(text[window.start : window.end]):
                yield size, window


def _is_evidence(text: str) -> bool:
    """Return whether a stretch of an article can carry anything: no question, no order to us."""
    return not is_question(text) and not _INSTRUCTION.search(text)


def _shared(words: frozenset[str], text: str) -> int:
    return len(words & _content(text))


@lru_cache(maxsize=1024)
def _content(text: str) -> frozenset[str]:
    return frozenset(content_tokens(text))


def _distinct(quotes: Sequence[Quote] | Iterator[Quote]) -> tuple[Quote, ...]:
    """Return the quotes without repetitions, nor one inside another, nor bare questions."""
    found = [quote for quote in dict.fromkeys(quotes) if _is_evidence(quote.text)]
    return tuple(q for q in found if not any(q != other and _is_in(q, other) for other in found))


def _is_in(quote: Quote, other: Quote) -> bool:
    same = quote.article_id == other.article_id
    return same and other.start <= quote.start and quote.end <= other.end

"""Which articles a topic concerns: by its words, weighed by their rarity, and by its meaning."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.answering.kinds.plain_excerpts import PlainExcerpt, grown, lead, overlaps, statements
from rag.answering.kinds.sentence_embeddings import SentenceEmbeddings
from rag.records import Article, Filters, Question
from rag.retrieval.retriever import Retriever
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder
    from rag.index.snapshot import Snapshot

SEARCHED = 24
"""Passages that are searched for a topic."""

CONCERNS_FROM = 0.6
"""Share of a topic's words, weighed by rarity, that a passage with its title has."""

BY_FROM = 0.5
"""Share of a topic's words, weighed likewise, in the names of its authors ("Lovelace's notes")."""

NEAR = 0.5
"""Cosine of topic and passage from which it concerns the topic though it has other words."""

AS_MUCH = 0.7
"""Share of the best article's relevance from which a further one is as much about the topic."""

MOST_READ = 24
"""Sentences of all the articles that are read for one question; an answer waits for it."""

MOST_OF_ONE = 60
"""Sentences of an article that are read for its summary."""

MOST_TITLES = 200
"""Articles, newest first, of which some that differ are chosen."""

REPEATS_FROM = 0.85
"""Cosine of two excerpts from which the second says nothing new."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """An article with how far it is about a topic, 0 to 2, and whether title or byline name it."""

    article: Article
    relevance: float
    is_named: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """An excerpt with how near it is."""

    excerpt: PlainExcerpt
    score: float


class TopicReader:
    """Finds articles and excerpts for a topic; safe to share between threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._embeddings = SentenceEmbeddings(embedder)
        self._retriever = Retriever(embedder)

    def concerned(self, topic: str, snapshot: Snapshot, filters: Filters) -> list[Concerned]:
        """Return the articles that the topic concerns, the most concerned first."""
        terms = list(dict.fromkeys(content_tokens(topic)))
        if not terms:
            return []
        question = Question(topic, filters=filters)
        hits = self._retriever.retrieve(question, snapshot, k=SEARCHED).hits
        passages = self._embeddings.embed([hit.passage.text for hit in hits])
        cosines = passages @ self._embedder.embed_query(topic)
        found: dict[str, Concerned] = {}
        for hit, cosine in zip(hits, cosines.tolist(), strict=True):
            article = snapshot.article(hit.passage.article_id)
            if article is None:
                continue
            heading = _heading(article)
            share = _share(terms, f"{heading} {hit.passage.text}", snapshot)
            is_by = _share(terms, " ".join(article.authors), snapshot) >= BY_FROM
            is_named = is_by or _share(terms, heading, snapshot) >= CONCERNS_FROM
            known = found.get(article.id)
            relevance = max(share + max(0.0, cosine), known.relevance if known else 0.0)
            if share >= CONCERNS_FROM or cosine >= NEAR or known or is_by:
                found[article.id] = Concerned(article, relevance, is_named)
        return sorted(found.values(), key=lambda each: (-each.relevance, each.article.id))

    def about(
        self, topic: str, article: Article, snapshot: Snapshot, *, words: int
    ) -> PlainExcerpt | None:
        """Return the opening where it names the topic, else what is nearest to it."""
        spans = statements(article)
        opening = lead(article, words=words)
        if opening is None:
            return None
        terms = content_tokens(topic)
        if _share(terms, f"{article.title} {opening.text}", snapshot) >= CONCERNS_FROM:
            return opening
        excerpts = [grown(article, spans, i, words=words) for i in range(len(spans))]
        return self.near(topic, excerpts, snapshot)[0].excerpt

    def central(self, article: Article, most: int, *, words: int) -> list[PlainExcerpt]:
        """Return the opening, what follows it, and what is nearest to the whole, in its order.

        News puts first what matters most: the sentence after the opening goes before any other.
        """
        spans = statements(article)[:MOST_OF_ONE]
        opening = lead(article, words=words)
        if opening is None:
            return []
        vectors = self._embeddings.embed([article.text[s.start : s.end] for s in spans])
        nearness = vectors @ vectors.mean(axis=0)
        chosen = [opening]
        following = sum(span.start < opening.span.end for span in spans)
        near = sorted(range(1, len(spans)), key=lambda i: (-float(nearness[i]), i))
        for place in (*range(following, len(spans))[:1], *near):
            each = grown(article, spans, place, words=words // 2)
            if len(chosen) < most and not any(overlaps(each, other) for other in chosen):
                chosen += [] if self._repeats(each, chosen) else [each]
        return sorted(chosen, key=lambda each: each.span.start)

    def near(
        self, topic: str, excerpts: Sequence[PlainExcerpt], snapshot: Snapshot, *, asked: str = ""
    ) -> list[Scored]:
        """Return the excerpts that are nearest to a topic, by its words and its meaning.

        `asked` is what the meaning is taken from, where it is more than the topic.
        """
        terms = content_tokens(topic)
        shares = [_share(terms, each.text, snapshot) for each in excerpts]
        order = sorted(range(len(shares)), key=lambda i: (-shares[i], i))[:MOST_READ]
        vectors = self._embeddings.embed([excerpts[i].text for i in order])
        cosines = vectors @ self._embedder.embed_query(asked or topic)
        scored = [
            Scored(excerpts[i], shares[i] + float(cosine))
            for i, cosine in zip(order, cosines, strict=True)
        ]
        return sorted(scored, key=lambda each: -each.score)

    def new_ones(self, excerpts: Sequence[PlainExcerpt], most: int) -> list[PlainExcerpt]:
        """Return the first excerpts, in their order, that do not repeat an earlier one."""
        return self.distinct([Scored(each, 0.0) for each in excerpts], most)

    def distinct(self, scored: Sequence[Scored], most: int) -> list[PlainExcerpt]:
        """Return the first that neither overlap nor repeat a better one."""
        chosen: list[PlainExcerpt] = []
        for each in scored:
            is_new = not any(overlaps(each.excerpt, other) for other in chosen)
            if len(chosen) < most and is_new and not self._repeats(each.excerpt, chosen):
                chosen.append(each.excerpt)
        return chosen

    def nearest(self, asked: str, texts: Sequence[str], most: int) -> list[str]:
        """Return the texts that are nearest to what is asked, the nearest first."""
        cosines = self._embeddings.embed(texts) @ self._embedder.embed_query(asked)
        return [texts[i] for i in np.argsort(-cosines, kind="stable")[:most]]

    def spread(self, articles: Sequence[Article], most: int) -> list[Article]:
        """Return articles whose titles differ most from each other, in the order given.

        Greedy k-centre (Gonzalez 1985), from the title that is nearest to all.
        """
        looked_at = list(articles[:MOST_TITLES])
        vectors = self._embeddings.embed([each.title for each in looked_at])
        if not looked_at:
            return []
        likeness = vectors @ vectors.T
        chosen = [int(likeness.sum(axis=1).argmax())]
        while len(chosen) < min(most, len(looked_at)):
            nearest = likeness[:, chosen].max(axis=1)
            nearest[chosen] = np.inf
            chosen.append(int(nearest.argmin()))
        return [looked_at[i] for i in sorted(chosen)]

    def _repeats(self, excerpt: PlainExcerpt, chosen: Sequence[PlainExcerpt]) -> bool:
        vectors = self._embeddings.embed([excerpt.text, *(each.text for each in chosen)])
        return bool((vectors[1:] @ vectors[0] >= REPEATS_FROM).any())


def much_concerned(found: Sequence[Concerned], most: int) -> list[Article]:
    """Return the articles that are about as much concerned as the first.

    Those whose headings name the topic come first, and of either the newest; without dates the most
    concerned.
    """
    kept = [each for each in found if each.relevance >= AS_MUCH * found[0].relevance][:most]
    named = [each.article for each in kept if each.is_named]
    return newest_first(named) + newest_first([e.article for e in kept if not e.is_named])


def newest_first(articles: Sequence[Article]) -> list[Article]:
    """Return articles by date, the newest first, those without a date last in their order."""
    return sorted(articles, key=lambda a: -(a.published.toordinal() if a.published else 0))


def _heading(article: Article) -> str:
    """Return what names an article: its title, and who wrote it ("Obama's speech")."""
    return " ".join((article.title, *article.authors))


def _share(terms: Sequence[str], text: str, snapshot: Snapshot) -> float:
    """Return the share of the terms that a text has, weighed by their rarity in the corpus."""
    has = set(content_tokens(text))
    weights = {
        term: math.log(1 + snapshot.passage_count / (1 + snapshot.document_frequency(term)))
        for term in terms
    }
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in has) / total if total else 0.0

"""Questions to start with, to ask next, or that were likely meant, drawn from the articles.

What an article is about is the phrase of its title that is nearest to its opening by the embedder
(KeyBERT, Grootendorst 2020). What is suggested is asked in words that this package recognises.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.kinds.corpus import Corpus
from rag.answering.kinds.plain_excerpts import lead
from rag.answering.kinds.topics import TopicReader
from rag.answering.kinds.wordings import words_of
from rag.records import Answer, Article
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder
    from rag.index.snapshot import Snapshot

FORMS = ("Tell me about {}", "What is the latest on {}?", "Timeline of {}")
MORE = "Tell me about {}"
MOST = 3
MOST_WORDS = 4
"""Words of a phrase."""
OFFERED = 12
"""Articles that questions to start with are made from."""
REMEMBERED = 2_048
"""Phrases kept, one an article."""


@dataclass(frozen=True, slots=True)
class StartQuestion:
    """A question, its form, and the article that should be quoted where it is answered."""

    question: str
    form: str
    article_id: str


class Suggestions:
    """Draws questions from articles; safe to share between threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._reader = TopicReader(embedder)
        self._phrases: OrderedDict[str, str] = OrderedDict()

    def start(self, snapshot: Snapshot) -> Iterator[StartQuestion]:
        """Yield questions about articles that differ from each other, forms taking turns."""
        chosen = self._reader.spread(Corpus(snapshot).articles, OFFERED)
        for number, each in enumerate(chosen):
            article = snapshot.article(each.id)
            phrase = self.phrase(article) if article else ""
            if phrase:
                form = FORMS[number % len(FORMS)]
                yield StartQuestion(form.format(phrase), form, each.id)

    def after(self, answer: Answer, snapshot: Snapshot) -> tuple[str, ...]:
        """Return what may be asked after an answer, or was likely meant where it has none."""
        quoted = [quote.article_id for each in answer.sentences for quote in each.quotes]
        near = [hit.passage.article_id for hit in answer.hits]
        if answer.outcome in {"unsure", "not_in_articles"}:
            return self._forms(near, answer, snapshot, [MORE] * MOST)
        if not quoted:
            return tuple(each.question for each in self.start(snapshot))[:MOST]
        first = [quoted[0]] * 2
        others = [each for each in near if each not in quoted]
        own = [f for f in FORMS if f != MORE] if answer.kind == "summary" else [MORE, FORMS[1]]
        return self._forms([*first, *others], answer, snapshot, [*own, MORE])

    def phrase(self, article: Article) -> str:
        """Return what an article is about in a few words of its title; empty where none stands out.

        A phrase stands in the article's text, too: a title may be a play on words.
        """
        known = self._phrases.get(article.sha256)
        if known is None:
            known = self._phrases[article.sha256] = self._nearest(article)
            while len(self._phrases) > REMEMBERED:
                self._phrases.popitem(last=False)
        return known

    def _nearest(self, article: Article) -> str:
        text = article.text.casefold()
        phrases = [each for each in _phrases(article.title) if each.casefold() in text]
        opening = lead(article)
        if not phrases or opening is None:
            return ""
        about = self._embedder.embed_query(f"{article.title} {opening.text}")
        likeness = self._embedder.embed_passages(phrases) @ about
        return phrases[int(likeness.argmax())]

    def _forms(
        self, article_ids: Sequence[str], answer: Answer, snapshot: Snapshot, forms: Sequence[str]
    ) -> tuple[str, ...]:
        """Return the forms, each filled with the phrase of its article, none asked just now."""
        found: list[str] = []
        for article_id in article_ids:
            article = snapshot.article(article_id)
            phrase = self.phrase(article) if article else ""
            if phrase and len(found) < len(forms):
                question = forms[len(found)].format(phrase)
                if question not in found and question != answer.question:
                    found.append(question)
        return tuple(found)


def _phrases(title: str) -> list[str]:
    """Return the runs of words of a title that begin and end with a word of content.

    >>> _phrases("Seals return to Lund")
    ['Seals', 'Seals return', 'Seals return to Lund', 'return', 'return to Lund', 'Lund']
    """
    words = words_of(title)
    has_content = [bool(content_tokens(word)) for word in words]
    return [
        phrase
        for start in range(len(words))
        for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1)
        if has_content[start]
        and has_content[end - 1]
        and (phrase := " ".join(words[start:end])) in title
    ]

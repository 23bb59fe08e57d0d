"""Questions to start with, to ask next, or that were likely meant, drawn from the articles.

What an article is about is the phrase of its title that is nearest to its opening by the embedder
(KeyBERT, Grootendorst 2020). It is asked in words that this package recognises, and only where the
articles answer: the phrase finds its article first, a timeline has days to show, and what is the
latest has several dates.
"""

from __future__ import annotations

import operator
import re
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from rag.answering.kinds.corpus import Corpus
from rag.answering.kinds.plain_excerpts import lead
from rag.answering.kinds.sentence_embeddings import SentenceEmbeddings
from rag.answering.kinds.topics import TopicReader
from rag.answering.kinds.wordings import words_of
from rag.records import Answer, Article, Question
from rag.retrieval.retriever import Retriever
from rag.text.dates import read_dates
from rag.text.sentences import is_question
from rag.text.tokens import content_tokens

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder
    from rag.index.snapshot import Snapshot

MORE = "Tell me about {}"
LATEST = "What is the latest on {}?"
TIMELINE = "Timeline of {}"
FORMS = (MORE, LATEST, TIMELINE)
MOST = 3
MOST_WORDS = 5
"""Words of a phrase."""
JOINS = frozenset("a an and at by for in of on the to".split())
"""Words that join others to the name of a thing: "movies are coming" is none."""
WHOLE_WORDS = 3
"""Words of a title that is a phrase itself, though the text words it otherwise."""
OFFERED = 24
"""Articles that questions to start with are made from."""
FOUND = 4
"""Passages that a phrase is tried with."""
NEAR = 0.3
"""Cosine of question and title from which an article that was not quoted may be asked about."""
DAYS = 4
"""Days that an article names, from which their order is worth asking for."""
REMEMBERED = 2_048
"""Topics kept, one an article."""

_DONE = {"summary": MORE, "timeline": TIMELINE}
"""What is not offered of an article that an answer of this kind was made from."""
_SITE = re.compile(r"\s[|•–—-]\s.*")


@dataclass(frozen=True, slots=True)
class StartQuestion:
    """A question, its form, and the article that should be quoted where it is answered."""

    question: str
    form: str
    article_id: str


@dataclass(frozen=True, slots=True)
class _Topic:
    """What an article is about, empty where no phrase finds it, and the forms to ask for it in."""

    phrase: str
    forms: tuple[str, ...] = (MORE,)


class Suggestions:
    """Draws questions from articles; safe to share between threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._embeddings = SentenceEmbeddings(embedder)
        self._reader = TopicReader(embedder)
        self._retriever = Retriever(embedder)
        self._topics: OrderedDict[tuple[int, str], _Topic] = OrderedDict()

    def start(self, snapshot: Snapshot) -> Iterator[StartQuestion]:
        """Yield questions about articles that differ from each other, forms taking turns."""
        for number, each in enumerate(self._reader.spread(Corpus(snapshot).articles, OFFERED)):
            topic = self._topic(each.id, snapshot)
            if topic.phrase:
                form = topic.forms[number % len(topic.forms)]
                yield StartQuestion(form.format(topic.phrase), form, each.id)

    def after(self, answer: Answer, snapshot: Snapshot) -> tuple[str, ...]:
        """Return what may be asked after an answer, or was likely meant where it has none."""
        quoted = dict.fromkeys(quote.article_id for s in answer.sentences for quote in s.quotes)
        if not answer.hits and not quoted:
            return tuple(each.question for each in islice(self.start(snapshot), MOST))
        is_answer = answer.outcome not in {"unsure", "not_in_articles"}
        first = next(iter(quoted), "") if is_answer else ""
        found = []
        if first:
            topic = self._topic(first, snapshot)
            done = _DONE.get(answer.kind, "")
            found += [form.format(topic.phrase) for form in topic.forms if form != done]
        others = dict.fromkeys(hit.passage.article_id for hit in answer.hits)
        near = self._near(answer.question, [each for each in others if each != first], snapshot)
        asked = answer.question.casefold()
        kept: dict[str, None] = {}
        for each in chain(found[: MOST - 1], near):  # no more topics are looked for than are shown
            if each.casefold() != asked:
                kept[each] = None
            if len(kept) == MOST:
                break
        return tuple(kept)

    def _near(self, question: str, article_ids: Sequence[str], snapshot: Snapshot) -> Iterator[str]:
        """Yield questions about the articles whose titles are near to a question."""
        articles = [article for each in article_ids if (article := snapshot.article(each))]
        titles = self._embeddings.embed([article.title for article in articles])
        cosines = titles @ self._embedder.embed_query(question)
        for article, cosine in zip(articles, cosines.tolist(), strict=True):
            if cosine >= NEAR and (phrase := self._topic(article.id, snapshot).phrase):
                yield MORE.format(phrase)

    def _topic(self, article_id: str, snapshot: Snapshot) -> _Topic:
        article = snapshot.article(article_id)
        if article is None:
            return _Topic("", ())
        key = snapshot.generation, article.sha256
        known = self._topics.get(key)
        if known is None:
            known = self._topics[key] = self._found(article, snapshot)
            while len(self._topics) > REMEMBERED:
                self._topics.popitem(last=False)
        return known

    def _found(self, article: Article, snapshot: Snapshot) -> _Topic:
        opening = lead(article)
        phrases = _phrases(article)
        if not phrases or opening is None:
            return _Topic("", ())
        about = self._embedder.embed_query(f"{article.title} {opening.text}")
        likeness = self._embedder.embed_passages(phrases) @ about
        phrase = phrases[int(likeness.argmax())]
        hits = self._retriever.retrieve(Question(phrase), snapshot, k=FOUND).hits
        if not hits or hits[0].passage.article_id != article.id:
            return _Topic("", ())
        return _Topic(
            phrase, tuple(_forms(article, [hit.passage.article_id for hit in hits], snapshot))
        )


def _forms(article: Article, found: Sequence[str], snapshot: Snapshot) -> Iterator[str]:
    """Yield the forms in which asking for an article gets what they ask for."""
    yield MORE
    near = [other for each in dict.fromkeys(found) if (other := snapshot.article(each))]
    if len({other.published for other in near if other.published}) > 1:
        yield LATEST
    days = {(day.year, day.month, day.day) for day in read_dates(article.text) if day.day}
    if article.published and len(days) >= DAYS:  # what has no date is no news, its days examples
        yield TIMELINE


def _phrases(article: Article) -> list[str]:
    """Return the runs of words of a title that name something, as the text mostly writes them.

    They begin and end with a word of content, of which JOINS may stand between others, and one
    alone is a name ("Huawei", not "testimony"). What the text does not have counts where it is the
    whole title, and that a name or short: others may be a play on words. With a number in it, it is
    one of a file or a chapter ("Chapter 10", "Release 20261102").
    """
    title = _SITE.sub("", article.title).strip()
    words = [] if is_question(title) else words_of(title)
    has_content = [bool(content_tokens(word)) for word in words]
    capitals = [
        word[:1].isupper() for word, counts in zip(words, has_content, strict=True) if counts
    ]
    is_numbered = any(character.isdigit() for character in title)
    is_name = (len(words) <= WHOLE_WORDS or all(capitals)) and not is_numbered
    joins = [word.casefold() in JOINS for word in words]
    runs = [
        phrase.removesuffix("'s").removesuffix("’s")
        for start in range(len(words))
        for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1)
        if has_content[start]
        and has_content[end - 1]
        and all(map(operator.or_, has_content[start:end], joins[start:end]))
        and (phrase := " ".join(words[start:end])) in title
    ]
    if article.text.startswith(title.removesuffix("…")):  # its first words, which are no headline
        runs = [run for run in runs if _is_name(run, article.text)]
    found = [
        _as_written(run, article.text) or (run if is_name and run == title else "") for run in runs
    ]
    return [each for each in dict.fromkeys(found) if " " in each or each != each.casefold()]


def _is_name(phrase: str, text: str) -> bool:
    """Return whether a phrase has capitals where no sentence begins, too.

    >>> _is_name("The Quay", "The Quay is shut."), _is_name("Old Quay", "Old Quay. The Old Quay.")
    (False, True)
    """
    is_capital = all(w[:1].isupper() or w.casefold() in JOINS for w in phrase.split())
    return is_capital and bool(re.search(rf"[\w,] {re.escape(phrase)}(?!\w)", text))


def _as_written(phrase: str, text: str) -> str:
    """Return a phrase as the text writes it most often; empty where it does not have it.

    >>> _as_written("SEALS", "Some seals came back. Seals eat fish, and seals sleep.")
    'seals'
    """
    found = re.findall(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE)
    return max(Counter(found).items(), key=_second)[0] if found else ""


def _second(pair: tuple[str, int]) -> int:
    return pair[1]

"""The plain baseline: what LangChain's own tutorial builds, on the same articles and embedder.

Text cut by RecursiveCharacterTextSplitter into 1,000 characters with 200 of overlap, an
InMemoryVectorStore, the four nearest passages; the first of them is the answer. As there, only
the question is searched for, whatever was said before, and something is always answered.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from rag.answering.quotes import quote_at
from rag.records import (
    Answer,
    Article,
    Filters,
    Hit,
    Passage,
    Query,
    Question,
    Retrieval,
    Sentence,
    Span,
)
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder
    from rag.index.snapshot import Snapshot

NAME = "langchain"
PASSAGE_CHARACTERS = 1_000
OVERLAP_CHARACTERS = 200
HITS = 4
"""The three numbers of the tutorial."""


class LangChainBaseline:
    """A Subject of an evaluation: the tutorial's pipeline over the articles of a snapshot.

    The measures of retrieval look deeper than the four passages: they are those of its ranking.
    """

    name = NAME

    def __init__(self, embedder: Embedder, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.settings = {
            "splitter": f"RecursiveCharacterTextSplitter {PASSAGE_CHARACTERS}/{OVERLAP_CHARACTERS}",
            "hits": str(HITS),
            "embedder_key": embedder.key,
        }
        documents = _split(snapshot)
        self._passages = {str(document.id): _passage(document) for document in documents}
        self._of_article: dict[str, list[Passage]] = defaultdict(list)
        for passage in self._passages.values():
            self._of_article[passage.article_id].append(passage)
        self._store = InMemoryVectorStore(PassageEmbeddings(embedder))
        self._store.add_documents(documents)

    def article_passages(self, article_id: str) -> Sequence[Passage]:
        """Return the passages of an article, as the splitter cut them."""
        return self._of_article.get(article_id, ())

    def search(self, question: Question, *, k: int) -> Retrieval:
        """Return the `k` nearest passages by cosine, ties by passage id."""
        found = self._store.similarity_search_with_score(
            question.text, k=k, filter=self._filter(question.filters)
        )
        ranked = sorted(found, key=lambda each: (-each[1], str(each[0].id)))
        hits = tuple(
            Hit(self._passages[str(document.id)], rank, score)
            for rank, (document, score) in enumerate(ranked, start=1)
        )
        return Retrieval(Query(question.text), hits, self.snapshot.generation)

    def answer(self, question: Question, *, depth: int) -> tuple[Answer, Retrieval]:
        """Return the first passage as the Answer, sentence by sentence, and the ranking.

        Its confidence is the passage's cosine: a number between 0 and 1, not a calibrated
        probability.
        """
        started = time.perf_counter()
        retrieval = self.search(question, k=max(depth, HITS))
        searched = time.perf_counter()
        sentences = self._sentences(retrieval.hits[0].passage) if retrieval.hits else ()
        answer = Answer(
            question=question.text,
            query=retrieval.query.text,
            outcome="answered" if sentences else "not_in_articles",
            reason="" if sentences else "There is no passage.",
            sentences=sentences,
            near_misses=(),
            hits=retrieval.hits[:HITS],
            generation=retrieval.generation,
            answerer=NAME,
            timings_ms=_timings_ms(started, searched, time.perf_counter()),
            confidence=_clipped(retrieval.hits[0].score) if retrieval.hits else 0.0,
        )
        return answer, retrieval

    def _sentences(self, passage: Passage) -> tuple[Sentence, ...]:
        article = cast("Article", self.snapshot.article(passage.article_id))
        quotes = [
            quote_at(article, Span(passage.start + span.start, passage.start + span.end))
            for span in split_sentences(passage.text)
        ]
        return tuple(Sentence(quote.text, "supported", (quote,)) for quote in quotes)

    def _filter(self, filters: Filters) -> Callable[[Document], bool] | None:
        if filters == Filters():
            return None
        articles = {article.id for article in self.snapshot.articles_matching(filters)}
        return lambda document: document.metadata["source"] in articles


class PassageEmbeddings(Embeddings):
    """An Embedder of ours as LangChain's `Embeddings`."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the embedding of each text."""
        # Rows stay arrays: the store stacks them for every question, and lists take far longer.
        return cast("list[list[float]]", list(self._embedder.embed_passages(texts)))

    def embed_query(self, text: str) -> list[float]:
        """Return the embedding of a query."""
        return cast("list[float]", self._embedder.embed_query(text))


def _split(snapshot: Snapshot) -> list[Document]:
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=PASSAGE_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS, add_start_index=True
    )
    articles = (snapshot.article(article_id) for article_id in snapshot.article_ids)
    documents = splitter.split_documents(
        Document(article.text, metadata={"source": article.id}) for article in articles if article
    )
    for document in documents:
        document.id = _passage(document).id
    return documents


def _passage(document: Document) -> Passage:
    start, text = document.metadata["start_index"], document.page_content
    return Passage(document.metadata["source"], start, start + len(text), text)


def _clipped(cosine: float) -> float:
    return round(min(max(cosine, 0.0), 1.0), 4)


def _timings_ms(started: float, searched: float, answered: float) -> dict[str, float]:
    stages = {
        "retrieval": searched - started,
        "answering": answered - searched,
        "total": answered - started,
    }
    return {stage: round(seconds * 1000, 1) for stage, seconds in stages.items()}

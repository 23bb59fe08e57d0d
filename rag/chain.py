"""The way from a question to its Answer as LangChain Runnables; the chat and `eval` ask here.

    chain = AnswerChain(Assistant(load_config()))
    chain.invoke("When do the two presidents meet?").sentences[0].quotes[0].text

    question -> query -> retrieve: ArticleRetriever -> answer -> sentences, then the Answer
                                                       with an LLM: prompt -> model -> check

Callbacks in a config see every step with its inputs, as in any LangChain program. The parts of
the LLM are in `rag.answering.generative`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig, RunnableGenerator, RunnableLambda
from pydantic import ConfigDict

from rag.answering.llm.untraced import untraced
from rag.errors import QuestionError
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
    Turn,
)
from rag.steps import Steps

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

ChainInput = str | Question | Mapping[str, Any]


class Asked(Protocol):
    """What the chain needs of an Assistant."""

    def steps(self, question: Question) -> Steps:
        """Return the steps of one question."""

    def snapshot(self) -> Snapshot:
        """Return the current generation."""

    def search(self, question: Question, *, k: int, snapshot: Snapshot) -> Retrieval:
        """Return the best `k` passages."""


class ArticleRetriever(BaseRetriever):
    """Retrieves passages of the corpus as LangChain Documents, best first.

    A Document's `id` is the passage id, its `page_content` the passage's text, unchanged;
    its metadata say article, offsets, title, outlet, date, rank and score.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Any
    k: int = 8
    filters: Filters = Filters()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager  # nothing here calls back
        snapshot = self.assistant.snapshot()
        question = Question(query, filters=self.filters)
        retrieval = self.assistant.search(question, k=self.k, snapshot=snapshot)
        return _documents(retrieval, snapshot)


class _StepRetriever(BaseRetriever):
    """Retrieves for one question that is on its way: from its generation, within its limits."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    steps: Any
    query: Query

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager  # nothing here calls back
        searched = dataclasses.replace(self.query, text=query)
        return _documents(self.steps.retrieve(searched), self.steps.snapshot)


class AnswerChain(Runnable[ChainInput, Sentence | Answer]):
    """The way from a question to its Answer as a Runnable.

    The input is a question's text, a Question, or a mapping with `question` and, optionally,
    `history` (LangChain messages or Turns) and `filters`. `invoke` and `batch` give the
    Answer; `stream` gives each checked Sentence as it comes, and the whole Answer last.
    """

    def __init__(self, assistant: Asked) -> None:
        self._assistant = assistant

    def invoke(
        self,
        input: ChainInput,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Answer:
        """Return the whole Answer."""
        *_, answer = self.stream(input, config, **kwargs)
        assert isinstance(answer, Answer)  # what every Answerer yields last
        return answer

    def stream(
        self,
        input: ChainInput,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Iterator[Sentence | Answer]:
        """Yield each checked Sentence, then the Answer."""
        del kwargs
        yield from run_chain(self._assistant.steps(as_question(input)), config)


def run_chain(steps: Steps, config: RunnableConfig | None = None) -> Iterator[Sentence | Answer]:
    """Yield each checked Sentence of a question, then its Answer; every step is a Runnable."""

    def retrieve(query: Query) -> Retrieval:
        documents = _StepRetriever(steps=steps, query=query, name="passages").invoke(query.text)
        return _retrieval(documents, query, steps.snapshot.generation)

    def answer(retrievals: Iterator[Retrieval]) -> Iterator[Sentence | Answer]:
        for retrieval in retrievals:
            yield from steps.answer(retrieval)

    chain = (
        RunnableLambda(steps.to_query, name="query")
        | RunnableLambda(retrieve, name="retrieve")
        | RunnableGenerator(answer, name="answer")
    ).with_config(run_name="Footnote")
    return untraced(lambda: chain.stream(steps.question, config))


def as_question(value: ChainInput) -> Question:
    """Return what a chain was given as a Question. Raises QuestionError E-Q-005."""
    if isinstance(value, Question):
        return value
    if isinstance(value, str):
        return Question(value)
    unknown = sorted(set(value) - {"question", "history", "filters"})
    if unknown or not isinstance(value.get("question"), str):
        wrong = f'"{unknown[0]}" is not known' if unknown else '"question" is missing'
        raise QuestionError(
            "E-Q-005", f"The chain's input may hold question, history and filters; {wrong}."
        )
    return Question(
        value["question"], _turns(value.get("history", ())), value.get("filters", Filters())
    )


def _turns(history: Sequence[Turn | BaseMessage]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    asked = ""
    for item in history:
        if isinstance(item, Turn):
            turns.append(item)
        elif isinstance(item, HumanMessage):
            asked = item.text
        elif isinstance(item, AIMessage) and asked:
            turns.append(Turn(asked, item.text))
            asked = ""
    return tuple(turns)


def _documents(retrieval: Retrieval, snapshot: Snapshot) -> list[Document]:
    return [_document(hit, snapshot.article(hit.passage.article_id)) for hit in retrieval.hits]


def _document(hit: Hit, article: Article | None) -> Document:
    passage = hit.passage
    published = article.published if article else None
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "article_id": passage.article_id,
            "start": passage.start,
            "end": passage.end,
            "title": article.title if article else "",
            "outlet": article.outlet if article else "",
            "published": published.isoformat() if published else None,
            "rank": hit.rank,
            "score": hit.score,
        },
    )


def _retrieval(documents: Sequence[Document], query: Query, generation: int) -> Retrieval:
    """Return the hits that Documents of ours stand for."""
    return Retrieval(query, tuple(_hit(document) for document in documents), generation)


def _hit(document: Document) -> Hit:
    place = document.metadata
    passage = Passage(place["article_id"], place["start"], place["end"], document.page_content)
    return Hit(passage, place["rank"], place["score"])

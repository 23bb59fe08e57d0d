"""Footnote as parts of any LangChain program: a BaseRetriever and the whole chain.

    chain = AnswerChain(Assistant(load_config()))
    chain.invoke("When do the two presidents meet?").sentences[0].quotes[0].text

Footnote itself does not go through this module: it is the door for other programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict

from rag.assistant import Assistant
from rag.errors import QuestionError
from rag.records import Answer, Article, Filters, Hit, Question, Sentence, Turn

ChainInput = str | Question | Mapping[str, Any]


class ArticleRetriever(BaseRetriever):
    """Retrieves passages of the corpus as LangChain Documents, best first.

    A Document's `id` is the passage id, its `page_content` the passage's text, unchanged;
    its metadata say article, offsets, title, outlet, date, rank and score.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: int = 8
    filters: Filters = Filters()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager  # nothing here calls back
        snapshot = self.assistant.snapshot()
        question = Question(query, filters=self.filters)
        retrieval = self.assistant.search(question, k=self.k, snapshot=snapshot)
        return [_document(hit, snapshot.article(hit.passage.article_id)) for hit in retrieval.hits]


class AnswerChain(Runnable[ChainInput, Sentence | Answer]):
    """The way from a question to its Answer as a Runnable.

    The input is a question's text, a Question, or a mapping with `question` and, optionally,
    `history` (LangChain messages or Turns) and `filters`. `invoke` and `batch` give the
    Answer; `stream` gives each checked Sentence as it comes, and the whole Answer last.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def invoke(
        self,
        input: ChainInput,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Answer:
        """Return the whole Answer."""
        answer = self._call_with_config(self._ask, input, config, run_type="chain", **kwargs)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        input: ChainInput,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Iterator[Sentence | Answer]:
        """Yield each checked Sentence, then the Answer."""
        del config, kwargs
        yield from self._assistant.stream(as_question(input))

    def _ask(self, value: ChainInput) -> Answer:
        return self._assistant.ask(as_question(value))


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

"""Footnote inside LangChain programs."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableLambda

from rag.chain import AnswerChain, ArticleRetriever, as_question
from rag.errors import QuestionError
from rag.records import Answer, Question, Sentence, Turn

FILES = {
    "fruit.md": "---\ntitle: Fruit\npublished: 2024-05-01\noutlet: Valley News\n---\n"
    "Apples ripen in September. Pears ripen in August.",
    "ships.md": "# Ships\n\nThe harbour receives four ships a week.",
}


@pytest.fixture
def assistant(make_assistant):
    return make_assistant(FILES)


def test_the_retriever_gives_documents_whose_content_is_the_passage(assistant):
    documents = ArticleRetriever(assistant=assistant, k=1).invoke("When do pears ripen?")

    [document] = documents
    metadata = document.metadata
    article = assistant.article(metadata["article_id"])
    assert article.text[metadata["start"] : metadata["end"]] == document.page_content
    assert document.id == "fruit.md#0"
    assert (metadata["title"], metadata["outlet"]) == ("Fruit", "Valley News")
    assert metadata["published"] == "2024-05-01"


def test_the_chain_composes_and_gives_the_same_answer_as_the_assistant(assistant):
    chain = AnswerChain(assistant) | RunnableLambda(lambda answer: answer.sentences)

    assert (
        chain.invoke("When do pears ripen?")
        == assistant.ask(Question("When do pears ripen?")).sentences
    )


def test_the_chain_streams_checked_sentences_and_the_answer_last(assistant):
    *sentences, answer = AnswerChain(assistant).stream("When do pears ripen?")

    assert isinstance(answer, Answer)
    assert sentences
    assert all(isinstance(sentence, Sentence) for sentence in sentences)
    assert tuple(sentences) == answer.sentences


@pytest.mark.parametrize(
    "history",
    [
        [HumanMessage("Do pears ripen?"), AIMessage("Yes.")],
        [Turn("Do pears ripen?", "Yes.")],
    ],
)
def test_the_chain_takes_the_history_as_messages_or_turns(history):
    question = as_question({"question": "When?", "history": history})

    assert question == Question("When?", (Turn("Do pears ripen?", "Yes."),))


@pytest.mark.parametrize("value", [{}, {"question": 3}, {"question": "x", "qestion": "x"}])
def test_a_wrong_input_is_a_question_error(value):
    with pytest.raises(QuestionError):
        as_question(value)

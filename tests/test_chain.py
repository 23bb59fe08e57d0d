"""Footnote inside LangChain programs."""

import dataclasses
import subprocess
import sys

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tracers.run_collector import RunCollectorCallbackHandler
from langsmith import tracing_context
from langsmith.run_helpers import get_tracing_context

from rag.chain import AnswerChain, ArticleRetriever, as_question
from rag.errors import QuestionError
from rag.records import Answer, Question, Sentence, Turn
from tests.conftest import ROOT

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


def runs_of(run):
    """Return a traced run and all runs in it, in the order in which they began."""
    return [run, *(inner for child in run.child_runs for inner in runs_of(child))]


def test_a_tracer_sees_every_step_with_its_inputs(assistant):
    question, tracer = Question("When do pears ripen?"), RunCollectorCallbackHandler()

    answer = AnswerChain(assistant).invoke(question, {"callbacks": [tracer]})

    runs = {run.name: run for run in runs_of(tracer.traced_runs[0])}
    assert list(runs) == ["Footnote", "query", "retrieve", "passages", "answer"]
    assert runs["query"].inputs["input"] == question
    assert runs["passages"].inputs == {"query": "When do pears ripen?"}
    assert "August" in runs["passages"].outputs["documents"][0].page_content
    assert runs["answer"].inputs["input"].hits == answer.hits
    assert runs["answer"].outputs["output"] == answer


def test_the_chain_and_a_cold_question_give_the_same_answer(assistant):
    question = Question("When do pears ripen?", (Turn("When do apples ripen?", "In September."),))

    through_the_chain, cold = assistant.ask(question), assistant.ask_once(question)

    assert dataclasses.replace(through_the_chain, timings_ms=cold.timings_ms) == cold


def test_a_cold_question_does_not_wait_for_langchain(demo_index):
    command = ["ask", "What is a chip?", "--index", str(demo_index), "--json"]
    code = (
        f"import sys; from rag.cli.main import main; main({command!r}); "
        "assert 'langchain_core' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)


def test_what_follows_a_piece_is_traced_as_before_it(assistant):
    pieces = AnswerChain(assistant).stream("When do pears ripen?")
    with tracing_context(enabled="local"):
        next(pieces)
        assert get_tracing_context()["enabled"] == "local"
        pieces.close()


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

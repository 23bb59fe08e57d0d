"""A follow-up that a model rewrote is searched for only if it says no more and no less."""

from pathlib import Path

import pytest

from rag.answering.llm.chat_model import AnswerModel
from rag.answering.llm.prompts import load_prompt
from rag.answering.llm.query_rewriting import rewrite_question
from rag.records import Question, Turn
from tests.openai_server import OpenAIServer, Reply

PROMPT = load_prompt(Path(__file__).parent.parent.parent.parent / "prompts", "rewrite")
HISTORY = (Turn("What did Matt Pottinger say about China Telecom?", "He called the pause ironic."),)
WHEN = Question("When did he say that in 2024?", history=HISTORY)


def rewrite(reply, question=WHEN):
    with OpenAIServer(reply if isinstance(reply, Reply) else Reply(reply)) as server:
        model = AnswerModel("test", url=server.url, timeout_s=5)
        return rewrite_question(question, model, PROMPT), server.requests


@pytest.mark.parametrize(
    "reply",
    [
        "When did Matt Pottinger call the pause ironic in 2024?",
        '"When did Matt Pottinger call the pause ironic in 2024?"\n',
        "Question: When did Matt Pottinger call the pause ironic in 2024?",
        "<think>he is…</think>\nWhen did **Matt Pottinger** call the pause ironic in 2024?",
    ],
)
def test_a_question_that_stands_alone_is_taken(reply):
    assert rewrite(reply)[0] == "When did Matt Pottinger call the pause ironic in 2024?"


@pytest.mark.parametrize(
    "reply",
    [
        "When did Matt Pottinger call the pause ironic?",  # the year is lost
        "When did Matt Pottinger call the pause ironic in 2025?",  # another year
        "When did Chuck Schumer call the pause ironic in 2024?",  # a name that nobody said
        "He said it in 2024.\nIs there more?",  # two lines
        "When in 2024 " + "and when " * 60 + "?",  # too long
        "",
        Reply(status=500, headers=(("Retry-After", "0"),)),
        Reply("When did Matt Pottinger say that in 2024?", finish=None),
    ],
)
def test_anything_else_leaves_the_follow_up_to_the_rules(reply):
    assert rewrite(reply)[0] is None


def test_without_a_history_no_model_is_asked():
    assert rewrite("x", Question("What is on hold?")) == (None, [])


def test_the_last_turns_and_the_question_are_all_that_is_sent():
    turns = tuple(Turn(f"Question {n}?", f"Answer {n}.") for n in range(9))
    _, requests = rewrite("x", Question("And then?", history=turns))
    sent = requests[0].body["messages"][-1]["content"]
    assert "Answer 8." in sent
    assert "Answer 2." not in sent

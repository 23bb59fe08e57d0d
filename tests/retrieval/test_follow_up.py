"""When a question leans on the conversation, and what is then searched."""

import pytest

from rag.records import Query, Question, Turn
from rag.retrieval.follow_up import asked_from, make_query

LICENCE = Turn("When was China Telecom's licence revoked?", "On 26 October 2021.")
CRITIC = Turn("Who called it ironic?", "Matt Pottinger finds the policy ironic.")


def query_of(text, *history):
    return make_query(Question(text, history))


def test_without_history_the_question_is_the_query():
    assert query_of("And when was that?") == Query("And when was that?")


@pytest.mark.parametrize(
    "text",
    [
        "By whom?",
        "Why?",
        "And how did that end?",
        "When was it decided?",
        "What did they say about it?",
        "Is that rule still in force?",
        "What happened after that?",
        "What were the reasons?",
        "Who else?",
        "Which was more important?",
        "How did the House and the Senate vote on it?",
        "How did the White House and the Senate vote on it?",
        "Did Democrats and Republicans vote for it?",
        "When did the Senate confirm him?",
        "When did the Senate confirm her?",
        "What share of its sales does it make in China?",
        "How much of its revenue comes from China?",
    ],
)
def test_what_leans_is_searched_with_the_subject_of_the_question_before(text):
    query = query_of(text, LICENCE)

    assert query.leans_on_history
    assert query.text.startswith("China Telecom's licence revoked: ")


@pytest.mark.parametrize(
    "text",
    [
        "How many companies did Salt Typhoon hit?",
        "What did Trump say about his tariffs?",
        "Who is Matt Pottinger?",
        "When did Beijing delay its limits on rare earths?",
        "How long does it take to win a licence?",
        "What is the capital of France?",
        "Which chips may be sold this year?",
        "where does the bronx get its name from",
        "Which measures that were announced are on hold?",
        "Why did Nvidia say that Washington would hurt it?",
        "Did Trump's allies urge him to act?",
        "What did Lutnick say Trump told him?",
        "Which lawmakers wrote to Lutnick asking him to stop?",
        "Did the judge fine the company and the banks sue it?",
        "What share of its sales does ASML make in China?",
        "How many of his ministers did Milei dismiss?",
    ],
)
def test_a_new_topic_is_searched_alone(text):
    assert query_of(text, LICENCE) == Query(text)


def test_a_follow_up_knows_what_was_answered_before_it():
    query = query_of("And why?", CRITIC, LICENCE, Turn("By whom?", "By the commission."))

    assert query.earlier_answers == (LICENCE.answer, "By the commission.")
    assert query_of("Who is Matt Pottinger?", LICENCE).earlier_answers == ()


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("China Telecom lose: who voted on that?", "who voted on that?"),
        ("China Telecom lose: when was that?", "China Telecom lose: when was that?"),
        ("When was that?", "When was that?"),
        ("Huawei: ", "Huawei: "),
        ("China: trade: when did it end?", "trade: when did it end?"),
        ("Why was it shut: please answer briefly", "Why was it shut: please answer briefly"),
    ],
)
def test_what_is_asked_begins_after_the_subject_if_it_says_anything(query, asked):
    assert query[asked_from(query) :] == asked


def test_leaning_on_a_leaning_question_goes_back_to_the_one_that_stands():
    query = query_of("And why?", LICENCE, Turn("By whom?", "By the commission."))

    assert query.text == "China Telecom's licence revoked: why?"


def test_what_about_another_name_asks_the_same_of_it():
    query = query_of("What about China Mobile?", LICENCE)

    assert query.text == "When was China Mobile's licence revoked?"
    assert query.leans_on_history


def test_a_pronoun_takes_the_name_that_the_answer_gave():
    assert "Matt Pottinger" in query_of("What job did he have?", CRITIC).text


def test_a_topic_left_behind_does_not_come_back():
    history = (LICENCE, Turn("Who is Anne Neuberger?", "An adviser."))

    assert "Telecom" not in query_of("What did she say?", *history).text


def test_a_bare_name_is_the_earlier_question_asked_of_it():
    history = (Turn("When did Japan restrict chip equipment?", "31 March 2023"),)

    query = make_query(Question("And the Netherlands?", history))

    assert query.text == "When did Netherlands restrict chip equipment?"


def test_of_two_names_the_one_alike_is_replaced():
    history = (Turn("When did the FCC revoke China Telecom's licence?", "In 2021."),)

    query = make_query(Question("What about China Mobile?", history))

    assert query.text == "When did the FCC revoke China Mobile's licence?"

"""A follow-up is searched with the turn before; a new topic is not."""

import pytest

from rag.records import Question, Turn
from rag.retrieval.follow_up import ANSWER_SEARCHED, is_follow_up, make_query
from rag.retrieval.fusion import mean_of

BEFORE = (Turn("Who leads the port of Lund?", "Anna Berg has led it since 2019."),)


@pytest.mark.parametrize(
    "text",
    [
        "And when was that?",
        "Why did she do it?",
        "What about its cranes?",
        "How did they react to this?",
        "Where was he born?",
        "Tell me more about it.",
    ],
)
def test_what_points_back_is_a_follow_up(text):
    assert is_follow_up(text)


@pytest.mark.parametrize(
    "text",
    [
        "Who led the port of Gotland in the year 2019?",
        "How many passengers did the ferry Aurora carry in March?",
        "What did the ministry decide about export licences for Japan?",
        "Who is the mayor of Gdansk?",
    ],
)
def test_a_question_that_stands_alone_is_none(text):
    assert not is_follow_up(text)
    assert make_query(Question(text, BEFORE)).text == text


def test_a_follow_up_is_searched_alone_and_after_the_turn_before():
    query = make_query(Question("Why did she do it?", BEFORE))

    assert query.also == ("Why did she do it?",)
    assert query.text == (
        "Who leads the port of Lund? Anna Berg has led it since 2019. Why did she do it?"
    )
    assert (query.leans_on_history, query.follows) == (True, BEFORE[0].question)


def test_behind_follow_ups_stands_the_question_that_they_are_about():
    history = (*BEFORE, Turn("and before her?", "Per Holm."), Turn("thanks!", "You are welcome."))

    query = make_query(Question("when was that?", history))

    assert query.follows == BEFORE[0].question
    assert query.text == ("Who leads the port of Lund? thanks! You are welcome. when was that?")


def test_only_the_beginning_of_a_long_answer_is_searched():
    query = make_query(Question("Why did she do it?", (Turn("Who?", "word " * 90),)))

    before = query.text.removesuffix("Why did she do it?")
    assert len(before) <= len("Who? ") + ANSWER_SEARCHED
    assert set(before.split()) == {"Who?", "word"}  # none is cut


def test_without_a_turn_before_nothing_is_added():
    assert make_query(Question("Why did she do it?")).also == ()


def test_two_rankings_count_by_the_mean_of_their_scores():
    one, other = [(1, 0.9), (2, 0.5), (3, 0.1)], [(2, 0.8), (4, 0.2)]

    ranked = mean_of([one, other])

    assert [row for row, _ in ranked] == [2, 1, 3, 4]
    assert dict(ranked)[2] == pytest.approx(0.65)
    assert dict(ranked)[1] == pytest.approx(0.55)  # 0.2 is the lowest of the other

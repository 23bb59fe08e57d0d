"""A fragment takes the place of what it can stand for in the question before."""

import pytest

from rag.records import Question, Turn
from rag.retrieval.asked_of import ask_of_another
from rag.retrieval.follow_up import make_query


@pytest.mark.parametrize(
    ("question", "fragment", "asked"),
    [
        (
            "What tariff applies to electric cars?",
            "for batteries?",
            "What tariff applies to batteries?",
        ),
        (
            "How much gallium does China produce?",
            "germanium?",
            "How much germanium does China produce?",
        ),
        (
            "How high is the levy on Chinese electric cars?",
            "on batteries?",
            "How high is the levy on Chinese batteries?",
        ),
        (
            "What are the limits on chips?",
            "chip machines?",
            "What are the limits on chip machines?",
        ),
        ("How many cars were sold in 2023?", "in 2024?", "How many cars were sold in 2024?"),
        ("How much did Nvidia write off?", "AMD?", "How much did AMD write off?"),
        (
            "When did the FCC revoke China Telecom's licence?",
            "China Unicom's?",
            "When did the FCC revoke China Unicom's licence?",
        ),
    ],
)
def test_the_question_before_is_asked_of_another_thing(question, fragment, asked):
    assert ask_of_another(question, fragment) == asked


@pytest.mark.parametrize(
    ("question", "fragment"),
    [
        ("When was the rule adopted?", "the reason?"),
        ("When was the rule adopted?", "reasons?"),
        ("Which crops did China stop buying?", "farmers?"),
        ("Which metals did China ban from export?", "chips?"),
        ("When were electric cars hit with tariffs?", "batteries?"),
        ("How much does the fee cost exporters?", "importers?"),
        ("How many cars were sold in 2022 and 2023?", "in 2024?"),
        ("How many cars were sold in 2023?", "in 2023?"),
        ("Who sued Acme and Borealis?", "Cumulus?"),
        ("What are the limits on chips?", "on chips?"),
        ("What are the limits on chips?", "and why were they set so low?"),
        ("", "for batteries?"),
        ("What are the limits on chips?", "?"),
    ],
)
def test_nothing_is_replaced_where_the_place_is_unclear(question, fragment):
    assert ask_of_another(question, fragment) == ""


@pytest.mark.parametrize(
    "text",
    ["And for batteries?", "What about batteries?", "And on batteries?", "ok, and batteries?"],
)
def test_a_follow_up_that_only_names_a_thing_is_searched_as_a_whole_question(text):
    history = (Turn("How high is the tariff on cars?", "It is 100 per cent."),)

    query = make_query(Question(text, history))

    assert query.text == "How high is the tariff on batteries?"
    assert query.leans_on_history

"""Several questions in one: each gets an answer of its own, or the answer is partial."""

import pytest

from rag.answering.parts import is_one_thing, read_members, read_parts
from rag.records import Question

FILES = {
    "port.md": "# The port of Lund\n\nThe port of Lund banned 31 captains in May 2021. "
    "Anna Berg called the bans overdue. Nils Ek called the bans unfair. "
    "The tariffs on cranes go to 50 per cent.",
    "act.md": "# The Harbours and Docks Act\n\nThe Harbours and Docks Act bans old cranes.",
    "list.md": "# Three ferries\n\nThe port of Lund bought three ferries in 2019: Aurora, Borealis "
    "and Zephyr. The three ferries carry mail.",
}


@pytest.fixture
def ask(make_assistant, monkeypatch):
    """Return a function that asks with a decision that only what is lacking can turn."""
    monkeypatch.setattr("rag.answering.part_answers.answer_probability", lambda *_: 0.9)
    assistant = make_assistant(FILES)
    return lambda question: assistant.ask(Question(question))


PARTIAL = {
    "When did the port of Lund ban captains, and what are their names?": "The articles do not say",
    "How many captains did the port of Lund ban, and how many of them have paid?": "do not say",
    "How many captains did the port of Lund ban, and which captains were they?": "list none",
    "What did Anna Berg and Zora Kim say about the bans?": "mentions “Zora Kim”",
    "What did Zora Kim and Anna Berg say about the bans?": "mentions “Zora Kim”",
    "What did Nils Ek, Anna Berg and Zora Kim say about the bans?": "mentions “Zora Kim”",
    "How high are the tariffs on cranes and on bicycles?": "mentions “bicycles”",
    "Who called the bans overdue, and on which channel?": "tells of “channel”",
    "How many captains did the port of Lund ban, and how much did Zora Kim pay?": "“Zora Kim”",
}


@pytest.mark.parametrize(("question", "missing"), PARTIAL.items(), ids=PARTIAL)
def test_what_is_told_is_answered_and_the_rest_is_named(ask, question, missing):
    answer = ask(question)

    assert (answer.outcome, bool(answer.sentences)) == ("partial", True)
    assert missing in answer.reason


@pytest.mark.parametrize(
    "question",
    [
        "How many captains did the port of Lund ban, and when was that?",
        "What did Anna Berg and Nils Ek say about the bans?",
        "What does the Harbours and Docks Act ban?",
        "Which three ferries did the port of Lund buy, and when did it buy them?",
        "When did the port of Lund buy ferries, and which ferries are they?",
        "How high are the tariffs on cranes and on crnaes?",
        "What is the difference between Anna Berg and the bans?",
    ],
)
def test_what_is_told_whole_is_not_partial(ask, question):
    assert ask(question).outcome == "answered"


def test_a_later_part_is_quoted_as_it_was_typed(ask):
    answer = ask("How many captains did the port of Lund ban, and what are their names?")

    assert answer.reason == "Not answered: “what are their names?” The articles do not say."


def test_two_members_that_are_both_lacking_are_a_refusal(ask):
    answer = ask("What did Zora Kim and Otto Lang say about the bans?")

    assert answer.outcome == "not_in_articles"
    assert answer.reason == (
        "Nothing in the articles mentions “Zora Kim”. Nothing in the articles mentions “Otto Lang”."
    )


@pytest.mark.parametrize(
    ("question", "members"),
    [
        ("What do Canada and Mexico want?", ["Canada", "Mexico"]),
        ("What did Berg, Ek and Lind say?", ["Berg", "Ek", "Lind"]),
        ("How high are tariffs on cranes and on lifts?", ["cranes", "lifts"]),
        ("What is the trade between Canada and Mexico?", []),
        ("How does Canada differ from Mexico and Peru?", []),
        ("When did Canada leave and what did Mexico do?", []),
        ("What does Canada want?", []),
        ("When was the captain of the Aurora, Nils Ek, banned?", []),
        ("What of Berg, Ek, Lind and Holm?", []),
    ],
)
def test_things_that_are_asked_the_same_of_are_parted(question, members):
    assert [each.thing.text for each in read_members(question)] == members


def test_each_member_is_asked_of_alone():
    assert [each.query for each in read_members("What did Berg, Ek and Lind say?")] == [
        "What did Berg say?",
        "What did Ek say?",
        "What did Lind say?",
    ]


def test_what_an_article_writes_as_one_is_one():
    question = "What does the CHIPS and Science Act fund?"
    members = read_members(question)

    assert is_one_thing(members, question, ["The Chips and Science Act of 2022 funds plants."])
    assert not is_one_thing(members, question, ["The Science Act funds plants."])


def test_a_later_part_stands_alone_as_a_query():
    [_, second] = read_parts("When did the port of Lund ban captains, and what did it cost them?")

    assert second.asked == "what did it cost them?"
    assert "port of Lund" in second.query

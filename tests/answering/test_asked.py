"""What a question asks for."""

import pytest

from rag.answering.asked import kind_of
from rag.answering.figures import figures
from rag.answering.focus import asks_now, focus_of, time_fit
from rag.answering.holding import holds
from rag.answering.parts import split_parts


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the licence revoked?", "when"),
        ("In what year did the ban begin?", "when"),
        ("How many companies were hit?", "number"),
        ("What share of the revenue goes to the state?", "number"),
        ("What is the maximum civil fine?", "number"),
        ("What cut of the sales will they hand over?", "number"),
        ("What is the head of the budget office called?", "other"),
        ("What is the final deadline for comments?", "when"),
        ("What does the deadline mean?", "other"),
        ("What caused the price rise of gallium?", "why"),
        ("How did the agency justify its decision?", "why"),
        ("How does the agency work?", "other"),
        ("What did the budget office say about tariffs?", "other"),
        ("What drove the price of gallium up?", "other"),
        ("What does the tariff apply to?", "other"),
        ("What role did weight play?", "other"),
        ("What is the cap-and-trade program?", "other"),
        ("What is the quota system?", "other"),
        ("Who called it ironic?", "who"),
        ("What did the ban cost the firm?", "number"),
        ("Which two measures were dropped?", "list"),
        ("Which metals were banned?", "list"),
        ("Which metal was banned?", "other"),
        ("Where do the presidents meet?", "where"),
        ("Why was the rule dropped?", "why"),
        ("Is the rule in force?", "yes or no"),
        ("What is this about?", "gist"),
        ("Summarize the CHIPS Act", "gist"),
        ("What are the main points?", "gist"),
        ("What did the embassy say?", "other"),
    ],
)
def test_the_kind_is_told_by_the_words(question, kind):
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("When was it signed?", "It was signed on 9 August 2022.", "It was signed at the port."),
        ("How many firms were hit?", "Nine firms were hit.", "Firms were hit for nine months."),
        ("How much did it cost?", "It cost 4.5 billion dollars.", "It cost them five months."),
        ("How long is the pause?", "The pause lasts for a year.", "The pause costs much."),
        ("What share did they get?", "They got 15 percent.", "They got 15 million dollars."),
        ("What cut of the sales is paid?", "They pay 15% of their sales.", "They pay for sales."),
        ("What is the minimum age?", "The minimum age is 16 years.", "There is a minimum age."),
        ("What is the ceiling?", "It is capped at 30 percent.", "It is capped."),
        ("What was the turnover?", "The turnover was €900,000.", "The turnover fell."),
        ("Which two were named?", "Biren and Moore Threads were named.", "Two of them were named."),
        ("Who leads it?", "It is led by Chuck Schumer.", "It is led by a senator."),
        ("Why was it dropped?", "It was dropped because of the talks.", "It was dropped."),
        ("Why was it dropped?", "They found that it did not work.", "They said that it ends."),
    ],
)
def test_a_sentence_holds_the_kind_or_not(question, yes, no):
    assert holds(kind_of(question), yes, question) is True
    assert holds(kind_of(question), no, question) is False


def test_what_the_question_says_itself_is_not_its_answer():
    assert holds("when", "In 2023 limits were announced.", "What happened when in 2023?") is False
    assert holds("who", "Anna Berg spoke.", "Who met Anna Berg?") is False


def test_figures_are_digits_without_years_days_and_names():
    text = "In 2024 eight firms bought 1,200 H20 chips on 26 October."

    assert figures(text) == {"8", "1200"}


def test_several_questions_in_one_are_parted():
    assert split_parts("When was it revoked and who revoked it?") == (
        "When was it revoked",
        "who revoked it?",
    )
    assert split_parts("Who met? When did they meet?") == ("Who met?", "When did they meet?")


def test_one_question_stays_whole():
    assert split_parts("What do Canada and Mexico want?") == ("What do Canada and Mexico want?",)


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("Which university did she attend?", "university"),
        ("Which two Chinese designers were listed?", "designers"),
        ("How much money has Intel received?", "money"),
        ("Who is the mayor of Lund?", "mayor"),
        ("What did she say?", ""),
    ],
)
def test_the_noun_that_is_asked_for_is_read(question, noun):
    assert focus_of(question) == noun


def test_what_is_to_come_is_told_from_what_was():
    ahead, back = "A meeting is due in April.", "They met in October."

    assert [time_fit("When do they meet?", text) for text in (ahead, back)] == [1.0, -1.0]
    assert [time_fit("When did they meet?", text) for text in (ahead, back)] == [-1.0, 0.0]


def test_a_question_about_how_things_stand_is_known():
    assert asks_now("Does the rule apply?")
    assert asks_now("What is the rate now?")
    assert not asks_now("When did the rule apply?")

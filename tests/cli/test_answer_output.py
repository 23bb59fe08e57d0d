"""An answer in a terminal, from hand-made records."""

from rag.cli.answer_output import BOLD, NOT_BOLD, answer_text
from tests.ui.answers import EIGHT, NEXT, NINE, answer_to
from tests.ui.scripted import an_answer

SOURCE = "[1] Norrhamn opens its ninth berth, Coast Courier, 2024-12-30 (norrhamn/nine-berths.md"


def test_each_excerpt_stands_above_its_source_and_below_its_label():
    text = answer_text(an_answer("How many?", NINE, EIGHT))

    lead, second = text.split("\n\n")
    assert lead.startswith("The ferry pier at Norrhamn now has nine berths. The ninth was opened")
    assert lead.split("\n")[1].startswith(SOURCE)
    assert second.startswith("Earlier, on 6 December 2024:\nNorrhamn has eight berths,")


def test_words_that_answer_are_bold_on_a_terminal_alone():
    answer = an_answer("How many?", NINE)

    assert f"has {BOLD}nine berths{NOT_BOLD}." in answer_text(answer, is_terminal=True)
    assert BOLD not in answer_text(answer)


def test_doubt_is_said_first_and_what_may_be_meant_last():
    text = answer_text(answer_to("What do seals like best?"))

    assert text.startswith("The articles may not answer this. Closest:\n\nAnglers say")
    assert text.endswith("Did you mean:\n  What do anglers say of the seals?")


def test_the_questions_to_ask_next_follow_an_answer():
    text = answer_text(an_answer("How many?", NINE, suggestions=NEXT))

    assert text.endswith(f"Ask next:\n  {NEXT[0]}\n  {NEXT[1]}")


def test_sentences_of_a_model_keep_their_quotes_below_them():
    text = answer_text(answer_to("Tell me about the pier in your words"))

    assert "Norrhamn’s pier has nine berths now. [1]\nIt will be the largest of the coast." in text
    assert f"{SOURCE}, 0–112)\n    “The ferry pier" in text


def test_what_a_text_holds_of_control_characters_never_reaches_the_terminal():
    hostile = "\x1b[31mred\x07"

    text = answer_text(an_answer(hostile, NINE, query=hostile + "?", suggestions=(hostile,)))

    assert "\x1b" not in text
    assert "\x07" not in text

"""What can be asked, and what is said about what cannot."""

import pytest

from rag.errors import QuestionError
from rag.retrieval.checks import QUESTION_LIMIT, clean_question


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "E-Q-001"),
        (" \n\t", "E-Q-001"),
        ("\u200b\u200d\ufeff", "E-Q-001"),
        ("\x1b[31m\x1b[0m", "E-Q-001"),
        ("x" * (QUESTION_LIMIT + 1), "E-Q-002"),
        ("who \ud800 is it", "E-Q-003"),
        ("?!…", "E-Q-004"),
        ("🤷🤷", "E-Q-004"),
    ],
)
def test_what_cannot_be_asked_has_its_code(typed, code):
    with pytest.raises(QuestionError) as refused:
        clean_question(typed)

    assert refused.value.code == code
    assert "\n" not in refused.value.message


def test_escapes_and_invisible_characters_are_removed():
    typed = "When \x1b[1mdid\x1b[0m \u202ethe\u202c ru\u00adle\u200b\nend\x00?"

    assert clean_question(typed) == "When did the rule end?"


@pytest.mark.parametrize("typed", ['NEAR("a" b)*', "{user} {{x}}", "AND (tariffs:", "<b>who</b>"])
def test_operators_and_markup_stay_text(typed):
    assert clean_question(typed) == typed


def test_every_script_may_be_asked_in():
    assert clean_question("誰が決めましたか？") == "誰が決めましたか？"

import time
from types import SimpleNamespace

import pytest

from rag.answering.kinds.suggestions import StartQuestion
from rag.errors import EmbedderError
from rag.records import Sentence
from rag.ui.suggestions import OFFERED, Suggester
from tests.timing import wait_until
from tests.ui.scripted import ScriptedAssistant, a_quote, an_article

ARTICLES = [
    an_article("The North Bridge is open.", "a.md", title="The North Bridge is open"),
    an_article("The Tide Table is a list of heights.", "b.md", title="Tides"),
]
STARTS = [
    StartQuestion("Tell me about the North Bridge", "Tell me about {}", "a.md"),
    StartQuestion("What is the Tide Table?", "What is {}?", "b.md"),
]


@pytest.fixture
def assistant(tmp_path):
    table = ARTICLES[1]
    quote = a_quote(table, table.text)
    pieces = (Sentence(quote.text, "supported", (quote,)),)
    scripted = ScriptedAssistant(tmp_path, pieces=pieces, articles=ARTICLES)
    scripted.suggestions = SimpleNamespace(start=lambda snapshot: iter(STARTS))
    return scripted


@pytest.fixture
def make(assistant, tmp_path):
    def made(*, is_idle=lambda: True):
        return Suggester(lambda: assistant, file=tmp_path / "home" / "kept.json", is_idle=is_idle)

    return made


def settled(suggester, snapshot):
    suggester.questions(snapshot)
    wait_until(lambda: suggester.is_ready)
    return suggester.questions(snapshot)


def test_only_a_question_that_quotes_its_own_article_is_offered(make, assistant):
    assert settled(make(), assistant.current) == ("What is the Tide Table?",)


def test_where_all_are_of_one_form_as_many_are_offered(make, assistant):
    start = STARTS[1]
    assistant.suggestions.start = lambda snapshot: (
        StartQuestion(f"{start.question} {number}", start.form, "b.md") for number in range(9)
    )

    assert len(settled(make(), assistant.current)) == OFFERED


def test_a_restart_offers_the_kept_questions_at_once_another_generation_does_not(make, assistant):
    settled(make(), assistant.current)
    asked = len(assistant.asked)

    again = make()
    at_once = again.questions(assistant.current)
    assert (at_once, again.is_ready, len(assistant.asked)) == (
        ("What is the Tide Table?",),
        True,
        asked,
    )

    assistant.current.generation = 2
    assert make().questions(assistant.current) == ()


def test_a_damaged_file_of_questions_is_worked_out_again(make, assistant, tmp_path):
    settled(make(), assistant.current)
    (tmp_path / "home" / "kept.json").write_text("{", encoding="utf-8")

    assert settled(make(), assistant.current) == ("What is the Tide Table?",)


def test_nothing_is_tried_while_somebody_waits_for_an_answer(make, assistant):
    suggester = make(is_idle=lambda: False)

    suggester.questions(assistant.current)
    time.sleep(0.2)

    assert assistant.asked == []


def test_an_embedder_that_is_missing_only_means_that_nothing_is_offered(make, assistant):
    assistant.error = EmbedderError("E-EMB-003", "The embedder is not on this machine.")

    assert settled(make(), assistant.current) == ()

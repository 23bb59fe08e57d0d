import time

import pytest

from rag.errors import EmbedderError
from rag.evaluation.questions.sentence_questions import candidates
from rag.records import Sentence
from rag.ui.suggestions import Suggester
from tests.timing import wait_until
from tests.ui.scripted import ScriptedAssistant, a_quote, an_article

ARTICLES = [
    an_article(
        "On 3 May 2024 the Harbour Board opened a bridge. The Harbour Board said that it is safe. "
        "The Ferry Rule took effect in June. Ships pass under the North Bridge. People like the "
        "North Bridge. Nobody tires of the North Bridge.",
        "a.md",
        title="The North Bridge is open",
    ),
    an_article("The Tide Table is a list of heights.", "b.md", title="Tides"),
    an_article("Rain fell.", "c.md", title="Weather"),
]


def test_questions_are_made_from_what_the_articles_say_and_shapes_take_turns():
    found = candidates(ARTICLES)

    assert [(c.shape, c.question, c.article_id) for c in found] == [
        ("said", "What did the Harbour Board say about the North Bridge?", "a.md"),
        ("effect", "When did the Ferry Rule take effect?", "a.md"),
        ("is", "What is the Tide Table?", "b.md"),
        ("day", "What did the Harbour Board do on 3 May 2024?", "a.md"),
        ("about", "What do the articles say about the North Bridge?", "a.md"),
    ]


@pytest.fixture
def assistant(tmp_path):
    table = ARTICLES[1]
    quote = a_quote(table, table.text)
    pieces = (Sentence(quote.text, "supported", (quote,)),)
    return ScriptedAssistant(tmp_path, pieces=pieces, articles=ARTICLES)


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

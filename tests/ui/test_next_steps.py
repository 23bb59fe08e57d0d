"""What can be done around an answer: have it anyway, ask on, limit the next question."""

import pytest

from tests.timing import wait_until
from tests.ui.answers import ARTICLES, NEXT, answer_to
from tests.ui.scripted import ScriptedAssistant, an_article
from tests.ui.test_chat_page import ESCAPED, HOSTILE, ask, page

__all__ = ["page"]


@pytest.fixture
def assistant(tmp_path, monkeypatch):
    made = ScriptedAssistant(tmp_path, articles=(*ARTICLES, an_article(outlet=HOSTILE)))

    def stream(question, *, stop=None, notes=None):
        made.asked.append(question)
        return iter([answer_to(question.text)])

    monkeypatch.setattr(made, "stream", stream)
    return made


def asked(page, backend, question):
    ask(page, question)
    wait_until(lambda: backend.asker.is_idle)
    return page.run()


def press(page, label):
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def test_only_the_last_answer_offers_questions(page, backend):
    asked(page.run(), backend, "How many berths does Norrhamn have?")
    asked(page, backend, "Which cranes are there?")

    assert NEXT[0] not in [button.label for button in page.button]


def test_the_chosen_caution_goes_with_the_question_and_is_kept(page, backend, assistant):
    page.run()
    page.session_state["caution"] = "high"
    page.run()
    assert "caution\\: high" in [button.label for button in page.button]

    asked(page, backend, "Which cranes are there?")

    exchange = backend.conversations.load(page.query_params["c"]).exchanges[0]
    assert (assistant.asked[-1].caution, exchange.caution) == ("high", "high")


def test_a_chip_shows_its_limit_as_text_and_takes_it_away(page):
    page.run()
    page.multiselect(key="filter_outlets").select(HOSTILE).run()
    labels = [button.label for button in page.button]

    press(page, next(label for label in labels if label.startswith(ESCAPED)))

    assert HOSTILE not in labels
    assert page.multiselect(key="filter_outlets").value == []

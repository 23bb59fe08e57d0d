"""Feedback and test cases on the page itself, run by Streamlit without a browser."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.config import Config
from rag.evaluation.feedback import feedback_on
from rag.evaluation.questions.question_set import read_question_set
from rag.records import Filters, Retrieval
from rag.ui.case_dialog import OPEN, run_command
from rag.ui.case_fields import BARE, UNTICKED
from rag.ui.feedback import EXPLAINED, asked_in
from tests.timing import wait_until
from tests.ui.scripted import ScriptedAssistant, a_quote, an_answer, an_article, bridge_sentences

PAGE = Path(__file__).parents[2] / "rag" / "ui" / "page.py"
HOSTILE = "![x](http://sink.example/a) <img src=http://sink.example/b> :material/home: $x$"


class SearchedAssistant(ScriptedAssistant):
    def search(self, question, *, k):
        return Retrieval(question.text, (), 1)


@pytest.fixture
def assistant(tmp_path):
    return SearchedAssistant(tmp_path, pieces=bridge_sentences())


@pytest.fixture
def page(backend):
    """Return a page on which two questions have been answered."""
    first = backend.ask("What opened?", filters=Filters(), tab="a")
    _until_idle(backend)
    backend.ask(
        "And when?",
        filters=Filters(outlets=("Gazette",)),
        tab="a",
        conversation_id=first.conversation_id,
    )
    _until_idle(backend)
    page = AppTest.from_file(str(PAGE), default_timeout=60)
    page.query_params["c"] = first.conversation_id
    return page.run()


def _until_idle(backend):
    wait_until(lambda: backend.asker.is_idle)


def conversation_id(backend):
    return backend.conversations.headings()[0].id


def exchanges(backend, page):
    conversation = backend.conversations.load(conversation_id(backend))
    return conversation, conversation.exchanges


def said(backend, page, verdict, *, number=-1, **reason):
    conversation, asked = exchanges(backend, page)
    exchange = asked[number]
    return feedback_on(asked_in(conversation, exchange), exchange.answer, verdict=verdict, **reason)


def say(backend, page, verdict, **reason):
    feedback = said(backend, page, verdict, **reason)
    backend.feedback.add(feedback)
    return feedback


def drawn(page):
    """Return the answers of a page, without its script."""
    data = [json.loads(element.proto.json)[0] for element in page.get("bidi_component")]
    return [each for each in data if "focuses" not in each]


def labelled(elements, label):
    return next(element for element in elements if element.label == label)


def click(page, label):
    labelled(page.button, label).click().run()
    assert not page.exception


def open_case(page, feedback):
    page.session_state[OPEN] = feedback
    page.run()
    assert not page.exception


def type_file(page, name):
    box = labelled(page.selectbox, "Question set")
    box.options.append(name)  # AppTest knows only what is offered; a browser sends what was typed
    box.set_value(name)


def cases(assistant, name="cases.jsonl"):
    return read_question_set(assistant.config.home / "questions" / name)


def test_every_finished_answer_offers_to_be_judged_and_shows_what_was_said(page, backend):
    say(backend, page, "wrong", reasons=("missing",), comment="Who paid?")

    page.run()

    first, second = (answer["feedback"] for answer in drawn(page))
    assert first["verdict"] == ""
    assert second["verdict"] == "wrong"
    assert second["said"] == "something is missing · “Who paid?”"


def test_a_stopped_answer_is_not_judged(page, backend, assistant):
    _, asked = exchanges(backend, page)
    path = assistant.config.home / "conversations" / f"{conversation_id(backend)}.json"
    text = path.read_text(encoding="utf-8").replace(
        '"answered",\n   "answer"', '"stopped",\n   "answer"'
    )
    path.write_text(text, encoding="utf-8")

    page.run()

    assert len(asked) == 2
    assert ["feedback" in answer for answer in drawn(page)] == [False, False]


def test_feedback_that_cannot_be_stored_is_said_and_the_page_stands(page, backend, assistant):
    say(backend, page, "wrong")
    page.session_state[EXPLAINED] = exchanges(backend, page)[1][-1].id
    page.run()
    backend.feedback.path.unlink()
    backend.feedback.path.mkdir()

    click(page, "Save the reason")

    assert "feedback\\.jsonl" in page.warning[0].value


def test_a_case_keeps_question_history_limits_quotes_and_generation(page, backend, assistant):
    open_case(page, said(backend, page, "right"))
    labelled(page.text_area, "Accepted answers, one a line (optional)").set_value("May\n\n in May ")
    labelled(page.text_input, "Tags, separated by commas").set_value("chat, dates,, dates")

    click(page, "Save the test case")

    (case,) = cases(assistant)
    assert case.question.text == "And when?"
    assert [turn.question for turn in case.question.history] == ["What opened?"]
    assert case.question.filters.outlets == ("Gazette",)
    assert case.quotes == ("The bridge opened in May.", "It cost 4 million euros.")
    assert case.articles == ("town/bridge.md",)
    assert case.answers == ("May", "in May")
    assert case.tags == ("chat", "dates")
    assert (case.outcome, case.generation) == ("answered", 1)
    path = assistant.config.home / "questions" / "cases.jsonl"
    assert page.code[0].value == f"python -m rag eval {path}"


def test_what_was_wrong_is_not_ticked_and_what_is_ticked_is_kept(page, backend, assistant):
    open_case(page, said(backend, page, "wrong", comment="Not all of it."))
    ticked = [box for box in page.checkbox if box.label.startswith("“")]
    before = [box.value for box in ticked]
    said_so = UNTICKED in [caption.value for caption in page.caption]

    ticked[1].check()
    labelled(page.checkbox, "Asked after 1 earlier question").uncheck()
    click(page, "Save the test case")

    (case,) = cases(assistant)
    assert before == [False, False]
    assert said_so
    assert case.quotes == ("It cost 4 million euros.",)
    assert case.question.history == ()
    assert case.note == "Not all of it."


def test_a_case_without_an_answer_or_a_quote_says_what_it_cannot_tell(page, backend):
    def warned():
        return BARE in [warning.value for warning in page.warning]

    open_case(page, said(backend, page, "wrong"))
    bare = warned()
    page.checkbox[-1].check().run()
    with_a_quote = warned()
    page.checkbox[-1].uncheck().run()
    labelled(page.text_area, "Accepted answers, one a line (optional)").set_value("May").run()
    with_an_answer = warned()
    labelled(page.text_area, "Accepted answers, one a line (optional)").set_value("").run()
    labelled(page.radio, "Expected outcome").set_value("not_in_articles").run()
    refused = warned()

    assert (bare, with_a_quote, with_an_answer, refused) == (True, False, False, False)


def test_what_should_have_been_refused_expects_a_refusal_without_quotes(page, backend, assistant):
    open_case(page, said(backend, page, "wrong", reasons=("should_refuse",)))
    boxes = [box.label for box in page.checkbox if box.label.startswith("“")]

    click(page, "Save the test case")

    (case,) = cases(assistant)
    assert boxes == []
    assert (case.outcome, case.quotes, case.articles) == ("not_in_articles", (), ())


def test_a_refusal_that_should_have_been_an_answer_offers_its_near_misses(
    page, backend, assistant, monkeypatch
):
    near = a_quote(an_article(), "The town paid for it.")
    refusal = an_answer("Who paid?", outcome="not_in_articles", near_misses=(near,))
    monkeypatch.setattr(
        assistant, "stream", lambda question, *, stop=None, notes=None: iter([refusal])
    )
    backend.ask("Who paid?", filters=Filters(), tab="a", conversation_id=conversation_id(backend))
    _until_idle(backend)

    open_case(page, said(backend, page, "wrong", reasons=("should_answer",)))
    (box,) = [box for box in page.checkbox if box.label.startswith("“")]
    box.check()
    click(page, "Save the test case")

    (case,) = cases(assistant)
    assert (case.outcome, case.quotes) == ("answered", ("The town paid for it.",))


def test_a_quote_that_is_there_already_is_ticked_not_doubled(page, backend, assistant):
    open_case(page, said(backend, page, "wrong"))
    area = labelled(page.text_area, "Another quote: paste a sentence of an article")

    area.set_value("It cost 4 million euros.")
    click(page, "Check and add the quote")

    boxes = [box for box in page.checkbox if box.label.startswith("“It cost")]
    assert [box.value for box in boxes] == [True]


def test_a_quote_of_an_article_that_changed_cannot_be_gold(page, backend, assistant):
    feedback = said(backend, page, "right")
    assistant.current.kept = (an_article("The bridge opened in June, after all."),)
    assistant.current.generation = 2

    open_case(page, feedback)

    boxes = [box for box in page.checkbox if box.label.startswith("“")]
    assert [(box.value, box.disabled) for box in boxes] == [(False, True)] * 2
    assert all("has changed since" in box.label for box in boxes)


def test_the_same_answer_goes_into_a_question_set_once_and_into_another_again(
    page, backend, assistant
):
    feedback = said(backend, page, "right")
    open_case(page, feedback)
    click(page, "Save the test case")
    click(page, "Close")

    open_case(page, feedback)
    click(page, "Save the test case")
    refused = page.error[0].value
    type_file(page, "weekly")
    click(page, "Save the test case")

    assert refused.startswith("This answer is a test case of that question set already")
    assert len(cases(assistant)) == len(cases(assistant, "weekly.jsonl")) == 1


def test_a_file_name_that_leads_elsewhere_is_refused(page, backend, assistant):
    open_case(page, said(backend, page, "right"))

    type_file(page, "../../sink")
    click(page, "Save the test case")

    assert "is no plain file name" in page.error[0].value
    assert not (assistant.config.home / "questions").exists()


def test_an_empty_question_is_refused_and_what_was_filled_in_stays(page, backend, assistant):
    open_case(page, said(backend, page, "right"))
    labelled(page.text_area, "Question").set_value("  ")
    labelled(page.text_input, "Note (optional)").set_value("Kept.")

    click(page, "Save the test case")

    assert page.error[0].value == "The question is empty; write one\\."
    assert labelled(page.text_input, "Note (optional)").value == "Kept."


def test_foreign_text_is_escaped_in_the_dialog(assistant, backend, page, monkeypatch):
    article = an_article(f"Before. {HOSTILE} After.", title=HOSTILE, outlet=HOSTILE)
    assistant.current.kept = (article,)
    quote = a_quote(article, HOSTILE)
    answer = an_answer(HOSTILE, outcome="partial", near_misses=(quote,))
    monkeypatch.setattr(
        assistant, "stream", lambda question, *, stop=None, notes=None: iter([answer])
    )
    current = conversation_id(backend)
    for _ in range(2):
        backend.ask(
            HOSTILE,
            filters=Filters(outlets=(HOSTILE,), articles=(article.id,)),
            tab="a",
            conversation_id=current,
        )
        _until_idle(backend)

    open_case(page, said(backend, page, "wrong", comment=HOSTILE))
    labelled(page.text_area, "Another quote: paste a sentence of an article").set_value(HOSTILE * 2)
    click(page, "Check and add the quote")

    markdown = [*page.markdown, *page.caption, *page.error]
    written = [*(box.label for box in page.checkbox), *(str(each.value) for each in markdown)]
    assert "http\\:\u2060//sink" in "".join(written)
    assert HOSTILE not in "".join(written)


def test_the_command_names_the_folders_that_are_not_the_usual_ones():
    plain = run_command(Config(), Path(".footnote/questions/cases.jsonl"))
    other = run_command(Config(corpus=Path("my news"), index=Path("i")), Path("a.jsonl"))

    assert plain == "python -m rag eval .footnote/questions/cases.jsonl"
    assert other == "python -m rag eval a.jsonl --corpus 'my news' --index i"

"""Feedback in a real browser: said, changed, taken back, and a case that then runs."""

import json
import re
import shlex

import pytest

from rag.cli.main import main
from rag.evaluation.feedback import FeedbackStore
from rag.evaluation.questions.question_set import read_question_set
from rag.evaluation.runs.run_folder import RunFolder
from tests.ui.test_chat_browser import ask

QUESTION = "Which two measures have been put on hold?"
MISSING = "How long does sourdough bread need in the oven?"


@pytest.fixture
def page(open_indexed):
    return open_indexed()


def pressed(page, name):
    button = page.get_by_role("button", name=name, exact=True, pressed=True)
    button.wait_for()
    return button


def kept(server, page):
    conversation = re.search(r"c=([0-9a-f]{16})", page.url)[1]
    store = FeedbackStore(server.folder / "home" / "feedback.jsonl")
    return [each for each in store.all() if each.conversation_id == conversation]


def test_the_keyboard_says_right_changes_it_and_takes_it_back(server, page):
    answer = ask(page, QUESTION)
    right = answer.get_by_role("button", name="Right", exact=True)
    wrong = answer.get_by_role("button", name="Wrong", exact=True)

    right.focus()
    page.keyboard.press("Enter")
    pressed(page, "Right")
    (first,) = kept(server, page)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    pressed(page, "Wrong")
    (second,) = kept(server, page)
    page.keyboard.press("Enter")
    page.locator(".wrong[aria-pressed=false]").wait_for()

    assert (first.verdict, second.verdict) == ("right", "wrong")
    assert kept(server, page) == []
    assert answer.get_by_role("group", name="Is this answer right?").count() == 1
    assert wrong.evaluate("e => e.getRootNode().activeElement === e")


def test_a_reason_can_be_left_out_added_and_changed(server, page):
    from playwright.sync_api import expect

    answer = ask(page, QUESTION)
    answer.get_by_role("button", name="Right", exact=True).click()
    page.get_by_role("button", name="Close").click()

    answer.get_by_role("button", name="Add a reason").click()
    words = page.get_by_role("textbox", name="In your words (optional)")
    words.fill("Well *put*.")
    page.get_by_role("button", name="Save the reason").click()
    page.get_by_text("You said right: “Well *put*.”").wait_for()
    words.wait_for(state="detached")  # or the next box is taken for the one that is going
    answer.get_by_role("button", name="Change the reason").click()
    expect(words).to_have_value("Well *put*.")
    words.fill("")
    page.get_by_role("button", name="Save the reason").click()
    page.get_by_text("You said right.").wait_for()

    assert [(said.verdict, said.comment) for said in kept(server, page)] == [("right", "")]


def test_a_wrong_answer_becomes_a_case_that_the_said_command_runs(
    server, page, tmp_path, monkeypatch, capsys
):
    ask(page, QUESTION)
    answer = ask(page, "And what do critics fear about it?")
    answer.get_by_role("button", name="Wrong", exact=True).click()
    page.get_by_role("button", name="Something is missing").click()
    page.get_by_role("textbox", name="In your words (optional)").fill("Only one critic.")
    page.get_by_role("button", name="Save the reason").click()
    page.get_by_text("You said wrong: something is missing · “Only one critic.”").wait_for()

    page.reload()
    page.get_by_text("You said wrong: something is missing · “Only one critic.”").wait_for()
    page.locator(".answer").last.get_by_role("button", name="Make this a test case").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Question", exact=True).wait_for()
    pasted = dialog.get_by_role("textbox", name="Another quote")
    pasted.fill("Critics fear that this sentence is in no article.")
    dialog.get_by_role("button", name="Check and add the quote").click()
    dialog.get_by_text("No article says").wait_for()
    article = (server.folder / "corpus" / "source" / "technology-measures-on-hold.md").read_text(
        encoding="utf-8"
    )
    fear = next(s for s in re.split(r"(?<=[.”])\s+", article) if "critics" in s.lower())
    pasted.fill(fear)
    dialog.get_by_role("button", name="Check and add the quote").click()
    dialog.get_by_text("No article says").wait_for(state="detached")
    file = dialog.get_by_role("combobox", name="Question set")
    file.fill("from-the-chat")
    file.press("Enter")
    dialog.get_by_role("button", name="Save the test case").click()
    dialog.get_by_text("The test case is in").wait_for()
    command = dialog.get_by_test_id("stCode").inner_text()

    path = server.folder / "home" / "questions" / "from-the-chat.jsonl"
    (case,) = read_question_set(path)
    assert case.question.text == "And what do critics fear about it?"
    assert [turn.question for turn in case.question.history] == [QUESTION]
    assert [" ".join(quote.split()) for quote in case.quotes] == [" ".join(fear.split())]
    assert case.articles == ("source/technology-measures-on-hold.md",)
    assert case.outcome in {"answered", "unsure"}
    assert case.generation >= 1  # other modules build, too
    assert case.note == "Only one critic."

    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    said = shlex.split(command)
    code = main([*said[3:], "--json"])
    printed = json.loads(capsys.readouterr().out)
    (row,) = RunFolder(tmp_path / "home" / "runs" / printed["info"]["name"]).rows()
    assert said[:5] == ["python", "-m", "rag", "eval", str(path)]
    assert code == 0
    assert row.id == case.id
    assert row.query != row.question
    assert row.expected.quotes[0].places
    assert row.is_right is not None


def test_a_refusal_is_called_wrong_with_the_reasons_that_fit_it(server, page):
    answer = ask(page, MISSING)

    answer.get_by_role("button", name="Wrong", exact=True).click()
    page.get_by_role("button", name="Should have been answered").click()
    page.get_by_role("button", name="Save the reason").click()
    page.get_by_text("You said wrong: should have been answered").wait_for()

    (said,) = kept(server, page)
    assert (said.outcome, said.reasons) == ("not_in_articles", ("should_answer",))
    assert page.get_by_role("button", name="Wrong quote or place").count() == 0


def test_on_a_narrow_window_the_fields_fit_and_come_into_view(page):
    page.set_viewport_size({"width": 420, "height": 860})
    answer = ask(page, QUESTION)

    answer.get_by_role("button", name="Wrong", exact=True).click()
    reason = page.get_by_role("button", name="Something is missing")
    reason.wait_for()
    page.wait_for_function(
        "e => e.getBoundingClientRect().bottom < innerHeight - 120", arg=reason.element_handle()
    )
    answer.get_by_role("button", name="Make this a test case").click()
    page.get_by_role("dialog").get_by_role("button", name="Save the test case").wait_for()
    width = page.evaluate("document.documentElement.scrollWidth")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.set_viewport_size({"width": 1280, "height": 800})

    assert width <= 420

"""The settings in a real browser: what is set counts at once, is kept, and hides what it must."""

import json
import re
from pathlib import Path

import pytest

from rag.config import load_config
from tests.openai_server import OpenAIServer, Reply
from tests.timing import wait_until
from tests.ui.conftest import SETTINGS, drawn
from tests.ui.test_chat_browser import MODEL_REPLY, QUESTION, ask

DARK, LIGHT = "rgb(20, 24, 27)", "rgb(255, 255, 255)"
IS_OF = (
    "c => getComputedStyle(document.querySelector('.stApp') ?? document.body).backgroundColor === c"
)
KEY = "word-of-a-provider"


@pytest.fixture
def settings(open_indexed):
    return open_indexed("Settings")


def choose(page, name):
    page.get_by_role("radio", name=name, exact=True).click()


def kept(server):
    return load_config(environment={}, settings_file=server.folder / "footnote.toml")


def test_a_choice_is_written_beside_the_comments_and_counts_in_the_next_answer(server, settings):
    page = settings

    choose(page, "1")
    wait_until(lambda: kept(server).excerpts == 1)
    text = (server.folder / "footnote.toml").read_text(encoding="utf-8")
    page.get_by_role("link", name="Chat").click()
    answer = ask(page, "What do critics fear about the pause?")
    count = answer.locator(".excerpt").count()
    page.get_by_role("link", name="Settings").click()
    choose(page, "3")
    wait_until(lambda: kept(server).excerpts == 3)

    assert text.startswith(SETTINGS)
    assert count == 1


def test_the_colours_are_taken_over_by_every_page(server, settings):
    page = settings

    choose(page, "Dark")
    page.wait_for_function(IS_OF, arg=DARK)
    page.goto(server.url)
    page.get_by_role("textbox", name="Ask the articles").wait_for()
    page.wait_for_function(IS_OF, arg=DARK)
    page.get_by_role("link", name="Settings").click()
    choose(page, "System")
    page.wait_for_function(IS_OF, arg=LIGHT)

    assert kept(server).theme == "system"


def test_a_model_is_tried_before_it_is_used_and_its_key_is_never_shown_again(server, settings):
    page, secrets = settings, server.folder / "home" / "keys.json"

    with OpenAIServer(Reply(json.dumps(MODEL_REPLY))) as model:
        choose(page, "A provider")
        page.get_by_role("textbox", name="Model").fill("test")
        page.get_by_role("textbox", name="Address").fill(model.url)
        page.get_by_label("Key", exact=True).fill(KEY)
        page.get_by_role("textbox", name="A question to try").fill(QUESTION)
        drawn(page).get_by_role("button", name="Try it").click()
        page.get_by_text(re.compile("^.* s · 1 of . sentences? checked and shown")).wait_for()
        was_kept = secrets.exists()
        page.get_by_role("button", name="Use it").click()
        page.get_by_text("Now: test").wait_for()
        page.get_by_role("link", name="Chat").click()
        answer = ask(page, QUESTION)
        foot = answer.locator(".foot").inner_text()
        page.reload()
        page.get_by_role("link", name="Settings").click()
        choose(page, "A provider")
        page.get_by_placeholder("one is kept").wait_for()
        shown = page.content() + page.get_by_label("Key", exact=True).input_value()
        page.get_by_role("button", name="Forget the key").click()
        page.get_by_placeholder("one is kept").wait_for(state="detached")
        choose(page, "Quotes only")
        page.get_by_role("button", name="Use it").click()
        page.get_by_text("Now: quotes only, no LLM").wait_for()
        asked = [request.headers for request in model.requests]

    files = [path for path in server.folder.rglob("*") if path.is_file()]
    assert not was_kept
    assert foot.startswith("test ")
    assert len(asked) == 2
    assert all(KEY in str(head) for head in asked)
    assert KEY not in shown
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
    assert kept(server).answer_model == ""


def test_a_file_that_is_not_there_cannot_be_used(settings):
    page = settings

    choose(page, "A GGUF file")
    page.get_by_label("Path of the file").fill("~/no-such.gguf")

    page.get_by_text(f"This machine has no file “{Path.home()}/no-such.gguf”.").wait_for()
    assert drawn(page).get_by_role("button", name="Use it").is_disabled()


def test_a_trial_that_needs_no_model_says_that_it_was_not_asked(settings):
    page = settings

    with OpenAIServer(Reply(json.dumps(MODEL_REPLY))) as model:
        choose(page, "A provider")
        page.get_by_role("textbox", name="Model").fill("test")
        page.get_by_role("textbox", name="Address").fill(model.url)
        page.get_by_role("textbox", name="A question to try").fill("Timeline of China Telecom")
        drawn(page).get_by_role("button", name="Try it").click()
        page.get_by_text("s · not asked, the articles alone decide this").wait_for()

    assert model.requests == []

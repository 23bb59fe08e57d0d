"""What every page does: keys, addresses, two tabs, the list of conversations; axe-core's word."""

import re

import pytest

from tests.ui.conftest import AXE, serious
from tests.ui.test_chat_browser import ask

QUESTION, REFUSED = "How many berths does Norrhamn have?", "How long does bread bake?"
CHIP_HAS_FOCUS = (
    "() => document.activeElement?.shadowRoot?.activeElement?.classList.contains('chip')"
)


@pytest.fixture
def page(answers_server, open_page):
    return open_page(answers_server)


def box(page):
    return page.get_by_role("textbox", name="Ask the articles")


def open_first(page):
    page.locator(".answer .chip").first.click()
    page.locator(".pane mark.current").wait_for()


def test_the_keyboard_asks_leads_through_the_quotes_and_comes_back_to_the_box(page):
    from playwright.sync_api import expect  # only where Chromium is

    page.get_by_role("searchbox", name="Search the conversations").wait_for()
    expect(box(page)).to_be_focused()  # without a click
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".answer .foot").wait_for()
    page.locator(".answer .chip").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Quote 1 of 2").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Quote 2 of 2").wait_for()
    page.keyboard.press("Escape")
    page.locator(".pane").wait_for(state="detached")
    page.wait_for_function(CHIP_HAS_FOCUS)  # where the reader left
    page.keyboard.press("Enter")
    page.locator(".pane").wait_for()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.locator(".pane").wait_for(state="detached")
    page.get_by_role("button", name="Edit").click()
    expect(box(page)).to_have_value(QUESTION)
    page.get_by_role("link", name="Library").click()
    page.get_by_role("searchbox").wait_for()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_number_of_a_sentence_shows_its_quote_that_of_an_excerpt_has_it_beside(page):
    ask(page, "Tell me about the pier in your words")

    page.locator(".excerpt .chip").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    beside = page.locator(".peek").count()
    page.locator(".prose .chip").first.focus()
    page.locator(".peek", has_text="The ferry pier at Norrhamn").wait_for()

    assert beside == 0


def test_a_link_leads_to_an_answer_and_to_a_quote_and_a_reload_keeps_both(
    answers_server, page, open_page
):
    ask(page, QUESTION)
    ask(page, REFUSED)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".answer").first.get_by_role("button", name="Copy a link to this answer").click()
    page.get_by_role("button", name="Copy a link").get_by_text("Copied").wait_for()
    answer = page.evaluate("() => navigator.clipboard.readText()")
    open_first(page)
    page.reload()
    page.locator(".pane mark.current").wait_for()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    quote = page.evaluate("() => navigator.clipboard.readText()")
    title = page.title()
    other = open_page(answers_server, answer.removeprefix(answers_server.url))
    other.locator(".answer .foot").nth(1).wait_for()
    seen = other.url
    stranger = open_page(answers_server, "/?answer=" + "0" * 16)
    stranger.get_by_text("is not among your conversations").wait_for()

    assert re.fullmatch(r".*/\?answer=[0-9a-f]{16}", answer)
    assert title == f"{QUESTION} · Footnote"
    assert re.search("answer=[0-9a-f]{16}", seen)[0] == re.search("answer=.*", answer)[0]
    assert re.search(
        r"/library\?article=norrhamn%2Fnine-berths.md&quote=0-\d+&version=\w{12}$", quote
    )


def test_two_tabs_of_one_person_see_each_other_s_turns_and_several_conversations_go(
    answers_server, page, open_page
):
    ask(page, QUESTION)
    mine = re.search(r"c=([0-9a-f]{16})", page.url)[1]
    other = open_page(answers_server, f"/?c={mine}")
    ask(other, REFUSED)
    page.locator(".answer .refusal").wait_for()
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("heading", name="Footnote", level=1).wait_for()
    page.locator(".answer").first.wait_for(state="detached")  # or `ask` counts the old ones
    ask(page, REFUSED)
    second = re.search(r"c=([0-9a-f]{16})", page.url)[1]

    page.get_by_role("button", name="Select several").click()
    for each in (mine, second):
        page.locator(f".st-key-chosen-{each} label").click()
    page.get_by_role("button", name="Delete 2").click()
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_role("heading", name="Footnote", level=1).wait_for()

    assert not {mine, second} & set(answers_server.conversations())


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 420)])
def test_axe_finds_nothing_serious(answers_server, open_page, scheme, width):
    if not AXE.exists():
        pytest.skip("axe-core is not there: npm install --no-save axe-core@4.14.1")
    page = open_page(answers_server, scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    found = {}

    def look(name):
        found[name] = serious(page)

    look("start")
    for question in (REFUSED, "Compare the two cranes", "hello", QUESTION):
        ask(page, question)
    look("answer")
    open_first(page)
    look("article")
    page.keyboard.press("Escape")
    page.locator(".pane").wait_for(state="detached")
    for name in ("Search", "Settings", "Evaluation", "Library"):
        page.goto(f"{answers_server.url}/{name.lower()}")
        page.get_by_role("heading", name=name, level=1).wait_for()
        look(name)
    page.get_by_role("button", name="Add articles").click()
    page.get_by_role("tab", name="From the web").click()
    page.get_by_label("Address of the page").fill("https://news.example/a")
    page.get_by_text("news.example is asked").wait_for()
    look("dialog")

    assert {name: each for name, each in found.items() if each} == {}

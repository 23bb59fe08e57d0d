"""The search page in a real browser, with the real assistant over a part of the demo corpus."""

import re

import pytest

from tests.ui.conftest import drawn

TITLE = "FCC ends China Telecom Americas' right to carry US calls"


@pytest.fixture
def search(open_indexed):
    return open_indexed("Search")


def first_passage(page):
    return page.locator("[class*=st-key-found-0]").first


def test_passages_come_as_one_types_with_their_words_marked_and_open_in_their_article(search):
    page = search

    page.get_by_role("searchbox").press_sequentially("revoke licence")
    page.get_by_text("passages, the closest first").wait_for()
    passage = first_passage(page)
    passage.get_by_text(TITLE).wait_for()
    passage.locator("span", has_text=re.compile("^revoke$")).first.wait_for()
    said = passage.get_by_test_id("stMarkdown").last.inner_text()
    passage.get_by_role("link", name=TITLE).click()
    page.get_by_role("heading", name=TITLE, level=1).wait_for()
    mark = page.locator("article.page mark.current")
    mark.wait_for()

    assert mark.inner_text().split() == said.split()


def test_a_passage_is_asked_about_with_its_article_as_the_limit(search):
    page = search

    page.get_by_role("searchbox").press_sequentially("Who voted to revoke the licence?")
    passage = first_passage(page)
    passage.get_by_text(TITLE).wait_for()
    passage.get_by_role("link", name="Ask about this").click()
    box = page.get_by_role("textbox", name="Ask the articles")
    page.locator(".st-key-limits button", has_text=TITLE).wait_for()

    from playwright.sync_api import expect  # only where Chromium is

    expect(box).to_have_value("Who voted to revoke the licence?")


def test_a_limit_counts_here_too(search):
    page = search

    page.get_by_text("Limits", exact=True).click()
    drawn(page).get_by_role("button", name="This year").click()
    page.get_by_text(re.compile("^from 1 January")).wait_for()
    page.get_by_role("searchbox").press_sequentially("licence")

    page.get_by_text("No passage within these limits.").wait_for()

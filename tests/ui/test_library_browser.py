"""The library in a real browser, with the real assistant over a part of the demo corpus."""

import re
from datetime import datetime

import pytest

from tests.ui.conftest import ARTICLE, drawn

TITLE = "FCC ends China Telecom Americas' right to carry US calls"


@pytest.fixture
def library(open_indexed):
    return open_indexed("Library")


def search(page, text):
    page.get_by_role("searchbox").press_sequentially(text)


def cell(page, text):
    return page.locator(".rows td", has_text=text).first


def open_row(page, row=0):
    page.locator(".rows td.title").nth(row).click()


def test_a_typed_letter_narrows_the_list_and_a_click_opens_an_article_to_read_and_to_ask(
    server, library
):
    page = library

    search(page, "china telecom")
    page.get_by_text(re.compile(r"^1 of \d+ articles")).wait_for()
    open_row(page)
    page.get_by_role("heading", name=TITLE, level=1).wait_for()
    page.get_by_text("Published 28 October 2021").wait_for()
    text = page.locator("article.page .text").inner_text()
    headings = page.get_by_role("navigation", name="Outline of the article").get_by_role("button")
    outlined = headings.all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("button", name="Open the file").click()
    file = server.folder / "corpus" / "telecoms" / "china-telecom-licence.md"
    assert "article=telecoms%2Fchina-telecom-licence.md" in page.url
    assert text.startswith("The Federal Communications Commission voted")
    assert outlined[0] == "Why the FCC acted"
    assert download.value.path().read_bytes() == file.read_bytes()

    page.get_by_role("link", name="Ask only this article").click()
    box = page.get_by_role("textbox", name="Ask the articles")
    box.fill("Who voted to revoke the licence?")
    box.press("Enter")
    page.locator(".answer .foot").wait_for()
    page.get_by_text(f"Limited to: {TITLE}").wait_for()
    assert {t.strip() for t in page.locator(".answer .from .title").all_inner_texts()} == {TITLE}


def test_states_are_said_with_their_reason_and_the_same_story_is_found(library):
    page = library

    search(page, "broken")
    cell(page, 'Failed: "broken.pdf" is damaged').wait_for()
    page.get_by_role("searchbox").fill("")
    search(page, "told-again")
    told = f'Duplicate: "told-again.md" is identical to "{ARTICLE}"'
    cell(page, told).wait_for()
    page.get_by_role("searchbox").fill("")
    search(page, "wire one")
    cell(page, "Cranes").click()  # whichever row it is while the list narrows
    page.get_by_role("heading", name="Cranes", level=1).wait_for()
    page.get_by_text("The same story in 1 other article").click()
    page.get_by_role("button", name="sink.example").click()
    page.get_by_role("heading", name="<img src=http", level=1).wait_for()

    assert page.locator("img[src*=sink]").count() == 0


def test_a_head_of_the_list_sorts_it_and_duplicates_are_counted_apart(library):
    page = library
    page.get_by_text(re.compile(r"^(\d+) of \1 articles, 1 failed file, 1 duplicate$")).wait_for()

    page.get_by_role("button", name="Words").click()
    page.get_by_role("columnheader", name="Words").and_(
        page.locator("[aria-sort=descending]")
    ).wait_for()

    counts = [
        int(text.replace(",", "")) for text in page.locator("td.words").all_inner_texts() if text
    ]
    assert counts == sorted(counts, reverse=True)
    assert page.locator(".rows a").first.get_attribute("href").startswith("library?article=")


def test_a_button_fills_in_the_period(library):
    page = library
    page.get_by_role("button", name="Filter").click()

    drawn(page).get_by_role("button", name="This year").click()

    page.get_by_role("button", name="Filter (2)").wait_for()
    year = datetime.now().astimezone().year
    parts = page.get_by_role("group", name="Published from").get_by_role("spinbutton")
    assert parts.all_inner_texts() == [str(year), "01", "01"]


def test_a_file_that_comes_while_the_library_is_open_is_listed_as_not_indexed(server, library):
    page = library
    (server.folder / "corpus" / "late.md").write_text("It came late, after the build.\n")

    search(page, "late.md")

    cell(page, "Not indexed yet").wait_for()


def test_an_added_file_is_indexed_and_a_deleted_one_can_be_put_back(server, library):
    page = library
    text = b"---\ntitle: The ferry to Osterholm\n---\nThe ferry runs every forty minutes.\n"
    kept = server.folder / "corpus" / "added" / "ferry.md"

    page.get_by_role("button", name="Add articles").click()
    file = {"name": "ferry.md", "mimeType": "text/markdown", "buffer": text}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files([file])
    page.get_by_role("button", name="Add 1 file").click()
    page.get_by_text("Added 1 file: added/ferry.md").wait_for()
    search(page, "osterholm")
    cell(page, "The ferry to Osterholm").wait_for()
    assert kept.read_bytes() == text

    open_row(page)
    page.get_by_role("heading", name="The ferry to Osterholm", level=1).wait_for()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").wait_for()
    late = server.folder / "corpus" / "late-one.md"
    late.write_text("It came while the question was open.\n")
    page.get_by_text("Since then: 1 added").wait_for()
    assert page.get_by_role("dialog").is_visible()
    late.unlink()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("dialog").wait_for(state="detached")
    assert kept.exists()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Move to the trash").click()
    page.get_by_text("Moved ferry.md to the trash").wait_for()
    assert not kept.exists()
    page.get_by_role("button", name="Put it back").click()
    page.get_by_text("It is back in the folder").wait_for()
    assert kept.read_bytes() == text


def test_what_was_not_added_is_said_and_a_build_takes_nothing_from_who_types(server, library):
    page = library
    page.get_by_role("button", name="Add articles").click()
    drop = [
        {"name": "pier.md", "mimeType": "text/markdown", "buffer": b"# Pier\n\nIt is closed."},
        {"name": "bad.pdf", "mimeType": "application/pdf", "buffer": b"no PDF"},
    ]
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(drop)
    page.get_by_role("button", name="Add 2 files").click()
    page.get_by_role("dialog").wait_for(state="detached")
    cell(page, "Pier").wait_for()  # the page was drawn anew
    assert page.get_by_text("Added 1 file: added/pier.md").is_visible()
    assert page.get_by_text('"bad.pdf" is damaged').is_visible()

    page.get_by_role("button", name="Add articles").click()
    page.get_by_role("tab", name="Paste text").click()
    page.get_by_label("Title", exact=True).fill("The quay")
    (server.folder / "corpus" / "later.md").write_text("# Quay wall\n\nIt was built in 1931.\n")
    page.get_by_text("Since then: 1 added").wait_for()  # a look behind the dialog found it
    assert page.get_by_label("Title", exact=True).input_value() == "The quay"
    page.get_by_role("button", name="Add the text").click()
    page.get_by_text("There is no text to keep").wait_for()
    page.get_by_label("Text", exact=True).fill("It is to be rebuilt in 2028.")
    page.get_by_role("button", name="Add the text").click()
    page.get_by_text("Added 1 file: added/The-quay.txt").wait_for()


def test_a_page_of_this_machine_is_not_fetched_and_who_is_asked_is_said(library, sink):
    page, (_, calls) = library, sink

    page.get_by_role("button", name="Add articles").click()
    page.get_by_role("tab", name="From the web").click()
    address = page.get_by_role("textbox", name="Address of the page")
    address.fill("http://127.0.0.1/article")
    page.get_by_text("127.0.0.1 is asked for this page").wait_for()
    page.get_by_role("button", name="Fetch the page").click()
    page.get_by_text('"127.0.0.1" is an address of this machine or network').wait_for()

    assert calls == []

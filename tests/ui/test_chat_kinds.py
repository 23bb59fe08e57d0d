"""What a person sees of each kind of answer, in a real browser over hand-made answers."""

import pytest

from rag.sharing.receipt import read_quotes
from tests.ui.answers import EIGHT, NEXT, NINE
from tests.ui.conftest import drawn
from tests.ui.test_chat_browser import ask


@pytest.fixture
def page(answers_server, open_page):
    return open_page(answers_server)


def texts(view, selector):
    return [text.strip() for text in view.locator(selector).all_inner_texts()]


def test_the_excerpt_that_answers_leads_with_its_words_marked_there_and_in_the_article(page):
    answer = ask(page, "How many berths does Norrhamn have?")

    lead, second = answer.locator(".group").all()
    sizes = [
        float(each.locator(".sentence").evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))
        for each in (lead, second)
    ]
    assert texts(lead, "mark") == ["nine berths"]
    assert lead.locator(".from").inner_text().split("\n")[-1].endswith("30 December 2024")
    assert texts(second, ".label") == ["Earlier, on 6 December 2024"]
    assert sizes[0] > sizes[1]

    lead.locator(".chip").click()
    page.locator(".pane mark.current").wait_for()
    assert page.locator(".pane mark .answer").all_inner_texts() == ["nine berths"]


def test_unsure_shows_what_is_closest_and_becomes_an_answer_when_wanted_anyway(page):
    answer = ask(page, "What do seals like best?")
    said = answer.inner_text()
    was_set_apart = answer.locator(".lead").count()

    button = page.get_by_role("button", name="Answer anyway")
    button.click()
    page.locator(".answer .lead").wait_for()
    button.wait_for(state="detached")

    assert "The articles may not answer this. Closest:" in said
    assert not was_set_apart
    assert "you asked for an answer anyway" in page.locator(".answer").inner_text()
    page.reload()
    page.locator(".answer .lead").wait_for()


def test_a_comparison_stands_in_two_columns_and_in_one_where_it_is_narrow(page):
    answer = ask(page, "Compare the two cranes")

    def corners():
        boxes = [group.bounding_box() for group in answer.locator(".compare .group").all()]
        return [(box["x"], box["y"]) for box in boxes]

    (left, top), (right, also_top) = corners()
    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_function("innerWidth === 420")
    (x, above), (same_x, below) = corners()

    assert (left < right, top) == (True, also_top)
    assert (x, above < below) == (same_x, True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


def test_a_list_a_timeline_and_a_summary_label_each_excerpt(page):
    for question in ("Which cranes are there?", "Give me a timeline of the berths"):
        ask(page, question)
    ask(page, "Summarise the articles")

    answers = page.locator(".answer")
    assert texts(answers.nth(0), ".list .group > .label") == ["The Lund crane", "The Berg crane"]
    assert texts(answers.nth(1), ".timeline .label") == [
        "6 December 2024", "30 December 2024", "May 2025"
    ]  # fmt: skip
    assert len(set(texts(answers.nth(2), ".summary .title"))) == 4


def test_hello_is_answered_in_plain_text_with_what_to_do_next(page):
    answer = ask(page, "hello")
    assert answer.locator(".refusal, .chip").count() == 0
    assert answer.get_by_role("button", name="Right", exact=True).count() == 0
    assert texts(answer, ".about")[0].startswith("Hello!")

    page.get_by_role("link", name="Open Settings").wait_for()
    page.get_by_role("link", name="Show the articles").click()
    page.get_by_text("4 of 4 articles").wait_for()
    page.get_by_role("link", name="Chat").click()
    page.get_by_role("button", name="Rebuild the index").click()

    page.get_by_text("Index version 2").wait_for()


def test_a_limit_is_a_chip_at_the_box_until_it_is_taken_away(page):
    from playwright.sync_api import expect  # only where Chromium is

    chips = page.locator(".st-key-limits button")
    page.get_by_text("High", exact=True).click()
    expect(chips).to_contain_text(["caution: high"])
    page.get_by_text("Limits", exact=True).click()
    choice = page.get_by_role("option", name="Coast Courier")
    while not choice.count():  # a page that is drawn anew closes what was open
        page.get_by_role("combobox", name="Outlets").click()
        page.wait_for_timeout(2_000)
    choice.click()
    expect(chips).to_contain_text(["Coast Courier", "caution: high"])
    page.mouse.click(700, 500)  # while choices are open, the rest of the page is inert
    ask(page, "Which cranes are there?")
    limited = page.get_by_test_id("stChatMessage").first.inner_text()

    chips.first.click()
    expect(chips).to_have_count(1)
    expect(chips).to_contain_text(["caution: high"])
    ask(page, "Which cranes are there?")

    assert "Limited to: Coast Courier" in limited
    assert "Limited to" not in page.get_by_test_id("stChatMessage").nth(2).inner_text()


def test_a_refusal_within_limits_is_asked_again_without_them_and_a_new_conversation_has_none(page):
    from playwright.sync_api import expect  # only where Chromium is

    chips = page.locator(".st-key-limits button")
    page.get_by_text("Limits", exact=True).click()
    drawn(page).get_by_role("button", name="This year").click()
    page.get_by_text("0 of 4 articles left").wait_for()
    ask(page, "How long does bread bake?")
    page.get_by_text("Looked in 0 of 4 articles only").wait_for()
    page.get_by_role("button", name="Ask again without limits").click()
    page.locator(".answer .foot").nth(1).wait_for()
    expect(chips).to_have_count(0)
    assert "Limited to" not in page.get_by_test_id("stChatMessage").nth(2).inner_text()

    drawn(page).get_by_role("button", name="This year").click()
    expect(chips).to_have_count(2)
    page.get_by_role("button", name="New conversation").click()
    expect(chips).to_have_count(0)


def test_a_conversation_is_exported_with_a_receipt_of_its_quotes(page, tmp_path):
    ask(page, "How many berths does Norrhamn have?")

    page.get_by_role("button", name="Export").click()
    for name, suffix in (("HTML", ".html"), ("Word", ".docx")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        path = tmp_path / f"export{suffix}"
        download.value.save_as(path)
        assert read_quotes(path) == [*NINE.quotes, *EIGHT.quotes]
        assert download.value.suggested_filename == f"How-many-berths-does-Norrhamn-have{suffix}"


def test_a_question_of_the_start_page_is_asked_and_the_next_ones_follow(page):
    page.get_by_role("button", name=NEXT[0]).click()
    page.locator(".answer .foot").wait_for()
    page.get_by_test_id("stChatMessage").first.get_by_text(NEXT[0], exact=True).wait_for()

    ask(page, "How many berths does Norrhamn have?")
    page.get_by_role("button", name=NEXT[1]).click()

    page.locator(".answer .foot").nth(2).wait_for()
    page.get_by_test_id("stChatMessage").nth(4).get_by_text(NEXT[1], exact=True).wait_for()

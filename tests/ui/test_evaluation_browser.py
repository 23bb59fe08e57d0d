"""The evaluation page in a real browser, with the real assistant over a part of the demo corpus."""

import re
import shutil

import pytest

from rag.evaluation.reporting.wording import headline
from rag.evaluation.reporting.wrong_reasons import why_wrong
from rag.evaluation.runs.run_folder import RunFolder, list_runs
from tests.evaluation.run_samples import a_quote, a_row, an_info, write_run
from tests.ui.payloads import payloads
from tests.ui.test_chat_browser import ask
from tests.ui.test_evaluation_report import hostile_records, hostile_rows


@pytest.fixture
def evaluation(open_indexed):
    return open_indexed("Evaluation")


def runs(server):
    return list_runs(server.folder / "home" / "runs")


def open_run(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("heading", name=name, level=1).wait_for()


def open_row(page, row, *, key="evaluation-table"):
    """Select a row of a table, which is drawn on a canvas: rows of 35 pixels below a head."""
    table = page.locator(f".st-key-{key} [data-testid=stDataFrame]")
    table.locator("canvas").first.wait_for()
    page.wait_for_timeout(500)  # the first paint
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 17, box["y"] + 35 * (row + 1.5))


def show(page, view):
    page.get_by_test_id("stButtonGroup").get_by_text(view, exact=True).click()


def again(page):
    """Go to the chat and back: the page reads the runs anew."""
    page.get_by_role("link", name="Chat").click()
    page.get_by_role("textbox", name="Ask the articles").wait_for()
    page.get_by_role("link", name="Evaluation").click()
    page.get_by_role("heading", name="Evaluation", level=1).wait_for()


def test_a_set_is_run_from_the_page_and_a_wrong_answer_opens_to_its_quote_in_place(
    server, evaluation
):
    page = evaluation
    before = len(runs(server))

    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("heading", name=re.compile("^small-"), level=1).wait_for()
    page.get_by_role("heading", name="Retrieval, by article").wait_for()
    run = runs(server)[0]
    assert len(runs(server)) == before + 1
    right = headline("outcome_right", run.summary().measures["outcome_right"])
    page.get_by_role("heading", name=right, exact=True).first.wait_for()

    show(page, "Questions")
    page.get_by_text("3 of 3 questions").wait_for()
    page.get_by_role("combobox", name="Show").click()
    page.get_by_role("option", name="Wrong", exact=True).click()
    page.get_by_text("1 of 3 questions").wait_for()
    open_row(page, 0)
    page.locator(".answer .chip").first.click()
    mark = page.locator(".pane mark.current")
    mark.wait_for()

    [row] = [row for row in run.rows() if row.id == "else"]
    assert row.is_right is False
    assert mark.evaluate("mark => mark.textContent") == row.sentences[0].quotes[0].text
    page.get_by_text(why_wrong(row)).wait_for()
    page.get_by_role("heading", name="Expected").wait_for()
    page.get_by_role("heading", name="Retrieved").wait_for()
    page.keyboard.press("Escape")
    page.locator(".pane").wait_for(state="detached")
    page.get_by_role("button", name="Questions").click()
    page.get_by_text("1 of 3 questions").wait_for()  # the filter is still there


def test_the_chat_is_one_click_away_and_keeps_its_conversation(open_indexed):
    page = open_indexed()
    ask(page, "What do critics fear about the pause?")
    address = page.url

    page.get_by_role("link", name="Evaluation").click()
    page.get_by_role("heading", name="Evaluation", level=1).wait_for()
    page.get_by_role("link", name="Chat").click()
    page.locator(".answer .foot").wait_for()

    assert page.url == address


def test_two_runs_are_compared_and_a_changed_question_opens(server, evaluation):
    home = server.folder / "home" / "runs"
    write_run(home / "first", [a_row(1), a_row(2)])
    write_run(
        home / "second",
        [a_row(1), a_row(2, is_right=False)],
        info=an_info(name="second", questions=2, started="2026-11-23T09:05:00+00:00"),
    )
    page = evaluation
    again(page)

    open_run(page, "first")
    show(page, "Comparison")
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name="second · questions.jsonl · 2 questions").click()
    page.get_by_role("heading", name="Worse: 1").wait_for()  # the older run is the one before
    page.get_by_text("Before: first. After: second.").wait_for()
    open_row(page, 0, key="changed-Worse")

    page.get_by_role("heading", name="✓ When did bridge 2 open?").wait_for()  # in the run looked at


def test_the_report_is_downloaded_whole(server, evaluation, tmp_path):
    write_run(server.folder / "home" / "runs" / "to-keep", [a_row(1)])
    page = evaluation
    again(page)
    open_run(page, "to-keep")

    with page.expect_download() as loaded:
        page.get_by_role("button", name="Report").click()
    loaded.value.save_as(tmp_path / "report.html")

    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert loaded.value.suggested_filename == "to-keep.html"
    assert "<h1>to-keep</h1>" in text
    assert text.endswith("</html>\n")


def test_an_uploaded_set_is_checked_kept_and_chosen(server, evaluation, tmp_path):
    from playwright.sync_api import expect  # only where Chromium is

    good, bad = tmp_path / "mine.csv", tmp_path / "bad.jsonl"
    good.write_text("question,answerable\nWho baked?,false\n", encoding="utf-8")
    bad.write_text('{"qestion": "x"}\n', encoding="utf-8")
    page = evaluation
    page.get_by_text("Add a question set").click()
    chooser = page.locator("input[type=file]")

    chooser.set_input_files(bad)
    page.get_by_text('unknown field "qestion"; did you mean "question"?').wait_for()
    chooser.set_input_files(good)
    page.get_by_text("1 question, kept as mine.csv").wait_for()

    kept = server.folder / "home" / "questions"
    assert {path.name for path in kept.iterdir()} >= {"mine.csv", "small.jsonl"}
    assert not (kept / "bad.jsonl").exists()
    expect(page.get_by_role("combobox", name="Question set")).to_have_value("mine.csv")
    (kept / "mine.csv").unlink()


def test_on_a_narrow_window_nothing_scrolls_sideways(server, evaluation):
    long = "incomprehensibilities" * 12
    quote = a_quote(long)
    rows = [a_row(1, id=long, question=long, tags=(long,), near_misses=(quote,))]
    write_run(server.folder / "home" / "runs" / "narrow", rows)
    page = evaluation
    again(page)
    open_run(page, "narrow")
    page.set_viewport_size({"width": 420, "height": 900})

    widths = [page.evaluate("document.documentElement.scrollWidth")]
    show(page, "Questions")
    open_row(page, 0)
    page.locator(".answer .foot").wait_for()
    widths.append(page.evaluate("document.documentElement.scrollWidth"))
    page.set_viewport_size({"width": 1280, "height": 800})

    assert max(widths) <= 420


MADE = """
() => {
  const roots = [document];
  for (const root of roots)
    for (const e of root.querySelectorAll('*')) if (e.shadowRoot) roots.push(e.shadowRoot);
  return roots.slice(1).flatMap(
    root => [...root.querySelectorAll('a, img, iframe, script, form, object, embed, video')]
  ).map(e => e.outerHTML);
}
"""


def test_hostile_text_of_a_run_calls_nobody_and_becomes_no_element(server, evaluation, sink):
    address, calls = sink
    texts = payloads(address)
    folder = server.folder / "home" / "runs" / "hostile"
    write_run(folder, list(hostile_rows(texts)), **hostile_records(texts))
    page = evaluation
    again(page)

    open_run(page, "hostile")
    page.get_by_test_id("stDataFrame").first.wait_for()
    made = page.evaluate(MADE)
    show(page, "Questions")
    open_row(page, 0)
    for _ in range(3):
        page.locator(".answer .foot").wait_for()
        page.locator(".answer .chip").first.click()
        page.locator(".pane mark.current").wait_for()
        made += page.evaluate(MADE)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Next", exact=True).click()
        page.wait_for_timeout(500)
    shutil.rmtree(folder)

    assert calls == []
    assert made == []


def test_a_run_that_cannot_be_read_is_said_and_hides_no_other(server, evaluation):
    home = server.folder / "home" / "runs"
    write_run(home / "whole", [a_row(1)])
    write_run(home / "broken", [a_row(1)])
    (home / "broken" / "summary.json").write_text("{", encoding="utf-8")
    page = evaluation
    again(page)

    page.get_by_text('broken" has no readable summary.json').wait_for()
    page.get_by_role("button", name="whole", exact=True).wait_for()
    shutil.rmtree(home / "broken")

    assert RunFolder(home / "whole").summary().questions == 1

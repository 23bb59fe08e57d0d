"""Exports carry their quotes, show foreign text as text, and are verified against the articles."""

import dataclasses
import io
import json
import re

import pytest
from docx import Document
from markdown_it import MarkdownIt

from rag.cli.main import main
from rag.records import Answer, Sentence, Span
from rag.sharing.receipt import (
    Export,
    altered_quotes,
    check_quotes,
    edits_of,
    embedded,
    read_quotes,
)
from rag.ui.exports import FORMS, as_html, as_markdown
from tests.ui.scripted import TEXT, a_quote, an_answer, an_article

HOSTILE = (
    "![x](http://sink.example/a) <img src=http://sink.example/b> --> <script>alert(1)</script> "
    "footnote-receipt:WzFd # **bold** |x| ~~y~~ \u202e"
)
ARTICLE = an_article()
OPENED = a_quote(ARTICLE, "The bridge opened in May.")
COST = a_quote(ARTICLE, "It cost 4 million euros.")


def an_export(title="Bridges"):
    mark = Span(OPENED.start + 4, OPENED.start + 10)
    sentences = (
        Sentence(OPENED.text, "supported", (OPENED,), marks=(mark,)),
        Sentence(COST.text, "supported", (COST,)),
    )
    return Export(title, (an_answer("When did it open?", *sentences),))


def hostile_export():
    article = an_article(f"{HOSTILE} and more words.", title=HOSTILE, outlet=HOSTILE)
    quote = dataclasses.replace(a_quote(article, HOSTILE), article_id="a.md")
    sentence = Sentence(HOSTILE, "supported", (quote,))
    return Export(HOSTILE, (an_answer(HOSTILE, sentence, reason=HOSTILE),)), quote


@pytest.fixture(params=FORMS, ids=lambda form: form.name)
def form(request):
    return request.param


def test_every_form_carries_the_quotes_that_it_shows(form, tmp_path):
    path = tmp_path / f"answer{form.suffix}"
    path.write_bytes(form.write(an_export()))

    assert read_quotes(path) == [OPENED, COST]
    assert altered_quotes(path) == set()
    assert edits_of(path) == []


def test_no_text_breaks_out_of_any_form(form, tmp_path):
    export, quote = hostile_export()
    path = tmp_path / f"answer{form.suffix}"
    path.write_bytes(form.write(export))

    assert read_quotes(path) == [quote]
    assert altered_quotes(path) == set()
    assert edits_of(path) == []


def test_a_quote_of_several_lines_is_shown_as_its_receipt_has_it(form, tmp_path):
    text = "Two spans:\n\n- a\tbow\n- an arch & 5 < 6*7"
    quote = a_quote(an_article(f"{text}."), text)
    path = tmp_path / f"answer{form.suffix}"
    path.write_bytes(
        form.write(Export("t", (an_answer("?", Sentence(text, "supported", (quote,))),)))
    )

    assert altered_quotes(path) == set()


@pytest.mark.parametrize("form", FORMS[:3], ids=lambda form: form.name)
@pytest.mark.parametrize("place", ["sentence", "note"])
def test_a_quote_whose_words_were_changed_in_the_file_is_found_out(form, place, tmp_path):
    path = tmp_path / f"answer{form.suffix}"
    path.write_bytes(form.write(an_export()))
    if form.suffix == ".docx":
        document = Document(str(path))
        runs = [run for p in document.paragraphs for run in p.runs if "opened" in run.text]
        edited = runs[0 if place == "sentence" else -1]
        edited.text = edited.text.replace("opened", "closed")
        document.save(str(path))
    else:
        parts = path.read_text().split("opened")  # before, sentence, note
        parts[0 if place == "sentence" else 1] += "closed"
        parts[1 if place == "sentence" else 0] += "opened"
        path.write_text("".join(parts))

    assert read_quotes(path) == [OPENED, COST]
    assert altered_quotes(path) == {OPENED}
    assert edits_of(path) == [("opened", "closed")]


@pytest.mark.parametrize("is_last", [False, True])
@pytest.mark.parametrize("form", FORMS[:2], ids=lambda form: form.name)
def test_what_somebody_wrote_beside_the_quotes_is_named_and_no_fault_of_theirs(
    form, is_last, tmp_path
):
    data = form.write(an_export())
    begin = data.index(b"When did")
    begin = len(data) if is_last else data.rindex(b"\n", 0, begin)
    path = tmp_path / f"answer{form.suffix}"
    path.write_bytes(data[:begin] + b"\n<p>It sank at once.</p>\n" + data[begin:])

    assert altered_quotes(path) == set()
    assert "It sank at once" in " ".join(now for _, now in edits_of(path))


def test_a_page_and_a_markdown_file_show_foreign_text_and_load_nothing():
    export, _ = hostile_export()
    page = as_html(export).decode()
    rendered = MarkdownIt("commonmark", {"html": False}).render(as_markdown(export).decode())

    for shown in (page, rendered):
        assert re.findall(r"<(img|script|a|strong|del|table)\b", shown) == []
    assert "default-src 'none'" in page


def test_the_notes_are_numbered_and_name_the_file():
    text = as_markdown(an_export()).decode()

    assert "The **bridge** opened in May. \\[1\\]" in text
    assert "1. A bridge for the town · Gazette · 8 December 2024: “The bridge opened" in text
    assert "(town/bridge.md, 0–25)" in text
    word = Document(io.BytesIO(FORMS[2].write(an_export())))
    assert "[2] A bridge for the town" in "\n".join(p.text for p in word.paragraphs)


@pytest.mark.parametrize(
    ("now", "states"),
    [
        (ARTICLE, ["found", "found"]),
        (an_article("New. " + TEXT), ["moved", "moved"]),
        (an_article(TEXT.replace("4 million", "5 million")), ["moved", "changed"]),
        (dataclasses.replace(ARTICLE, text=TEXT.replace("in May", "at last")), ["false", "found"]),
        (None, ["gone", "gone"]),
    ],
)
def test_a_quote_is_found_moved_changed_gone_or_was_never_there(now, states):
    if now is not None and states == ["false", "found"]:
        now = dataclasses.replace(now, text=TEXT.replace("in May.", "inMay. "))

    assert [each.state for each in check_quotes([OPENED, COST], lambda _: now)] == states


def test_the_command_checks_what_it_answered_and_says_what_changed(
    make_assistant, tmp_path, capsys
):
    assistant = make_assistant({"town/bridge.md": TEXT, "other.md": "Ferries run daily."})
    article = assistant.article("town/bridge.md")
    quote = a_quote(article, "It cost 4 million euros.")
    answer = an_answer("How much?", Sentence(quote.text, "supported", (quote,)))
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"answer": dataclasses.asdict(answer)}, default=str))
    command = ["verify", str(path), "--index", str(assistant.config.index)]
    assert isinstance(answer, Answer)

    assert main(command) == 0
    assert "1 quotes: 1 found." in capsys.readouterr().out

    (assistant.config.corpus / "town/bridge.md").write_text(TEXT.replace("4 million", "less"))
    assistant.build()
    assert main(command) == 1
    assert "no longer in the article" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("no JSON", "E-EXP-001"),
        ("{}", "E-EXP-002"),
        ("[" * 100_000, "E-EXP-001"),
        (f"Words. {embedded(json.dumps([dataclasses.asdict(OPENED)], default=str))}", "E-EXP-001"),
    ],
)
def test_a_file_without_a_receipt_is_refused_in_one_line(tmp_path, capsys, content, code):
    path = tmp_path / f"answer{'.md' if content.startswith('Words') else '.json'}"
    path.write_text(content)

    assert main(["verify", str(path)]) == 2
    assert code in capsys.readouterr().err

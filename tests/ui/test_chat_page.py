"""The page itself, run by Streamlit without a browser, over a scripted assistant."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.errors import IndexingError, QuestionError
from rag.records import Changes, Problem
from tests.timing import wait_until
from tests.ui.explained import EXPLANATION
from tests.ui.scripted import ScriptedAssistant, an_article, bridge_sentences

PAGE = Path(__file__).parents[2] / "rag" / "ui" / "page.py"
HOSTILE = "![x](http://sink.example/a) <img src=http://sink.example/b> :material/home: $x$"
ESCAPED = (
    "\\!\\[x\\]\\(http\\:\u2060//sink\\.example/a\\) "
    "&lt;img src\\=http\\:\u2060//sink\\.example/b&gt;"
)


@pytest.fixture
def assistant(tmp_path):
    return ScriptedAssistant(tmp_path, pieces=bridge_sentences())


@pytest.fixture
def page(backend):
    return AppTest.from_file(str(PAGE), default_timeout=60)


def texts(page):
    kinds = (page.markdown, page.caption, page.warning, page.error, page.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def ask(page, text):
    page.chat_input[0].set_value(text).run()
    assert not page.exception
    return page


def drawn(page):
    views = [element.proto.json for element in page.get("bidi_component")]
    return [view for view in views if '"paths"' not in view]  # what `page.js` is given


def test_an_error_is_one_sentence_with_a_way_to_ask_again(page, assistant, backend):
    assistant.error = QuestionError("E-Q-004", "I could not find anything to search for in that.")
    page.run()
    ask(page, "???")
    wait_until(lambda: backend.asker.is_idle)
    page.run()
    assert "I could not find anything to search for in that." in drawn(page)[0]

    assistant.error = None
    next(button for button in page.button if button.label == "Ask again").click().run()
    wait_until(lambda: backend.asker.is_idle)
    page.run()

    assert not page.exception
    assert "The bridge opened in May." in drawn(page)[1]


def test_a_press_that_a_browser_sends_twice_is_one_question(page, backend, monkeypatch):
    def press(*, within_s):  # the second message meets the page as the first one did
        monkeypatch.setattr("rag.ui.state.SAME_PRESS_S", within_s)
        page.query_params.clear()
        ask(page.run(), "When did the bridge open?")
        wait_until(lambda: backend.asker.is_idle)
        return len(backend.conversations.headings())

    assert [press(within_s=60), press(within_s=60), press(within_s=0)] == [1, 1, 2]


def place(node):
    """The way down to the first component below a block; a browser keeps what has the same."""
    for number, child in getattr(node, "children", {}).items():
        if child.type == "bidi_component":
            return (number,)
        if below := place(child):
            return (number, *below)
    return ()


def test_an_answer_stays_in_its_place_when_it_ends(page, assistant, backend):
    assistant.gate.clear()
    page.run()
    ask(page, "When did the bridge open?")
    running = place(page.chat_message[1])

    assistant.gate.set()
    wait_until(lambda: backend.asker.is_idle)
    page.run()

    assert running == place(page.chat_message[1]) != ()


def test_an_answer_is_searched_for_no_tables_which_would_import_pandas(page, backend, monkeypatch):
    searched = []
    monkeypatch.setattr("streamlit.dataframe_util.determine_data_format", searched.append)

    page.run()
    ask(page, "When did the bridge open?")
    wait_until(lambda: backend.asker.is_idle)
    page.run()

    assert "The bridge opened in May." in drawn(page)[0]
    assert searched == []


def test_an_index_that_cannot_be_used_is_said_once_and_the_page_still_stands(
    page, assistant, backend
):
    error = IndexingError(
        "E-IDX-007",
        'The index was built with "A", the settings ask for "B". '
        "Rebuild it with: python -m rag index build",
    )
    assistant.snapshot_error = assistant.build_error = error
    backend.builder.start()
    wait_until(lambda: not backend.builder.state.is_running)
    assistant.changes = assistant.snapshot
    wait_until(lambda: backend.builder.changes()[1])

    page.run()

    assert not page.exception
    assert texts(page).count('The index was built with "A"') == 1
    assert page.button(key="rebuild")


def test_a_storage_that_is_away_is_said_while_the_copy_of_its_index_answers(page, assistant):
    assistant.store.away = 'The storage at "s3://b/i" does not answer.'

    page.run()

    assert texts(page).count("Until then the copy of it here answers") == 1


def test_a_build_is_shown_with_its_progress_while_questions_go_on(page, assistant, backend):
    assistant.gate.clear()
    backend.builder.start()
    wait_until(lambda: backend.builder.state.progress is not None)
    page.run()
    bar = page.get("progress")[0]
    assistant.gate.set()
    wait_until(lambda: not backend.builder.state.is_running)

    page.run()

    assert bar.value == 50
    assert "Index version 2" in texts(page)
    assert page.chat_input[0].proto.disabled is False


def test_an_answer_that_a_restart_cut_off_says_so(page, assistant, backend):
    page.run()
    ask(page, "When did it open?")
    wait_until(lambda: backend.asker.is_idle)
    heading = backend.conversations.headings()[0]
    path = assistant.config.home / "conversations" / f"{heading.id}.json"
    stored = path.read_text(encoding="utf-8")
    start = stored.index('"answer": {')
    end = stored.index('"error_code"')
    cut = stored[:start] + '"answer": null,\n' + stored[end:]
    path.write_text(cut.replace('"answered"', '"asking"', 1), encoding="utf-8")

    page.run()

    assert not page.exception
    assert "This answer was cut off" in drawn(page)[0]


def test_an_open_citation_of_an_article_that_is_gone_shows_what_was_kept(page, assistant, backend):
    page.run()
    ask(page, "When did it open?")
    wait_until(lambda: backend.asker.is_idle)
    exchange = backend.conversations.load(page.query_params["c"]).exchanges[0]
    other = an_article("Another text.", "other.md")
    assistant.current.kept = (other,)
    assistant.current.generation = 2
    page.query_params["answer"], page.query_params["quote"] = exchange.id, "1"

    page.run()

    article = drawn(page)[-1]
    assert "This article is no longer in the corpus." in article
    assert "The bridge opened in May." in article


def test_foreign_text_is_escaped_wherever_the_page_writes_markdown(page, assistant, backend):
    assistant.found_changes = Changes(
        added=(HOSTILE,),
        failed=(Problem(HOSTILE, "E-DOC-001", HOSTILE),),
        duplicates=(Problem(HOSTILE, "W-DOC-004", HOSTILE),),
    )
    assistant.current.degraded = HOSTILE
    assistant.build_error = IndexingError("E-IDX-004", HOSTILE)
    assistant.error = QuestionError("E-Q-003", HOSTILE)
    page.run()
    ask(page, HOSTILE)
    wait_until(lambda: backend.asker.is_idle)
    backend.builder.start()
    wait_until(lambda: backend.builder.state.error)
    wait_until(lambda: backend.builder.changes()[0] is not None)

    page.run()

    labels = [button.label for button in page.button] + [e.label for e in page.expander]
    markdown = [*page.markdown, *page.caption, *page.warning, *page.error]
    written = "\n".join([*labels, *(str(element.value) for element in markdown)])
    assert not page.exception
    assert HOSTILE not in written
    assert written.count(ESCAPED) >= 6


def test_why_is_folded_and_only_read_when_it_is_opened(page, backend, monkeypatch):
    loaded = []
    page.run()
    ask(page, "When did it open?")
    wait_until(lambda: backend.asker.is_idle)
    (heading,) = backend.conversations.headings()
    exchange = backend.conversations.load(heading.id).exchanges[0]
    backend.explanations.put(heading.id, exchange.id, EXPLANATION)
    load = backend.explanations.load
    monkeypatch.setattr(backend.explanations, "load", lambda *ids: loaded.append(ids) or load(*ids))

    page.run()
    assert "Why this answer" in [expander.label for expander in page.expander]
    assert loaded == []

    page.session_state[f"why-{exchange.id}"] = True
    page.run()

    assert not page.exception
    assert loaded == [(heading.id, exchange.id)]
    assert any("has the question's words" in view for view in drawn(page))


def test_limits_are_in_the_address_and_survive_a_reload(page):
    page.query_params["from"] = ["2024-01-02"]
    page.query_params["until"] = ["soon"]
    page.query_params["in"] = ["town/bridge.md", "no/such.md"]

    page.run()

    chips = [button.key for button in page.button if str(button.key).startswith("limit-")]
    named = ["filter_from", "filter_articles-town/bridge.md", "filter_articles-no/such.md"]
    assert chips == [f"limit-{name}" for name in named]

    page.button(key=chips[1]).click().run()

    assert not page.exception
    assert page.query_params["in"] == "no/such.md"
    assert page.query_params["from"] == "2024-01-02"

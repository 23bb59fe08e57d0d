import threading
import time

import pytest

from rag.errors import IndexingError
from rag.records import Changes, Progress
from rag.ui.building import Builder
from tests.timing import wait_until
from tests.ui.scripted import ScriptedAssistant


@pytest.fixture
def assistant(tmp_path):
    return ScriptedAssistant(tmp_path)


@pytest.fixture
def builder(assistant):
    return Builder(assistant)


def test_a_build_shows_its_progress_then_its_report(builder, assistant):
    assistant.gate.clear()
    builder.start()
    wait_until(lambda: builder.state.progress is not None)
    during = builder.state

    assistant.gate.set()
    wait_until(lambda: not builder.state.is_running)

    assert during.is_running
    assert during.progress == Progress("embedding", 1, 2)
    assert builder.state.report.generation == 2


@pytest.mark.parametrize(("added", "generation"), [((), 2), (("late.md",), 3)])
def test_a_second_start_builds_again_for_what_the_running_build_missed(
    builder, assistant, added, generation
):
    assistant.gate.clear()
    builder.start()
    wait_until(lambda: builder.state.progress is not None)

    builder.start()
    assistant.found_changes = Changes(added=added)
    assistant.gate.set()

    wait_until(lambda: assistant.snapshot().generation == generation)
    wait_until(lambda: not builder.state.is_running)
    time.sleep(0.1)
    assert assistant.snapshot().generation == generation


def test_an_automatic_build_waits_for_a_settled_folder_and_is_tried_once(
    builder, assistant, monkeypatch
):
    monkeypatch.setattr("rag.ui.building.LOOK_EVERY_S", 0.02)
    builder.watch()
    assistant.found_changes = Changes(added=("new.md",))
    wait_until(lambda: builder.changes()[0] == assistant.found_changes)
    by_hand = assistant.snapshot().generation

    assistant.build_error = IndexingError("E-IDX-004", "No room.")
    builder.is_automatic = True
    wait_until(lambda: builder.state.error == "No room.")
    builder.dismiss()
    looks = [builder.changes() for _ in range(20) if time.sleep(0.02) is None]
    failed = builder.state.error
    assistant.build_error = None
    assistant.found_changes = Changes(added=("another.md", "new.md"))
    wait_until(lambda: builder.state.report is not None)

    assert by_hand == 1
    assert looks
    assert failed == ""
    assert assistant.snapshot().generation == 2


def test_a_build_of_another_process_is_said_in_its_sentence(builder, assistant):
    assistant.build_error = IndexingError(
        "E-IDX-004", "A rebuild (pid 4711) has been running since 14:02."
    )

    builder.start()
    wait_until(lambda: not builder.state.is_running)

    assert builder.state.error == "A rebuild (pid 4711) has been running since 14:02."


def test_the_page_never_waits_for_a_look_at_the_corpus(builder, assistant, monkeypatch):
    looked = threading.Event()

    def slow():
        looked.wait()
        return Changes(added=("new.md",))

    monkeypatch.setattr(assistant, "changes", slow)
    first, _ = builder.changes()  # would never come back if it waited for the look
    looked.set()

    wait_until(lambda: builder.changes()[0] is not None)

    assert first is None
    assert builder.changes()[0].added == ("new.md",)


def test_the_corpus_is_not_looked_at_again_at_every_turn(builder, assistant, monkeypatch):
    looks = []
    monkeypatch.setattr(assistant, "changes", lambda: looks.append(1) or Changes())
    wait_until(lambda: builder.changes()[0] is not None)

    for _ in range(20):
        builder.changes()

    assert len(looks) == 1


def test_what_was_seen_before_a_build_is_forgotten_after_it(builder, assistant):
    assistant.found_changes = Changes(added=("new.md",))
    wait_until(lambda: builder.changes()[0] is not None)
    builder.start()
    wait_until(lambda: not builder.state.is_running)
    assistant.found_changes = Changes(unchanged=("new.md",))

    wait_until(lambda: builder.changes()[0] is not None)

    assert builder.changes()[0].is_empty


def test_a_look_that_fails_is_said(builder, assistant, monkeypatch):
    def fail():
        raise IndexingError("E-DOC-020", 'No readable article in "corpus".')

    monkeypatch.setattr(assistant, "changes", fail)

    wait_until(lambda: builder.changes()[1])

    assert builder.changes()[1] == 'No readable article in "corpus".'

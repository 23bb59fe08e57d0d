import gc
import threading
import time

import pytest

from rag.errors import AnswerModelError, ServerError
from rag.records import Filters
from rag.ui import asking
from rag.ui.backend import Backend
from tests.timing import wait_until
from tests.ui.scripted import ScriptedAssistant, bridge_sentences

FILTERS = Filters(outlets=("Gazette",))


@pytest.fixture
def assistant(tmp_path):
    return ScriptedAssistant(tmp_path, pieces=bridge_sentences())


@pytest.fixture
def backend(assistant):
    return Backend(assistant)


@pytest.fixture
def store(backend):
    return backend.conversations


def ask(backend, text="When?", *, tab="a", conversation_id=None):
    return backend.ask(text, filters=FILTERS, tab=tab, conversation_id=conversation_id)


def finished(job):
    assert job.is_over.wait(60)
    return job


def test_what_is_loaded_is_no_part_of_the_collection_after_every_drawing(backend):
    gc.unfreeze()

    backend.start()

    wait_until(lambda: gc.get_freeze_count() > 0)


def test_the_question_is_stored_before_its_answer_and_the_answer_without_any_page(
    backend, assistant, store
):
    assistant.gate.clear()
    job = ask(backend)
    before = store.load(job.conversation_id).exchanges

    assistant.gate.set()
    finished(job)

    after = store.load(job.conversation_id).exchanges
    assert [(e.question, e.state, e.answer) for e in before] == [("When?", "asking", None)]
    assert [(e.question, e.state, e.filters) for e in after] == [("When?", "answered", FILTERS)]
    assert after[0].answer.sentences == bridge_sentences()


def test_sentences_are_seen_as_they_come(backend, assistant):
    assistant.gate.clear()
    job = ask(backend)
    assert job.sentences == ()

    assistant.gate.set()
    finished(job)

    assert job.sentences == bridge_sentences()


def test_stop_keeps_the_part_that_came(backend, assistant, store, monkeypatch):
    first, _ = bridge_sentences()
    came = threading.Event()

    def stream(question, *, stop, notes):
        yield first
        came.set()
        stop.wait(60)
        yield from ScriptedAssistant.stream(assistant, question, stop=stop)

    monkeypatch.setattr(assistant, "pieces", ())
    monkeypatch.setattr(assistant, "stream", stream)
    job = ask(backend)
    assert came.wait(60)

    job.stop.set()
    finished(job)

    exchange = store.load(job.conversation_id).exchanges[0]
    assert exchange.state == "stopped"
    assert job.sentences == (first,)


def test_a_follow_up_is_asked_with_the_history_and_stored_after_it(backend, assistant, store):
    first = finished(ask(backend))
    finished(ask(backend, "And the cost?", conversation_id=first.conversation_id))

    questions = [e.question for e in store.load(first.conversation_id).exchanges]
    assert questions == ["When?", "And the cost?"]
    assert [turn.question for turn in assistant.asked[1].history] == ["When?"]


def test_one_question_at_a_time_in_a_conversation(backend, assistant):
    assistant.gate.clear()
    job = ask(backend)

    with pytest.raises(ServerError) as refused:
        ask(backend, conversation_id=job.conversation_id)

    assistant.gate.set()
    finished(job)
    assert refused.value.code == "E-SRV-003"


def test_more_than_can_wait_are_told_so_and_nothing_is_stored(backend, assistant, store):
    assistant.gate.clear()
    admitted = asking.ANSWERING_AT_ONCE + asking.WAITING
    jobs = [ask(backend, tab=str(i)) for i in range(admitted)]

    with pytest.raises(ServerError) as refused:
        ask(backend, tab="late")

    assert refused.value.code == "E-SRV-001"
    assert len(store.headings()) == admitted
    assistant.gate.set()
    for job in jobs:
        finished(job)
    assert backend.asker.is_idle


def test_only_a_few_answer_at_once(backend, assistant):
    assistant.gate.clear()
    jobs = [ask(backend, tab=str(i)) for i in range(5)]
    wait_until(lambda: len(assistant.asked) >= asking.ANSWERING_AT_ONCE)
    time.sleep(0.2)

    at_once = len(assistant.asked)
    assistant.gate.set()
    for job in jobs:
        finished(job)

    assert at_once == asking.ANSWERING_AT_ONCE
    assert len(assistant.asked) == 5


def test_too_many_questions_a_minute_from_one_tab_are_refused_from_another_not(backend):
    for _ in range(asking.QUESTIONS_A_MINUTE):
        finished(ask(backend))

    with pytest.raises(ServerError) as refused:
        ask(backend)

    assert refused.value.code == "E-SRV-002"
    assert "wait" in refused.value.message
    assert finished(ask(backend, tab="b"))


def test_an_error_of_the_assistant_is_kept_as_its_sentence(backend, assistant, store):
    assistant.error = AnswerModelError("E-LLM-001", "No key. Set OPENAI_API_KEY.")

    job = finished(ask(backend))

    exchange = store.load(job.conversation_id).exchanges[0]
    assert (exchange.state, exchange.error_code) == ("failed", "E-LLM-001")
    assert exchange.error == "No key. Set OPENAI_API_KEY."


def test_an_unexpected_error_is_one_sentence_and_in_the_log(backend, assistant, store, caplog):
    assistant.error = ZeroDivisionError("secret detail")

    job = finished(ask(backend))

    exchange = store.load(job.conversation_id).exchanges[0]
    assert exchange.error_code == "E-SRV-005"
    assert "secret" not in exchange.error
    assert "secret detail" in caplog.text


def test_a_disk_that_takes_no_question_is_said_and_blocks_nothing(backend, store, monkeypatch):
    def fail(conversation):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(store, "save", fail)
        with pytest.raises(ServerError) as refused:
            ask(backend)

    assert refused.value.code == "E-SRV-004"
    assert backend.asker.is_idle
    assert finished(ask(backend))

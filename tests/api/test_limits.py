"""Who hangs up, who comes too many, what takes too long, what changes meanwhile."""

import json
import threading
import time

import pytest

from rag.api import bodies
from rag.api.answering import AT_ONCE
from rag.assistant import Assistant
from rag.config import NO_RERANKER, Config
from tests.api.served import served
from tests.doubles import WordEmbedder
from tests.openai_server import OpenAIServer, Reply
from tests.timing import wait_until

FILES = {
    "town/bridge.md": "---\ntitle: A bridge\n---\n\nThe bridge opened in May. It cost 4 euros.",
    "town/school.md": "---\ntitle: A school\n---\n\nThe school opened in June with 300 pupils.",
}
CHAT = "/v1/chat/completions"
QUESTION = "When did the bridge open?"
SAID = [{"role": "user", "content": QUESTION}]
OPENED = {
    "text": "The bridge opened in May.",
    "quotes": [{"passage": 1, "quote": "The bridge opened in May."}],
}
GOOD = json.dumps({"sentences": [OPENED]})
TWICE = json.dumps({"sentences": [OPENED, OPENED]})
SLOW = Reply(TWICE + " " * 4000, piece=8, delay_s=0.02)  # ten seconds after the first sentence


@pytest.fixture
def slow_model():
    with OpenAIServer(SLOW) as model:
        yield model


@pytest.fixture
def assistant(make_assistant, slow_model, monkeypatch):
    """Return one with an answer model that takes ten seconds."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    return make_assistant(FILES, answer_model="openai:slow", answer_model_url=slow_model.url)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", {"question": QUESTION, "stream": True}),
        (
            "/v1/chat/completions",
            {"stream": True, "messages": [{"role": "user", "content": QUESTION}]},
        ),
        ("/api/ask", {"question": QUESTION}),
    ],
)
def test_who_hangs_up_stops_the_answer_model(path, body, assistant, slow_model, tmp_path):
    with served(assistant, tmp_path / "home") as api:
        if body.get("stream"):
            with api.open(path, body) as reply:
                reply.readline()
        else:
            with pytest.raises(TimeoutError):
                api.open(path, body, timeout=3)
        wait_until(lambda: api.answering.admitted == 0)
        wait_until(lambda: _is_silent(slow_model))

    assert 0 < slow_model.sent_chunks < len(SLOW.text) // SLOW.piece


def _is_silent(model):
    before = model.sent_chunks
    time.sleep(0.3)
    return before == model.sent_chunks


def test_one_question_too_many_is_told_so_and_the_next_is_answered(assistant, tmp_path):
    with served(assistant, tmp_path / "home", waiting=1) as api:
        body = {"question": QUESTION, "stream": True}
        asking = [
            threading.Thread(target=lambda: open_for_a_while(api, body)) for _ in range(AT_ONCE + 1)
        ]
        for thread in asking:
            thread.start()
        wait_until(lambda: api.answering.admitted == AT_ONCE + 1)
        status, reply = api("/api/ask", body)
        for thread in asking:
            thread.join()
        wait_until(lambda: api.answering.admitted == 0)
        after = api("/api/search", {"question": QUESTION})[0]

    assert (status, reply["error"]["code"], after) == (503, "E-SRV-001", 200)


def open_for_a_while(api, body):
    with pytest.raises(TimeoutError), api.open("/api/ask", body, timeout=2) as reply:
        reply.read()


def test_an_answer_that_takes_too_long_is_stopped_and_says_so(assistant, slow_model, tmp_path):
    with served(assistant, tmp_path / "home", within_s=3.0) as api:
        whole = api("/api/ask", {"question": QUESTION})
        name, last = api.events("/api/ask", {"question": QUESTION, "stream": True})[-1]
        wait_until(lambda: _is_silent(slow_model))

    assert (whole[0], whole[1]["error"]["code"]) == (504, "E-API-007")
    assert (name, last["error"]["code"]) == ("error", "E-API-007")


def test_a_body_that_trickles_in_is_not_waited_for(make_assistant, tmp_path, monkeypatch):
    monkeypatch.setattr(bodies, "WITHIN_S", 0.2)
    with served(make_assistant(FILES), tmp_path / "home") as api:
        status, reply = api("/api/ask", b"{", Content_Length="100")

    assert (status, reply["error"]["code"]) == (408, "E-API-006")


def test_a_running_answer_keeps_its_version_of_the_index(make_assistant, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with OpenAIServer(Reply(GOOD, first_delay_s=2)) as model:
        assistant = make_assistant(FILES, answer_model="openai:x", answer_model_url=model.url)
        with served(assistant, tmp_path / "home") as api:
            found = []
            asking = threading.Thread(
                target=lambda: found.append(api("/api/ask", {"question": QUESTION})[1])
            )
            asking.start()
            wait_until(lambda: model.requests)
            (assistant.config.corpus / "town" / "bridge.md").write_text("The bridge is closed.")
            assistant.build()
            now = api("/api/articles/town/bridge.md")[1]
            asking.join()
            after = api("/api/search", {"question": QUESTION})[1]

    [answer] = found
    assert (answer["generation"], after["generation"]) == (1, 2)
    assert answer["sentences"][0]["quotes"][0]["text"] == "The bridge opened in May."
    assert now["text"] == "The bridge is closed."


def test_what_nobody_foresaw_is_an_error_without_its_traceback(make_assistant, tmp_path, caplog):
    assistant = make_assistant(FILES)
    assistant.__dict__["_retriever"] = None  # the seam of a cached part: what it calls is not there
    body = {"question": QUESTION}
    with served(assistant, tmp_path / "home") as api:
        replies = [api("/api/ask", body), api("/api/search", body)]

    assert [(s, r["error"]["code"]) for s, r in replies] == [(500, "E-SRV-005")] * 2
    assert "NoneType" not in str(replies)
    assert "Traceback" in caplog.text


def test_without_an_index_every_door_says_what_builds_one(tmp_path):
    assistant = Assistant(Config(index=tmp_path / "index", reranker=NO_RERANKER))
    assistant.embedder = WordEmbedder()
    with served(assistant, tmp_path / "home") as api:
        replies = [
            api("/api/ask", {"question": QUESTION}),
            api("/api/ask", {"question": QUESTION, "stream": True}),
            api(CHAT, {"messages": SAID}),
            api("/api/search", {"question": QUESTION}),
            api("/api/articles"),
        ]

    for status, reply in replies:
        assert status == 503
        assert reply["error"]["code"] == "E-IDX-001"
        assert "python -m rag index build" in reply["error"]["message"]


def test_under_a_public_name_a_program_needs_that_name_and_the_token(make_assistant, tmp_path):
    config = Config(home=tmp_path / "home", public_name="news.example", api=True)
    with served(make_assistant(FILES), config.home, config=config) as api:
        named = api("/v1/models", Host="news.example")[0]
        local = api("/v1/models")[0]
        visitor = api("/v1/models", Host="news.example", Authorization="")[0]

    assert (named, local, visitor) == (200, 403, 401)

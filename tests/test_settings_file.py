"""Settings written from the page: the file keeps what else is in it, and keys are not in it."""

import stat
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from langchain_core.messages import HumanMessage

from rag.answering.llm.local_servers import LocalModel, find_local_models
from rag.assistant import Assistant
from rag.config import Config, fixed_settings, load_config, settings_path
from rag.errors import ConfigError
from rag.provider_keys import FILE, keep_key, kept_key
from rag.settings_file import write_settings
from tests.openai_server import OpenAIServer, Reply

WRITTEN = '# By hand.\ncaution = "high" # because\n\n# Last.\nhits = 5\n'


def test_a_setting_is_changed_added_and_taken_out_and_all_else_stays(tmp_path):
    path = tmp_path / "footnote.toml"
    path.write_text(WRITTEN, encoding="utf-8")
    path.chmod(0o640)

    write_settings(path, {"caution": "low", "excerpts": 2, "hits": None})

    text = path.read_text(encoding="utf-8")
    assert text.startswith('# By hand.\ncaution = "low" # because\n\n# Last.\n')
    assert load_config(environment={}, settings_file=path) == Config(caution="low", excerpts=2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("text", "values", "code"),
    [
        (WRITTEN, {"caution": "brave"}, "E-CFG-001"),
        (WRITTEN, {"answer_model": "sk-abcdefgh12345678ijkl"}, "E-CFG-005"),
        ("hits = = 5", {"excerpts": 2}, "E-CFG-001"),
        (None, {"excerpts": 2}, "E-CFG-006"),
    ],
)
def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path, text, values, code):
    path = tmp_path / ("absent/footnote.toml" if text is None else "footnote.toml")
    if text is not None:
        path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        write_settings(path, values)

    assert caught.value.code == code
    assert text is None or path.read_text(encoding="utf-8") == text


def test_what_the_environment_sets_is_known(monkeypatch):
    monkeypatch.setenv("RAG_CAUTION", "low")
    monkeypatch.setenv("RAG_SETTINGS", "other.toml")

    assert "caution" in fixed_settings()
    assert "excerpts" not in fixed_settings()
    assert str(settings_path()) == "other.toml"


def test_a_key_is_kept_private_and_sent_to_its_own_place_only(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with OpenAIServer(Reply("Yes.")) as own, OpenAIServer(Reply("Yes.")) as other:
        first = Config(home=tmp_path / "home", answer_model="m", answer_model_url=own.url)
        second = Config(home=first.home, answer_model="m", answer_model_url=other.url)
        keep_key(first, "my-secret")
        for config in (first, second):
            list(Assistant(config).answer_model.stream([HumanMessage("Well?")]))
        heads = [server.requests[0].headers for server in (own, other)]
    sent = [{name.lower(): said for name, said in head.items()}["authorization"] for head in heads]

    file = first.home / FILE
    assert sent == ["Bearer my-secret", "Bearer none"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    keep_key(first, "")
    assert kept_key(first) == ""
    assert "my-secret" not in file.read_text(encoding="utf-8")


def test_no_key_is_kept_in_the_corpus_and_a_damaged_file_is_said(tmp_path):
    inside = Config(corpus=tmp_path, home=tmp_path / ".footnote", answer_model="openai:x")
    with pytest.raises(ConfigError, match="lies in the corpus"):
        keep_key(inside, "my-secret")

    (tmp_path / FILE).write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match="delete it and give the keys again"):
        kept_key(Config(home=tmp_path, answer_model="openai:x"))


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        (b'{"data": [{"id": "llama3.1"}, {"id": "a\\nb"}, {"id": 3}, "x"]}', ["llama3.1"]),
        (b"<html>", []),
        (b'["data"]', []),
        (b'{"data": 1}', []),
    ],
)
def test_servers_on_this_machine_are_found_and_others_are_not_believed(sent, names):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/v1/models" else 404)
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        found = find_local_models({"Ollama": port, "vLLM": 1})
        server.shutdown()

    assert found == [LocalModel("Ollama", name, f"http://127.0.0.1:{port}/v1") for name in names]

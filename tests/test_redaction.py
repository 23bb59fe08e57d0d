"""A password or a key is refused where it does not belong, and repeated nowhere."""

import json
import logging

import pytest

from rag.cli.main import main
from rag.config import load_config
from rag.errors import AnswerModelError, ConfigError
from rag.redaction import without_secrets
from rag.ui.page_errors import log_to_terminal
from tests.conftest import ROOT

KEYS = (
    "sk-proj-Zq3fT9bLw0xYc7VdKp2MnR5s",
    "gsk_a8F3kQz01LmNoPqRsTuVwXyZ1234",
    "hf_AbCdEfGhIjKlMn0123456789opqr",
    "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
)
PASSWORD = "Hunter2Sentinel"  # noqa: S105 - looked for in what is said and stored
URL = f"http://ada:{PASSWORD}@127.0.0.1:9/v1?api_key=Q1Sentinel"
OTHERS = ("answer_model", "answer_model_url", "embedder", "reranker", "caution", "hits", "port")


@pytest.mark.parametrize("setting", OTHERS)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_in_a_setting_is_refused_and_not_repeated(setting, key):
    with pytest.raises(ConfigError) as refused:
        load_config(environment={f"RAG_{setting.upper()}": key})

    assert refused.value.code in {"E-CFG-001", "E-CFG-005"}
    assert setting in refused.value.message
    assert key[8:] not in refused.value.message


@pytest.mark.parametrize("setting", ["answer_model", "embedder", "host", "corpus", "limit_file_mb"])
def test_a_password_is_refused_outside_the_url_of_the_answer_model(setting):
    with pytest.raises(ConfigError) as refused:
        load_config(environment={f"RAG_{setting.upper()}": URL.replace("//", "", 1)})

    assert PASSWORD not in refused.value.message


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("answer_model", "openai:ft:gpt-4o-mini-2024-07-18:org::AbC123xY"),
        ("answer_model", "meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo"),
        ("answer_model", "gguf:/models/0f1e2d3c4b5a69788796a5b4c3d2e1f0/q4.gguf"),
        ("answer_model", "anthropic.claude-3-5-sonnet-20240620-v1:0"),
        ("embedder", "sentence-transformers/all-MiniLM-L6-v2"),
        ("corpus", "sk-learn-articles-2024"),
        ("corpus", "articles2024collection"),
        ("public_name", "a1b2c3d4e5f6g7h8i9j0.example"),
    ],
)
def test_names_of_models_and_places_are_no_keys(setting, value):
    config = load_config(environment={f"RAG_{setting.upper()}": value})

    assert str(getattr(config, setting)) == value


@pytest.mark.parametrize("key", KEYS[:-1])
def test_a_provider_s_key_is_taken_out_of_errors(key):
    error = AnswerModelError("E-LLM-007", f'"{key}" at "{URL}" cannot be reached.')

    assert error.message == f'"…" at "{without_secrets(URL)}" cannot be reached.'
    assert key[8:] not in str(error)
    assert PASSWORD not in str(error)


def test_what_is_no_secret_stays():
    for text in ("a@b.example", "http://host/p?keyword=x", "sk-learn-2024-intro.md", "hf_hub.py"):
        assert without_secrets(text) == text


def test_the_log_has_tracebacks_without_secrets_and_control_characters(capsys):
    log_to_terminal()
    handler = next(h for h in logging.getLogger("rag").handlers if h.name == "footnote-terminal")
    error = ValueError(f"{URL} \x1b[2J")
    raised = (ValueError, error, None)
    record = logging.LogRecord("rag.x", logging.ERROR, "", 0, KEYS[0], (), raised)

    said = handler.format(record)

    assert "ValueError: http://…@127.0.0.1" in said
    assert not any(secret in said for secret in (PASSWORD, "Q1Sentinel", KEYS[0][8:], "\x1b"))


def test_no_command_says_or_stores_the_password_of_the_answer_model_s_url(
    tmp_path, monkeypatch, capsys
):
    (tmp_path / "corpus").mkdir()
    text = "# The bridge\n\nThe bridge over the Wey opened in May 2024. It cost 4 million euros.\n"
    (tmp_path / "corpus" / "bridge.md").write_text(text, encoding="utf-8")
    questions = tmp_path / "set.jsonl"
    question = {"question": "When did the bridge over the Wey open?", "answers": ["May 2024"]}
    questions.write_text(json.dumps(question) + "\n", encoding="utf-8")
    for name, value in {
        "RAG_CORPUS": tmp_path / "corpus",
        "RAG_INDEX": tmp_path / "index",
        "RAG_HOME": tmp_path / "home",
        "RAG_PROMPTS": ROOT / "prompts",
        "RAG_ANSWER_MODEL": "test",
        "RAG_ANSWER_MODEL_URL": URL,
        "OPENAI_API_KEY": KEYS[0],
    }.items():
        monkeypatch.setenv(name, str(value))
    ask = ["ask", question["question"]]

    commands = [
        ["settings"],
        ["settings", "--json"],
        ["index", "build"],
        ["index", "status", "--json"],
        ask,
        [*ask, "--json", "--explain"],
        ["eval", str(questions), "--out", str(tmp_path / "home" / "run")],
        [*ask, "--answer-model", KEYS[1]],
        [*ask, "--port", KEYS[1]],
        ["chat", "--host", f"ada:{PASSWORD}@1.2.3.4"],
    ]
    codes = [_code(command) for command in commands]
    streams = "".join(capsys.readouterr())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    stored = b"".join(path.read_bytes() for path in files)

    assert codes == [0, 0, 0, 0, 0, 0, 0, 2, 2, 2]
    assert "cannot be reached" in streams  # the URL was used, and its failure said
    assert len(files) > 5
    kept = [path for path in files if tmp_path / "home" in path.parents and path.suffix != ".html"]
    assert {oct(path.stat().st_mode & 0o077) for path in kept} == {"0o0"}
    for secret in (PASSWORD, "Q1Sentinel", KEYS[0], KEYS[1]):
        assert secret not in streams
        assert secret.encode() not in stored


def _code(command):
    try:
        return main(command)
    except SystemExit as ended:
        return ended.code

"""`python -m rag chat`, started and ended as a person does."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from rag.config import Config, load_config
from rag.ui.server import settings_environment
from tests.ui.chat_server import REPO, raw


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def chat(port, folder, *options):
    folders = [f"--index={folder / 'index'}", f"--corpus={folder / 'corpus'}"]
    return [
        sys.executable,
        "-m",
        "rag",
        "chat",
        "--no-browser",
        f"--port={port}",
        *folders,
        *options,
    ]


def test_the_environment_gives_the_server_exactly_these_settings():
    config = Config(answer_model="openai:x", hits=3, limit_file_mb=0.5, port=9000)

    assert load_config(environment=settings_environment(config)) == config


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_the_chat_reads_the_articles_prints_its_address_and_ends(tmp_path, free_port, ended_by):
    if signal.getsignal(ended_by) is signal.SIG_IGN:
        pytest.skip(f"the tests themselves were started so as to ignore {ended_by.name}")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "dam.md").write_text("The dam at Elm was closed in May 2021.")
    process = subprocess.Popen(
        chat(free_port, tmp_path),
        cwd=REPO,
        env=os.environ | {"RAG_HOME": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        reading, built, line = (process.stdout.readline() for _ in range(3))
        with urllib.request.urlopen(f"http://localhost:{free_port}/_stcore/health") as reply:
            health = reply.read()
        host = f"localhost:{free_port}"
        joined, _ = raw(free_port, host, f"http://{host}", path="/_stcore/stream", upgrade=True)
        process.send_signal(ended_by)
        rest = process.stdout.read()

    assert reading == "Reading the articles for the first time.\n"
    assert built.startswith("Version 1 of the index: 1 passages, 1 embedded")
    assert line == f"Footnote is at http://localhost:{free_port} (Ctrl+C ends it)\n"
    assert (health, joined) == (b"ok", 101)
    assert process.returncode == 0
    with socket.create_server(("127.0.0.1", free_port)):
        """The server itself has ended too: its port is free."""
    assert "Traceback" not in rest


def test_a_taken_port_and_an_open_address_are_one_sentence_each(tmp_path, free_port):
    with socket.create_server(("127.0.0.1", free_port)):
        taken = subprocess.run(
            chat(free_port, tmp_path), cwd=REPO, capture_output=True, text=True, check=False
        )
    opened = subprocess.run(
        chat(free_port, tmp_path, "--host=0.0.0.0"),
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (taken.returncode, opened.returncode) == (2, 2)
    assert f"Port {free_port} is taken" in taken.stderr
    assert 'On "0.0.0.0" others could reach the chat' in opened.stderr
    assert "Traceback" not in taken.stderr + opened.stderr

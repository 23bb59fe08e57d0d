"""docs/api.md keeps its word: its examples run against the real server, its limits are ours."""

import json
import os
import re
import subprocess
import sys

import pytest

from rag.api import answering, bodies, replies
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
CALLS = [block for kind, block in BLOCKS if kind == "sh" and "curl" in block]
PROGRAMS = [block for kind, block in BLOCKS if kind == "python"]


@pytest.fixture(scope="module")
def run(chat, api):
    """Return a function from a block and what runs it to what it prints."""

    def run(block, *command):
        code = block.replace("http://localhost:8501", chat.url)
        environment = os.environ | {"TOKEN": api.token}
        return subprocess.run(
            [*command, code], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout

    return run


def test_every_call_of_curl_gets_what_it_asks_for(run):
    whole, follow_up, streamed, searches = (run(block, "bash", "-c") for block in CALLS)

    assert json.loads(whole)["outcome"] == "answered"
    assert json.loads(follow_up)["follows"]
    assert streamed.startswith("event: sentence\ndata: {")
    found, listed, part = (json.loads(each) for each in searches.replace("}{", "}\n{").split("\n"))
    assert len(found["hits"]) == 3
    assert listed["total"] == len(listed["articles"]) > 0
    assert len(part["text"]) == 500 < part["characters"]


def test_every_program_prints_the_answer(run):
    printed = [run(block, sys.executable, "-c") for block in PROGRAMS]

    assert len(printed) == 2
    assert all("26 October 2021" in text and "Sources:" in text for text in printed)
    assert "/library?article=" in printed[0]


def test_its_error_is_what_comes(api):
    [shown] = [json.loads(block) for kind, block in BLOCKS if kind == "json" and "error" in block]

    assert api("/api/ask", {"questoin": "x"})[1] == shown


def test_its_limits_and_codes_are_the_code_s():
    assert f"{answering.WAITING} wait" in TEXT
    assert f"an answer {answering.WITHIN_S:.0f} s" in TEXT
    assert f"{bodies.WITHIN_S:.0f} s to come in" in TEXT
    assert bodies.LARGEST_BYTES == 2**20
    assert [code for code in replies.STATUS_OF_CODE if f"`{code}`" not in TEXT] == []

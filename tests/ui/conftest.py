"""A real chat server and a real browser; a request to any other host fails the test."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
START_WITHIN_S = 60


class ChatServer:
    """`streamlit run` of a launcher with settings of its own; stops and starts again."""

    def __init__(self, folder, *, launcher=REPO / "app.py", **settings):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.url = f"http://localhost:{self.port}"
        self._command = [
            *(sys.executable, "-m", "streamlit", "run", str(launcher)),
            f"--server.port={self.port}",
            *("--server.address=127.0.0.1", "--logger.level=warning"),
        ]
        given = {"home": folder / "home", "index": folder / "index", "corpus": folder / "corpus"}
        self._environment = os.environ | {
            f"RAG_{name.upper()}": str(value) for name, value in (given | settings).items()
        }
        self._environment["PYTHONPATH"] = os.pathsep.join([str(REPO), str(Path(__file__).parent)])

    def start(self):
        self._log = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            self._command, env=self._environment, stdout=self._log, stderr=self._log, cwd=REPO
        )
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2).close()
            except (urllib.error.URLError, OSError):
                assert self._process.poll() is None, self.log()
                assert time.monotonic() < deadline, self.log()
                time.sleep(0.1)
            else:
                return self

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def log(self):
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def conversations(self):
        """What is on disk, by conversation id."""
        paths = (self.folder / "home" / "conversations").glob("*.json")
        return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, one window for a module, so that what it loaded stays loaded.

    It ends with its module: the event loop that drives it must not outlive it.
    """
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is one

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened.new_context(viewport={"width": 1280, "height": 800})
        opened.close()


@pytest.fixture
def open_page(browser):
    """Returns a function that opens a page; foreign requests and script errors fail the test."""
    pages, foreign, broken = [], [], []

    def watched(server, path="", *, scheme="light"):
        page = browser.new_page()
        pages.append(page)
        page.set_default_timeout(20_000)
        page.emulate_media(color_scheme=scheme)
        own = (server.url, server.url.replace("http", "ws", 1), "data:", "blob:", "about:")
        page.on("request", lambda r: None if r.url.startswith(own) else foreign.append(r.url))
        page.on("websocket", lambda w: None if w.url.startswith(own) else foreign.append(w.url))
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda m: broken.append(m.text) if m.type == "error" else None)
        page.goto(server.url + path)
        page.get_by_role("textbox", name="Ask the articles").wait_for()
        return page

    yield watched
    for page in pages:
        page.close()
    assert foreign == []
    assert broken == []

"""Hostile texts through the chat, and hostile file names through the library, in a real browser.

    python -m tests.faults.hostile                200 texts and 50 files, some minutes
    python -m tests.faults.hostile --rounds 20    1,000 texts, each shape in every wrap

Prints how many requests reached another server or left for one; 0 is what must come out. Both
layers are on here; `test_chat_injection` shows that each holds alone and that it could fail.
"""

import argparse
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.ui.chat_server import REPO, ChatServer
from tests.ui.conftest import ARGUMENTS, CHROMIUM
from tests.ui.payloads import WRAPS, file_names, payloads

SETTLE_MS = 700  # for whatever the last click set off
WITHIN_MS = 180_000
LAUNCHER = REPO / "tests" / "ui" / "injection_app.py"


CALLS = []


class Sink(BaseHTTPRequestHandler):
    """Notes who calls, by whatever method."""

    def parse_request(self):
        CALLS.append(self.raw_requestline)
        return super().parse_request()

    def log_message(self, *args):
        """Say nothing."""


def opened(browser, server, left):
    """Return a page that notes in `left` every request for another server."""
    page = browser.new_page()
    page.set_default_timeout(WITHIN_MS)
    own = (server.url, server.url.replace("http", "ws", 1), "data:", "blob:", "about:")
    page.on("request", lambda r: None if r.url.startswith(own) else left.append(r.url))
    return page


def through_the_chat(browser, sink, rounds, left):
    """Show every text at every place of the chat that shows foreign text; return how many."""
    layers = {"INJECTION_ESCAPE": "1", "INJECTION_POLICY": "1", "INJECTION_ROUNDS": str(rounds)}
    with tempfile.TemporaryDirectory() as folder:
        server = ChatServer(
            Path(folder), launcher=LAUNCHER, environment=layers | {"INJECTION_SINK": sink}
        ).start()
        try:
            page = opened(browser, server, left)
            for number in range(rounds):
                page.goto(f"{server.url}/?c={'f' * 14}{255 - number:02x}")
                chip = page.locator(".answer .excerpt .chip").first
                chip.evaluate("e => e.click()")  # a click of a person waits for the whole page
                page.locator(".pane mark.current").wait_for()
                page.wait_for_timeout(SETTLE_MS)
        finally:
            server.stop()
    return rounds * len(payloads(sink))


def through_the_library(browser, sink, left):
    """List and open articles with hostile names, titles and texts; return how many are listed."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, (name, text) in enumerate(zip(file_names(sink), payloads(sink), strict=True)):
            body = f"# {text}\n\nThe bridge number {number} opened in May. {text} It is long.\n"
            (corpus / f"{number} {name}.md").write_text(body, encoding="utf-8")
        server = ChatServer(Path(folder)).start()
        try:
            page = opened(browser, server, left)
            page.goto(f"{server.url}/library")
            listed = page.get_by_text(" of ").filter(has_text="articles").first
            listed.wait_for()
            page.get_by_text("Index version").wait_for()
            page.wait_for_timeout(SETTLE_MS)
            said = listed.inner_text()
            page.goto(f"{server.url}/search")
            page.get_by_role("searchbox").or_(page.get_by_role("textbox")).first.fill("bridge")
            page.get_by_text("The bridge number").first.wait_for()
            page.wait_for_timeout(SETTLE_MS)
        finally:
            server.stop()
    return said


def main():
    """Run both and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, choices=range(1, len(WRAPS) + 1))
    rounds = parser.parse_args().rounds
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sink, left = f"http://127.0.0.1:{server.server_port}", []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        shown = through_the_chat(browser, sink, rounds, left)
        print(f"chat: {shown:,} texts, {len(CALLS)} requests arrived, {len(left)} left")
        said = through_the_library(browser, sink, left)
        print(f"library: {said}, {len(CALLS)} requests arrived, {len(left)} left")
    raise SystemExit(1 if CALLS or left else 0)


if __name__ == "__main__":
    main()

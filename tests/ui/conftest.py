"""A real browser; a request to any other host fails the test, and so does a script error."""

import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP news.example 127.0.0.1",
]


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, one window for a module, so that what it loaded stays loaded.

    It ends with its module: the event loop that drives it must not outlive it.
    """
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened.new_context(viewport={"width": 1280, "height": 800})
        opened.close()


def _is_fault(message):
    """Tell whether a line of the console is an error of ours.

    Streamlit drops the page's icon when a run of the script overtakes the request for it.
    """
    is_icon = "404" in message.text and "/media/" in message.location["url"]
    return message.type == "error" and not is_icon


@pytest.fixture
def open_page(browser):
    """Returns a function that opens a page; foreign requests and script errors fail the test."""
    pages, foreign, broken = [], [], []

    def watched(server, path="", *, scheme="light"):
        page = browser.new_page()
        pages.append(page)
        page.set_default_timeout(60_000)
        page.emulate_media(color_scheme=scheme)
        own = (server.url, server.url.replace("http", "ws", 1), "data:", "blob:", "about:")
        page.on("request", lambda r: None if r.url.startswith(own) else foreign.append(r.url))
        page.on("websocket", lambda w: None if w.url.startswith(own) else foreign.append(w.url))
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on(
            "console",
            lambda m: broken.append(f"{m.text} {m.location}") if _is_fault(m) else None,
        )
        page.goto(server.url + path)
        page.get_by_role("textbox", name="Ask the articles").wait_for()
        return page

    yield watched
    for page in pages:
        page.close()
    assert foreign == []
    assert broken == []


@pytest.fixture
def sink():
    """A server on another port that notes who calls."""
    calls = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            calls.append(self.path)
            self.send_response(204)
            self.end_headers()

        def do_POST(self):
            self.do_GET()

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", calls
    server.shutdown()
    server.server_close()
    thread.join()

"""A real browser; a request to any other host fails the test, and so does a script error."""

import json
import re
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rag.ui.conversation_list import SEARCHED_FROM
from rag.ui.conversations import ConversationStore
from tests.ui.chat_server import REPO, ChatServer

PARTS = ("source", "telecoms", "trade")  # of the demo corpus; enough, and built in seconds
ARTICLE = "source/technology-measures-on-hold.md"
SET = [
    {
        "id": "found",
        "question": "What do critics fear about the pause?",
        "articles": [ARTICLE],
        "quotes": [
            "Critics fear that it exposes American data centres, and American technology more "
            "widely, to threats from China."
        ],
        "tags": ["single"],
    },
    {
        "id": "else",
        "question": "Who opposes the pause?",
        "articles": [ARTICLE],
        "quotes": ["They see the danger as greater because data centres are being built at speed"],
        "tags": ["single"],
    },
    {"id": "bread", "question": "How long does sourdough need in the oven?", "answerable": False},
]
STORY = (
    "The harbour board of Norrhamn ordered two cranes on Monday. They arrive by barge in May. "
    "Each of them lifts forty tonnes, which is twice what the old ones could."
)
HOSTILE = "![x](http://sink.example/a) <img src=http://sink.example/b>"
TOLD_TWICE = {
    "one": ("Cranes", "Nothing else is planned."),
    "two": (HOSTILE, "A third follows in 2027."),
}
SETTINGS = "# Kept by hand.\nhits = 12  # passages\n"
PATIENCE_MS = 120_000  # with another worker and the checks beside it; most take some 100
# The first has no windows and no start page to draw, which halves what a browser test costs.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-gpu",  # there is none: to play one takes a fifth of the browser's time
    "--host-resolver-rules=MAP news.example 127.0.0.1",
]

AXE = REPO / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = """
async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(({impact}) => impact === 'serious' || impact === 'critical')
  .flatMap(({id, nodes}) => nodes.map(({html, any}) => [id, html.slice(0, 120), any[0]?.message]))
"""
NOTHING_FADES = """
() => !document.querySelector('[data-stale=true]') && document.getAnimations().every(
  ({playState, effect}) => playState !== 'running' || effect.getTiming().iterations === Infinity)
"""


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One chat over a part of the demo corpus, for all modules that leave these articles be."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    folder = tmp_path_factory.mktemp("chat")
    corpus = folder / "corpus"
    for part in PARTS:
        shutil.copytree(REPO / "corpus" / part, corpus / part)
    (corpus / "told-again.md").write_bytes((corpus / ARTICLE).read_bytes())
    (corpus / "broken.pdf").write_bytes(b"no PDF at all")
    for name, (title, last) in TOLD_TWICE.items():
        text = f"---\ntitle: '{title}'\noutlet: Wire {name}\n---\n{STORY}\n\n{last}\n"
        (corpus / f"{name}.md").write_text(text, encoding="utf-8")
    questions = folder / "home" / "questions" / "small.jsonl"
    questions.parent.mkdir(parents=True)
    questions.write_text("".join(json.dumps(row) + "\n" for row in SET), encoding="utf-8")
    file = folder / "footnote.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    launcher = REPO / "tests" / "ui" / "chat_app.py"
    server = ChatServer(folder, launcher=launcher, environment={"RAG_SETTINGS": str(file)}).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def answers_server(tmp_path_factory):
    """One chat over the hand-made answers of `answers`, for what needs no model.

    It has conversations enough for a field to search them, which must not take the keyboard.
    """
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    folder = tmp_path_factory.mktemp("answers")
    store = ConversationStore(folder / "home" / "conversations")
    for number in range(SEARCHED_FROM):
        store.save(store.new(f"An earlier question, {number}"))
    launcher = REPO / "tests" / "ui" / "answers_app.py"
    server = ChatServer(folder, launcher=launcher).start()
    yield server
    server.stop()


@pytest.fixture
def open_indexed(server, open_page):
    """Returns a function that opens a page of the chat, by its link where one is named."""

    def opened(link="Chat", **options):
        page = open_page(server, **options)
        built = page.get_by_text(re.compile("Index version"))
        built.wait_for(state="attached")  # the first build
        if link != "Chat":
            page.get_by_role("link", name=link).click()
            page.get_by_role("heading", name=link, level=1).wait_for()
        return page

    return opened


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, one window for a module, so that what it loaded stays loaded.

    It ends with its module: the event loop that drives it must not outlive it.
    """
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened.new_context(viewport={"width": 1280, "height": 800})
        opened.close()


def _is_fault(message):
    """Tell whether a line of the console is an error of ours.

    Streamlit drops the page's icon when a run of the script overtakes the request for it, and looks
    for its server below the path of a page that is loaded anew.
    """
    missing = ("/media/", "/_stcore/health", "/_stcore/host-config")
    is_theirs = "404" in message.text and any(each in message.location["url"] for each in missing)
    return message.type == "error" and not is_theirs


@pytest.fixture
def open_page(browser):
    """Returns a function that opens a page; foreign requests and script errors fail the test."""
    pages, foreign, broken = [], [], []

    def watched(server, path="", *, scheme="light"):
        page = browser.new_page()
        pages.append(page)
        page.set_default_timeout(PATIENCE_MS)
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


def drawn(page):
    """Return the page once no run of its script draws it anew, which could swallow a click."""
    page.locator("[data-test-script-state=notRunning]").wait_for()
    return page


def serious(page):
    """Return what axe-core finds of serious or critical impact; nothing where it is not there."""
    if not AXE.exists():
        return []
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.wait_for_timeout(500)  # what fades in has no contrast yet
    page.wait_for_function(NOTHING_FADES)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(FINDINGS)


@pytest.fixture
def backend(assistant, monkeypatch):
    """The backend of a page that Streamlit runs without a browser, over a module's assistant."""
    from rag.ui import backend as module

    made = module.Backend(assistant)
    monkeypatch.setattr(module, "shared_backend", lambda: made)
    return made


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

"""Hostile text in every place that shows foreign text: no request, no markup.

Each of the two layers must hold alone, so each is taken out in turn; with both out the same
page must be caught calling, or the test could not fail.
"""

import pytest

from tests.ui.chat_server import REPO, ChatServer

LAUNCHER = REPO / "tests" / "ui" / "injection_app.py"
SETTLE_MS = 700  # for whatever the last click set off


@pytest.fixture
def start(sink, tmp_path):
    """Returns a function that serves hostile text with one layer or the other."""
    started = []

    def serve(*, escape, policy):
        address, calls = sink
        layers = {"INJECTION_ESCAPE": escape, "INJECTION_POLICY": policy}
        server = ChatServer(
            tmp_path, launcher=LAUNCHER, environment=layers | {"INJECTION_SINK": address}
        )
        started.append(server.start())
        return server, address, calls

    yield serve
    for server in started:
        server.stop()


@pytest.mark.parametrize(
    ("escape", "policy", "is_safe"),
    [
        pytest.param("1", "0", True, id="escape alone"),
        pytest.param("0", "1", True, id="policy alone"),
        pytest.param("0", "0", False, id="neither"),
    ],
)
def test_hostile_text_calls_nobody_and_becomes_no_element(browser, start, escape, policy, is_safe):
    server, address, calls = start(escape=escape, policy=policy)
    page = browser.new_page()
    page.set_viewport_size({"width": 1600, "height": 900})  # has the sidebar beside an article
    page.set_default_timeout(60_000)
    try:
        page.goto(f"{server.url}/?c={'f' * 16}")
        page.get_by_text("Since then").click()
        page.get_by_text("Limits", exact=True).click()
        for kind in (".excerpt .chip", ".prose .chip", ".miss"):
            _open(page, page.locator(f".answer {kind}").first)
        page.get_by_text("Why this answer").click()
        page.locator(".why .part").first.wait_for()
        for folded in page.locator(".why details > summary").all():
            folded.evaluate("summary => { summary.parentElement.open = true; }")
        page.get_by_role("combobox", name="Articles").click()
        page.wait_for_timeout(SETTLE_MS)
        made = page.evaluate(FIND_MARKUP, address)
        home = page.url
    finally:
        page.close()

    assert (calls == []) is is_safe, calls
    assert home.startswith(server.url)
    if escape == "1":
        assert made == []


def _open(page, quote):
    """Open a quote; a page that is just being drawn anew may miss the first click."""
    from playwright.sync_api import TimeoutError as Late  # only where Chromium is

    quote.click()
    try:
        page.locator(".pane mark.current").wait_for(timeout=20_000)
    except Late:
        quote.click()
        page.locator(".pane mark.current").wait_for()


FIND_MARKUP = """
sink => {
  const roots = [document];
  for (const root of roots)
    for (const e of root.querySelectorAll('*')) if (e.shadowRoot) roots.push(e.shadowRoot);
  const found = [];
  for (const root of roots)
    for (const e of root.querySelectorAll('*'))
      for (const { name, value } of e.attributes)
        if (!['title', 'aria-label', 'value', 'alt'].includes(name) && value.includes(sink))
          found.push(`<${e.localName} ${name}="${value.slice(0, 60)}">`);
  return found;
}
"""

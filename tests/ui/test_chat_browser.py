"""The chat in a real browser, with the real assistant over the demo corpus."""

import json
import re
import shutil

import pytest

from tests.openai_server import OpenAIServer, Reply
from tests.ui.chat_server import REPO, ChatServer, raw
from tests.ui.conftest import PARTS, PATIENCE_MS, serious

QUESTION = "Which two measures have been put on hold?"
LATER_QUESTION = "What do critics fear about the pause?"  # answered from far down the article
MODEL_REPLY = {
    "sentences": [
        {
            "text": "Two of the measures now on hold have been described.",
            "quotes": [
                {"passage": 1, "quote": "Two of the measures now on hold have been described."}
            ],
        },
        {"text": "This sentence never ends" + " and never ends" * 80, "quotes": []},
    ],
    "abstain": False,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory, browser):
    folder = tmp_path_factory.mktemp("chat")
    for part in PARTS:
        shutil.copytree(REPO / "corpus" / part, folder / "corpus" / part)
    server = ChatServer(folder).start()
    yield server
    server.stop()


IN_VIEW = """
() => [...document.querySelectorAll('*')].some(host => {
  const body = host.shadowRoot?.querySelector('.pane .body')?.getBoundingClientRect();
  const mark = host.shadowRoot?.querySelector('mark.current')?.getBoundingClientRect();
  return mark && mark.top > body.top && mark.bottom < body.bottom && body.bottom <= innerHeight;
})
"""


def ask(page, question):
    """Ask, wait until the answer is whole, and return its view."""
    before = page.locator(".answer .foot, .answer .failure").count()
    box = page.get_by_role("textbox", name="Ask the articles")
    box.fill(question)
    box.press("Enter")
    page.locator(".answer .foot, .answer .failure").nth(before).wait_for()
    return page.locator(".answer").last


@pytest.fixture
def asked(server, open_page):
    page = open_page(server)
    page.get_by_text(re.compile("Index version")).wait_for()  # the first build
    return page, ask(page, QUESTION)


def stored(server, page):
    conversation = re.search(r"c=([0-9a-f]{16})", page.url)[1]
    return server.conversations()[conversation]


def test_a_question_in_haste_waits_for_the_first_build_and_others_are_offered(server, open_page):
    page = open_page(server)
    page.set_default_timeout(2 * PATIENCE_MS)  # until the models are loaded and the index is built
    answer = ask(page, QUESTION)  # types as soon as the box is open
    assert answer.locator(".failure").count() == 0
    assert answer.locator(".excerpt .chip").count() >= 1

    page.get_by_role("button", name="New conversation").click()
    suggestion = page.locator("[class*=st-key-suggestion-0] button")
    suggestion.wait_for()
    question = suggestion.inner_text()
    suggestion.click()
    page.locator(".answer .foot").wait_for()

    assert question
    assert page.locator(".answer .refusal").count() == 0
    assert page.locator(".answer .excerpt .chip").count() >= 1
    assert question in page.get_by_test_id("stChatMessage").first.inner_text()


def test_a_citation_opens_the_article_with_exactly_the_quote_marked_and_in_view(server, open_page):
    page = open_page(server)
    page.set_viewport_size({"width": 1280, "height": 520})
    answer = ask(page, LATER_QUESTION)

    answer.locator(".excerpt .chip").first.click()
    mark = page.locator(".pane mark.current")
    mark.wait_for()

    quote = stored(server, page)["exchanges"][-1]["answer"]["sentences"][0]["quotes"][0]
    article = (server.folder / "corpus" / quote["article_id"]).read_text(encoding="utf-8")
    assert mark.evaluate("mark => mark.textContent") == quote["text"]
    assert " ".join(quote["text"].split()) in " ".join(article.split())
    assert page.locator(".pane h2").inner_text() == quote["title"]
    page.wait_for_function(IN_VIEW)
    page.set_viewport_size({"width": 420, "height": 900})
    page.locator(".pane.narrow").wait_for()
    box = page.locator(".pane").bounding_box()
    assert (box["x"], box["width"]) == (0, 420)  # the article covers the chat
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


def test_a_follow_up_says_what_it_follows_and_a_refusal_why_with_near_misses_to_open(asked):
    page, _ = asked
    follow_up = ask(page, "And what do critics fear about it?")
    assert QUESTION in follow_up.locator(".query").first.inner_text()

    answer = ask(page, "How long does sourdough bread need in the oven?")

    assert answer.locator(".refusal .label").inner_text() == "Not in the articles"
    assert answer.locator(".refusal .reason").inner_text()
    assert answer.locator(".chip").count() == 0
    misses = answer.locator(".miss")
    if misses.count():
        said = misses.first.locator(".text").inner_text().strip("“”")
        misses.first.click()
        mark = page.locator(".pane mark.current")
        mark.wait_for()
        assert mark.evaluate("mark => mark.textContent").split() == said.split()


def test_a_reload_and_a_restart_keep_the_conversation(server, asked):
    page, answer = asked
    said = answer.locator(".groups").inner_text()

    page.reload()
    page.locator(".answer .foot").wait_for()
    after_reload = page.locator(".answer .groups").inner_text()
    address = page.url
    page.goto("about:blank")
    server.stop()
    server.start()
    page.goto(address)
    page.locator(".answer .foot").wait_for()

    assert after_reload == said
    assert page.locator(".answer .groups").inner_text() == said


def test_a_new_article_is_noticed_built_and_answered_from_and_old_citations_stay_true(
    server, asked
):
    page, _ = asked
    old = stored(server, page)["exchanges"][-1]["answer"]["sentences"][0]["quotes"][0]
    new = "The harbour ferry to Osterholm runs every forty minutes from March to October."
    (server.folder / "corpus" / "ferry.md").write_text(
        f"---\ntitle: The ferry to Osterholm\npublished: 2026-02-03\n---\n{new}\n",
        encoding="utf-8",
    )
    changed = server.folder / "corpus" / old["article_id"]
    text = changed.read_text(encoding="utf-8")
    sentence = re.escape(old["text"]).replace(r"\ ", r"\s+")
    changed.write_text(re.sub(sentence, "This was taken out.", text), encoding="utf-8")

    page.get_by_text("Since then: 1 added, 1 changed").wait_for()
    page.get_by_role("button", name="Rebuild").click()
    page.get_by_text(re.compile(r"Built in .* s: 1 added, 1 changed")).wait_for()
    page.get_by_text(re.compile(r"^\d+ answers? (is|are) touched")).click()
    page.get_by_role("link", name=QUESTION).last.wait_for()
    answer = ask(page, "How often does the ferry to Osterholm run?")

    assert "every forty minutes" in answer.locator(".groups").inner_text()
    assert "The ferry to Osterholm" in answer.locator(".from").first.inner_text()
    first = page.locator(".answer").first.locator(".excerpt .chip").first
    first.click()
    page.get_by_text("This article has changed since the answer.").wait_for()
    mark = page.locator(".pane mark.current")
    assert mark.evaluate("mark => mark.textContent") == old["text"]


def test_a_question_that_is_too_long_is_said_and_stays_in_the_box(server, open_page):
    page = open_page(server)
    box = page.get_by_role("textbox", name="Ask the articles")
    box.fill("x" * 5_112)
    box.press("Enter")

    page.get_by_text("Your question has 5,112 characters; the limit is 4,000.").wait_for()

    from playwright.sync_api import expect  # only where Chromium is

    expect(box).to_have_value("x" * 5_112)


def test_a_conversation_is_renamed_and_deleted_only_after_a_question(server, asked):
    page, _ = asked
    mine = re.search(r"c=([0-9a-f]{16})", page.url)[1]

    explanations = server.folder / "home" / "explanations"
    assert list(explanations.glob(f"{mine}-*"))
    page.get_by_role("button", name="Rename").click()
    title = page.get_by_role("textbox", name="Title")
    title.fill("*Measures* on hold")
    title.press("Enter")
    page.locator(f".st-key-conversation-{mine}").get_by_text("*Measures* on hold").wait_for()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_role("heading", name="Footnote", level=1).wait_for()

    assert mine not in server.conversations()
    assert not list(explanations.glob(f"{mine}-*"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 420)])
def test_why_is_folded_under_an_answer_and_tells_each_sentence_of_it(
    server, open_page, scheme, width
):
    page = open_page(server, scheme=scheme)
    page.get_by_text(re.compile("Index version")).wait_for()
    page.set_viewport_size({"width": width, "height": 900})
    answer = ask(page, "What did the H20 restriction cost Nvidia?")
    said = [text.strip() for text in answer.locator(".sentence").all_text_contents()]
    why = page.get_by_text("Why this answer")
    why.wait_for()
    was_folded = page.locator(".why").count() == 0

    why.click()
    page.locator(".why .decided").wait_for()
    page.get_by_text("What speaks for an answer and against it").click()
    page.get_by_text("what it is made of").first.click()
    page.get_by_text("the first excerpt answers, read alone").wait_for()
    shown = page.locator(".why .hits > li", has=page.locator("strong", has_text="Shown"))
    texts = [text.strip("“”") for text in shown.locator(".text").all_inner_texts()]
    faults = serious(page)
    sideways = page.evaluate("document.documentElement.scrollWidth")
    why.click()
    page.locator(".why").wait_for(state="detached")

    assert was_folded
    assert len(texts) == len(said)
    assert all(any(text in sentence for sentence in said) for text in texts)
    assert faults == []
    assert sideways <= width


def test_stop_keeps_the_sentence_that_came_from_a_slow_answer_model(open_page, tmp_path):
    shutil.copytree(REPO / "corpus" / "source", tmp_path / "corpus")
    reply = Reply(json.dumps(MODEL_REPLY), piece=16, delay_s=0.1)
    with OpenAIServer(reply) as model:
        settings = {"answer_model": "test", "answer_model_url": model.url}
        slow = ChatServer(tmp_path, **settings).start()
        try:
            page = open_page(slow)
            page.get_by_text("Index version 1").wait_for()
            box = page.get_by_role("textbox", name="Ask the articles")
            box.fill(QUESTION)
            box.press("Enter")
            page.locator(".answer .sentence").wait_for()  # LangChain loads first
            page.get_by_test_id("stMain").get_by_role("button", name="Stop").click()
            page.locator(".answer .foot").wait_for()
            said = page.locator(".answer").inner_text()
            exchange = stored(slow, page)["exchanges"][0]
            page.close()
        finally:
            slow.stop()

    assert "Two of the measures now on hold have been described." in said
    assert "Stopped. This is the part that had come." in said
    assert "never ends" not in said
    assert exchange["state"] == "stopped"
    assert len(exchange["answer"]["sentences"]) == 1


def test_over_a_socket_only_the_own_host_and_origin_are_served_and_every_response_has_headers(
    server,
):
    port = server.port
    own = [f"localhost:{port}", f"127.0.0.1:{port}"]
    other = [f"evil.example:{port}"]  # `test_chat_web` has the others that may be said
    origins = [None, *(f"http://{host}" for host in own), "http://evil.example"]
    pages = ["/", "/_stcore/health", "/_stcore/host-config", "/static/none.js", "/media/x"]

    for host in own + other:
        for origin in origins:
            is_own = host in own and (origin is None or origin.removeprefix("http://") in own)
            for path in pages:
                status, head = raw(port, host, origin, path=path)
                assert (status != 403) is is_own, (host, origin, path, status)
                assert "content-security-policy: default-src 'self'" in head
                assert "x-content-type-options: nosniff" in head
            status, _ = raw(port, host, origin, path="/_stcore/stream", upgrade=True)
            assert (status == 101) is (is_own and origin is not None), (host, origin, status)

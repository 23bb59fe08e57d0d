"""With `public_name` each visitor is alone with what they made; the rest is the owner's."""

import re

import pytest

from rag.ui.visitors import (
    COOKIE,
    OWNER,
    Signer,
    Visitor,
    new_visitor,
    signer_of,
)
from tests.ui.answers import NEXT
from tests.ui.chat_server import REPO, ChatServer, raw
from tests.ui.test_chat_browser import ask
from tests.ui.test_login import drawn

LAUNCHER = REPO / "tests" / "ui" / "answers_app.py"
QUESTION = "How many berths does Norrhamn have?"
ANSWER = "now has nine berths"
WITH_BROWSERS = pytest.mark.timeout(900)  # on a busy machine a new profile takes minutes
OPEN_WITHIN_MS = 180_000  # a new profile loads all of Streamlit


@pytest.fixture(scope="module")
def server(tmp_path_factory, browser):
    folder = tmp_path_factory.mktemp("visited")
    started = ChatServer(folder, launcher=LAUNCHER, public_name="news.example").start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def profiles(server, browser):
    """Two visitors and the owner, each with a browser profile of their own."""
    contexts = [browser.browser.new_context() for _ in range(3)]
    link = signer_of(server.folder / "home").owner_path
    pages = [
        opened(server, each, path) for each, path in zip(contexts, ("/", "/", link), strict=True)
    ]
    yield pages
    for context in contexts:
        context.close()


def opened(server, context, path):
    """Return a new tab of a profile, once the chat is drawn."""
    page = context.new_page()
    page.set_default_timeout(OPEN_WITHIN_MS)
    page.goto(server.url + path)
    page.get_by_role("textbox", name="Ask the articles").wait_for()
    return page


@pytest.fixture(scope="module")
def asked(profiles):
    """The conversation of the first visitor, with feedback, and its cookie."""
    ann, _, _ = profiles
    ask(ann, QUESTION)
    ann.get_by_role("button", name="Right", exact=True).click()
    ann.get_by_role("button", name="Right", exact=True, pressed=True).wait_for()
    cookie = next(each for each in ann.context.cookies() if each["name"] == COOKIE)
    return re.search(r"c=([0-9a-f]{16})", ann.url)[1], cookie


@WITH_BROWSERS
def test_one_visitor_never_sees_another_s_conversation_and_the_owner_neither(
    server, profiles, asked
):
    conversation, cookie = asked
    ann, *others = profiles
    visitor = signer_of(server.folder / "home").visitor({COOKIE: cookie["value"]})
    shelf = server.folder / "home" / "visitors" / visitor.id

    for page in others:
        page.goto(f"{server.url}/?c={conversation}")
        page.get_by_text("Questions that these articles answer").wait_for()
        assert page.get_by_text(QUESTION).count() == 0
        assert conversation not in page.url
    ann.reload()
    ann.get_by_text(ANSWER).wait_for()

    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert (shelf / "conversations" / f"{conversation}.json").is_file()
    assert QUESTION in (shelf / "feedback.jsonl").read_text(encoding="utf-8")
    assert server.conversations() == {}  # the owner's


@WITH_BROWSERS
def test_over_a_socket_a_conversation_is_drawn_for_its_visitor_s_signed_cookie_only(server, asked):
    conversation, cookie = asked
    signer, mine = signer_of(server.folder / "home"), cookie["value"]
    name, _, mac = mine.partition(".")
    others = {
        "nobody": "",
        "another": signer.cookie(new_visitor()),
        "forged": f"{name}.{'0' * len(mac)}",
        "signed for another": f"{name}.{signer.cookie(new_visitor()).partition('.')[2]}",
        "foreign key": Signer(b"k" * 32).cookie(Visitor(name)),
        "a path": f"../{name}.{mac}",
        "the owner": signer.cookie(OWNER),
    }

    assert ANSWER.encode() in drawn(server, conversation=conversation, cookie=mine)
    for who, value in others.items():
        page = drawn(server, conversation=conversation, cookie=value)
        assert QUESTION.encode() not in page, who
        assert ANSWER.encode() not in page, who
        assert NEXT[0].encode() in page, who  # the start page


@WITH_BROWSERS
def test_building_and_evaluation_are_the_owner_s(server, profiles, asked):
    visitor, _, owner = profiles
    visitor.goto(f"{server.url}/?c={asked[0]}")
    visitor.get_by_text(ANSWER).wait_for()
    names = ("Rebuild", "Evaluation")
    found = {name: visitor.get_by_text(name, exact=True).count() for name in names}
    cases = visitor.locator(".action.case").count()
    visitor.goto(f"{server.url}/evaluation")
    visitor.get_by_role("textbox", name="Ask the articles").wait_for()

    assert (found, cases) == (dict.fromkeys(names, 0), 0)
    assert visitor.get_by_text("No question set yet").count() == 0
    ask(owner, QUESTION)
    owner.locator(".action.case").wait_for()
    owner.get_by_text("Rebuild", exact=True).wait_for()
    owner.get_by_text("Evaluation", exact=True).click()
    owner.get_by_text("No question set yet").wait_for()


def test_only_the_public_name_is_served_and_the_owner_s_link_only_as_it_was_printed(server):
    port, own = server.port, f"http://{server.host}"
    link = signer_of(server.folder / "home").owner_path

    for host in (f"localhost:{port}", f"127.0.0.1:{port}", "news.example"):
        assert raw(port, host, None)[0] == 403
        assert raw(port, host, own, path="/_stcore/stream", upgrade=True)[0] == 403
    assert raw(port, server.host, None)[0] == 200
    taken, head = raw(port, server.host, None, path=link)
    assert (taken, "httponly; samesite=lax" in head, "location: /\r" in head) == (303, True, True)
    for path in ("/owner/", link[:-1] + "g", f"{link}0", "/owner/%ff"):
        refused, head = raw(port, server.host, None, path=path)
        assert (refused, "set-cookie" in head) == (403, False)

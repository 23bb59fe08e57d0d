"""Who a visitor is, and what only the owner may do."""

import stat

import pytest

from rag.assistant import Assistant
from rag.config import Config
from rag.errors import ConfigError
from rag.ui.backend import Backend
from rag.ui.server import check_address, visitors_text
from rag.ui.visitors import (
    COOKIE,
    OWNER,
    SECURE_COOKIE,
    Signer,
    VisitorCookies,
    new_visitor,
    signer_of,
)
from tests.ui.test_chat_web import answer, served


@pytest.mark.parametrize(("scheme", "name"), [("http", COOKIE), ("https", SECURE_COOKIE)])
def test_a_page_gets_a_cookie_that_is_kept_and_behind_tls_it_goes_there_only(scheme, name):
    signer = Signer(b"k" * 32)
    app = VisitorCookies(served, signer=signer)
    accept = ("accept", "text/html")

    def cookie_of(*headers):
        sent = dict(answer(app, headers=[accept, *headers], scheme=scheme)["headers"])
        return sent[b"set-cookie"].decode()

    first = cookie_of()
    value = first.partition("=")[2].partition(";")[0]
    again = cookie_of(("cookie", f"broken[=1; {name}={value}; other=2"))

    assert first.startswith(f"{name}=")
    assert ("; Secure" in first) is (scheme == "https")
    assert again == first
    assert answer(app, headers=[], scheme=scheme)["headers"] == []  # no page, no cookie


def test_a_visitor_uploads_nothing_the_owner_does():
    signer = Signer(b"k" * 32)
    app = VisitorCookies(served, signer=signer)
    path = "/_stcore/upload_file/session/file"

    def status(visitor):
        cookie = f"{COOKIE}={signer.cookie(visitor)}"
        return answer(app, path=path, headers=[("cookie", cookie)])["status"]

    assert (status(new_visitor()), status(OWNER)) == (403, 200)


def test_the_key_is_made_once_for_the_person_alone(tmp_path):
    home = tmp_path / "home"
    made = signer_of(home)
    signer_of.cache_clear()

    assert signer_of(home).owner_path == made.owner_path
    assert stat.S_IMODE((home / "visitors.key").stat().st_mode) == 0o600

    (home / "visitors.key").write_bytes(b"short")
    signer_of.cache_clear()
    with pytest.raises(ConfigError) as refused:
        signer_of(home)
    assert refused.value.code == "E-CFG-004"


@pytest.mark.parametrize("name", ["https://news.example", "news.example/", "a b", "a\nb", ".x"])
def test_a_public_name_that_no_browser_would_send_is_refused(name):
    with pytest.raises(ConfigError) as refused:
        check_address("127.0.0.1", public_name=name)

    assert refused.value.code == "E-CFG-002"


@pytest.mark.parametrize(
    ("settings", "said", "may_spend"),
    [
        ({}, "quotes only", False),
        ({"answer_model": "openai:x"}, "quotes only", False),
        ({"answer_model_for": "visitors"}, "quotes only", False),
        (
            {"answer_model": "openai:x", "answer_model_for": "visitors"},
            "answers by the answer model",
            True,
        ),
    ],
)
def test_the_answer_model_is_the_owner_s_unless_it_is_shared_and_the_start_says_so(
    tmp_path, settings, said, may_spend
):
    config = Config(home=tmp_path, public_name="news.example", **settings)
    backend = Backend(Assistant(config))

    visited = backend.for_visitor(new_visitor())

    assert f"Visitors can ask ({said}" in visitors_text(config)
    assert (visited.assistant.answer_model is not None) is may_spend
    assert bool(visited.config.answer_model) is may_spend
    assert backend.for_visitor(OWNER).config is config


@pytest.mark.parametrize(
    ("host", "scheme"),
    [("127.0.0.1", "https"), ("0.0.0.0", "http")],  # noqa: S104 - said, not listened on
)
def test_the_owner_s_link_leads_through_the_proxy_or_straight(tmp_path, host, scheme):
    config = Config(home=tmp_path, host=host, public_name="news.example")

    link = visitors_text(config).splitlines()[-1]

    assert link == f"{scheme}://news.example{signer_of(tmp_path).owner_path}"

import asyncio
import base64
import hashlib
import re

import pytest

from rag.errors import ConfigError
from rag.ui.escape import escape
from rag.ui.server import check_address
from rag.ui.web import HostOriginGuard, SecurityHeaders, inline_script_hashes

PORT = 8501


async def served(scope, receive, send):
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def answer(app, *, kind="http", path="/", headers=(), scheme="http"):
    scope = {
        "type": kind,
        "path": path,
        "scheme": scheme,
        "server": ("127.0.0.1", PORT),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0]


@pytest.mark.parametrize(
    ("host", "origin", "http", "socket"),
    [
        ("localhost:8501", None, True, False),
        ("localhost:8501", "http://localhost:8501", True, True),
        ("127.0.0.1:8501", "http://127.0.0.1:8501", True, True),
        ("127.0.0.1:8501", "http://localhost:8501", True, True),
        ("localhost:8501", "http://localhost:8502", False, False),
        ("localhost:8501", "http://evil.example", False, False),
        ("localhost:8501", "null", False, False),
        ("localhost:8501", "file://localhost:8501", False, False),
        ("localhost:8501", "http://localhost:8501.evil.example", False, False),
        ("localhost", "http://localhost:8501", False, False),
        ("localhost:8502", None, False, False),
        ("evil.example:8501", "http://evil.example:8501", False, False),
        ("evil.example", None, False, False),
        ("", None, False, False),
        (None, None, False, False),
    ],
)
def test_only_this_server_s_own_host_and_origin_get_through(host, origin, http, socket):
    headers = [(k, v) for k, v in (("host", host), ("origin", origin)) if v is not None]
    guard = HostOriginGuard(served)

    asked = answer(guard, headers=headers)
    joined = answer(guard, kind="websocket", headers=headers)

    assert (asked["status"] == 200) is http
    assert (joined["type"] == "websocket.accept") is socket
    assert socket or joined["code"] == 1008


def test_two_host_headers_are_refused():
    headers = [("host", "localhost:8501"), ("host", "evil.example")]

    assert answer(HostOriginGuard(served), headers=headers)["status"] == 403


def test_the_public_name_is_welcome_only_when_it_is_set():
    headers = [("host", "news.example"), ("origin", "https://news.example")]

    assert answer(HostOriginGuard(served), headers=headers)["status"] == 403
    behind_proxy = HostOriginGuard(served, public_name="news.example")
    assert answer(behind_proxy, headers=headers)["status"] == 200


def test_every_response_has_the_policy_with_the_exact_port_refusals_too():
    app = SecurityHeaders(HostOriginGuard(served), script_hashes=["sha256-abc="])

    for host, status in (("localhost:8501", 200), ("evil.example", 403)):
        start = answer(app, headers=[("host", host)])
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        policy = headers["content-security-policy"]

        assert start["status"] == status
        assert "script-src 'self' 'sha256-abc=';" in policy
        assert "connect-src 'self' ws://localhost:8501 ws://127.0.0.1:8501;" in policy
        assert "unsafe-eval" not in policy
        assert "*" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"


def test_the_policy_allows_exactly_the_inline_scripts_of_the_installed_page(tmp_path):
    page = tmp_path / "index.html"
    page.write_text("<script>one()</script><script src='x.js'></script>", encoding="utf-8")

    digest = base64.b64encode(hashlib.sha256(b"one()").digest()).decode()

    assert inline_script_hashes(page) == (f"sha256-{digest}",)
    assert len(inline_script_hashes()) == 1


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.4", "::", "", None])  # noqa: S104
def test_an_address_that_others_reach_is_refused_unless_it_is_meant(address):
    with pytest.raises(ConfigError) as refused:
        check_address(address, public_name="")

    assert refused.value.code == "E-CFG-002"
    check_address(address, public_name="news.example")


def test_loopback_is_served_without_asking():
    for address in ("127.0.0.1", "localhost", "::1"):
        check_address(address, public_name="")


def test_escaped_text_holds_no_character_that_markdown_reads():
    every = "".join(map(chr, range(32, 127)))
    unescaped = re.compile(r"(?<!\\)(?:\\\\)*[\[\]!`$:|#*_~^{}()]|<|>|&(?!amp;|lt;|gt;)")

    assert not unescaped.search(escape(every))
    assert escape("a\x00b\u202ec\ud800\nd") == "a\ufffdb\ufffdc\ufffd d"

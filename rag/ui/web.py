"""What stands before the chat server: who may talk to it, and what a browser may load.

`HostOriginGuard` turns away every request that was not meant for this server (DNS rebinding,
other sites, other local ports). `SecurityHeaders` adds the content security policy and its
companions to every response, refusals too. Both are plain ASGI.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = ("localhost", "127.0.0.1")
POLICY_VIOLATION = 1008  # WebSocket close code of RFC 6455, section 7.4.1
FORBIDDEN = 403

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_COMPONENT_FILES = "/_stcore/bidi-components/"

# `style-src 'unsafe-inline'` is what Streamlit's styling library needs; with images, fonts and
# styles limited to this server, a style can load nothing from outside.
_POLICY = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
    "form-action 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "font-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' {hashes}; "
    "worker-src 'self' blob:; connect-src 'self'{sockets}; frame-src 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-dns-prefetch-control": "off",
}


class HostOriginGuard:
    """Refuses requests whose Host, or Origin where there is one, is not this server's own.

    The port is the one that the server listens on, as ASGI reports it. With `public_name`, with
    its port where that is not the scheme's own, that is the only name: what a page of another
    site, or a program behind the same proxy, sends to a loopback name is not the owner's.
    """

    def __init__(self, app: ASGIApp, *, public_name: str = "") -> None:
        self._app = app
        self._public_name = public_name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is welcome, refuse the rest before the app sees it."""
        if scope["type"] == "lifespan" or self._is_welcome(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # the connect event, which has to be taken before closing
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await refuse(send)

    def _is_welcome(self, scope: Scope) -> bool:
        hosts = own_hosts(scope, public_name=self._public_name)
        named = header_values(scope, b"host")
        origins = header_values(scope, b"origin")
        if len(named) != 1 or named[0].lower() not in hosts or len(origins) > 1:
            return False
        if not origins:
            return bool(scope["type"] != "websocket")
        scheme, _, host = origins[0].partition("://")
        return scheme in {"http", "https"} and host in hosts


class SecurityHeaders:
    """Adds the content security policy and its companions to every HTTP response."""

    def __init__(
        self, app: ASGIApp, *, script_hashes: Iterable[str], public_name: str = ""
    ) -> None:
        self._app = app
        self._hashes = " ".join(f"'{value}'" for value in script_hashes)
        self._public_name = public_name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its response gets the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = [(k.encode(), v.encode()) for k, v in self._headers(scope).items()]
        names = {name for name, _ in added}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in names]
                message = {**message, "headers": kept + added}
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _headers(self, scope: Scope) -> dict[str, str]:
        # Safari does not take 'self' to cover WebSockets, so the exact addresses are named;
        # a wildcard port would let a page talk to other servers of this machine.
        hosts = own_hosts(scope, public_name=self._public_name)
        sockets = "".join(f" {_socket_scheme(scope)}://{host}" for host in hosts)
        policy = _POLICY.format(hashes=self._hashes, sockets=sockets)
        headers = {**_HEADERS, "content-security-policy": policy}
        if scope["path"].startswith(_COMPONENT_FILES):
            headers["cache-control"] = "no-cache"  # or an upgrade would run yesterday's script
        if scope["path"].startswith("/media/"):
            headers["cache-control"] = "no-store"
        return headers


def own_hosts(scope: Scope, *, public_name: str = "") -> tuple[str, ...]:
    """Return what the Host header may be, exactly, for the port that was connected to."""
    if public_name:
        return (public_name.lower(),)
    server = scope.get("server")
    port = server[1] if server else None
    return tuple(f"{name}:{port}" for name in LOOPBACK_NAMES)


def inline_script_hashes(page: Path | None = None) -> tuple[str, ...]:
    """Return the CSP hashes of the inline scripts in Streamlit's own page.

    Computed from what is installed, so that an upgrade cannot leave a blank page behind.
    """
    if page is None:
        import streamlit  # noqa: PLC0415 - heavy; the hash is wanted at start only

        page = Path(streamlit.__file__).parent / "static" / "index.html"
    scripts = _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8"))
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return tuple("sha256-" + base64.b64encode(digest).decode() for digest in digests)


def _socket_scheme(scope: Scope) -> str:
    return "wss" if scope.get("scheme") == "https" else "ws"


def header_values(scope: Scope, name: bytes) -> list[str]:
    """Return every value of a header, by its name in lower case."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


async def refuse(send: Send) -> None:
    """Answer that this is not served here."""
    body = b"This address is not served here.\n"
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": FORBIDDEN, "headers": headers})
    await send({"type": "http.response.body", "body": body})

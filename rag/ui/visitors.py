"""Who is at the chat, and how a browser proves it: signed cookies, and the owner's link.

Without `public_name` whoever reaches the chat is the one person of this machine: the owner. With
it each browser gets a random id in a cookie that this server has signed (HMAC-SHA256, RFC 2104),
and the owner's link, which only who can read the key file knows, makes a browser the owner's.
Whom an OpenID Connect provider has let in is known to `identity`, not here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ConfigError
from rag.private_files import kept_secret
from rag.ui.web import header_values, refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEY_FILE = "visitors.key"  # below the home folder; deleting it forgets all visitors
KEY_BYTES = 32
COOKIE = "footnote_visitor"
SECURE_COOKIE = f"__Host-{COOKIE}"  # no other host, such as a sibling domain, can set this one
COOKIE_AGE_S = 365 * 24 * 3600
OWNER_PATH = "/owner/"
UPLOADS = "/_stcore/upload_file/"  # question sets, which only the owner adds
SEE_OTHER = 303

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person as far as the chat can tell; the `id` is empty for the owner."""

    id: str = ""

    @property
    def is_owner(self) -> bool:
        """Whether it is the person of this machine, who may build, evaluate and use the model."""
        return not self.id


OWNER = Visitor()
_OWNER_WORD = "owner"  # what stands for the owner in a cookie, where ids of visitors stand


def new_visitor() -> Visitor:
    """Return a visitor that nobody has been before."""
    return Visitor(secrets.token_hex(16))


def visitor_named(issuer: str, subject: str) -> Visitor:
    """Return the visitor whom an OpenID Connect provider knows by `issuer` and `subject`."""
    return Visitor(hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:32])


class Signer:
    """Signs visitors into cookies and reads them back; knows the owner's link."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def owner_path(self) -> str:
        """The path that makes a browser the owner's."""
        return OWNER_PATH + self._mac("link")

    def cookie(self, visitor: Visitor) -> str:
        """Return the value of the visitor's cookie."""
        name = visitor.id or _OWNER_WORD
        return f"{name}.{self._mac(f'visitor {name}')}"

    def visitor(self, cookies: Mapping[str, str]) -> Visitor | None:
        """Return the visitor of a browser's cookies, or None where none is signed by us."""
        value = cookies.get(SECURE_COOKIE) or cookies.get(COOKIE) or ""
        name, _, mac = value.partition(".")
        visitor = OWNER if name == _OWNER_WORD else Visitor(name)
        known = visitor.is_owner or _ID.fullmatch(name)
        is_ours = hmac.compare_digest(mac.encode(), self._mac(f"visitor {name}").encode())
        return visitor if known and is_ours else None

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def signer_of(home: Path) -> Signer:
    """Return the signer of a home folder; its key is made where there is none.

    Raises ConfigError E-CFG-004 for a key file that cannot be read, written, or be a key.
    """
    path = home / KEY_FILE
    try:
        key = kept_secret(path, lambda: secrets.token_bytes(KEY_BYTES))
    except OSError as error:
        raise ConfigError(
            "E-CFG-004", f'The key "{path}" of the visitors cannot be used: {error.strerror}.'
        ) from error
    if len(key) != KEY_BYTES:
        raise ConfigError("E-CFG-004", f'"{path}" is no key. Delete it; a new one is made.')
    return Signer(key)


class VisitorCookies:
    """Gives each browser the cookie of its visitor, and the owner's to who opens the link.

    What a visitor uploads is refused before it takes memory.
    """

    def __init__(self, app: ASGIApp, *, signer: Signer) -> None:
        self._app = app
        self._signer = signer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the owner's link; add the cookie to every page; pass on the rest."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(OWNER_PATH):
            await self._take_owner(scope, send)
            return
        visitor = self._signer.visitor(_cookies(scope)) or new_visitor()
        if scope["path"].startswith(UPLOADS) and not visitor.is_owner:
            await refuse(send)
            return
        if _is_page(scope):
            send = self._with_cookie(scope, send, visitor)
        await self._app(scope, receive, send)

    async def _take_owner(self, scope: Scope, send: Send) -> None:
        if not hmac.compare_digest(scope["path"].encode(), self._signer.owner_path.encode()):
            await refuse(send)
            return
        send = self._with_cookie(scope, send, OWNER)
        headers = [(b"location", b"/"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": SEE_OTHER, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _with_cookie(self, scope: Scope, send: Send, visitor: Visitor) -> Send:
        is_secure = scope.get("scheme") == "https"
        name = SECURE_COOKIE if is_secure else COOKIE
        line = (
            f"{name}={self._signer.cookie(visitor)}; Path=/; Max-Age={COOKIE_AGE_S}; HttpOnly; "
            f"SameSite=Lax{'; Secure' if is_secure else ''}"
        )
        added = [(b"set-cookie", line.encode()), (b"cache-control", b"no-store")]

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(k, v) for k, v in message["headers"] if k.lower() != b"cache-control"]
                message = {**message, "headers": headers + added}
            await send(message)

        return send_with_cookie


def _is_page(scope: Scope) -> bool:
    return any(b"text/html" in value.encode() for value in header_values(scope, b"accept"))


def _cookies(scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in header_values(scope, b"cookie"):
        for pair in line.split(";"):  # one cookie that is not well-formed costs no other
            try:
                found |= {name: morsel.value for name, morsel in SimpleCookie(pair).items()}
            except CookieError:
                continue
    return found

"""One web page by its address, for a person who asks for it: fetched, and kept as an article file.

Only addresses of the public internet are asked. A name is looked up once, each of its addresses
checked, and the connection made to a checked one, so that a second look-up cannot lead elsewhere;
a redirect is checked in the same way. Size and time are limited; no cookie, key or proxy is used.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from rag.config import Config
from rag.corpus.files import CorpusFile
from rag.corpus.reading import ArticleReader
from rag.errors import ArticleError
from rag.library.adding import Given, add_file, add_text
from rag.records import Article

LONGEST_URL = 2_000  # characters
MOST_REDIRECTS = 5
TOTAL_S = 20.0  # from the first look-up to the last byte
PORTS = {"http": 80, "https": 443}
SUFFIX_OF = {  # what a page may be, by its content type
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
READ_AT_ONCE = 65_536
OK, MOVED = 200, (301, 302, 303, 307, 308)

IsPublic = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """What was sent: its bytes, the suffix of its format, and the address that it came from."""

    data: bytes
    suffix: str
    url: str


def host_of(url: str) -> str:
    """Return the host that fetching `url` would ask. Raises ArticleError E-DOC-026."""
    return _checked(url).hostname or ""


def fetch(url: str, *, limit_mb: float, is_public: IsPublic | None = None) -> Page:
    """Return the page at `url`. Raises ArticleError E-DOC-026 where it is refused or fails.

    `is_public` decides about an IP address; by default it is `is_public_address`.
    """
    deadline = time.monotonic() + TOTAL_S
    limit = int(limit_mb * 1_000_000)
    for _ in range(MOST_REDIRECTS + 1):
        parts = _checked(url)
        try:
            reply = _ask(parts, deadline, limit, is_public or is_public_address)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            reason = f"{type(error).__name__}: {error}"[:200]
            raise _refused(f'"{parts.hostname}" did not send the page ({reason}).') from error
        if isinstance(reply, Page):
            return reply
        url = urljoin(url, reply)
    raise _refused(f"The address leads on more than {MOST_REDIRECTS} times.")


def is_public_address(address: str) -> bool:
    """Return whether an IP address is one of the public internet, whatever it is wrapped in.

    >>> [is_public_address(a) for a in ("127.0.0.1", "::ffff:10.0.0.1", "93.184.215.14")]
    [False, False, True]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    wrapped = [ip]
    if isinstance(ip, ipaddress.IPv6Address):
        inner = (ip.sixtofour, *(ip.teredo or ()))
        wrapped = [ip.ipv4_mapped or ip, *(each for each in inner if each is not None)]
    return all(
        each.is_global and not each.is_multicast and not each.is_reserved for each in wrapped
    )


def add_page(config: Config, url: str, *, is_public: IsPublic | None = None) -> str:
    """Fetch a page, keep what can be read of it, and return the name of its file.

    Raises ArticleError: E-DOC-026 where fetching is refused or fails, and those of reading it.
    """
    page = fetch(url, limit_mb=config.limit_file_mb, is_public=is_public)
    if page.suffix != ".html":
        name = Path(urlsplit(page.url).path).stem or urlsplit(page.url).hostname or "page"
        return add_file(config, name + page.suffix, page.data)
    article = _readable(config, page)
    return add_text(
        config,
        Given(
            title=article.title,
            text=article.text,
            outlet=article.outlet or urlsplit(page.url).hostname or "",
            authors=article.authors,
            published=article.published,
            updated=article.updated,
            url=page.url,
        ),
    )


def _checked(url: str) -> SplitResult:
    """Return the parts of an address that may be asked."""
    if len(url) > LONGEST_URL or any(c.isspace() or not c.isprintable() for c in url):
        raise _refused("This is no address of a page. Copy it from the browser.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused("This is no address of a page. Copy it from the browser.") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise _refused("Only addresses that begin with https:// or http:// are fetched.")
    if parts.username is not None or parts.password is not None:
        raise _refused("An address with a name or a password in it is not fetched.")
    if port not in {None, PORTS[parts.scheme]}:
        raise _refused(f"Port {port} is not one of web pages; it is not asked.")
    return parts


def _ask(parts: SplitResult, deadline: float, limit: int, is_public: IsPublic) -> Page | str:
    """Send one request and return the page, or the address that it leads on to."""
    assert parts.hostname is not None  # what `_checked` lets through
    address = _public_address(parts.hostname, PORTS[parts.scheme], is_public)
    connection = _Pinned(parts, address, _left(deadline))
    connection.connect()
    guard = threading.Timer(_left(deadline), connection.stop)  # a server may send a byte a second
    guard.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": ", ".join(SUFFIX_OF), "User-Agent": "Footnote"}
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        if reply.status in MOVED and (target := reply.getheader("Location")):
            return target
        if reply.status != OK:
            raise _refused(f'"{parts.hostname}" answered with {reply.status}, not with the page.')
        kind = (reply.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        if kind not in SUFFIX_OF:
            raise _refused(f'The page is "{kind[:60]}", which is no article that can be read.')
        return Page(_read(reply, deadline, limit), SUFFIX_OF[kind], parts.geturl())
    finally:
        guard.cancel()
        connection.close()


def _public_address(host: str, port: int, is_public: IsPublic) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(map(is_public, addresses)):
        raise _refused(f'"{host}" is an address of this machine or network; it is not asked.')
    return addresses[0]


def _read(reply: http.client.HTTPResponse, deadline: float, limit: int) -> bytes:
    data = b""
    while True:
        part = reply.read1(READ_AT_ONCE)
        _left(deadline)  # a connection that the guard has ended looks like the end of the page
        if not part and reply.length:
            raise http.client.IncompleteRead(data, reply.length)
        if not part:
            return data
        data += part
        if len(data) > limit:
            raise _refused(f"The page is larger than {limit / 1_000_000:g} MB; it is left out.")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _refused(f"The page took more than {TOTAL_S:g} s; it is left out.")
    return left


def _refused(what: str) -> ArticleError:
    return ArticleError("E-DOC-026", what)


class _Pinned(http.client.HTTPConnection):
    """A connection to one IP address, for the host name that it was looked up for."""

    def __init__(self, parts: SplitResult, address: str, timeout_s: float) -> None:
        assert parts.hostname is not None  # what `_checked` lets through
        super().__init__(parts.hostname, PORTS[parts.scheme], timeout=timeout_s)
        self._address = address
        self._is_secure = parts.scheme == "https"

    def connect(self) -> None:
        """Connect to the address that was checked; the certificate is that of the host."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        if self._is_secure:
            context = ssl.create_default_context()
            plain = context.wrap_socket(plain, server_hostname=self.host)
        self.sock = self._connected = plain

    def stop(self) -> None:
        """End whatever waits for this connection, from another thread."""
        with contextlib.suppress(OSError):
            self._connected.shutdown(socket.SHUT_RDWR)


def _readable(config: Config, page: Page) -> Article:
    """Return the article of a page, as a build would read it, in a process that can be ended."""
    with tempfile.TemporaryDirectory() as folder, ArticleReader(config) as reader:
        path = Path(folder) / f"page{page.suffix}"
        path.write_bytes(page.data)
        status = path.stat()
        file = CorpusFile(path.name, path, status.st_size, status.st_mtime_ns)
        found = reader.read(file).articles
    if not found:
        raise ArticleError("E-DOC-001", "The page holds no text that can be read.")
    return found[0]

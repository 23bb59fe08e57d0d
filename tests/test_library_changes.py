"""What a person gives to the library and takes out of it: names, contents, addresses, the trash."""

import contextlib
import threading
import time
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rag.config import Config
from rag.corpus.files import list_files
from rag.errors import ArticleError
from rag.library import fetching
from rag.library.adding import Given, add_file, add_text
from rag.library.fetching import add_page, fetch, is_public_address
from rag.library.files import articles_with, move_to_trash, put_back

PAGE = """<!doctype html><html><head><title>The ferry to Osterholm - The Gazette</title>
<meta property="og:site_name" content="The Gazette">
<meta property="article:published_time" content="2026-02-03T10:00:00Z"></head><body><article>
<h1>The ferry to Osterholm</h1><p>The harbour ferry to Osterholm runs every forty minutes from
March to October, and in winter twice a day.</p><p>A second boat is planned for 2027.</p>
<script>alert(1)</script></article></body></html>"""
ENDLESS = b"a byte now and then"


def drip(stream):
    """Write a byte now and then, for a while."""
    with contextlib.suppress(OSError):
        for _ in range(100):
            stream.write(b"x")
            time.sleep(0.1)


@pytest.fixture
def config(tmp_path):
    (tmp_path / "corpus").mkdir()
    return Config(corpus=tmp_path / "corpus", home=tmp_path / "home")


@pytest.fixture
def site():
    """A web server on this machine; `replies` maps a path to (status, headers, body)."""
    replies, asked = {}, []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Host"]))
            status, headers, body = replies[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if body is ENDLESS:
                drip(self.wfile)
            else:
                self.wfile.write(body)

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, replies, asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def reached(site, monkeypatch):
    """Lets port 80 of any name lead to the site."""
    port, replies, asked = site
    monkeypatch.setitem(fetching.PORTS, "http", port)
    found = [(2, 1, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_, **__: found)
    return replies, asked


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("report.txt", "added/report.txt"),
        ("../../etc/passwd.txt", "added/passwd.txt"),
        ("..\\..\\boot.TXT", "added/boot.txt"),
        (".hidden.txt", "added/hidden.txt"),
        ("con.txt", "added/article.txt"),
        ("a\u202etxt.exe.md", "added/a-txt.exe.md"),
        ("<img src=x>.md", "added/img-src-x.md"),
        ("x" * 300 + ".md", f"added/{'x' * 80}.md"),
        ("Kohle & Stahl, März.md", "added/Kohle-Stahl-März.md"),
    ],
)
def test_a_name_from_outside_becomes_a_plain_one_below_added(config, name, kept):
    assert add_file(config, name, b"Some words of an article.") == kept
    assert [file.name for file in list_files(config.corpus)[0]] == [kept]


def test_nothing_that_is_there_is_overwritten(config):
    names = [add_file(config, "report.txt", f"Version {n}.".encode()) for n in range(3)]

    texts = [(config.corpus / name).read_text() for name in names]
    assert names == ["added/report.txt", "added/report-2.txt", "added/report-3.txt"]
    assert texts == ["Version 0.", "Version 1.", "Version 2."]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("run.exe", b"MZ\x90", "E-DOC-004"),
        ("run.txt", b"MZ\x90\x00\x03", "E-DOC-005"),
        ("empty.md", b"", "E-DOC-001"),
        ("large.txt", b"x" * 2_000_000, "E-DOC-002"),
    ],
)
def test_what_cannot_be_an_article_is_refused_and_leaves_nothing(config, name, data, code):
    small = Config(corpus=config.corpus, home=config.home, limit_file_mb=1.0)

    with pytest.raises(ArticleError) as refused:
        add_file(small, name, data)

    assert refused.value.code == code
    assert list(config.corpus.rglob("*.*")) == []


def test_an_added_folder_that_leads_elsewhere_is_not_written_to(config, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (config.corpus / "added").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ArticleError, match="could not be kept"):
        add_file(config, "report.txt", b"Words.")

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_pasted_text_keeps_its_head_whatever_stands_in_it(make_assistant):
    assistant = make_assistant({"other.md": "Another article."})
    given = Given(
        "Ferry: a '---' title", "---\nRuns daily.\n", "Gazette", published=date(2026, 2, 3)
    )

    name = add_text(assistant.config, given)
    assistant.build()

    article = assistant.article(name)
    assert name == "added/Ferry-a-title.txt"
    assert (article.title, article.outlet) == (given.title, "Gazette")
    assert article.published == date(2026, 2, 3)
    assert "Runs daily." in article.text


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (Given("Rent: 24/7 aid", "Words."), "added/Rent-24-7-aid.txt"),
        (Given("", "Fees rise\n\nBy Ida Holm\n\nThe port asks more."), "added/Fees-rise.txt"),
    ],
)
def test_a_pasted_text_is_named_by_its_title_or_its_first_line(tmp_path, given, name):
    assert add_text(Config(corpus=tmp_path), given) == name


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.1.2.3", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
    ],
)
def test_no_address_of_this_machine_or_network_is_public(address):
    assert not is_public_address(address)
    assert is_public_address("93.184.215.14")
    assert is_public_address("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://example.org/a", "https://", "javascript:alert(1)", "a b"),
        *("http://localhost/", "http://127.0.0.1/", "http://[::1]/", "http://2130706433/"),
        *("http://user:word@example.org/", "http://example.org:22/", "https://example.org:x/"),
    ],
)
def test_what_is_no_address_of_a_public_page_is_refused(url):
    with pytest.raises(ArticleError) as refused:
        fetch(url, limit_mb=1)

    assert refused.value.code == "E-DOC-026"


def test_a_redirect_to_a_private_address_is_refused(reached):
    replies, asked = reached
    replies["/a"] = (302, {"Location": "http://inside.example/b"}, b"")
    replies["/b"] = (200, {"Content-Type": "text/html"}, PAGE.encode())
    answers = iter([True, False])

    with pytest.raises(ArticleError, match=r"inside.example.*not asked"):
        fetch("http://outside.example/a", limit_mb=1, is_public=lambda _: next(answers))

    assert [path for path, _ in asked] == ["/a"]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ((200, {"Content-Type": "text/html"}, b"x" * 1_100_000), "larger than 1 MB"),
        ((200, {"Content-Type": "image/png"}, b"x"), "no article"),
        ((200, {"Content-Type": "text/html", "Content-Length": "9"}, b"<p>"), "did not send"),
        ((404, {}, b""), "answered with 404"),
        ((302, {"Location": "/a"}, b""), "more than 5 times"),
    ],
)
def test_a_page_that_is_too_large_no_article_or_endless_is_refused(reached, reply, why):
    replies, _ = reached
    replies["/a"] = reply

    with pytest.raises(ArticleError, match=why):
        fetch("http://example.org/a", limit_mb=1, is_public=lambda _: True)


def test_a_page_that_never_ends_is_given_up(reached, monkeypatch):
    replies, _ = reached
    replies["/a"] = (200, {"Content-Type": "text/html"}, ENDLESS)
    monkeypatch.setattr(fetching, "TOTAL_S", 1.0)

    with pytest.raises(ArticleError, match="took more than 1 s"):
        fetch("http://example.org/a", limit_mb=1, is_public=lambda _: True)


def test_a_fetched_page_is_kept_as_its_readable_text_with_its_head(config, reached):
    replies, asked = reached
    replies["/ferry?x=1"] = (200, {"Content-Type": "text/html; charset=utf-8"}, PAGE.encode())

    name = add_page(config, "http://gazette.example/ferry?x=1", is_public=lambda _: True)

    text = (config.corpus / name).read_text(encoding="utf-8")
    assert asked[0][1].startswith("gazette.example")
    assert name == "added/The-ferry-to-Osterholm.txt"
    assert "published: 2026-02-03" in text
    assert "url: http://gazette.example/ferry?x=1" in text
    assert "runs every forty minutes" in text
    assert "alert" not in text


def test_a_deleted_file_is_out_of_what_is_read_and_can_come_back(config):
    add_file(config, "wire.jsonl", b'{"text": "One."}\n{"text": "Two."}\n')
    ids = ("added/wire.jsonl#1", "added/wire.jsonl#2", "added/wire.jsonlx")

    together = articles_with("added/wire.jsonl#2", ids, config)
    trashed = move_to_trash(config, "added/wire.jsonl#2")

    assert together == list(ids[:2])
    assert list_files(config.corpus)[0] == []
    assert trashed.is_relative_to(config.home.resolve() / "trash")

    put_back(config, trashed)
    assert [file.name for file in list_files(config.corpus)[0]] == ["added/wire.jsonl"]


@pytest.mark.parametrize("article_id", ["../secret.txt", "gone.md", "/etc/passwd", ""])
def test_nothing_outside_the_corpus_is_deleted(config, article_id):
    Path(config.corpus.parent / "secret.txt").write_text("kept")

    with pytest.raises(ArticleError, match="no longer in the folder"):
        move_to_trash(config, article_id)

    assert (config.corpus.parent / "secret.txt").exists()


def test_a_trash_that_a_build_would_read_is_refused(config):
    add_file(config, "a.txt", b"Words.")
    inside = Config(corpus=config.corpus, home=config.corpus / "home")

    with pytest.raises(ArticleError, match="inside the corpus"):
        move_to_trash(inside, "added/a.txt")

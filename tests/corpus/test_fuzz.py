"""No bytes make a reader raise anything but an ArticleError, or hang, or break the normal form.

A sample runs with the other tests. Ten thousand examples a format:
FUZZ_EXAMPLES=10000 python -m pytest tests/corpus/test_fuzz.py --timeout 0 -p no:logging
"""

import io
import json
import os
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus.extraction import extract
from rag.corpus.normal_form import normal_text
from rag.corpus.parsers import format_of
from rag.errors import ArticleError
from tests.corpus.corpus_samples import LONG_PROSE, PROSE, column, docx, paragraph, pdf, source
from tests.corpus.package_samples import epub, odt, odt_style

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
LONGEST_S = 2.0  # of processor time, for files of a few kilobytes

PAGE = f"""<!DOCTYPE html><html><head><title>A | B</title><meta charset="utf-8">
<meta name="date" content="2024-01-01"><script type="application/ld+json">
{{"@type": "Article", "headline": "A", "author": [{{"name": "B"}}]}}</script></head>
<body><nav>x</nav><h1>A</h1><p>{LONG_PROSE}</p><table><tr><td>1</td></tr></table></body></html>"""
MARKDOWN = (
    f"---\ntitle: A\nauthors: [B, C]\n---\n# A\n\n{PROSE}\n\n- a\n- b\n\n|a|b|\n|-|-|\n|1|2|\n"
)
SEEDS = {
    "a.txt": f"Title\nBy Jane Doe | 1 May 2024\n\n{PROSE}\n".encode(),
    "a.md": MARKDOWN.encode(),
    "a.html": PAGE.encode(),
    "a.pdf": pdf([(72, 720, 20, "Title"), *column([PROSE, PROSE])], column([PROSE])),
    "a.docx": docx(paragraph("Title", style="Title") + paragraph(PROSE)),
    "a.json": json.dumps({"title": "A", "text": PROSE, "published": "2024-01-01"}).encode(),
    "a.csv": b"title,date,text\nA,2024-01-01,One.\nB,,Two.\n",
    "a.eml": f"From: B <b@c.example>\r\nSubject: A\r\nDate: Mon, 01 Jan 2024 10:00:00 +0100\r\n"
    f"Content-Type: text/html; charset=utf-8\r\n\r\n<p>{PROSE}</p>".encode(),
    "a.epub": epub(f"<p>{PROSE}</p>", "<p>End.</p>", metadata="<dc:title>A</dc:title>"),
    "a.odt": odt(f"<text:p>{PROSE}</text:p>", styles=odt_style("S", text__display="none")),
    "a.rtf": rb"{\rtf1\ansi A {\super 3} b {\strike c}{\footnote d}\par " + PROSE.encode() + b"}",
    "a.rst": f"A\n=\n\n:date: 2024-01-01\n\n.. x:: y\n   :z:\n\n   {PROSE}\n\n"
    ":r:`a <b>` [1]_\n".encode(),
    "a.jsonl": (json.dumps({"id": "1", "text": PROSE}) + "\n").encode() * 2,
}
PIECES = {
    "a.md": [
        b"---\n", b"title: ", b"[", b"](", b"> ", b"- ", b"`", b"|", b"# ", b"<b", b"&#", b"\n",
        b":::", b"```{note}\n", b"!!! x\n", b"{.a}",
    ],
    "a.html": [
        b"<", b"</", b"<p>", b"<div ", b"<!--", b"&#xD800;", b"<table>", b"<script>", b'"',
    ],
    "a.json": [
        b"{", b"}", b"[", b'"text"', b":", b'"\\ud800"', b"1e999", b"NaN", b",", b"null",
    ],
    "a.jsonl": [
        b"{", b"}", b'"id"', b":", b'"text"', b'"x"', b"\n", b",", b"1",
    ],
    "a.txt": [
        b"By ", b"2024-01-01", b"\n", b"\xcc\x81", b"\xe2\x80\x8b", b"-\n", b"\xff\xfe", b"\x00",
    ],
    "a.pdf": [
        b"obj", b"endobj", b"stream\n", b"<<", b">>", b"/Kids", b"2 0 R", b"999999999999",
        b"%%EOF",
    ],
    "a.csv": [
        b",", b";", b"\n", b'"', b"text", b"date", b"\x00",
    ],
    "a.eml": [
        b"\r\n", b"\r\n\r\n", b"From: ", b"Date: ", b"=?utf-8?b?", b"--x", b"multipart/mixed",
    ],
    "a.epub": [
        b"PK\x03\x04", b"PK\x01\x02", b"\x00\x00", b"META-INF/container.xml",
    ],
    "a.odt": [
        b"PK\x03\x04", b"PK\x01\x02", b"\x00\x00", b"content.xml",
    ],
    "a.rtf": [
        b"{", b"}", b"\\", b"\\'", b"\\u", b"\\bin", b"\\pict", b"\\footnote ", b"\\fonttbl",
    ],
    "a.rst": [
        b".. x::", b".. |a| image::", b".. _a:", b"|a|", b":a:`", b"`_", b"\n   ", b"===\n", b"+-",
    ],
    "a.docx": [
        b"PK\x03\x04", b"PK\x01\x02", b"\x00\x00", b"\xff\xff", b"word/document.xml",
    ],
}  # fmt: skip


@st.composite
def damaged(draw, seed, pieces):
    """Draw `seed` after a few cuts, repeats and insertions."""
    data = seed
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        inserted = draw(st.one_of(st.binary(max_size=8), st.sampled_from(pieces)))
        data = data[:place] + inserted * draw(st.integers(0, 9)) + data[place + length :]
    return data


@st.composite
def soup(draw, pieces):
    """Draw a file that is made of the pieces of its format."""
    return b"".join(draw(st.lists(st.one_of(st.sampled_from(pieces), st.binary(max_size=6)))))


def check(name, data):
    begun = time.thread_time()
    refusal = None
    try:
        extracted = extract(source(name, data))
    except ArticleError as error:
        refusal = error
    assert time.thread_time() - begun < LONGEST_S
    if refusal is not None:
        assert "\n" not in refusal.message
        assert refusal.message.endswith(".")
        return
    for article in extracted.articles:
        assert normal_text(article.text).text == article.text
        assert article.text
        assert article.title
        article.text.encode()
    assert all(problem.message.endswith((".", "?")) for problem in extracted.problems)


@pytest.mark.parametrize("name", SEEDS)
def test_no_damage_makes_a_reader_fail_otherwise_than_with_its_error(name):
    format_of(name).load()

    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.one_of(damaged(SEEDS[name], PIECES[name]), soup(PIECES[name])))
    def holds(data):
        check(name, data)

    holds()


def test_a_page_that_does_not_open_a_second_time_is_damage():
    check("a.pdf", SEEDS["a.pdf"].replace(b"/Contents 5 0 R >>", b"/", 1))


WORD_PIECES = "<w:p> </w:p> <w:r> <w:t> </w:t> <w:tbl> <w:tr> <w:sdt/> & x".split()


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(damaged(paragraph(PROSE).encode(), [p.encode() for p in WORD_PIECES]))
def test_no_damage_inside_a_word_package_makes_the_reader_fail(body):
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SEEDS["a.docx"])) as seed,
        zipfile.ZipFile(buffer, "w") as archive,
    ):
        for entry in seed.namelist():
            content = seed.read(entry)
            is_body = entry == "word/document.xml"
            archive.writestr(
                entry, content.replace(paragraph(PROSE).encode(), body) if is_body else content
            )

    check("a.docx", buffer.getvalue())

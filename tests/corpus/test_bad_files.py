"""Each bad file gets its stable code and one sentence, and never anything but an ArticleError."""

import json
import zlib
from dataclasses import replace

import pytest

from rag.corpus.extraction import extract
from rag.errors import ArticleError
from tests.corpus.corpus_samples import (
    LIMITS,
    PROSE,
    assemble_pdf,
    column,
    docx,
    paragraph,
    pdf,
    read_one,
    source,
)
from tests.corpus.package_samples import epub

GOOD_PDF = pdf(column([PROSE]))
BOOK = epub(f"<p>{PROSE}</p>")
NESTED = "<div>" * 3_000 + PROSE + "</div>" * 3_000
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def encrypted_pdf():
    keys = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -1 /O <%s> /U <%s> >> /ID [<00> <00>] "
    return pdf(column([PROSE]), extra=keys % (b"ab" * 32, b"cd" * 32))


def cyclic_pdf():
    return assemble_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
        }
    )


def flate_bomb():
    content = zlib.compress(b" " * 80_000_000, 9)
    stream = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        len(content),
        content,
    )
    return assemble_pdf({1: b"<< /Type /Catalog >>", 2: stream})


def broken_stream():
    package = docx(paragraph(PROSE))
    begins = 30 + len("[Content_Types].xml")  # after the header of the first entry
    return package[:begins] + b"\0" * 8 + package[begins + 8 :]


def nested_yaml():
    return "---\nauthors: " + "[" * 1_500 + "]" * 1_500 + "\n---\n" + PROSE


BAD = {
    "empty": ("a.txt", b"", "E-DOC-001", "is empty. Nothing was added."),
    "white space": ("a.txt", b" \n\t\r\n", "E-DOC-001", "contains no text"),
    "marker alone": ("a.md", b"\xef\xbb\xbf", "E-DOC-001", "contains no text"),
    "invisible alone": ("a.txt", "\u200b\u2060\n", "E-DOC-001", "contains no text"),
    "no lines": ("a.jsonl", b"\n\n", "E-DOC-001", "contains no text"),
    "PDF that is HTML": ("a.pdf", b"<!DOCTYPE html><p>x", "E-DOC-005", "its content is HTML"),
    "PDF that is a zip": ("a.pdf", b"PK\x03\x04rest", "E-DOC-005", "its content is zip"),
    "text that is a PDF": ("a.txt", GOOD_PDF, "E-DOC-005", "named .txt but its content is PDF"),
    "page that is a PNG": ("a.html", b"\x89PNG\r\n\x1a\n", "E-DOC-005", "a PNG image"),
    "JSON that is HTML": ("a.json", b"<html><body>x", "E-DOC-005", "its content is HTML"),
    "old Word file": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", "E-DOC-005", "old Office"),
    "invalid UTF-8": (
        "a.txt",
        b"caf\xe9",
        "E-DOC-006",
        "is not valid UTF-8 (byte 0xE9 at position 3). Save it as UTF-8.",
    ),
    "UTF-16 unmarked": ("a.txt", PROSE.encode("utf-16-le"), "E-DOC-006", "UTF-16 without a marker"),
    "NUL": ("a.md", b"one\0two", "E-DOC-006", "NUL characters"),
    "lone surrogate": (
        "a.json",
        b'{"title": "T", "text": "a\\ud800b"}',
        "E-DOC-006",
        "field text holds an invalid character (lone surrogate)",
    ),
    "encrypted PDF": ("a.pdf", encrypted_pdf(), "E-DOC-007", "password-protected"),
    "encrypted Word": (
        "a.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "E-DOC-007",
        "password-protected",
    ),
    "scanned PDF": ("a.pdf", pdf(b"", b""), "E-DOC-008", "has 2 pages and no text layer. OCR it"),
    "truncated PDF": ("a.pdf", GOOD_PDF[:-60], "E-DOC-009", "is damaged (its end is missing)"),
    "garbage PDF": ("a.pdf", b"%PDF-1.7\nnothing\n%%EOF", "E-DOC-009", "is damaged"),
    "no PDF at all": ("a.pdf", b"hello", "E-DOC-009", "is damaged (its beginning is missing)"),
    "flate bomb": ("a.pdf", flate_bomb(), "E-DOC-010", "expands beyond the safety limit (75 MB"),
    "cyclic pages": ("a.pdf", cyclic_pdf(), "E-DOC-009", "is damaged"),
    "Word bomb": (
        "a.docx",
        docx("", entries=[("word/media/a.bmp", b"\0" * 30_000_000)]),
        "E-DOC-010",
        "times; the limit is 100",
    ),
    "many entries": (
        "a.docx",
        docx("", entries=[(f"word/media/{n}", b"") for n in range(1_100)]),
        "E-DOC-010",
        "holds 1,103 entries; the limit is 1,000",
    ),
    "nested zip": (
        "a.docx",
        docx("", entries=[("x/b.zip", b"PK")]),
        "E-DOC-010",
        "another archive",
    ),
    "climbing name": (
        "a.docx",
        docx("", entries=[("../../etc/x", b"")]),
        "E-DOC-012",
        'contains an unsafe entry name ("../../etc/x"); archive refused.',
    ),
    "absolute name": ("a.docx", docx("", entries=[("/etc/x", b"")]), "E-DOC-012", "unsafe entry"),
    "backslash name": ("a.docx", docx("", entries=[("..\\x", b"")]), "E-DOC-012", "unsafe entry"),
    "no document": (
        "a.docx",
        docx("", entries=[("word/document.xml", None)]),
        "E-DOC-009",
        "word/document.xml is missing",
    ),
    "broken zip": ("a.docx", docx(paragraph(PROSE))[:-30], "E-DOC-009", "its package is broken"),
    "broken book": ("a.epub", BOOK.replace(b"b/p.opf", b"b/p.opX", 1), "E-DOC-009", "is damaged"),
    "broken page": (
        "a.epub",
        BOOK.replace(b"c0.xhtml", b"c0.xhtmX", 1),
        "E-DOC-009",
        "no readable",
    ),
    "broken stream": ("a.docx", broken_stream(), "E-DOC-009", "its package is broken"),
    "broken XML": (
        "a.docx",
        docx("", entries=[("word/document.xml", "<w:document")]),
        "E-DOC-009",
        "no readable Word document",
    ),
    "external entity": (
        "a.docx",
        docx("", entries=[("word/document.xml", XXE + "<a>&a;</a>")]),
        "E-DOC-013",
        "declares external entities; refused.",
    ),
    "billion laughs": (
        "a.docx",
        docx("", entries=[("word/settings.xml", LAUGHS.encode("utf-16"))]),
        "E-DOC-013",
        "declares external entities",
    ),
    "nested page": ("a.html", NESTED, "E-DOC-014", "is nested deeper than 500 levels"),
    "nested JSON": ("a.json", "[" * 100_000, "E-DOC-014", "is nested too deeply"),
    "nested front matter": ("a.md", nested_yaml(), "E-DOC-021", "is not usable YAML"),
    "page of scripts": (
        "a.html",
        "<html><body><script>let a = 1</script><p hidden>secret</p></body></html>",
        "E-DOC-001",
        "holds no visible text (15 hidden characters removed)",
    ),
    "title of a wrong type": (
        "a.json",
        '{"title": 7, "text": "x"}',
        "E-DOC-021",
        'metadata field "title" must be text',
    ),
    "text missing": ("a.json", '{"title": "T"}', "E-DOC-021", 'field "text" is missing'),
    "a list": ("a.json", "[1]", "E-DOC-021", "found a list"),
    "reserved key": ("a.json", '{"text": "x", "lc": 1}', "E-DOC-021", '"lc" is reserved'),
    "reserved key in front matter": ("a.md", "---\nlc: 1\n---\nx", "E-DOC-021", '"lc" is reserved'),
    "large metadata": (
        "a.json",
        json.dumps({"text": "x", "note": "y" * 70_000}),
        "E-DOC-021",
        'field "note" is larger than 64 KB',
    ),
    "large front matter": (
        "a.md",
        f"---\nnote: {'y' * 70_000}\n---\nx",
        "E-DOC-021",
        "is larger than 64 KB",
    ),
    "key twice": ("a.json", '{"text": "x", "text": "y"}', "E-DOC-009", '"text" is given twice'),
    "invalid JSON": ("a.json", '{"text": "x"', "E-DOC-009", "line 1, column 13"),
    "NaN": ("a.json", '{"text": "x", "n": NaN}', "E-DOC-009", "NaN is no JSON number"),
    "alias": ("a.md", "---\ntitle: &a x\nurl: *a\n---\nx", "E-DOC-021", "aliases and tags"),
    "tag": ("a.md", "---\ntitle: !!python/name:os.system x\n---\nx", "E-DOC-021", "tags are not"),
    "title as a list": ("a.md", "---\ntitle: [a]\n---\nx", "E-DOC-021", '"title" must be text'),
    "broken YAML": ("a.md", "---\ntitle: a: b\n---\nx", "E-DOC-021", "is not usable YAML (line 2"),
    "stacked marks": (
        "a.txt",
        "abc" + "\u0301" * 80_000,
        "E-TXT-004",
        "more than 30 combining marks in a row at position 3",
    ),
}


@pytest.mark.parametrize(("name", "content", "code", "says"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_its_code_and_sentence(name, content, code, says):
    with pytest.raises(ArticleError) as refused:
        extract(source(name, content))

    assert refused.value.code == code
    assert refused.value.message.startswith(f'"{name}"')
    assert says in refused.value.message
    assert "\n" not in refused.value.message
    assert refused.value.message.endswith(".")


def test_an_article_longer_than_the_limit_is_refused():
    limits = replace(LIMITS, characters=50)

    with pytest.raises(
        ArticleError, match=r"holds 0\.0 M characters; the limit is 5e-05 M"
    ) as refused:
        extract(source("a.txt", PROSE, limits=limits))

    assert refused.value.code == "E-DOC-003"


def test_a_pdf_with_more_pages_than_the_limit_is_refused():
    limits = replace(LIMITS, pages=2)

    with pytest.raises(ArticleError, match="has 3 pages; the limit is 2") as refused:
        extract(source("a.pdf", pdf(*[column([PROSE])] * 3), limits=limits))

    assert refused.value.code == "E-DOC-003"


def test_a_very_long_line_is_taken_with_a_warning():
    article, codes = read_one("a.md", "word " * 300_000)

    assert len(article.text) == 1_499_999
    assert codes == ["W-DOC-002"]


def test_invisible_characters_are_removed_with_a_warning():
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "ignore all")

    extracted = extract(source("a.md", f"# Title\n\nPlain{hidden} te\u200bxt."))

    assert extracted.articles[0].text == "Plain text."
    (warning,) = extracted.problems
    assert (warning.code, warning.name) == ("W-TXT-001", "a.md")
    assert "11 invisible characters" in warning.message


def test_a_name_is_shown_without_what_it_hides():
    with pytest.raises(ArticleError) as refused:
        extract(source("cod\u202eFDP.txt", b""))

    assert refused.value.message == '"cod[U+202E]FDP.txt" is empty. Nothing was added.'


def test_a_bad_line_never_stops_the_other_lines():
    lines = [
        '{"id": "one", "title": "One", "text": "First article."}',
        '{"id": "two", "text": 7}',
        "{broken",
        '{"id": "one", "title": "Again", "text": "Another article."}',
        '{"id": "bad", "text": "\\ud800"}',
        '{"title": "Six", "text": "Sixth line."}',
        '{"id": "empty", "title": "Seven", "text": " "}',
    ]

    extracted = extract(source("a.jsonl", "\n".join(lines)))

    assert [a.id for a in extracted.articles] == ["a.jsonl#one", "a.jsonl#6"]
    found = [(p.code, p.message.split(":")[0]) for p in extracted.problems]
    assert found == [
        ("E-DOC-021", '"a.jsonl" line 2'),
        ("E-DOC-009", '"a.jsonl" line 3'),
        ("E-DOC-019", '"a.jsonl" line 4'),
        ("E-DOC-006", '"a.jsonl" line 5'),
        ("E-DOC-001", '"a.jsonl" line 7'),
    ]

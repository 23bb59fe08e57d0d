"""What each format makes of a file: title, blocks, date and its source, outlet, authors, URL."""

import json
from datetime import date

import pytest

from rag.corpus.extraction import extract
from tests.corpus.corpus_samples import LONG_PROSE as LONG
from tests.corpus.corpus_samples import (
    PROSE,
    blocks_of,
    column,
    docx,
    paragraph,
    pdf,
    read_one,
    source,
)


def facts(article):
    return (
        article.title,
        article.published,
        article.published_from,
        article.outlet,
        article.authors,
        article.url,
    )


# Plain text


def test_text_gives_title_byline_and_paragraphs():
    text = f"A quiet rule\nBy Jane Doe | Published 9 February 2024\n\n{PROSE}\n\n{LONG}\n"

    article, _ = read_one("a.txt", text)

    assert facts(article) == (
        "A quiet rule",
        date(2024, 2, 9),
        "byline",
        "",
        ("Jane Doe",),
        "",
    )
    assert article.text == f"{PROSE}\n\n{LONG}"


def test_hard_wrapped_text_becomes_paragraphs():
    wrapped = (
        "The agency said that it would not renew the licence of the com-\n"
        "pany, a well-known maker of state-of-the-art equipment, after a\n"
        "90-day review. The well-known maker objected to it in court and\n"
        "lost.\n"
        "- First point\n"
        "- Second point\n"
    )

    assert blocks_of("a.txt", wrapped) == [
        "The agency said that it would not renew the licence of the company, a well-known maker "
        "of state-of-the-art equipment, after a 90-day review. The well-known maker objected to "
        "it in court and lost.",
        "- First point",
        "- Second point",
    ]


FIRST_WORDS = "The canal, which had carried grain to the mills of the old town since before"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("abc-034.txt", f"{FIRST_WORDS}…"),
        ("2301.00001v2.txt", f"{FIRST_WORDS}…"),
        ("canal.txt", "Canal"),
        ("frozen-canal-2.txt", "Frozen canal 2"),
    ],
)
def test_a_text_without_title_is_known_by_its_first_words_where_its_name_says_nothing(name, title):
    assert read_one(name, f"{FIRST_WORDS} the war, froze on Monday.")[0].title == title


def test_articles_of_one_file_without_titles_are_known_by_their_first_words():
    lines = "\n".join(
        json.dumps({"text": f"{start} froze."}) for start in ("The canal", "The weir")
    )

    drafts = extract(source("canals.jsonl", lines)).articles

    assert [article.title for article in drafts] == ["The canal froze.", "The weir froze."]


def test_first_words_that_are_whole_sentences_end_as_these_do():
    sentence = "The canal froze on Monday, and no boat has passed the lock of Lund."

    article, _ = read_one("abc-034.txt", f"{sentence} Grain-carrying barges wait below it.")

    assert article.title == sentence


def test_utf16_with_a_marker_is_read():
    assert read_one("a.txt", f"Title\n\n{PROSE}".encode("utf-16"))[0].text == PROSE


def test_a_first_line_that_is_a_sentence_is_no_title():
    article, _ = read_one("notes/first-week_report.txt", f"{PROSE}\n\n{LONG}")

    assert article.title == "First week report"
    assert article.text.startswith(PROSE)


# Markdown


def test_front_matter_tells_title_date_outlet_and_authors():
    text = (
        '---\ntitle: "Rules: a start"\npublished: 2025-09-02\noutlet: Daily\n'
        "authors: [Jane Doe, Li Wei]\nurl: https://example.org/a\nnote: kept out\n---\n"
        f"# Rules: a start\n\n{PROSE}"
    )

    article, codes = read_one("a.md", text)

    assert facts(article) == (
        "Rules: a start",
        date(2025, 9, 2),
        "front matter",
        "Daily",
        ("Jane Doe", "Li Wei"),
        "https://example.org/a",
    )
    assert article.text == PROSE
    assert codes == []


def test_markdown_becomes_plain_blocks():
    text = (
        "# Title\n\nA [link](http://x.y) and ![image](i.png) and `code`, *soft*\nbreak<br>here.\n\n"
        "## Heading\n\n- one\n- two\n  - three\n\n> quoted\n\n```\nx = 1\n\ny = 2\n```\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n<div>block</div>\n\n<!-- dropped -->\n\nEnd &amp; out"
    )

    assert blocks_of("a.md", text) == [
        "A link and and code, soft break here.",
        "Heading",
        "one",
        "two",
        "three",
        "quoted",
        "x = 1",
        "y = 2",
        "a | b",
        "1 | 2",
        "block",
        "End & out",
    ]


def test_a_rule_at_the_top_is_no_front_matter():
    assert blocks_of("a.md", f"---\n\n{PROSE}\n\n---\n\nMore text here.") == [
        PROSE,
        "More text here.",
    ]


@pytest.mark.parametrize("value", ["2024-02-31", "2087-01-01", "soon", "03/04/2024", "0001-01-01"])
def test_a_date_that_cannot_be_is_unknown_and_said(value):
    article, codes = read_one("a.md", f"---\npublished: {value}\n---\n{PROSE}")

    assert (article.published, article.published_from) == (None, "unknown")
    assert codes == ["W-DOC-005"]


def test_words_of_yaml_stay_words():
    article, _ = read_one("a.md", f"---\ntitle: No\noutlet: 1984\nurl: null\n---\n{PROSE}")

    assert (article.title, article.outlet, article.url) == ("No", "1984", "")


# Web pages

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} | The Daily</title>
{head}</head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/x">World</a></li></ul></nav>
<div class="cookie-notice">We use cookies.</div><aside>Read also this</aside>
<main><article><h1>{title}</h1><p>{prose}</p><h2>Second part</h2><p>One.<br>{prose}</p>
<ul><li>First item</li><li>Second item</li></ul>
<table><tr><th>Year</th><th>Sum</th></tr><tr><td>2024</td><td>5</td></tr></table>
<p>{prose}</p></article></main><footer>All rights reserved</footer></body></html>"""
JSON_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Other"},
        {
            "@type": ["NewsArticle"],
            "headline": "A quiet rule",
            "datePublished": "2024-11-12T23:30:00+02:00",
            "dateModified": "2025-01-01",
            "author": [{"@type": "Person", "name": "Jane Doe"}, {"name": "Li Wei"}],
            "publisher": {"@type": "Organization", "name": "The Daily"},
        },
    ],
}


def page(head):
    return PAGE.format(title="A quiet rule", prose=LONG, head=head)


def test_a_page_loses_its_frame_and_keeps_its_article():
    assert blocks_of("a.html", page("")) == [
        LONG,
        "Second part",
        f"One. {LONG}",
        "First item",
        "Second item",
        "Year | Sum",
        "2024 | 5",
        LONG,
    ]


def test_what_leads_to_the_page_before_and_after_is_not_the_page():
    links = 'Next: <a {} href="b.html">Locks</a>, Previous: <a {} href="c.html">Bed</a>'
    pager = f"<ul><li>{links}</li></ul>"
    marked, bare = pager.format('rel="next"', 'rel="prev"'), pager.format("", "")
    prose = f'<p>{LONG}</p>{{}}<p>{LONG} See <a href="b.html">Locks</a>.</p>'

    assert blocks_of("a.html", prose.format(marked + bare)) == [LONG, f"{LONG} See Locks."]
    assert "Next: Locks, Previous: Bed" in blocks_of("a.html", prose.format(bare))


def test_json_ld_comes_before_meta_elements():
    head = (
        '<meta property="article:published_time" content="2020-01-01">'
        '<meta name="author" content="Somebody Else">'
        '<link rel="canonical" href="https://daily.example/quiet">'
        f'<script type="application/ld+json">{json.dumps(JSON_LD)}</script>'
    )

    article, _ = read_one("a.html", page(head))

    assert facts(article) == (
        "A quiet rule",
        date(2024, 11, 12),
        "JSON-LD",
        "The Daily",
        ("Jane Doe", "Li Wei"),
        "https://daily.example/quiet",
    )


def test_meta_elements_serve_where_json_ld_is_broken():
    head = (
        '<script type="application/ld+json">{broken</script>'
        '<meta property="og:site_name" content="The Daily">'
        '<meta property="og:title" content="A quiet rule | The Daily">'
        '<meta property="article:published_time" content="2024-11-12T08:00:00Z">'
        '<meta name="author" content="Jane Doe">'
    )

    article, _ = read_one("a.html", page(head))

    assert facts(article) == (
        "A quiet rule",
        date(2024, 11, 12),
        "page metadata",
        "The Daily",
        ("Jane Doe",),
        "",
    )


def test_a_date_in_running_text_is_no_publication_date():
    article, _ = read_one(
        "a.html", page("").replace("All rights", "Copyright 2019-05-05, all rights")
    )

    assert (article.published, article.published_from) == (None, "unknown")


def test_control_characters_between_hidden_elements_do_no_harm():
    assert blocks_of("a.html", f"<p>\x01<script>x</script>\x02&#1;{LONG}</p>\uffff") == [LONG]


def test_a_declared_charset_is_believed_where_utf8_fails():
    text = f'<meta charset="ISO-8859-1"><title>T</title><p>Caf\xe9 \x93quoted\x94. {LONG}</p>'

    assert blocks_of("a.htm", text.encode("latin-1")) == [f"Café “quoted”. {LONG}"]


# PDF

TWO_COLUMNS = [
    (72, 752, 22, "Two columns"),
    (72, 728, 11, "By Jane Doe, 12 November 2024"),
    *column(["The first column begins here and its", "first paragraph is long enough to be"]),
    *column(["wrapped, and a manage-", "ment plan ends it."], top=672),
    *column(
        ["A second paragraph begins in the first", "column and it goes on in the next, as"], top=622
    ),
    *column(["columns of newspapers do on every", "page."], x=330),
]


def test_columns_are_read_one_after_the_other_and_lines_heal():
    article, _ = read_one("a.pdf", pdf(TWO_COLUMNS))

    assert (article.title, article.published, article.authors) == (
        "Two columns",
        date(2024, 11, 12),
        ("Jane Doe",),
    )
    assert article.text.split("\n\n") == [
        "The first column begins here and its first paragraph is long enough to be wrapped, and "
        "a management plan ends it.",
        "A second paragraph begins in the first column and it goes on in the next, as columns "
        "of newspapers do on every page.",
    ]


def test_running_heads_and_page_numbers_go_and_sentences_cross_pages():
    def numbered(number, lines):
        head = (72, 760, 9, "Annual report of the council")
        return [head, *column(lines), (300, 30, 9, f"Page {number} of 3")]

    pages = pdf(
        numbered(
            1, ["The council met on four occasions in the year that", "ended in March and it"]
        ),
        numbered(2, ["found no reason to change what had been decided by", "its members before."]),
        numbered(3, ["Nothing else was decided on by the council in this", "year of 2024."]),
    )

    assert blocks_of("a.pdf", pages) == [
        "The council met on four occasions in the year that ended in March and it found no "
        "reason to change what had been decided by its members before.",
        "Nothing else was decided on by the council in this year of 2024.",
    ]


def test_first_line_indents_begin_paragraphs():
    lines = [
        (84, 700, 11, "The first paragraph is set with an indent and"),
        (72, 686, 11, "then goes on at the margin for two more lines,"),
        (72, 672, 11, "as books do."),
        (84, 658, 11, "The second paragraph is set in the same way."),
    ]

    assert len(blocks_of("a.pdf", pdf(lines))) == 2


def test_the_date_of_a_pdf_file_is_no_publication_date():
    properties = b"<< /CreationDate (D:20240101000000Z) /Title (Stated title) >>"

    article, _ = read_one("a.pdf", pdf(column([PROSE, LONG[:60]]), properties=properties))

    assert (article.published, article.published_from) == (None, "unknown")
    assert article.title == "Stated title"


# Word


def test_word_files_are_read_in_order_with_tables():
    row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    table = f"<w:tbl>{row.format(paragraph('Field'), paragraph('Result'))}</w:tbl>"
    body = (
        paragraph("A quiet rule", style="Title")
        + paragraph("By Jane Doe, 18 November 2024")
        + paragraph("First part", style="Heading1")
        + paragraph(PROSE)
        + table
        + paragraph("After the table.")
    )

    article, _ = read_one("a.docx", docx(body))

    assert facts(article)[:5] == (
        "A quiet rule",
        date(2024, 11, 18),
        "byline",
        "",
        ("Jane Doe",),
    )
    assert article.text.split("\n\n") == [
        "First part",
        PROSE,
        "Field | Result",
        "After the table.",
    ]


def test_word_insertions_count_and_deletions_do_not():
    body = (
        "<w:p><w:r><w:t>The rule </w:t></w:r>"
        "<w:del><w:r><w:delText>never </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>always</w:t><w:tab/><w:t>holds.</w:t></w:r></w:ins></w:p>"
        f"<w:sdt><w:sdtContent>{paragraph('In a control.')}</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:pict><w:txbxContent>"
        f"{paragraph('In a box.')}</w:txbxContent></w:pict></w:r></w:p>"
    )

    assert blocks_of("a.docx", docx(body)) == [
        "The rule always holds.",
        "In a control.",
        "In a box.",
    ]


# JSON


def test_json_fields_fill_the_article():
    fields = {
        "title": "A quiet rule",
        "text": f"{PROSE}\n\n{LONG}",
        "published": "2024-11-12",
        "outlet": "The Daily",
        "authors": ["Jane Doe"],
        "url": "https://daily.example/quiet",
        "unrelated": {"any": "thing"},
    }

    article, codes = read_one("a.json", json.dumps(fields))

    assert facts(article) == (
        "A quiet rule",
        date(2024, 11, 12),
        "front matter",
        "The Daily",
        ("Jane Doe",),
        "https://daily.example/quiet",
    )
    assert article.text == f"{PROSE}\n\n{LONG}"
    assert codes == []


def test_nulls_in_json_mean_not_known():
    text = json.dumps({"title": None, "text": PROSE, "published": None, "authors": None})

    article, _ = read_one("b/some-name.json", text)

    assert facts(article) == ("Some name", None, "unknown", "", (), "")


def test_a_misspelt_field_is_reported():
    _, codes = read_one("a.json", json.dumps({"titel": "T", "text": PROSE}))

    assert codes == ["W-DOC-006"]

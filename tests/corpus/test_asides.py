"""What stands among the paragraphs of a page and is none, and what is short and belongs."""

from datetime import date

import lxml.html
import pytest

from rag.corpus.formats.asides import without_asides
from rag.corpus.formats.blocks import read_blocks
from tests.corpus.corpus_samples import LONG_PROSE, read_one

FIRST, LAST = "The canal froze in the first winter.", "It thawed in spring."


def link(words):
    return f'<a href="/b">{words}</a>'


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        (f"<p>{link('Read more: the weir that broke')}</p>", []),
        (f"<p>Read more: {link('The weir that broke in Lund last winter')}</p>", []),
        (f"<p>{link('It froze.')}</p>", ["It froze."]),
        ('<p>See <a href="#b">The next part of it</a></p>', ["See The next part of it"]),
        (
            f"<p>{link('Lock')}</p><p>{link('Weir')}</p><p>{link('Mill')}</p>",
            "Lock Weir Mill".split(),
        ),
        (f"<ul><li>{link('Lock')}</li><li>{link('Weir')}</li></ul>", ["Lock", "Weir"]),
        ("<p>5 April 2023</p><p>6 April 2023</p><p>7 April 2023</p>", []),
        (f"<p>By {link('Alexander de la Garza')}</p>", ["By Alexander de la Garza"]),
        ("<p>* * *</p><p>———</p>", []),
        ("<pre>()</pre>", ["()"]),
        ("<h2>5 April 2023</h2><p>It froze.</p>", ["5 April 2023", "It froze."]),
        ("<p>Advertisement</p><p>Advertisement</p><p>Advertisement</p>", ["Advertisement"]),
        (
            "<h3>Weirs of the old canal</h3><p>One.</p><h3>Weirs of the old canal</h3><p>Two.</p>",
            ["Weirs of the old canal", "One.", "Two."],
        ),
        ("<ol class='comment-list'><li><p>Dear Sir, it never froze.</p></ol>", []),
        ("<p class='comment'>The comment of the clerk is.</p>", ["The comment of the clerk is."]),
    ],
)
def test_what_leads_elsewhere_days_alone_and_repeats_are_left_out(parts, kept):
    tree = lxml.html.document_fromstring(f"<body><p>{FIRST}</p>{parts}<p>{LAST}</p></body>")

    blocks = without_asides(list(read_blocks(tree)), latest=date.max)

    assert [block.text for block in blocks] == [FIRST, *kept, LAST]


def test_a_page_is_read_without_what_leads_elsewhere():
    parts = f"<p>Read more: {link('The weir that broke in Lund last winter')}</p><p>* * *</p>"
    page = f"<html><body><article><p>{LONG_PROSE}</p>{parts}<p>{LAST}</p></article></body></html>"

    assert read_one("page.html", page)[0].text == f"{LONG_PROSE}\n\n{LAST}"


@pytest.mark.parametrize(
    ("headlines", "is_kept"),
    [
        (["The weir that broke in Lund last winter", "Who pays for the new lock at Mell"], False),
        (["Weirs of Lund", "Locks of Mell"], True),  # what else a manual has
        ([f"The weir that broke in Lund in the winter of {n}" for n in range(1900, 1920)], True),
    ],
)
def test_headlines_of_other_pages_behind_the_text_are_left_out(headlines, is_kept):
    items = "".join(f"<li>{link(headline)}" for headline in headlines)
    page = f"<body><p>{LONG_PROSE}</p><p>{LONG_PROSE}</p><h3>More news</h3><ul>{items}</ul></body>"

    blocks = without_asides(list(read_blocks(lxml.html.document_fromstring(page))), latest=date.max)

    assert [block.text for block in blocks[2:]] == (["More news", *headlines] if is_kept else [])


def test_a_page_that_readers_write_is_kept():
    said = f"<div class='comments'><p>{LONG_PROSE}</p><p>{LAST}</p></div>"
    tree = lxml.html.document_fromstring(f"<body><p>{FIRST}</p>{said}</body>")

    blocks = without_asides(list(read_blocks(tree)), latest=date.max)

    assert [block.text for block in blocks] == [FIRST, LONG_PROSE, LAST]


def test_a_link_above_the_first_sentence_stays():
    tree = lxml.html.document_fromstring(
        f"<body><p>{link('Our editors in Lund')}</p><p>{FIRST}</p>"
    )

    blocks = without_asides(list(read_blocks(tree)), latest=date.max)

    assert [block.text for block in blocks] == ["Our editors in Lund", FIRST]


def test_a_page_of_nothing_but_a_link_keeps_it():
    tree = lxml.html.document_fromstring(f"<body><p>{link('The weir')}</p></body>")

    assert len(without_asides(list(read_blocks(tree)), latest=date.max)) == 1


@pytest.mark.parametrize(
    ("part", "is_kept"),
    [
        ("<p>The lock keeper and his house</p>", False),
        ("<p>There are two of them:</p>", True),
        ("<p>It froze.</p>", True),
        ("<ul><li>«</li></ul>", False),
        ("<ul><li>The old lock</li></ul>", True),
    ],
)
def test_of_what_the_extraction_drops_among_paragraphs_only_what_is_said_or_listed_returns(
    part, is_kept
):
    dropped = f'<div class="embed">{part}</div>'
    page = (
        f"<article><h1>A canal</h1><p>{LONG_PROSE}</p>{dropped}<p>{LONG_PROSE} Then.</p></article>"
    )
    words = lxml.html.fromstring(part).text_content()

    assert (words in read_one("page.html", page)[0].text.split("\n\n")) == is_kept

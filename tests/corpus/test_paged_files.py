"""PDF pages by their geometry, scans by OCR, slides, tables and mails."""

import io
from datetime import date

import pptx
import pytest

from rag.corpus.extraction import extract
from rag.corpus.formats import pdf as pdf_parser
from rag.corpus.ocr import tesseract
from rag.errors import ArticleError
from tests.corpus.corpus_samples import (
    PROSE,
    assemble_pdf,
    blocks_of,
    column,
    pdf,
    read_one,
    source,
)
from tests.corpus.package_samples import scan

LEFT = [
    "The weir was built of oak in the",
    "winter of 1840 and was lost to",
    "the ice of the next. It was never",
]
RIGHT = [
    "rebuilt, for want of money and of",
    "men who could drive the piles",
    "into the bed of the river.",
]


def placed(*lines):
    """Return the lines of a page from (x, y, text), in type of 11 points unless a size is given."""
    return [(x, y, size[0] if size else 11, text) for x, y, text, *size in lines]


def test_columns_that_are_drawn_row_by_row_are_read_one_by_one():
    rows = [
        line
        for n, pair in enumerate(zip(LEFT, RIGHT, strict=True))
        for line in ((72, 700 - 14 * n, pair[0]), (330, 700 - 14 * n, pair[1]))
    ]

    assert blocks_of("a.pdf", pdf(placed((72, 740, "A weir", 20), *rows))) == [
        " ".join([*LEFT, *RIGHT])
    ]


def test_a_table_keeps_its_rows_and_the_text_below_it_is_no_cell():
    cells = [("Lock", "Gates", "Fall"), ("Orla", "2", "3.5"), ("Upper Mell", "3", "4.0")]
    rows = [
        (x, 700 - 16 * n, cell)
        for n, row in enumerate(cells)
        for x, cell in zip((72, 200, 300), row, strict=True)
    ]
    below = (72, 630, "Falls are in metres and were measured in a dry summer.")

    assert blocks_of("a.pdf", pdf(placed((72, 740, "A canal", 20), *rows, below))) == [
        "Lock | Gates | Fall",
        "Orla | 2 | 3.5",
        "Upper Mell | 3 | 4.0",
        "Falls are in metres and were measured in a dry summer.",
    ]


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        ([("A field of 10", 0), ("12", 4), (" tesla here.", 0)], "A field of 10¹² tesla here."),
        ([("The CO", 0), ("2", -3), (" of the kiln.", 0)], "The CO2 of the kiln."),
        ([("Dug by hand.", 0), ("9", 4), (" It leaks.", 0)], "Dug by hand. It leaks."),
    ],
)
def test_raised_and_lowered_figures_keep_their_place(pieces, shown):
    content, size = "BT /F1 11 Tf 72 700 Td ", 11
    for text, rise in pieces:
        size = 7 if rise else 11
        content += f"/F1 {size} Tf {rise} Ts ({text}) Tj "

    assert shown in read_one("a.pdf", pdf((content + "ET").encode()))[0].text


def test_a_footnote_follows_the_sentence_that_it_interrupts_and_its_mark_goes():
    mark = "BT /F1 11 Tf 1 0 0 1 72 100 Tm (The council sold 45) Tj /F1 6 Tf 4 Ts (3) Tj "
    note = "BT /F1 8 Tf 1 0 0 1 72 60 Tm (3 Counted by the clerk.) Tj ET"
    first = f"{mark}/F1 11 Tf 0 Ts ( boats to a firm that had) Tj ET {note}"

    pages = pdf(first.encode(), column(["never paid for them and never meant to."], top=700))

    assert blocks_of("a.pdf", pages) == [
        "The council sold 45 boats to a firm that had never paid for them and never meant to.",
        "3 Counted by the clerk.",
    ]


@pytest.mark.parametrize(
    ("cap", "rest", "whole"),
    [
        ("W", "ater stood in the", "Water stood in the"),
        ("A", "weir was built in", "A weir was built in"),
    ],
)
def test_a_drop_cap_belongs_to_its_word_and_is_no_title(cap, rest, whole):
    page = placed(
        (72, 740, "A canal", 18),
        (72, 676, cap, 36),
        (104, 692, rest),
        (104, 678, "meadows till the month of May"),
        (72, 664, "and the cattle were kept in. No water or weir was spared."),
    )

    article, _ = read_one("a.pdf", pdf(page))
    drawn_first, _ = read_one("a.pdf", pdf([page[1], page[0], *page[2:]]))

    assert article.title == "A canal"
    assert article.text == drawn_first.text
    assert article.text.startswith(f"{whole} meadows till the month of May and the cattle")


def test_a_last_line_is_a_page_number_only_where_it_counts_pages():
    def page(n, last):
        return [*column([f"Text of page {n} that says no more."], top=600), (72, 40, 11, last)]

    totals = pdf(page(1, "Sum: 45 boats"), page(2, "Sum: 61 boats"), page(3, "Sum: 20 boats"))
    numbers = pdf(page(1, "Canal 7"), page(2, "Canal 8"), page(3, "Canal 9"))

    assert "Sum: 61 boats" in read_one("a.pdf", totals)[0].text
    assert "Canal 8" not in read_one("a.pdf", numbers)[0].text


def test_a_slanted_stamp_is_neither_title_nor_text_and_is_reported():
    stamp = "BT /F1 60 Tf 0.7 0.7 -0.7 0.7 200 300 Tm (COPY) Tj ET\n"
    text = "BT /F1 11 Tf 1 0 0 1 72 700 Tm (The weir of Mell leaks.) Tj ET"

    article, codes = read_one("a.pdf", pdf((stamp + text).encode()))

    assert (article.text, codes) == ("The weir of Mell leaks.", ["W-DOC-011"])
    assert "COPY" not in article.title


def annotated(annotation):
    """Return a PDF of two lines with an annotation over its page."""
    text = b"BT /F1 11 Tf 1 0 0 1 72 700 Tm (The toll is) Tj 1 0 0 1 140 700 Tm (nine) Tj ET"
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Annots [6 0 R] "
        b"/Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>"
    )
    return assemble_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>",
            2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            4: page,
            5: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
            6: annotation,
        }
    )


@pytest.mark.parametrize(
    ("annotation", "shown"),
    [
        (
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (toll) /V (12 crowns) "
            b"/Rect [200 698 300 712] >>",
            "The toll is nine 12 crowns",
        ),
        (
            b"<< /Type /Annot /Subtype /FreeText /Contents (paid) /Rect [200 698 300 712] >>",
            "The toll is nine paid",
        ),
        (b"<< /Type /Annot /Subtype /StrikeOut /Rect [138 696 170 712] >>", "The toll is"),
    ],
)
def test_what_is_filled_in_counts_and_what_is_struck_out_does_not(annotation, shown):
    assert read_one("a.pdf", annotated(annotation))[0].text == shown


def drawn(*lines):
    """Return a page of (x, y, text, gray of its letters), with what is drawn before them."""
    shown = [f"{gray} g BT /F1 12 Tf {x} {y} Td ({text}) Tj ET" for x, y, text, gray in lines[1:]]
    return pdf("\n".join([lines[0], *shown]).encode())


def test_words_with_a_line_through_them_or_white_on_white_are_no_text():
    rows = [(72, 700, "The toll is", 0), (136, 700, "nine", 0), (166, 700, "ten crowns.", 0)]
    through, under, field = (
        "136 704 m 160 704 l S",
        "72 697 m 300 697 l S",
        "0.3 g 70 650 99 20 re f",
    )

    struck, codes = read_one("a.pdf", drawn(through, *rows, (72, 680, "Nobody sees it.", 1)))

    assert (struck.text, codes) == ("The toll is ten crowns.", ["W-DOC-008", "W-DOC-007"])
    assert blocks_of("a.pdf", drawn(under, *rows)) == ["The toll is nine ten crowns."]
    assert blocks_of("a.pdf", drawn(field, (75, 655, "White on gray", 1))) == ["White on gray"]


def test_a_dash_stays_in_its_sentence_and_goes_before_an_item():
    lines = [(72, 700, "\x96 The weir - an old one \x96 held."), (72, 640, "\x95 It leaked.")]

    assert blocks_of(
        "a.pdf",
        pdf(placed(*lines)).replace(b"/Helvetica", b"/Helvetica /Encoding /WinAnsiEncoding"),
    ) == ["The weir - an old one \u2013 held.", "It leaked."]


def test_on_a_short_page_gaps_part_paragraphs():
    lines = [
        (72, 740, "By Ada Moss"),
        (72, 714, "3 March 2026"),
        (72, 688, "The weir was built of oak in the winter of 1840 and was"),
        (72, 674, "lost to the ice."),
    ]

    article, _ = read_one("a.pdf", pdf(placed(*lines)))

    assert (article.authors, article.published) == (("Ada Moss",), date(2026, 3, 3))
    assert article.text.startswith("The weir was built of oak in the winter of 1840 and was lost")


SCANNED = scan(pdf(placed((72, 720, "The weir", 24), (72, 690, PROSE[:52]), (72, 674, PROSE[52:]))))


@pytest.mark.skipif(not tesseract(), reason="tesseract is not installed")
def test_a_scan_is_read_by_ocr_and_marked_so():
    article, codes = read_one("a.pdf", SCANNED)

    assert (article.title, article.text, article.is_ocr) == ("The weir", PROSE, True)
    assert codes == ["W-DOC-013"]


def test_without_ocr_a_scan_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pdf_parser, "tesseract", lambda: "")

    with pytest.raises(ArticleError, match="install OCR: apt-get install tesseract-ocr") as refused:
        extract(source("a.pdf", SCANNED))

    assert refused.value.code == "E-DOC-008"


def test_slides_give_titles_boxes_tables_and_notes_in_their_order():
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    table = slide.shapes.add_table(1, 2, 0, 3_000_000, 900_000, 300_000).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Orla", "2"
    frame = slide.shapes.add_textbox(0, 2_000_000, 900_000, 300_000).text_frame
    for text, baseline in (("A field of 10", ""), ("3", "30000"), (" tesla", "")):
        run = frame.paragraphs[0].add_run()
        run.text = text
        if baseline:
            run.font._element.set("baseline", baseline)  # noqa: SLF001 - there is no public way
    slide.shapes.title.text = "A canal"
    slide.notes_slide.notes_text_frame.text = "It leaks."
    hidden = deck.slides.add_slide(deck.slide_layouts[5])
    hidden.element.set("show", "0")
    buffer = io.BytesIO()
    deck.save(buffer)

    article, codes = read_one("a.pptx", buffer.getvalue())

    assert article.title == "A canal"
    assert article.text.split("\n\n") == ["A field of 10³ tesla", "Orla | 2", "It leaks."]
    assert codes == ["W-DOC-011"]


def test_a_table_file_is_an_article_of_rows():
    text = 'lock;gates\n\nOrla;2\n"Upper\nMell";3,5\n'

    article, _ = read_one("tolls_of-1901.csv", text)

    assert article.title == "Tolls of 1901"
    assert article.text.split("\n\n") == ["lock | gates", "Orla | 2", "Upper Mell | 3,5"]


def test_a_table_of_articles_gives_an_article_a_row():
    rows = 'headline,date,author,body\nA,2023-04-05,Ada Moss,"One, and\nmore."\nB,,,\nC,,,Three.\n'

    extracted = extract(source("a.csv", rows))

    assert [(a.id, a.title, a.published) for a in extracted.articles] == [
        ("a.csv#2", "A", date(2023, 4, 5)),
        ("a.csv#4", "C", None),
    ]
    assert [problem.code for problem in extracted.problems] == ["E-DOC-001"]


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        ("text/plain", "The canal=20froze.", "The canal froze."),
        ("text/html", "<p>It is <s>3</s> 9 m<sup>2</sup>.</p>", "It is 9 m²."),
    ],
)
def test_a_mail_gives_subject_sender_date_and_text(kind, body, shown):
    head = (
        "From: Ada Moss <ada@canal.example>\r\nSubject: =?utf-8?q?A_canal?=\r\n"
        "Date: Wed, 05 Apr 2023 23:30:00 +0200\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: {kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )

    article, _ = read_one("a.eml", head + body)

    assert (article.title, article.authors, article.published) == (
        "A canal",
        ("Ada Moss",),
        date(2023, 4, 5),
    )
    assert article.text == shown


@pytest.mark.parametrize("sender", ["x Mon, : text/html; charset=utf-8", "a <@>, :;"])
def test_a_mail_whose_sender_cannot_be_read_is_no_less_an_article(sender):
    article, _ = read_one("a.eml", f"From: {sender}\r\nSubject: A canal\r\n\r\nThe canal froze.")

    assert (article.title, article.authors, article.text) == ("A canal", (), "The canal froze.")

"""An article says what its file shows: numbers as they stand, nothing struck out, no word lost."""

import pytest

from tests.corpus.corpus_samples import LONG_PROSE, docx, paragraph, read_one
from tests.corpus.package_samples import epub, odt, odt_style

RAISED = '<w:vertAlign w:val="superscript"/>'
W14 = "http://schemas.openxmlformats.org/officeDocument/2006/math"
RUN = "<w:r><w:rPr>{}</w:rPr><w:t xml:space='preserve'>{}</w:t></w:r>"


def page(inside, head=""):
    return (
        f"<!doctype html><html><head><title>A canal</title>{head}</head><body><article>"
        f"<h1>A canal</h1><p>{LONG_PROSE}</p>{inside}<p>{LONG_PROSE}</p></article></body></html>"
    )


def sentence(*runs):
    """Return a Word file of one sentence; a run is a text or (properties, text)."""
    made = (RUN.format(*(("", r) if isinstance(r, str) else r)) for r in runs)
    return docx(f"<w:p>{''.join(made)}</w:p>")


def row(*cells):
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


HTML = {
    "negative power": ("<p>A field of 10<sup>-4</sup> tesla.</p>", "A field of 10⁻⁴ tesla."),
    "lowered figure": ("<p>The CO<sub>2</sub> of the kiln.</p>", "The CO2 of the kiln."),
    "base of a logarithm": ("<p>It is log<sub>2</sub>8 bits.</p>", "It is log₂8 bits."),
    "square metres": ("<p>It has 90 m<sup>2</sup> of glass.</p>", "It has 90 m² of glass."),
    "fraction of a power": ("<p>It is 2<sup>0.5</sup> wide.</p>", "It is 2^(0.5) wide."),
    "linked note": (
        '<p>Some 1,300<sup class="reference"><a href="#n4">[4]</a></sup> homes.</p>',
        "Some 1,300 homes.",
    ),
    "note with a role": (
        '<p>Some 70<a role="doc-noteref" href="#fn2">2</a> boats.</p>',
        "Some 70 boats.",
    ),
    "note after a sentence": (
        "<p>It was dug by hand.<sup>7</sup> It leaks.</p>",
        "It was dug by hand. It leaks.",
    ),
    "raised cents": ("<p>A map costs $4.<sup>99</sup> here.</p>", "A map costs $4.99 here."),
    "ordinal": ("<p>The 21<sup>st</sup> lock.</p>", "The 21st lock."),
    "degrees": ("<p>Ice of 4<sup>o</sup>C.</p>", "Ice of 4°C."),
    "raised by style": (
        '<p>It holds 10<span style="vertical-align: super; font-size: 60%">5</span> litres.</p>',
        "It holds 10⁵ litres.",
    ),
    "old spelling of struck": ("<p>It is <strike>3</strike> 9 m deep.</p>", "It is 9 m deep."),
    "struck by style": (
        '<p>It is <span style="text-decoration: line-through">3</span> 9 m deep.</p>',
        "It is 9 m deep.",
    ),
    "struck block": ("<del><p>It was closed.</p></del><p>It is open.</p>", "It is open."),
    "label and output": (
        "<p>The <label>toll</label> is <output>12</output> crowns.</p>",
        "The toll is 12 crowns.",
    ),
    "abbreviation and data": (
        '<p>The <abbr title="x">BWA</abbr> owns <data value="9">9</data> <dfn>weirs</dfn>.</p>',
        "The BWA owns 9 weirs.",
    ),
    "unknown inline element": ("<p>The <x-name>Orla</x-name> lock.</p>", "The Orla lock."),
    "filled-in field": (
        '<p>Keeper: <input value="Ada Moss"> since <input type="checkbox" checked>1999</p>',
        "Keeper: Ada Moss since ☒ 1999",
    ),
    "chosen option": (
        "<p>Gate: <select><option>wood<option selected>steel</select></p>",
        "Gate: steel",
    ),
    "quotation in a quotation": (
        "<p>He said <q>they cried <q>halt</q> twice</q>.</p>",
        "He said “they cried ‘halt’ twice”.",
    ),
    "fraction": (
        "<p>It is <math><mfrac><mn>3</mn><mn>4</mn></mfrac></math> full.</p>",
        "It is 3/4 full.",
    ),
    "ruby": ("<p>The <ruby>運河<rp>(</rp><rt>unga</rt><rp>)</rp></ruby>.</p>", "The 運河 (unga)."),
    "nested table": (
        "<table><tr><th>Lock</th><th>Gates</th></tr><tr><td>Orla</td><td><table><tr><td>upper</td>"
        "<td>2</td></tr><tr><td>lower</td><td>3</td></tr></table></td></tr></table>",
        "Orla | upper 2 lower 3",
    ),
    "caption of a table": (
        "<table><caption>Tolls of 1901</caption><tr><td>Barge</td><td>2</td></tr></table>",
        "Tolls of 1901",
    ),
    "definitions": ("<dl><dt>Pound</dt><dd>The reach between locks.</dd></dl>", "Pound"),
    "a whole table": ("<table><tr><th>Lock<tr><td><ul><li>Orla<li>Mell</ul></table>", "Orla Mell"),
    "who is quoted": ("<blockquote>It leaks.<footer>Ada Moss</footer></blockquote>", "Ada Moss"),
    "a break in a word": ("<ul><li>Orla<wbr>lock<li>Mell</ul>", "Orlalock"),
    "what follows a player": ("<p>It is <embed src=x>open.</p>", "It is open."),
    "a fraction by characters": ("<p>It is 2<sup>1</sup>/<sub>3</sub> m.</p>", "It is 2¹/₃ m."),
    "slots of a shadow root": (
        '<x-toll>nine<template shadowrootmode="open"><p>The toll is <slot>ten</slot> crowns in '
        '<slot name="year">1900</slot>.</p></template><b slot="year">1901</b></x-toll>',
        "The toll is nine crowns in 1901.",
    ),
    "shown again": (
        '<p style="visibility:hidden">It <b style="visibility:visible">was open</b></p>',
        "was open",
    ),
    "details": ("<details><summary>More</summary><p>It froze in 1947.</p></details>", "It froze"),
}


@pytest.mark.parametrize(("inside", "shown"), HTML.values(), ids=HTML)
def test_a_page_is_read_as_it_looks(inside, shown):
    article, _ = read_one("a.html", page(inside))

    assert shown in article.text
    assert article.text.count(shown) == 1


@pytest.mark.parametrize(
    "style",
    [
        ".gone{display:none}",
        ".gone { visibility : hidden }",
        "p.gone{display:none!important} .gone{display:block}",
        "article > .gone{display:none} p{display:block}",
        ".gone{position:absolute;left:-9999px}",
        ".gone{position:absolute;clip:rect(0, 0, 0, 0)}",
        ".gone{height:0;overflow:hidden}",
        ".gone{text-decoration:line-through red}",
    ],
)
def test_what_a_style_sheet_hides_is_not_read(style):
    text = read_one(
        "a.html", page('<p class="gone">The keeper stole.</p>', f"<style>{style}</style>")
    )

    assert "stole" not in text[0].text


@pytest.mark.parametrize(
    ("style", "is_read"),
    [
        ("color:white", False),
        ("color:#333;background:#333", False),
        ("color:white;background:#333", True),
    ],
)
def test_letters_in_the_colour_of_the_page_are_not_read(style, is_read):
    text = read_one("a.html", page(f'<p style="{style}">The keeper stole.</p>'))[0].text

    assert ("stole" in text) == is_read


def test_a_rule_for_small_screens_hides_nothing():
    style = (
        "<style>@media (max-width: 9em){.gone{display:none}} .x{color:red}"
        " .gone{display:none} p.gone{display:block} .x .gone, .gone:hover{display:none}</style>"
    )

    assert (
        "It was dug" in read_one("a.html", page('<p class="gone">It was dug.</p>', style))[0].text
    )


def test_a_page_that_hides_most_of_itself_is_reported():
    hidden = f"<div hidden>{LONG_PROSE * 5}</div>"

    _, codes = read_one("a.html", f"<title>T</title><body><p>Please wait</p>{hidden}</body>")

    assert codes == ["W-DOC-007"]


def test_a_part_that_react_streams_is_read_in_its_place():
    text = (
        '<body><h1>T</h1><div><template id="P:3"></template></div><p>The end of it.</p>'
        f'<div hidden id="S:3"><p>{LONG_PROSE}</p></div></body>'
    )

    assert read_one("a.html", text)[0].text.split("\n\n") == [LONG_PROSE, "The end of it."]


MARKDOWN = {
    "raised": ("A field of 10^-4^ tesla.", "A field of 10⁻⁴ tesla."),
    "lowered": ("The CO~2~ of it.", "The CO2 of it."),
    "plain caret": ("Say 10^6 times, x^2.", "Say 10^6 times, x^2."),
    "single tildes": ("It is ~3~ 9 m deep.", "It is 9 m deep."),
    "about": ("Some ~5 km and ~6 km.", "Some ~5 km and ~6 km."),
    "review": (
        "It {--never --}opens {~~late~>early~~}{++ daily++}{>>sure?<<}, {==always==}.",
        "It opens early daily, always.",
    ),
    "wiki link": (
        "See [[Locks#Orla|the Orla lock]] and [[Weirs]].",
        "See the Orla lock and Weirs.",
    ),
    "highlight": ("It is ==9 m== deep, if a == b.", "It is 9 m deep, if a == b."),
    "comment": ("It is %%check this%%deep.", "It is deep."),
    "inline html": ("It is <b>9</b> m<sup>2</sup>, <del>old</del>new.", "It is 9 m², new."),
    "definition": ("Pound\n: The reach between locks.", "Pound\n\nThe reach between locks."),
    "note": ("Built in 1801[^a] by hand.\n\n[^a]: Or 1802.", "Built in 1801 by hand.\n\nOr 1802."),
    "call-out": ("> [!warning]- Ice\n> It froze.", "Ice\n\nIt froze."),
    "details": (
        "<details>\n<summary>More</summary>\n\nIt froze.\n\n</details>",
        "More\n\nIt froze.",
    ),
    "code": ("Run `a ~~ b` now.", "Run a ~~ b now."),
    "badges and targets": (
        "[![Build](b.svg)](https://ci.example) ![90 %](c.svg)\n\n"
        "[m]: https://m.example\n\nSee [it][m].",
        "See it.",
    ),
    "template tags": ('{% include a.html %}{{< fig src="a" >}}It froze.\n\n[TOC]', "It froze."),
    "attributes": ("## Ice {#ice .big}\n\nIt froze.\n{: .lead }", "Ice\n\nIt froze."),
    "braces in text": ("The set {a, b} and {c.d}.", "The set {a, b} and {c.d}."),
    "admonition": ('!!! note "Ice"\n    It froze.', "Ice\n\nIt froze."),
    "container": (":::{tip} Ice\n:class: big\n\nIt *froze*.\n:::", "Ice\n\nIt froze."),
    "titled container": ("::: info[Ice]{.x}\nIt froze.\n:::", "Ice\n\nIt froze."),
    "fence of prose": ("```{warning} Ice\n:class: x\nIt *froze*.\n```", "Ice\n\nIt froze."),
    "fence of code": ("```{code-block} sh\n:linenos:\n\nls\n```", "ls"),
    "list of pages": ("```{toctree}\n:maxdepth: 2\nintro\n```\n\nIt froze.", "It froze."),
    "role": ("(ice)=\nSee {ref}`the ice <ice>`.", "See the ice."),
}


@pytest.mark.parametrize(("text", "shown"), MARKDOWN.values(), ids=MARKDOWN)
def test_markdown_is_read_as_it_looks(text, shown):
    assert read_one("a.md", f"# A canal\n\n{text}")[0].text == shown


RESTRUCTURED = {
    "badges and targets": (
        "|a| It froze.\n\n.. |a| image:: a.svg\n   :target: https://a.example\n\n.. _b: https://b.example",
        "It froze.",
    ),
    "roles": (
        "Call :py:func:`~locks.fill` or :ref:`drain <x>`, 9 m\\ :sup:`2`.",
        "Call fill or drain, 9 m².",
    ),
    "link": ("See `the lock <https://l.example>`_ of ``Orla``.", "See the lock of Orla."),
    "directive of Sphinx": (
        ".. versionadded:: 3.2\n   It *froze*.\n\n.. toctree::\n   :maxdepth: 1\n\n   intro",
        "3.2 It froze.",
    ),
    "code with options": (".. code-block:: sh\n   :emphasize-lines: 1\n\n   ls -l", "ls -l"),
    "caption": (".. figure:: a.png\n   :other: 3\n\n   The lock in 1901.", "The lock in 1901."),
    "note": ("Dug by hand. [1]_\n\n.. [1] Or not.", "Dug by hand.\n\nOr not."),
    "broken table": ("+---+\n| a |\n+--\n\nIt froze.", "+---+\n| a |\n+--\n\nIt froze."),
    "other files": (
        ".. include:: /etc/hostname\n\n.. raw:: html\n\n   <b>x</b>\n\nIt froze.",
        "It froze.",
    ),
    "comment": (".. hidden remark\n\nIt froze.", "It froze."),
    "kinds of terms": ("depth : metre, *mean*\n    In May.", "depth: metre, mean\n\nIn May."),
}


@pytest.mark.parametrize("name", ["a.rst", "a.txt"])
@pytest.mark.parametrize(("text", "shown"), RESTRUCTURED.values(), ids=RESTRUCTURED)
def test_restructured_text_is_read_as_it_looks(name, text, shown):
    head = "A canal\n=======\n\n.. highlight:: sh\n\n"

    article, _ = read_one(name, head + text)

    assert (article.title, article.text) == ("A canal", shown)


WORD = {
    "raised by hand": (
        sentence("10", ('<w:position w:val="6"/><w:sz w:val="14"/>', "9"), " kg"),
        "10⁹ kg",
    ),
    "lowered": (sentence("CO", ('<w:vertAlign w:val="subscript"/>', "2"), " kiln"), "CO2 kiln"),
    "raised in two runs": (
        sentence("10", (RAISED, "1"), (RAISED, "2"), " m"),
        "10¹² m",
    ),
    "struck twice": (sentence("It is ", ("<w:dstrike/>", "3 "), "9 m"), "It is 9 m"),
    "not struck": (sentence("It is ", ('<w:strike w:val="0"/>', "9"), " m"), "It is 9 m"),
    "symbol in text": (
        sentence("It is ", ('<w:rFonts w:ascii="Symbol"/>', "\uf0b1"), "2 mm"),
        "It is ±2 mm",
    ),
    "ticked box": (
        docx('<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t> wood</w:t></w:r></w:p>'),
        "☑ wood",
    ),
    "chosen entry": (
        docx(
            "<w:p><w:r><w:t xml:space='preserve'>Gate: </w:t></w:r>"
            "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:ddList>"
            "<w:result w:val='1'/><w:listEntry w:val='wood'/>"
            "<w:listEntry w:val='steel'/></w:ddList></w:ffData></w:fldChar></w:r></w:p>"
        ),
        "Gate: steel",
    ),
    "fraction": (
        docx(
            f"<w:p><w:r><w:t xml:space='preserve'>It is </w:t></w:r><m:oMath xmlns:m='{W14}'><m:f>"
            "<m:num><m:r><m:t>3</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f>"
            "</m:oMath></w:p>"
        ),
        "It is 3/4",
    ),
    "power": (
        docx(
            f"<w:p><m:oMath xmlns:m='{W14}'><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e>"
            "<m:sup><m:r><m:t>7</m:t></m:r></m:sup></m:sSup></m:oMath></w:p>"
        ),
        "10⁷",
    ),
    "deleted row": (
        docx(
            "<w:tbl>" + row(paragraph("Barge"), paragraph("2"))
            + "<w:tr><w:trPr><w:del/></w:trPr><w:tc>" + paragraph("Raft") + "</w:tc></w:tr></w:tbl>"
        ),
        "Barge | 2",
    ),
    "nothing entered": (
        docx(
            "<w:p><w:r><w:t>Name:</w:t></w:r><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
            "<w:sdtContent><w:r><w:t>Click here</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        ),
        "Name:",
    ),
    "moved away": (
        docx("<w:p><w:moveFrom><w:r><w:t>Gone. </w:t></w:r></w:moveFrom>"
            "<w:r><w:t>Here.</w:t></w:r></w:p>"),
        "Here.",
    ),
    "list in a table in a cell": (
        docx(
            "<w:tbl>"
            + row(paragraph("Orla"), f"<w:tbl>{row(paragraph('upper'), paragraph('2'))}</w:tbl>")
            + "</w:tbl>"
        ),
        "Orla | upper 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "shown"), WORD.values(), ids=WORD)
def test_a_word_file_is_read_as_it_looks(data, shown):
    assert read_one("a.docx", data)[0].text == shown


@pytest.mark.parametrize(
    ("properties", "code"),
    [("<w:strike/>", "W-DOC-008"), ("<w:vanish/>", "W-DOC-007")],
)
def test_what_a_word_file_strikes_or_hides_is_reported(properties, code):
    article, codes = read_one("a.docx", sentence("It opens ", (properties, "never "), "daily."))

    assert (article.text, codes) == ("It opens daily.", [code])


def test_a_symbol_that_nobody_knows_is_marked_and_reported():
    body = '<w:p><w:r><w:t>It is </w:t><w:sym w:font="Webdings" w:char="F041"/></w:r></w:p>'

    article, codes = read_one("a.docx", docx(body))

    assert (article.text, codes) == ("It is �", ["W-DOC-010"])


RTF = {
    "raised": (r"A gate of 10{\super 3} kg.", "A gate of 10³ kg."),
    "raised till switched": (r"A gate of 10\super 3\nosupersub  kg.", "A gate of 10³ kg."),
    "raised by points": (r"A gate of 10\up6 3\up0  kg.", "A gate of 10³ kg."),
    "struck": (r"It is {\strike 3 }9 m\strike  or 4\strike0  deep.", "It is 9 m deep."),
    "hidden": (r"It is {\v not }open.", "It is open."),
    "deleted": (r"It is {\deleted not }open.", "It is open."),
    "note": (
        r"Dug by hand.{\super 1}{\footnote {\super 1} Or not.} It leaks.",
        "Dug by hand. It leaks.",
    ),
    "letters": (r"Caf\'e9 \u8364?5.", "Café €5."),
}


@pytest.mark.parametrize(("text", "shown"), RTF.values(), ids=RTF)
def test_rich_text_is_read_as_it_looks(text, shown):
    article, _ = read_one("a.rtf", rf"{{\rtf1\ansi{{\fonttbl\f0 Arial;}}{text}\par The end.}}")

    assert article.text.split("\n\n")[:2] == [shown, "The end."]


SPAN = '<text:span text:style-name="S">{}</text:span>'
ODT = {
    "raised": (
        odt_style("S", style__text_position="super 58%"),
        f"10{SPAN.format(3)} kg",
        "10³ kg",
    ),
    "lowered": (
        odt_style("S", style__text_position="-33% 58%"),
        f"CO{SPAN.format(2)} kiln",
        "CO2 kiln",
    ),
    "struck": (
        odt_style("S", style__text_line_through_style="solid"),
        f"It is {SPAN.format('3 ')}9 m",
        "It is 9 m",
    ),
    "hidden": (
        odt_style("S", text__display="none"),
        f"It is {SPAN.format('not ')}open",
        "It is open",
    ),
    "hidden section": (
        "",
        'It is open.</text:p><text:section text:display="none"><text:p>Not.</text:p>'
        "</text:section><text:p>It leaks.",
        "It is open.\n\nIt leaks.",
    ),
    "spaces": ("", "It is<text:s/>open<text:tab/>now", "It is open now"),
    "note": (
        "",
        "Dug<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Or not.</text:p></text:note-body></text:note> by hand.",
        "Dug by hand.\n\nOr not.",
    ),
}


@pytest.mark.parametrize(("styles", "text", "shown"), ODT.values(), ids=ODT)
def test_an_open_document_is_read_as_it_looks(styles, text, shown):
    data = odt(
        f'<text:h text:outline-level="1">A canal</text:h><text:p>{text}</text:p>', styles=styles
    )

    article, _ = read_one("a.odt", data)

    assert (article.title, article.text) == ("A canal", shown)


def test_a_book_is_read_in_the_order_of_its_spine():
    first = '<p>Some 70<a epub:type="noteref" href="#n">2</a> boats.</p>'
    metadata = "<dc:title>A canal</dc:title><dc:creator>Ada Moss</dc:creator>"

    article, _ = read_one("a.epub", epub(first, "<p>It leaks.</p>", metadata=metadata))

    assert (article.title, article.authors) == ("A canal", ("Ada Moss",))
    assert article.text == "Some 70 boats.\n\nIt leaks."

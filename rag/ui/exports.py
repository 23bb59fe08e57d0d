"""Answers as files: Markdown, one HTML page that asks no host, DOCX and JSON, with numbered notes.

Each carries its receipt, so that `python -m rag verify FILE` can look its quotes up again.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.records import Answer, Quote
from rag.sharing.receipt import DOCX_PART, Export, embedded, with_words
from rag.strict_json import to_text
from rag.ui import wording
from rag.ui.copying import Line, answer_lines
from rag.ui.escape import plain
from rag.ui.views import quotes_of

_MARKUP = re.compile(r"([\\`*_\[\]<>#&|!~$])")  # what CommonMark could read as more than text
_LINE_START = re.compile(r"^(\s*\d*)([-+=.)])")
_STYLE = (
    "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.6 Georgia,serif;"
    "color:#1b2126;background:#fff}mark{background:#fbe9a8}.notes{font-size:.9rem}"
    "@media(prefers-color-scheme:dark){body{color:#e4e7ea;background:#14181b}"
    "mark{background:#5c4d12;color:inherit}}"
)
_PAGE = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    "<title>{title}</title><style>{style}</style></head><body>\n{body}\n<!--{receipt}-->\n"
    "</body></html>\n"
)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a file: its suffix, its media type, and what writes it."""

    name: str
    suffix: str
    mime: str
    write: Callable[[Export], bytes]


def as_json(export: Export) -> bytes:
    """Return the answers with everything that is known of them."""
    return to_text(export).encode()


def as_markdown(export: Export) -> bytes:
    """Return the answers as Markdown; no text of them is read as markup."""
    blocks = [f"# {_markdown(export.title)}"]
    for answer in export.answers:
        blocks.append(f"## {_markdown(answer.question)}")
        blocks += [_markdown_line(line) for line in _lines(answer)]
        notes = [f"{number}. {_markdown(note)}" for number, note in _notes(answer)]
        blocks += ["\n".join(notes)] if notes else []

    def page(receipt: str) -> bytes:
        unused_link = f"[receipt]: #{receipt}"  # shown by no reader of Markdown
        return ("\n\n".join([*blocks, unused_link]) + "\n").encode()

    return _with_receipt(export, page, ".md")


def as_html(export: Export) -> bytes:
    """Return the answers as one HTML page, which loads nothing."""
    parts = [f"<h1>{_html(export.title)}</h1>"]
    for answer in export.answers:
        parts.append(f"<h2>{_html(answer.question)}</h2>")
        parts += [f"<p>{_html_line(line)}</p>" for line in _lines(answer)]
        notes = "".join(f"<li>{_html(note)}</li>" for _, note in _notes(answer))
        parts += [f'<ol class="notes">{notes}</ol>'] if notes else []
    said = {"title": _html(export.title), "style": _STYLE, "body": "\n".join(parts)}
    return _with_receipt(
        export, lambda receipt: _PAGE.format(**said, receipt=receipt).encode(), ".html"
    )


def as_docx(export: Export) -> bytes:
    """Return the answers as a Word document, its receipt as a part of the package."""
    from docx import Document  # noqa: PLC0415 - only who exports to Word needs it
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 - likewise
    from docx.opc.packuri import PackURI  # noqa: PLC0415 - likewise
    from docx.opc.part import Part  # noqa: PLC0415 - likewise

    document = Document()
    document.add_heading(plain(export.title), 1)
    for answer in export.answers:
        document.add_heading(plain(answer.question), 2)
        for line in _lines(answer):
            paragraph = document.add_paragraph()
            for text, is_marked in line:
                paragraph.add_run(plain(text)).bold = is_marked or None
        for number, note in _notes(answer):
            document.add_paragraph(f"[{number}] {plain(note)}")
    main = document.part
    uri = PackURI(f"/{DOCX_PART}")
    blob = to_text(with_words(export, main.blob, ".docx")).encode()
    part = Part(uri, "application/json", blob, main.package)
    main.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


FORMS = (
    Form("Markdown", ".md", "text/markdown", as_markdown),
    Form("HTML", ".html", "text/html", as_html),
    Form(
        "Word",
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        as_docx,
    ),
    Form("JSON", ".json", "application/json", as_json),
)


def _with_receipt(export: Export, page: Callable[[str], bytes], suffix: str) -> bytes:
    """Return a page with its receipt, which has the words that the page shows."""
    return page(embedded(to_text(with_words(export, page(embedded("")), suffix))))


def _lines(answer: Answer) -> list[Line]:
    """Return the lines of an answer; a refusal says why."""
    reason = wording.reason(answer)
    return [*answer_lines(answer), *([[(reason, False)]] if reason else [])]


def _notes(answer: Answer) -> Iterator[tuple[int, str]]:
    """Yield the number of each quote and its note: title, outlet, date, quote and file."""
    for number, quote in enumerate(quotes_of(answer.sentences), 1):
        yield number, _note(quote)


def _note(quote: Quote) -> str:
    text = " ".join(quote.text.split())
    return f"{wording.source(quote)}: “{text}” ({quote.article_id}, {quote.start}–{quote.end})"


def _markdown_line(line: Line) -> str:
    """Return a line as Markdown; white space beside a mark stays outside of it."""
    return "".join(
        f"**{_markdown(text)}**" if is_marked and text.strip() else _markdown(text)
        for text, is_marked in line
    )


def _markdown(text: str) -> str:
    marked = _MARKUP.sub(r"\\\1", plain(text).replace("\n", " "))
    return _LINE_START.sub(r"\1\\\2", marked)


def _html_line(line: Line) -> str:
    return "".join(
        f"<mark>{_html(text)}</mark>" if marked else _html(text) for text, marked in line
    )


def _html(text: str) -> str:
    return html.escape(plain(text))

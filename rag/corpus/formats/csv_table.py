"""Tables as text (.csv): each row a line; or, where a column holds texts, each row an article.

The delimiter is found, not guessed from one line: csv.Sniffer must agree with the rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.front_matter import FIELD_OF, apply_metadata, plain_key
from rag.corpus.formats.structured import TEXT_KEYS, read_text
from rag.corpus.names import readable_name
from rag.errors import ArticleError
from rag.records import Problem

SNIFFED = 65_536  # characters; enough rows to tell a delimiter
LONGEST_CELL = 10_000_000  # characters


def parse(source: Source) -> Iterator[Draft | Problem]:
    """Yield the table of a .csv file as one article, or an article a row.

    Rows are articles where the head names a text and at least a title, a date or an author.
    Raises ArticleError E-DOC-009.
    """
    rows = [row for row in _rows(source) if any(cell.strip() for cell in row)]
    head = [plain_key(cell.strip()) for cell in rows[0]] if rows else []
    text = next((key for key in TEXT_KEYS if key in head), "")
    if text and any(key in FIELD_OF for key in head):
        yield from _articles(rows, head, source)
    else:
        lines = [" | ".join(" ".join(cell.split()) for cell in row) for row in rows]
        yield Draft(lines, title=readable_name(source.name))


def _rows(source: Source) -> list[list[str]]:
    text = source.text()
    others = csv.field_size_limit(LONGEST_CELL)  # one number for the whole process
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:SNIFFED], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        return list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        what = f"is no table that can be read ({error}). Save it as CSV again."
        raise source.error("E-DOC-009", what) from error
    finally:
        csv.field_size_limit(others)


def _articles(rows: list[list[str]], head: list[str], source: Source) -> Iterator[Draft | Problem]:
    for number, row in enumerate(rows[1:], start=2):
        values = {key: cell.strip() for key, cell in zip(head, row, strict=False) if cell.strip()}
        text = next((values[key] for key in TEXT_KEYS if key in values), "")
        draft = Draft([], part=str(number), line=number)
        try:
            read_text(draft, text, source)
            apply_metadata(draft, values, source)
        except ArticleError as error:
            yield source.on_line(error, number)
        else:
            yield draft

"""The receipt in an exported file: the quotes of its answers, looked up in the articles again.

Every export carries its answers as JSON: a `.json` file as a whole, the others beside their text.
Of that JSON only the quotes are read, so `ask --json` and a kept conversation can be checked, too.
"""

from __future__ import annotations

import base64
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from rag.errors import RagError
from rag.records import Answer, Article, Quote
from rag.sharing.shown_text import (
    DOCX_TEXT,
    edits,
    missing,
    shown_words,
    words_beside_receipt,
)

State = Literal["found", "moved", "changed", "gone", "false", "altered"]
"""`found`: byte for byte, in the article's version. `moved`: the article has changed and has the
quote, too. `changed`: it has no longer. `gone`: no such article. `false`: its very version is there
and does not have the quote at its place. `altered`: the file shows other words than its receipt."""

START = "footnote-receipt:"  # what follows is base64, in which no text can mean anything
DOCX_PART = "customXml/footnote-receipt.json"
LARGEST_BYTES = 64 * 1024 * 1024  # of a file that is read, and of the JSON in it
_BASE64 = re.compile(r"[A-Za-z0-9+/=]*")


class ReceiptError(RagError):
    """A file holds no receipt that can be read."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is written: a title and its answers; `shown` are the words that the file shows."""

    title: str
    answers: tuple[Answer, ...]
    shown: str = ""
    format: str = "footnote export 1"


@dataclass(frozen=True, slots=True)
class Checked:
    """One quote and what became of it; `start` is where it stands now, in characters."""

    quote: Quote
    state: State
    start: int | None = None


def with_words(export: Export, content: bytes, suffix: str) -> Export:
    """Return what is exported with the words that a file of this content shows."""
    return replace(export, shown=" ".join(words_beside_receipt(content, suffix, START)))


def embedded(json_text: str) -> str:
    """Return JSON as it stands in a comment of Markdown or HTML."""
    return START + base64.b64encode(json_text.encode()).decode()


def read_quotes(path: Path) -> list[Quote]:
    """Return the quotes of an exported file, each once, in their order.

    Raises ReceiptError E-EXP-001 for a file that cannot be read, E-EXP-002 for one without quotes.
    """
    _, quotes = _read(path)
    if not quotes:
        raise ReceiptError("E-EXP-002", f'"{path}" holds no quote that could be checked.')
    return quotes


def altered_quotes(path: Path) -> set[Quote]:
    """Return the quotes of which a file shows other words than its receipt, or of their sentence.

    Raises ReceiptError as `read_quotes` does.
    """
    data, _ = _read(path)
    try:
        shown = shown_words(path, START)
        answers = data["answers"] if shown else []
        said = [
            [(each["text"], list(_quotes(each["quotes"]))) for each in answer["sentences"]]
            for answer in answers
        ]
    except (KeyError, TypeError) as error:
        raise ReceiptError("E-EXP-001", f'"{path}" has no receipt of an export.') from error
    notes = [{quote for _, quotes in answer for quote in quotes} for answer in said]
    sentences = [sentence for answer in said for sentence in answer]
    texts = [text for text, _ in sentences] + [q.text for noted in notes for q in noted]
    lost = missing(texts, shown)
    return {q for text, quotes in sentences for q in quotes if lost & {text, q.text}}


def edits_of(path: Path) -> list[tuple[str, str]]:
    """Return where a file shows other words than when it was exported: the words then and now.

    Nothing for JSON, which shows nothing, and for what an older Footnote exported. Raises
    ReceiptError as `read_quotes` does.
    """
    data, _ = _read(path)
    exported = data.get("shown") if isinstance(data, dict) else None
    suffix = path.suffix.lower()
    if not isinstance(exported, str) or not exported or suffix == ".json":
        return []
    content = path.read_bytes()
    if suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            content = package.read(DOCX_TEXT)
    return edits(exported.split(), words_beside_receipt(content, suffix, START))


def check_quotes(quotes: list[Quote], find: Callable[[str], Article | None]) -> list[Checked]:
    """Look every quote up; `find` returns an article as it is now, by its id."""
    return [_check(quote, find(quote.article_id)) for quote in quotes]


def _check(quote: Quote, article: Article | None) -> Checked:
    if article is None:
        return Checked(quote, "gone")
    if article.text[quote.start : quote.end] == quote.text:
        is_same = article.sha256 == quote.article_sha256
        return Checked(quote, "found" if is_same else "moved", quote.start)
    if article.sha256 == quote.article_sha256:
        return Checked(quote, "false")
    start = article.text.find(quote.text)
    return Checked(quote, "changed") if start < 0 else Checked(quote, "moved", start)


def _read(path: Path) -> tuple[Any, list[Quote]]:
    try:
        data = json.loads(_json_of(path))
        return data, list(dict.fromkeys(_quotes(data)))
    except (OSError, ValueError, KeyError, RecursionError, zipfile.BadZipFile) as error:
        what = f'"{path}" is no file that Footnote exported, or it was cut: {error}'
        raise ReceiptError("E-EXP-001", what[:300]) from error


def _json_of(path: Path) -> str:
    """Return the JSON in a file; the last one where its text holds what looks like another."""
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError("it is too large")
    if path.suffix.lower() == ".docx":
        with zipfile.ZipFile(path) as package:
            if any(each.file_size > LARGEST_BYTES for each in package.infolist()):
                raise ValueError("a part of it is too large")
            return package.read(DOCX_PART).decode("utf-8")
    text = path.read_text(encoding="utf-8")
    if path.suffix.lower() == ".json" or START not in text:
        return text
    encoded = _BASE64.match(text.rpartition(START)[2])
    assert encoded is not None  # it matches nothing, too
    return base64.b64decode(encoded[0], validate=True).decode("utf-8")


def _quotes(data: Any) -> Iterator[Quote]:
    if isinstance(data, list):
        for item in data:
            yield from _quotes(item)
    elif isinstance(data, dict):
        if quote := _quote(data):
            yield quote
        else:
            for item in data.values():
                yield from _quotes(item)


def _quote(data: dict[str, Any]) -> Quote | None:
    """Return the quote that an object of JSON is; None where it is none."""
    texts = [data.get(key) for key in ("article_id", "article_sha256", "text")]
    places = [data.get(key) for key in ("start", "end")]
    if not all(isinstance(text, str) for text in texts):
        return None
    if not all(isinstance(place, int) and place >= 0 for place in places):
        return None
    published = data.get("published")
    return Quote(
        article_id=data["article_id"],
        article_sha256=data["article_sha256"],
        title=str(data.get("title", "")),
        outlet=str(data.get("outlet", "")),
        published=date.fromisoformat(published) if isinstance(published, str) else None,
        start=data["start"],
        end=data["end"],
        text=data["text"],
    )

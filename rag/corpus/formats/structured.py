"""Articles written as JSON: one object a file (.json), or one object a line (.jsonl)."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.front_matter import (
    FIELD_OF,
    FIELDS,
    LARGEST_BYTES,
    RESERVED,
    apply_metadata,
    metadata_error,
    plain_key,
)
from rag.corpus.lines import unwrap
from rag.corpus.names import shown_name
from rag.errors import ArticleError
from rag.records import Problem

TEXT_KEYS = ("text", "body", "content", "articlebody", "fulltext")  # see `plain_key`
LONGEST_ID = 200  # characters; it is shown and typed
_MARKUP = re.compile(
    r"\s*<(p|div|h[1-6]|ul|ol|table|figure|blockquote|article|section)(?=[\s>])[^<>]*>.*</\1>",
    re.DOTALL,
)
NAMES = (*FIELDS, "text", "id")


def parse(source: Source) -> Iterator[Draft | Problem]:
    """Yield the article of a .json file, or those of a .jsonl file.

    Raises ArticleError E-DOC-009 and E-DOC-021.
    """
    if source.name.lower().endswith(".jsonl"):
        yield from _lines(source)
    else:
        yield _draft(_parse(source.text(), source), source)


def _lines(source: Source) -> Iterator[Draft | Problem]:
    """Yield the articles of a .jsonl file, and a problem for each line that holds none.

    An article's part is its "id", else the number of its line; a second article with an id is
    refused (E-DOC-019).
    """
    found: list[Draft | Problem] = []
    parts: set[str] = set()
    for number, line in enumerate(source.text().split("\n"), start=1):
        if not line.strip():
            continue
        try:
            draft = _draft(_parse(line, source), source, line=number)
            if draft.part and draft.part in parts:
                what = (
                    f'has two articles with the id "{draft.part}"; the first is kept. Rename one.'
                )
                raise source.error("E-DOC-019", what)
        except ArticleError as error:
            found.append(source.on_line(error, number))
        else:
            parts.add(draft.part)
            found.append(draft)
    for item in found:
        if isinstance(item, Draft) and not item.part:
            item.part = _unused(str(item.line), parts)
        yield item


def _unused(part: str, parts: set[str]) -> str:
    """Return the number of a line, marked as one where another article has it for its id."""
    while part in parts:
        part = f"line-{part}"
    return part


def _parse(text: str, source: Source) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        what = f"is not valid JSON ({where}: {error.msg[0].lower()}{error.msg[1:]}). Correct it."
        raise source.error("E-DOC-009", what) from error
    except RecursionError as error:
        raise source.error("E-DOC-014", "is nested too deeply for an article.") from error
    except ValueError as error:
        raise source.error("E-DOC-009", f"is not valid JSON ({error}). Correct it.") from error
    if not isinstance(value, dict):
        kind = "a list" if isinstance(value, list) else "a single value"
        what = f'must hold an object with "title" and "text" (found {kind}).'
        raise source.error("E-DOC-021", what)
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) < len(pairs):
        key = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f'key "{shown_name(key[:64])}" is given twice')
    return unique


def _draft(fields: dict[str, Any], source: Source, *, line: int = 0) -> Draft:
    texts = {plain_key(key): value for key, value in fields.items()}
    text = next((texts[key] for key in TEXT_KEYS if texts.get(key) is not None), "")
    if isinstance(text, list) and all(isinstance(paragraph, str) for paragraph in text):
        text = "\n\n".join(text)
    _check(fields, text, source)
    draft = Draft([], line=line, part=_part(fields.get("id"), source) if line else "")
    read_text(draft, text, source)
    stated = {key: value for key, value in fields.items() if value is not None}
    apply_metadata(draft, stated, source)
    draft.warnings += _misspelt(fields, source)
    return draft


def read_text(draft: Draft, text: str, source: Source) -> None:
    """Put the paragraphs of a text into `draft`; it may be markup, as websites store it."""
    if _MARKUP.match(text):
        from rag.corpus.formats.webpage import draft_of_markup  # noqa: PLC0415 - few files need it

        draft_of_markup(draft, text, source)
    else:
        draft.blocks = unwrap(text)


def _check(fields: dict[str, Any], text: Any, source: Source) -> None:
    if not any(plain_key(key) in TEXT_KEYS for key in fields):
        raise metadata_error(source, "text", "is missing.")
    if not isinstance(text, str):
        raise metadata_error(source, "text", "must be text.")
    if not isinstance(fields.get("id"), str | int | None) or isinstance(fields.get("id"), bool):
        raise metadata_error(source, "id", "must be text or a whole number.")
    for key, value in fields.items():
        if key == RESERVED:
            raise metadata_error(source, key, "is reserved. Rename it.")
        if plain_key(key) not in TEXT_KEYS and _size(value, source) > LARGEST_BYTES:
            raise metadata_error(source, key, "is larger than 64 KB. Shorten it.")


def _size(value: Any, source: Source) -> int:
    try:
        return len(json.dumps(value))
    except RecursionError as error:
        raise source.error("E-DOC-014", "is nested too deeply for an article.") from error


def _part(given: str | int | None, source: Source) -> str:
    part = "" if given is None else str(given).strip()
    if len(part) > LONGEST_ID or shown_name(part) != part:
        raise metadata_error(source, "id", f"must be printable, {LONGEST_ID} characters at most.")
    return part


def _misspelt(fields: Iterable[str], source: Source) -> list[Problem]:
    """Return a warning for each unknown field that looks like a known one."""
    warnings = []
    for key in fields:
        plain = plain_key(key[:64])
        close = difflib.get_close_matches(plain, NAMES, n=1, cutoff=0.75)
        if plain not in FIELD_OF and plain not in NAMES and close:
            what = f'has an unknown field "{shown_name(key[:64])}"; did you mean "{close[0]}"?'
            warnings.append(source.problem("W-DOC-006", what))
    return warnings

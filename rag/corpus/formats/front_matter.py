"""Metadata that a person wrote beside the text: the head of a file, the fields of a JSON article.

A head is YAML between "---", TOML between "+++", a JSON object, or lines "Title: …" as Pelican and
MultiMarkdown have them. YAML is read as plain scalars, lists and mappings: anchors, aliases and
tags are refused, so nothing is expanded or constructed, and "no" or "2024" stay words.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Final

import yaml  # type: ignore[import-untyped] # it has no types

from rag.corpus.dates import parse_date
from rag.corpus.drafts import Draft, Source
from rag.corpus.names import shown_name
from rag.errors import ArticleError

LARGEST_BYTES: Final = 65_536  # of all metadata of an article
RESERVED: Final = "lc"  # marks serialised objects in LangChain; no article needs it
FIELDS: Final = {  # field -> the keys that state it, in the order of trust, see `plain_key`
    "title": "title headline",
    "published": "published date pubdate publishdate publisheddate datepublished publishedat"
    " publishedon publicationdate publishedtime firstpublished posted posteddate postdate issued"
    " dateissued releasedate created createdat datecreated",
    "updated": "updated modified lastmod lastmodified datemodified modifieddate dateupdated"
    " updatedat lastupdated",
    "outlet": "outlet publisher publication sitename newspaper site source journal",
    "url": "url link canonical canonicalurl permalink sourceurl",
    "authors": "authors author byline by creator creators writer writers",
    "draft": "draft",
}
FIELD_OF: Final = {key: field for field, keys in FIELDS.items() for key in keys.split()}

_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NULLS = ("", "~", "null", "none")
_WHOLE_NAMES = ("name", "fullname", "displayname", "author")
_PARTS_OF_NAMES = ("firstname", "givenname", "first", "given", "lastname", "familyname", "last")
_ENDS = {"---": ("---", "..."), "+++": ("+++",)}
_LINE = re.compile(r"([A-Za-z][\w -]{0,40}):[ \t]+(\S.*)")


class _PlainLoader(yaml.SafeLoader):  # type: ignore[misc] # untyped base
    """Composes nodes and refuses whatever could expand or construct."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        anchored = isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)
        if anchored or getattr(event, "tag", None):
            problem = "anchors, aliases and tags are not allowed"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def plain_key(key: str) -> str:
    """Return a key as `FIELDS` has it: "Pub-Date" and "pub_date" are "pubdate"."""
    return re.sub(r"[\s_-]", "", key.rpartition(":")[2]).lower()


def split_front_matter(text: str, source: Source) -> tuple[Mapping[str, Any], str]:
    """Return the head of `text`, its values as text, lists and mappings, and what follows it.

    Text that opens with a rule and no mapping below it has no head.
    Raises ArticleError E-DOC-021.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.lstrip("\n").partition("\n")
    fence = first.rstrip()
    if fence in _ENDS:
        lines = rest.split("\n")
        end = next((n for n, line in enumerate(lines) if line.rstrip() in _ENDS[fence]), None)
        if end is None:
            return {}, text
        head, body = "\n".join(lines[:end]), "\n".join(lines[end + 1 :])
        read = _yaml if fence == "---" else _toml
        values = read(_checked(head, source), source)
        return ({}, text if head.strip() else body) if values is None else (values, body)
    return _json_head(text, source) or _lines_head(text) or ({}, text)


def apply_metadata(draft: Draft, values: Mapping[str, Any], source: Source) -> None:
    """Put the known fields of `values` into `draft`; the rest is tolerated.

    Raises ArticleError E-DOC-021 for a title, outlet or address that is no text.
    """
    known: dict[str, dict[str, Any]] = {field: {} for field in FIELDS}
    for key, value in values.items():
        field = FIELD_OF.get(plain_key(key))
        if field and not (isinstance(value, str) and value.strip().lower() in _NULLS):
            known[field][key] = value
    for field in ("title", "outlet", "url"):
        texts = [_text(key, value, source) for key, value in _ranked(known[field])]
        if field == "outlet":  # a source may be an address
            texts = [text for text in texts if not text.startswith(("http://", "https://"))]
        if texts:
            setattr(draft, field, texts[0])
    for key, value in _ranked(known["authors"]):
        draft.authors = draft.authors or tuple(_names(value))
        if value and not draft.authors:
            what = f'gives its "{shown_name(key[:64])}" in no known form; left out. Write names.'
            draft.warnings.append(source.problem("W-DOC-006", what))
    _apply_dates(draft, known, source)


def metadata_error(source: Source, key: str, what: str) -> ArticleError:
    """Return the E-DOC-021 about one field."""
    return ArticleError(
        "E-DOC-021", f'"{shown_name(source.name)}": metadata field "{shown_name(key[:64])}" {what}'
    )


def _ranked(given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    order = list(FIELD_OF)
    return sorted(given.items(), key=lambda item: order.index(plain_key(item[0])))


def _text(key: str, value: Any, source: Source) -> str:
    """Return a text; of an outlet the name in a mapping, too: `{"name": "Canal News"}`."""
    text = next(_names(value), "") if FIELD_OF[plain_key(key)] == "outlet" else value
    if not isinstance(text, str):
        raise metadata_error(source, key, "must be text.")
    return text.strip()


def _names(value: Any) -> Iterator[str]:
    """Yield the names in a text, a mapping with a name, or a list of these."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        keys = {plain_key(str(key)): key for key in value}
        name = next((value[keys[k]] for k in _WHOLE_NAMES if k in keys), None)
        parts = [str(value[keys[k]]) for k in _PARTS_OF_NAMES if k in keys]
        yield from _names(name or " ".join(parts) or None)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


def _apply_dates(draft: Draft, known: Mapping[str, Mapping[str, Any]], source: Source) -> None:
    """Put the best readable dates into `draft`; a flag in the place of a date says what it says."""
    unread = []
    for key, value in [*_ranked(known["published"]), *_ranked(known["draft"])]:
        flag = _FLAGS.get(str(value).lower())
        if flag is not None:
            if flag == (FIELD_OF[plain_key(key)] == "draft"):
                what = "says that it is a draft, not published; it was taken in all the same."
                draft.warnings.append(source.problem("W-DOC-009", what))
        elif not draft.published:
            draft.published = parse_date(str(value), latest=source.limits.latest)
            unread += [] if draft.published else [(key, str(value))]
    for _, value in _ranked(known["updated"]):
        draft.updated = draft.updated or parse_date(str(value), latest=source.limits.latest)
    if draft.published:
        draft.published_from = "front matter"
    elif unread:
        key, value = unread[0]
        shown = f'{shown_name(key[:64])}: "{shown_name(value[:40])}"'
        what = f"says {shown}, which is no possible date. Write it as 2024-11-12."
        draft.warnings.append(source.problem("W-DOC-005", what))


def _checked(head: str, source: Source) -> str:
    if len(head.encode("utf-8", "surrogatepass")) > LARGEST_BYTES:
        raise metadata_error(source, "front matter", "is larger than 64 KB. Shorten it.")
    return head


def _yaml(head: str, source: Source) -> dict[str, Any] | None:
    """Return the mapping that `head` is, None where it is none."""
    try:
        loader = _PlainLoader(head)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
        return _mapping(node, source) if isinstance(node, yaml.MappingNode) else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        problem = (error.problem or "cannot be parsed").rstrip(".")
        what = f"is not usable YAML (line {line}: {shown_name(problem)}). Correct it."
        raise metadata_error(source, "front matter", what) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise metadata_error(source, "front matter", "is not usable YAML. Correct it.") from error


def _mapping(node: yaml.MappingNode, source: Source) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
        if key == RESERVED:
            raise metadata_error(source, key, "is reserved. Rename it.")
        if plain_key(key) in FIELD_OF:
            if key in values:
                raise metadata_error(source, key, "is given twice. Keep one.")
            values[key] = _plain(value_node)
    return values


def _plain(node: yaml.Node) -> Any:
    """Return a YAML node as text, a list or a mapping."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(_plain(key)): _plain(value) for key, value in node.value}
    is_null = node.style is None and node.value.lower() in _NULLS
    return "" if is_null else str(node.value)


def _toml(head: str, source: Source) -> dict[str, Any] | None:
    try:
        return {key: _as_plain(value) for key, value in tomllib.loads(head).items()} or None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        what = f"is not usable TOML ({shown_name(str(error)[:80])}). Correct it."
        raise metadata_error(source, "front matter", what) from error


def _json_head(text: str, source: Source) -> tuple[dict[str, Any], str] | None:
    """Return a JSON object at the top of `text`, as Hugo allows it, and what follows."""
    if not re.match(r"\s*\{\s*\"", text):
        return None
    try:
        start = len(text) - len(text.lstrip())
        values, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    _checked(text[:end], source)
    if not any(plain_key(key) in FIELD_OF for key in values):
        return None
    return {key: _as_plain(value) for key, value in values.items()}, text[end:]


def _lines_head(text: str) -> tuple[dict[str, Any], str] | None:
    """Return the lines "Title: …" above the first blank line of `text`, and what follows."""
    head, _, body = text.lstrip("\n").partition("\n\n")
    values: dict[str, Any] = {}
    for line in head.split("\n"):
        match = _LINE.fullmatch(line.rstrip())
        if match:
            values.setdefault(match[1], match[2])
        elif not (values and line.startswith(("    ", "\t"))):
            return None
    known = {FIELD_OF.get(plain_key(key)) for key in values} - {None}
    return (values, body) if "title" in known or len(known) > 1 else None


def _as_plain(value: Any) -> Any:
    """Return a value of TOML or JSON with its scalars as text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, list):
        return [_as_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_plain(item) for key, item in value.items()}
    return "" if value is None else str(value)

"""Metadata that a person wrote beside the text: YAML front matter, and the fields of JSON articles.

The YAML is read as plain scalars and lists: anchors, aliases and tags are refused, so nothing is
expanded or constructed, and "no" or "2024" stay the words that they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import yaml  # type: ignore[import-untyped] # it has no types

from rag.corpus.dates import parse_date
from rag.corpus.drafts import Draft, Source
from rag.corpus.names import shown_name
from rag.errors import ArticleError

LARGEST_BYTES: Final = 65_536  # of all metadata of an article
RESERVED: Final = "lc"  # marks serialised objects in LangChain; no article needs it
SCALARS: Final = {
    "title": "title",
    "published": "published",
    "date": "published",
    "outlet": "outlet",
    "publisher": "outlet",
    "url": "url",
}
LISTS: Final = {"authors": "authors", "author": "authors"}
_NULLS = ("", "~", "null", "Null", "NULL")
_FENCE = "---"
_ENDS = ("---", "...")

Values = Mapping[str, str | Sequence[str]]


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


def split_front_matter(text: str, source: Source) -> tuple[Values, str]:
    """Return the front matter of `text` and what follows it.

    Text that opens with a rule and no mapping below it has no front matter.
    Raises ArticleError E-DOC-021.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.lstrip("\n").partition("\n")
    if first.rstrip() != _FENCE:
        return {}, text
    lines = rest.split("\n")
    end = next((n for n, line in enumerate(lines) if line.rstrip() in _ENDS), None)
    if end is None:
        return {}, text
    head = "\n".join(lines[:end])
    if len(head.encode("utf-8", "surrogatepass")) > LARGEST_BYTES:
        raise metadata_error(source, "front matter", "is larger than 64 KB. Shorten it.")
    node = _compose(head, source)
    if not isinstance(node, yaml.MappingNode):
        return {}, text if node else "\n".join(lines[end + 1 :])
    return _values(node, source), "\n".join(lines[end + 1 :])


def apply_metadata(draft: Draft, values: Values, source: Source) -> None:
    """Put the known fields of `values` into `draft`; the rest is tolerated."""
    for key, field in SCALARS.items():
        value = values.get(key)
        if isinstance(value, str) and value.strip():
            if field == "published":
                _apply_date(draft, value, source)
            else:
                setattr(draft, field, value)
    for key, field in LISTS.items():
        value = values.get(key)
        if value:
            setattr(draft, field, (value,) if isinstance(value, str) else tuple(value))


def metadata_error(source: Source, key: str, what: str) -> ArticleError:
    """Return the E-DOC-021 about one field."""
    return ArticleError(
        "E-DOC-021", f'"{shown_name(source.name)}": metadata field "{shown_name(key[:64])}" {what}'
    )


def _apply_date(draft: Draft, value: str, source: Source) -> None:
    draft.published = parse_date(value, latest=source.limits.latest)
    if draft.published:
        draft.published_from = "front matter"
        return
    shown = shown_name(value[:40])
    what = f'says published: "{shown}", which is no possible date. Write it as 2024-11-12.'
    draft.warnings.append(source.problem("W-DOC-005", what))


def _compose(head: str, source: Source) -> yaml.Node | None:
    try:
        loader = _PlainLoader(head)
        try:
            node: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        problem = (error.problem or "cannot be parsed").rstrip(".")
        what = f"is not usable YAML (line {line}: {shown_name(problem)}). Correct it."
        raise metadata_error(source, "front matter", what) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise metadata_error(source, "front matter", "is not usable YAML. Correct it.") from error
    return node


def _values(node: yaml.MappingNode, source: Source) -> dict[str, str | Sequence[str]]:
    values: dict[str, str | Sequence[str]] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
        if key == RESERVED:
            raise metadata_error(source, key, "is reserved. Rename it.")
        if key not in SCALARS and key not in LISTS:
            continue
        if key in values:
            raise metadata_error(source, key, "is given twice. Keep one.")
        values[key] = _value(key, value_node, source)
    return values


def _value(key: str, node: yaml.Node, source: Source) -> str | Sequence[str]:
    if isinstance(node, yaml.ScalarNode):
        is_null = node.style is None and node.value in _NULLS
        return "" if is_null else str(node.value)
    if key in LISTS and isinstance(node, yaml.SequenceNode):
        if all(isinstance(item, yaml.ScalarNode) for item in node.value):
            return [str(item.value) for item in node.value]
        raise metadata_error(source, key, "must be a list of names.")
    raise metadata_error(source, key, "must be text.")

"""A small tree of elements, as data for a script of the page.

Only elements and attributes that show something can be made: no link, no image, no handler, no
style. The script puts every text into the page as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rag.text.visible import plain

TAGS = frozenset(
    "article aside blockquote button dd details div dl dt figcaption figure h1 h2 h3 h4 header"
    " li mark ol p section span strong summary table tbody td th thead tr ul"
    " circle desc g line path rect svg text title".split()
)
ATTRIBUTES = re.compile(
    r"class|title|role|type|id|scope|colspan|tabindex|(?:aria|data)-[a-z]+"
    r"|viewBox|x|y|x1|x2|y1|y2|cx|cy|r|rx|d|width|height|transform|text-anchor"
)


@dataclass(frozen=True, slots=True)
class Node:
    """An element with its attributes and what is in it."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Node | str, ...]


def node(tag: str, *children: Node | str | None, **attributes: str | float) -> Node:
    """Return an element; None among the children is left out, `data_id` is written `data-id`.

    >>> to_data(node("p", "a < b", class_="note"))
    ['p', {'class': 'note'}, 'a < b']
    """
    names = _names(tag, tuple(attributes))
    named = tuple(zip(names, map(_value, attributes.values()), strict=True))
    return Node(tag, named, tuple(child for child in children if child is not None))


def to_data(tree: Node | str) -> Any:
    """Return a tree as JSON data for `assets/nodes.js`: [tag, {attributes}, children …]."""
    if isinstance(tree, str):
        return plain(tree)
    named = {name: plain(value) for name, value in tree.attributes}
    return [tree.tag, named, *(to_data(child) for child in tree.children)]


@lru_cache(maxsize=1024)
def _names(tag: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the attributes as they are written. Raises ValueError for what shows nothing."""
    names = tuple(name.rstrip("_").replace("_", "-") for name in given)
    if tag not in TAGS or not all(map(ATTRIBUTES.fullmatch, names)):
        raise ValueError(f"{tag} {names}")
    return names


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"

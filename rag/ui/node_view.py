"""Draws the trees of `nodes` in the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag.ui.components import mount
from rag.ui.nodes import Node, to_data

PACKAGE = "footnote-nodes"
ROOT = Path(__file__).parent


def show_nodes(
    trees: Sequence[Node | None], *, key: str, on_open: Callable[[], None] | None = None
) -> None:
    """Draw the trees; `on_open` runs when one that can be opened is, its id is in the state."""
    data = {"trees": [to_data(tree) for tree in trees if tree is not None]}
    view = mount("nodes", package=PACKAGE, root=ROOT)
    view(data=data, key=key, on_open_change=on_open or _nothing)


def _nothing() -> None:
    pass

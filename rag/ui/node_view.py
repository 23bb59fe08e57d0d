"""Draws the trees of `reporting.nodes` in the app, as the report draws them in its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag.evaluation import reporting
from rag.evaluation.reporting.nodes import Node, to_data
from rag.ui.components import mount

PACKAGE = "footnote-evaluation"
ROOT = Path(reporting.__file__).parent


def show_nodes(
    trees: Sequence[Node | None], *, key: str, on_open: Callable[[], None] | None = None
) -> None:
    """Draw the trees; `on_open` runs when one that can be opened is, its id is in the state."""
    data = {"trees": [to_data(tree) for tree in trees if tree is not None]}
    view = mount("nodes", package=PACKAGE, root=ROOT)
    view(data=data, key=key, on_open_change=on_open or _nothing)


def _nothing() -> None:
    pass

"""The views that Streamlit does not have: an answer, an article with marks, the library’s list.

They are Streamlit components (v2, no iframe) whose script and style are files of `assets/`,
served by this server. Inline components would run from `blob:` addresses, which the content
security policy does not allow; so their folder is declared here, by the function that
Streamlit calls itself for the components of installed packages.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

PACKAGE = "footnote"
ASSETS = "assets"

View = Literal["answer", "article", "nodes", "page", "rows"]


def show_answer(
    data: dict[str, Any],
    *,
    key: str,
    on_open: Callable[[], None],
    on_say: Callable[[], None] | None = None,
) -> None:
    """Draw an answer; `on_open` runs when a quote is opened, its index is in the state.

    `on_say` runs when something is said of the answer; what, is in the state as "action".
    """
    mount("answer")(data=data, key=key, on_open_change=on_open, on_say_change=on_say or _nothing)


def show_article(data: dict[str, Any], *, key: str, on_go: Callable[[], None]) -> None:
    """Draw an article; `on_go` runs on "close", "next" and "previous"."""
    mount("article")(data=data, key=key, on_go_change=on_go)


def show_reading(data: dict[str, Any], *, key: str) -> None:
    """Draw an article that is read by itself."""
    mount("article")(data=data, key=key)


def show_rows(
    data: dict[str, Any], *, key: str, on_open: Callable[[], None], on_sort: Callable[[], None]
) -> None:
    """Draw the rows of the library; which one was opened, or what to sort by, is in the state."""
    mount("rows")(data=data, key=key, on_open_change=on_open, on_sort_change=on_sort)


def show_page(data: dict[str, Any]) -> None:
    """Give a page what is not drawn: its keys and focus, the colours, the styles of all pages."""
    page = mount("page", is_isolated=False)
    with st.container(key="page"):
        page(data=data, key="page-script")


def _nothing() -> None:
    pass


def mount(view: View, *, is_isolated: bool = True) -> Any:
    """Return the component whose script and style are `VIEW.js` and `VIEW.css` in `assets`.

    The style of one that is not isolated is that of the whole page. Data are handed over in a list:
    in a dict Streamlit looks for tables, for which it imports pandas.
    """
    name = f"{PACKAGE}.{view}"
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(name) is None:
        component = ComponentConfig(name=view, asset_dir=ASSETS)
        manifest = ComponentManifest(name=PACKAGE, version="1", components=[component])
        manager.register_from_manifest(manifest, Path(__file__).parent)
    drawn = st.components.v2.component(
        name, js=f"{view}.js", css=f"{view}.css", isolate_styles=is_isolated
    )
    return lambda data, **options: drawn(data=[data], **options)

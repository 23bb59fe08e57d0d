"""Adding articles from the page, and taking them out again: for the owner of the corpus only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rag.corpus.parsers import SUFFIXES
from rag.errors import RagError
from rag.library.adding import Given, add_file, add_text
from rag.library.fetching import add_page, host_of
from rag.library.files import articles_with, move_to_trash, put_back
from rag.ui import wording
from rag.ui.escape import escape
from rag.ui.library_state import open_article, set_said
from rag.ui.redrawing import hold

if TYPE_CHECKING:
    from rag.ui.backend import Backend

MOST_FILES = 100  # in one go; more are better put into the folder
FILES, TITLE, TEXT, OUTLET, PUBLISHED = (
    "add_files",
    "add_title",
    "add_text",
    "add_outlet",
    "add_published",
)
ADDRESS = "add_address"
DELETING = "library_deleting"  # the id of the article that is asked about
OPEN, REFUSED = "add_open", "add_refused"  # the dialog is open; why nothing was added in it


def may_change(backend: Backend) -> bool:
    """Return whether who looks at the page may add and take out articles: only the owner."""
    return backend.visitor.is_owner


def open_adding() -> None:
    """Open the ways to add articles at the next drawing."""
    st.session_state[OPEN] = True


def close_adding() -> None:
    """Close them, and forget what went wrong there."""
    for name in (OPEN, REFUSED):
        st.session_state.pop(name, None)


def show_adding(backend: Backend) -> None:
    """Draw the ways to add articles over the page while they are open."""
    if may_change(backend) and st.session_state.get(OPEN):
        hold()
        _show_ways(backend)


@st.dialog("Add articles", width="large", on_dismiss=close_adding)
def _show_ways(backend: Backend) -> None:
    files, text, page = st.tabs(["Files", "Paste text", "From the web"])
    with files:
        _show_files(backend)
    with text:
        _show_text(backend)
    with page:
        _show_page(backend)
    for message in st.session_state.get(REFUSED, ()):
        st.error(escape(message))


def _show_files(backend: Backend) -> None:
    given = st.file_uploader(
        "Drop files here, or choose them",
        type=[suffix.removeprefix(".") for suffix in SUFFIXES],
        accept_multiple_files=True,
        max_upload_size=max(1, int(backend.config.limit_file_mb)),
        key=FILES,
    )
    if len(given) > MOST_FILES:
        st.warning(f"At most {MOST_FILES} files in one go; put more into the folder itself.")
    label = f"Add {wording.count(len(given), 'file')}" if given else "Add files"
    is_ready = 0 < len(given) <= MOST_FILES
    if st.button(label, type="primary", disabled=not is_ready, key="add_files_now"):
        _add(backend, [partial(add_file, backend.config, f.name, f.getvalue()) for f in given])


def _show_text(backend: Backend) -> None:
    title = st.text_input("Title", key=TITLE, max_chars=300)
    left, right = st.columns(2)
    outlet = left.text_input("Outlet, where you know it", key=OUTLET, max_chars=200)
    published = right.date_input(
        "Published, where you know it", None, key=PUBLISHED, format="YYYY-MM-DD"
    )
    text = st.text_area("Text", key=TEXT, height=240)
    if st.button("Add the text", type="primary", key="add_text_now"):
        given = Given(title, text, outlet, published=published)
        _add(backend, [partial(add_text, backend.config, given)])


def _show_page(backend: Backend) -> None:
    address = st.text_input(
        "Address of the page", key=ADDRESS, type="url", live=True, validate=""
    ).strip()
    host = ""
    if address:
        try:
            host = host_of(address)
        except RagError as error:
            st.warning(escape(error.message))
    st.caption(
        "This is the one request of Footnote that leaves this machine: "
        + (f"**{escape(host)}** is asked" if host else "the page’s server is asked")
        + " for this page, and who it leads on to. Nothing of your articles or questions is sent."
    )
    if st.button("Fetch the page", type="primary", disabled=not host, key="add_page_now"):
        with st.spinner("Fetching the page"):
            _add(backend, [partial(add_page, backend.config, address)])


def _add(backend: Backend, ways: list[Callable[[], str]]) -> None:
    """Add what can be added, bring the index up to date, and say on the page what could not.

    Where nothing could, the dialog stays as it is and says why.
    """
    added, refused = [], []
    for add in ways:
        try:
            added.append(add())
        except RagError as error:
            refused.append(error.message)
    if added:
        backend.builder.start()
        close_adding()
        names = ", ".join(added[:3]) + (" …" if len(added) > 3 else "")  # noqa: PLR2004 - a line
        said = f"Added {wording.count(len(added), 'file')}: {names}"
        set_said(said, refused=refused)
    else:
        st.session_state[REFUSED] = refused
    st.rerun(scope="app" if added else "fragment")


def ask_deleting(article_id: str) -> None:
    """Ask at the next drawing whether an article is to be deleted."""
    st.session_state[DELETING] = article_id


def _close_deleting() -> None:
    st.session_state.pop(DELETING, None)


def show_deleting(backend: Backend, article_id: str) -> None:
    """Draw that question while it is open, however often the page is drawn anew."""
    if may_change(backend) and st.session_state.get(DELETING) == article_id:
        hold()
        _show_deleting(backend, article_id)


@st.dialog("Delete the article?", on_dismiss=_close_deleting)
def _show_deleting(backend: Backend, article_id: str) -> None:
    snapshot, _ = backend.snapshot()
    try:
        others = articles_with(article_id, snapshot.article_ids if snapshot else (), backend.config)
    except RagError as error:
        st.warning(escape(error.message))
        return
    if len(others) > 1:
        st.warning(f"Its file holds {len(others):,} articles; all of them go.")
    st.markdown(
        "Its file is moved out of the corpus folder into the trash of Footnote, and the index "
        "is brought up to date. Answers that quote it keep their quotes."
    )
    with st.container(horizontal=True):
        if st.button("Move to the trash", type="primary"):
            _delete(backend, article_id)
        if st.button("Keep it", on_click=_close_deleting):
            st.rerun()


def _delete(backend: Backend, article_id: str) -> None:
    try:
        trashed = move_to_trash(backend.config, article_id)
    except RagError as error:
        st.error(escape(error.message))
        return
    _close_deleting()
    backend.builder.start()
    set_said(f"Moved {trashed.name} to the trash", undo=partial(_put_back, backend, trashed))
    open_article("")
    st.rerun()


def _put_back(backend: Backend, trashed: Path) -> None:
    try:
        put_back(backend.config, trashed)
    except RagError as error:
        set_said(error.message)
        return
    backend.builder.start()
    set_said("It is back in the folder")

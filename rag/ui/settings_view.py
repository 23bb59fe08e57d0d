"""What can be set in the page, apart from the answer model; a change counts at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, get_args

import streamlit as st

from rag.config import ENV_PREFIX, fixed_settings, load_config, settings_path
from rag.errors import RagError
from rag.records import Caution
from rag.settings_file import write_settings
from rag.ui.escape import escape

if TYPE_CHECKING:
    from rag.ui.backend import Backend

SAID = "settings_said"  # what could not be saved, until the next change
KEY = "set_"  # begins the key of each widget


def show(backend: Backend) -> None:
    """Draw the settings of answers, articles and looks."""
    st.title("Settings", anchor=False)
    path = escape(str(settings_path()))
    st.caption(f"Saved in {path} and in force at once, for every tab.")
    if said := st.session_state.get(SAID):
        st.error(escape(said))
    st.header("Answers", anchor=False)
    _show_choice(
        backend,
        "caution",
        "Caution",
        get_args(Caution),
        "How sure it must be that the articles answer. Low shows more answers and more wrong "
        "ones; high says more often that the articles may not answer. One question can be asked "
        "otherwise, in the sidebar of the chat.",
    )
    _show_choice(
        backend,
        "excerpts",
        "Excerpts of an answer, at most",
        tuple(range(1, 7)),
        "A further excerpt is shown only where the ones before it may not carry the answer.",
    )
    st.header("Articles", anchor=False)
    _show_choice(
        backend,
        "rebuild",
        "Bring the index up to date",
        ("by hand", "automatic"),
        "By hand: when you press Rebuild. Automatic: some 20 seconds after the folder changed.",
    )
    st.header("Look", anchor=False)
    _show_choice(
        backend, "theme", "Colours", ("system", "light", "dark"), "System: as your device has it."
    )


def save(backend: Backend, **values: Any) -> bool:
    """Write settings into their file and go on with them; what is wrong is said in the page."""
    st.session_state[SAID] = ""
    try:
        write_settings(settings_path(), values)
        backend.apply(load_config())
    except RagError as error:
        st.session_state[SAID] = error.message
        return False
    return True


def show_fixed(name: str) -> bool:
    """Say where a setting comes from that the page cannot change; False where it can."""
    if name not in fixed_settings():
        return False
    st.caption(
        f"{ENV_PREFIX}{name.upper()}, or an option of this start, sets this; "
        "start without it to change it here."
    )
    return True


def _show_choice(
    backend: Backend, name: str, label: str, choices: tuple[Any, ...], meaning: str
) -> None:
    key = KEY + name
    st.session_state[key] = getattr(backend.config, name)  # another tab may have changed it
    with st.container(gap="xxsmall"):
        st.segmented_control(
            label,
            choices,
            key=key,
            required=True,
            format_func=_capital,
            disabled=name in fixed_settings(),
            on_change=partial(save_choice, backend, name),
        )
        if not show_fixed(name):
            st.caption(meaning)


def save_choice(backend: Backend, name: str) -> None:
    """Save what the widget of a setting says."""
    save(backend, **{name: st.session_state[KEY + name]})


def _capital(value: Any) -> str:
    return str(value).capitalize()

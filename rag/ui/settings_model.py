"""Who writes the answers: chosen, tried with one question, and only then used."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rag.answering.answerability import is_worth_a_call
from rag.answering.llm.chat_model import GGUF, is_on_this_machine
from rag.answering.llm.local_servers import PORTS, LocalModel, find_local_models
from rag.answering.notes import Notes
from rag.config import Config
from rag.errors import RagError
from rag.provider_keys import keep_key, kept_key, place_of
from rag.records import Answer, Question
from rag.ui import wording
from rag.ui.escape import escape
from rag.ui.settings_view import KEY, SAID, save, save_choice, show_fixed

if TYPE_CHECKING:
    from rag.ui.backend import Backend

QUOTES, LOCAL, FILE, PROVIDER = (
    "Quotes only",
    "A model on this machine",
    "A GGUF file",
    "A provider",
)
WAY, FOUND, CHOSEN = KEY + "way", KEY + "found", KEY + "local"
PATH, MODEL, URL, SECRET = KEY + "path", KEY + "model", KEY + "url", KEY + "secret"
TRIED, QUESTION = KEY + "tried", KEY + "question"
LONGEST = 500  # characters of a name, a path or a key
UNASKED = "not asked, the articles alone decide this"


@dataclass(frozen=True, slots=True)
class Tried:
    """How one question went: with which model, how long, and how much of the reply held."""

    model: str
    answer: Answer
    seconds: float
    drafts: int
    checked: int


def show(backend: Backend) -> None:
    """Draw the choice of the answer model."""
    st.header("Who writes the answers", anchor=False)
    now = backend.config.answer_model
    st.markdown(f"Now: **{escape(now) if now else 'quotes only, no LLM'}**")
    if show_fixed("answer_model"):
        return
    st.session_state.setdefault(WAY, _way_of(backend.config))
    st.segmented_control(
        "Answers are written by",
        (QUOTES, LOCAL, FILE, PROVIDER),
        key=WAY,
        required=True,
        label_visibility="collapsed",
    )
    wanted, key = _WAYS[st.session_state[WAY]](backend.config)
    if backend.config.public_name:
        _show_whom(backend)
    _show_buttons(backend, wanted, key)
    if (tried := st.session_state.get(TRIED)) is not None and wanted is not None:
        _show_tried(tried)


def _way_of(config: Config) -> str:
    if not config.answer_model:
        return QUOTES
    if config.answer_model.startswith(GGUF):
        return FILE
    return LOCAL if is_on_this_machine(config.answer_model_url) else PROVIDER


def _quotes(config: Config) -> tuple[Config | None, str]:
    st.caption("The articles' own sentences, exact; nothing leaves this machine.")
    return dataclasses.replace(config, answer_model="", answer_model_url=""), ""


def _local(config: Config) -> tuple[Config | None, str]:
    ports = ", ".join(f"{name} ({port})" for name, port in PORTS.items())
    st.caption(f"Looks on this machine only, at the usual ports: {escape(ports)}.")
    if st.button("Look for models", icon=":material/search:"):
        with st.spinner("Looking"):
            st.session_state[FOUND] = find_local_models()
    found: list[LocalModel] | None = st.session_state.get(FOUND)
    if found is None and _way_of(config) == LOCAL:
        found = [LocalModel("in use", config.answer_model, config.answer_model_url)]
    if not found:
        if found is not None:
            st.warning("No server replies. Start one of them, and look again.")
        return None, ""
    chosen = st.selectbox(
        "Model", found, key=CHOSEN, format_func=lambda each: f"{each.name} · {each.server}"
    )
    return dataclasses.replace(config, answer_model=chosen.name, answer_model_url=chosen.url), ""


def _file(config: Config) -> tuple[Config | None, str]:
    now = config.answer_model
    kept = now.removeprefix(GGUF) if now.startswith(GGUF) else ""
    path = st.text_input(
        "Path of the file on this machine", kept, key=PATH, max_chars=LONGEST, live=True
    )
    st.caption(
        "Runs in this process; the first answer waits until it is loaded. Needs: "
        "`pip install -r requirements-gguf.txt`"
    )
    if not path.strip():
        return None, ""
    file = Path(path.strip()).expanduser()
    if not file.is_file():
        st.warning(escape(f"This machine has no file “{file}”."))
        return None, ""
    model = f"{GGUF}{file}"
    return dataclasses.replace(config, answer_model=model, answer_model_url=""), ""


def _provider(config: Config) -> tuple[Config | None, str]:
    is_now = _way_of(config) in {LOCAL, PROVIDER}
    model = st.text_input(
        "Model",
        config.answer_model if is_now else "",
        key=MODEL,
        max_chars=LONGEST,
        placeholder="openai:gpt-5-mini",
        live=True,
        help="provider:model, as LangChain's init_chat_model names them",
    ).strip()
    url = st.text_input(
        "Address, where it is a server that speaks OpenAI's protocol",
        config.answer_model_url if is_now else "",
        key=URL,
        max_chars=LONGEST,
        placeholder="https://llm.example/v1",
        live=True,
    ).strip()
    wanted = dataclasses.replace(config, answer_model=model, answer_model_url=url)
    key = _show_key(wanted) if model else ""
    if not is_on_this_machine(url):
        st.caption("The question, the passages and the prompt leave this machine, nothing else.")
    return (wanted if model else None), key


def _show_key(wanted: Config) -> str:
    place = place_of(wanted.answer_model, wanted.answer_model_url)
    is_kept = bool(kept_key(wanted))
    key = st.text_input(
        "Key",
        key=SECRET,
        type="password",
        max_chars=LONGEST,
        autocomplete="off",
        placeholder="one is kept; type another to replace it" if is_kept else "",
        live=True,
    )
    st.caption(
        f"Kept in {escape(str(wanted.home))}, readable by you alone, sent to {escape(place)} only, "
        "and never shown again. Without one, the provider's variable of the environment counts."
    )
    if is_kept:
        st.button(
            "Forget the key",
            icon=":material/key_off:",
            type="tertiary",
            on_click=partial(_forget, wanted),
        )
    return key.strip()


_WAYS = {QUOTES: _quotes, LOCAL: _local, FILE: _file, PROVIDER: _provider}


def _show_whom(backend: Backend) -> None:
    key = KEY + "answer_model_for"
    st.session_state[key] = backend.config.answer_model_for  # another tab may have changed it
    st.segmented_control(
        "It answers",
        ("owner", "visitors"),
        key=key,
        required=True,
        format_func={"owner": "Me only", "visitors": "Visitors, too"}.__getitem__,
        on_change=partial(save_choice, backend, "answer_model_for"),
    )


def _show_buttons(backend: Backend, wanted: Config | None, key: str) -> None:
    is_same = wanted is not None and (wanted.answer_model, wanted.answer_model_url) == (
        backend.config.answer_model,
        backend.config.answer_model_url,
    )
    if wanted is not None and wanted.answer_model:
        st.text_input("A question to try it with", _suggested(backend), key=QUESTION, live=True)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "In use" if is_same and not key else "Use it",
            type="primary",
            key=KEY + "use",
            disabled=wanted is None or (is_same and not key),
            on_click=partial(_use, backend, wanted, key),
        )
        if wanted is not None and wanted.answer_model:
            asked = st.session_state.get(QUESTION, "").strip()
            if st.button("Try it", icon=":material/science:", disabled=not asked, key=KEY + "try"):
                _try(backend, wanted, key, asked)


def _suggested(backend: Backend) -> str:
    snapshot, _ = backend.snapshot()
    offered = backend.suggester.questions(snapshot) if snapshot is not None else ()
    return offered[0] if offered else ""


def _use(backend: Backend, wanted: Config | None, key: str) -> None:
    if wanted is None or (key and not _keep(wanted, key)):
        return
    st.session_state[TRIED] = None
    save(backend, answer_model=wanted.answer_model, answer_model_url=wanted.answer_model_url)


def _forget(wanted: Config) -> None:
    _keep(wanted, "")


def _keep(wanted: Config, key: str) -> bool:
    """Keep a key, and take it out of the page."""
    st.session_state[SECRET] = ""
    try:
        keep_key(wanted, key)
    except RagError as error:
        st.session_state[SAID] = error.message
        return False
    return True


def _try(backend: Backend, wanted: Config, key: str, question: str) -> None:
    st.session_state[TRIED] = None
    began = time.monotonic()
    notes = Notes()
    with st.spinner("Asking"):
        try:
            assistant = backend.trial(wanted, key=key)
            *_, answer = assistant.stream(Question(question), notes=notes)
        except RagError as error:
            st.error(escape(error.message))
            return
    assert isinstance(answer, Answer)  # what every Answerer yields last
    st.session_state[TRIED] = Tried(
        wanted.answer_model,
        answer,
        time.monotonic() - began,
        len(notes.drafts),
        sum(draft.fate == "shown" for draft in notes.drafts),
    )


def _show_tried(tried: Tried) -> None:
    with st.container(border=True, gap="small", key="tried"):
        share = "no sentence came" if is_worth_a_call(tried.answer) else UNASKED
        if tried.drafts:
            sentences = wording.count(tried.drafts, "sentence")
            share = f"{tried.checked} of {sentences} checked and shown"
        st.markdown(f"**{tried.seconds:.1f} s · {share}** :small[{escape(tried.model)}]")
        st.caption(escape(tried.answer.question))
        for sentence in tried.answer.sentences:
            st.text(sentence.text)
        if tried.answer.reason:
            st.caption(escape(tried.answer.reason))

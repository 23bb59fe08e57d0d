"""The dialog that makes a test case of an answer, after a look at every field."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import streamlit as st

from rag.config import Config
from rag.errors import RagError
from rag.evaluation.cases import articles_of, case_file, draft_case, find_quote
from rag.evaluation.feedback import Feedback
from rag.evaluation.questions.question_set import append_question
from rag.evaluation.records import SetQuestion
from rag.records import Question, Quote
from rag.ui import case_fields as fields
from rag.ui.asking import MAX_QUESTION
from rag.ui.escape import escape
from rag.ui.redrawing import hold
from rag.ui.views import openable

if TYPE_CHECKING:
    from rag.ui.backend import Backend
    from rag.ui.conversations import Conversation

OPEN = "case"  # the Feedback that a case is being made of
ADDED = "case_added"  # the quotes that were pasted
NOT_ADDED = "case_not_added"  # why the last pasted text is no quote
NOT_SAVED = "case_not_saved"  # why the case could not be saved
SAVED = "case_saved"  # the file that the case was written to
LIKELY = 20  # passages that are searched for the article of a pasted sentence
TAKEN = "E-EVL-006"


def open_case(feedback: Feedback) -> None:
    """Open the dialog on an answer at the next look."""
    _close()
    st.session_state[OPEN] = feedback


def show(backend: Backend, conversation: Conversation) -> None:
    """Draw the dialog where it is open."""
    feedback = cast("Feedback | None", st.session_state.get(OPEN))
    if feedback is None:
        return
    if feedback.conversation_id != conversation.id:
        _close()
        return
    hold()
    _show(backend, conversation, feedback)


def run_command(config: Config, path: Path) -> str:
    """Return the command that evaluates a question set with these settings."""
    usual = Config()
    folders = (("--corpus", config.corpus, usual.corpus), ("--index", config.index, usual.index))
    changed = [part for option, is_, was in folders if is_ != was for part in (option, str(is_))]
    return shlex.join(["python", "-m", "rag", "eval", str(path), *changed])


def _close() -> None:
    for name in (OPEN, ADDED, NOT_ADDED, NOT_SAVED, SAVED):
        st.session_state.pop(name, None)


@st.dialog("Make this a test case", width="medium", on_dismiss=_close)
def _show(backend: Backend, conversation: Conversation, feedback: Feedback) -> None:
    saved = cast("Path | None", st.session_state.get(SAVED))
    if saved is not None:
        _show_saved(backend.config, saved)
        return
    draft, quotes = draft_case(feedback), _candidates(conversation, feedback)
    fields.show_question(backend, draft)
    if fields.expects_answer(draft):
        fields.show_gold(backend, draft, quotes, added=_added())
        _show_adding(backend, draft, quotes)
    fields.show_rest(backend, draft)
    fields.show_lack(draft, quotes)
    _show_why(NOT_SAVED)
    save = partial(_save, backend, draft, quotes)
    st.button("Save the test case", type="primary", on_click=save)


def _show_adding(backend: Backend, draft: SetQuestion, quotes: tuple[Quote, ...]) -> None:
    st.text_area(
        "Another quote: paste a sentence of an article",
        height=68,
        key=fields.key(draft, "pasted"),
    )
    _show_why(NOT_ADDED)
    add = partial(_add, backend, draft, quotes)
    st.button("Check and add the quote", icon=":material/add:", on_click=add)


def _show_why(name: str) -> None:
    if why := st.session_state.pop(name, ""):
        st.error(escape(why))


def _show_saved(config: Config, path: Path) -> None:
    st.success(f"The test case is in {escape(str(path))}.", icon=":material/check:")
    st.markdown("Run its question set with:")
    st.code(run_command(config, path), language=None, wrap_lines=True)
    if st.button("Close", type="primary"):
        _close()
        st.rerun()


def _add(backend: Backend, draft: SetQuestion, quotes: tuple[Quote, ...]) -> None:
    text = fields.value(draft, "pasted")
    try:
        snapshot = backend.assistant.snapshot()
        quote = find_quote(text, snapshot, likely=_likely(backend, text, quotes))
    except RagError as error:
        st.session_state[NOT_ADDED] = error.message
        return
    if quote in quotes:
        st.session_state[fields.key(draft, f"quote-{quotes.index(quote)}")] = True
    else:
        st.session_state[ADDED] = (*_added(), quote)
    st.session_state[fields.key(draft, "pasted")] = ""


def _likely(backend: Backend, text: str, quotes: tuple[Quote, ...]) -> list[str]:
    """Return the articles in which a pasted sentence probably stands."""
    try:
        hits = backend.assistant.search(Question(text[:MAX_QUESTION]), k=LIKELY).hits
    except RagError:  # a text that cannot be searched for can still be looked for
        hits = ()
    return [*articles_of(quotes), *(hit.passage.article_id for hit in hits)]


def _save(backend: Backend, draft: SetQuestion, quotes: tuple[Quote, ...]) -> None:
    try:
        case = fields.filled(draft, quotes)
        path = case_file(backend.config.home, fields.value(draft, "file"))
        append_question(path, case)
    except RagError as error:
        st.session_state[NOT_SAVED] = (
            "This answer is a test case of that question set already. "
            "Choose another, or change its line in the file."
            if error.code == TAKEN
            else error.message
        )
        return
    st.session_state[SAVED] = path


def _candidates(conversation: Conversation, feedback: Feedback) -> tuple[Quote, ...]:
    """Return the quotes to choose from: cited ones, near misses of a refusal, pasted ones."""
    exchange = conversation.exchange(feedback.exchange_id)
    quotes = openable(exchange.answer) if exchange else ()
    return tuple(dict.fromkeys((*quotes, *_added())))


def _added() -> tuple[Quote, ...]:
    return cast("tuple[Quote, ...]", st.session_state.get(ADDED, ()))

"""The conversation column: questions, answers as they come, the box for the next one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from rag.errors import RagError
from rag.ui import case_dialog, explanation_view, feedback, limits, next_steps, start, wording
from rag.ui.answer_view import answer_data, failure_data
from rag.ui.asking import Job
from rag.ui.components import show_answer
from rag.ui.conversations import Conversation, Exchange
from rag.ui.escape import escape, plain
from rag.ui.redrawing import redraw
from rag.ui.state import (
    ANSWER_KEY,
    ASK_KEY,
    ONLY_KEY,
    Opened,
    ask_for_focus,
    end_waiting,
    go_to,
    note_sent,
    notice,
    open_quote,
    opened_quote,
    pointed_answer,
    sent_again,
    set_notice,
    tab_id,
)
from rag.ui.views import QUOTING

if TYPE_CHECKING:
    from rag.ui.backend import Backend

WATCH_S = 2.0  # between two looks for what another tab of the same person did
POLL_S = 0.25  # between two looks at a running answer; a person sees that as at once
BOX = "box"
ONE_AT_A_TIME = "E-SRV-003"  # holds until the answer is there
CUT_OFF = "This answer was cut off when the chat ended. Ask again to have it."
PUT_BACK_AT_MOST = 20_000  # characters of a refused question that are put back into the box


def show(backend: Backend, conversation: Conversation | None, job: Job | None) -> None:
    """Draw the conversation, or the start page where there is none."""
    if conversation is None:
        start.show(backend, ask=partial(_ask, backend, None))
        return
    last = conversation.exchanges[-1].id if conversation.exchanges else ""
    pointed = pointed_answer() if conversation.exchange(pointed_answer()) else ""
    for exchange in conversation.exchanges:
        _show_question(backend, exchange)
        with st.chat_message("assistant", avatar=":material/format_quote:"):
            if job is not None and job.exchange.id == exchange.id:
                st.fragment(_show_running, run_every=POLL_S)(backend, job)
            else:
                with st.container():  # as a fragment makes one: the answer stays where it is
                    _show_ended(
                        backend,
                        conversation,
                        exchange,
                        is_last=exchange.id == last,
                        is_shown_first=exchange.id == (pointed or last),
                    )
                feedback.show_reason(backend, conversation, exchange)
                next_steps.show(
                    backend,
                    conversation,
                    exchange,
                    is_last=exchange.id == last,
                    ask=partial(_submit_text, backend, conversation),
                )
                explanation_view.show(backend, conversation, exchange)
    case_dialog.show(backend, conversation)


def take_up_link() -> None:
    """Do what a link to the chat asks for, once: fill in the box, limit to an article."""
    asked, only = (st.query_params.pop(key, "") for key in (ASK_KEY, ONLY_KEY))
    if only:
        limits.limit_to((only,))
    if asked:
        st.session_state[BOX] = asked[:PUT_BACK_AT_MOST]
    if asked or only:
        ask_for_focus()


def watch(backend: Backend, stamp: int) -> None:
    """Draw the page anew once a conversation of this person has changed in another tab."""
    if backend.conversations.stamp != stamp:
        redraw()


def show_box(backend: Backend, conversation: Conversation | None, job: Job | None) -> None:
    """Draw the question box, and why the last question was not taken, as long as that holds.

    It is closed while the first build runs: nothing could be answered yet.
    """
    if job is None:
        end_waiting()
    if message := notice():
        st.warning(escape(message))
    snapshot, _ = backend.snapshot()
    limits.show_chips(backend)
    st.chat_input(
        "Ask the articles",
        key=BOX,
        disabled=snapshot is None and backend.builder.state.is_running,
        on_submit=partial(_submit, backend, conversation),
    )


def _show_question(backend: Backend, exchange: Exchange) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(plain(exchange.question), width="stretch")
            st.button(
                "Edit",
                key=f"edit-{exchange.id}",
                type="tertiary",
                icon=":material/edit:",
                help="Put the question into the box, to change it and ask again",
                on_click=partial(_edit, exchange.question),
            )
        titles = {id_: _title(backend, id_) for id_ in exchange.filters.articles}
        if limited := wording.limits(exchange.filters, titles):
            st.caption(escape(limited))


def _edit(question: str) -> None:
    st.session_state[BOX] = question
    ask_for_focus()


def _title(backend: Backend, article_id: str) -> str:
    article = backend.article(article_id)
    return article.title if article else article_id


def _show_running(backend: Backend, job: Job) -> None:
    is_over = job.is_over.is_set() or st.session_state.pop("redraw", False)
    show_answer(
        answer_data(
            sentences=job.sentences,
            answer=None,
            is_stopped=False,
            opened=_opened_index(job.exchange.id),
            is_last=True,
            find=backend.article,
            answerer=backend.config.answer_model or QUOTING,
        ),
        key=_key(job.exchange),
        on_open=partial(_open, job.exchange, in_fragment=True),
    )
    if is_over:
        st.rerun()  # after the answer, which would be gone until it is drawn anew
    st.button(
        "Stopping" if job.stop.is_set() else "Stop",
        key=f"stop-{job.exchange.id}",
        icon=":material/stop:",
        disabled=job.stop.is_set(),
        on_click=job.stop.set,
    )


def _show_ended(
    backend: Backend,
    conversation: Conversation,
    exchange: Exchange,
    *,
    is_last: bool,
    is_shown_first: bool,
) -> None:
    answer = exchange.answer
    if answer is not None:
        show_answer(
            answer_data(
                sentences=answer.sentences,
                answer=answer,
                is_stopped=exchange.state == "stopped",
                opened=_opened_index(exchange.id),
                is_last=is_shown_first,
                find=backend.article,
                is_accepted=exchange.is_accepted,
            )
            | feedback.feedback_data(backend, exchange)
            | {"link": f"?{urlencode({ANSWER_KEY: exchange.id})}"},
            key=_key(exchange),
            on_open=partial(_open, exchange),
            on_say=partial(feedback.take, backend, conversation, exchange, view=_key(exchange)),
        )
    else:
        message = exchange.error if exchange.state == "failed" else CUT_OFF
        data = failure_data(message, is_last=is_last)
        show_answer(data, key=_key(exchange), on_open=partial(_open, exchange))
    if answer is None and is_last:
        st.button(
            "Ask again",
            key=f"again-{exchange.id}",
            icon=":material/refresh:",
            on_click=partial(_submit_text, backend, conversation, exchange.question),
        )


def _key(exchange: Exchange) -> str:
    return f"answer-{exchange.id}"


def _opened_index(exchange_id: str) -> int | None:
    opened = opened_quote()
    return opened.index if opened and opened.exchange_id == exchange_id else None


def _open(exchange: Exchange, *, in_fragment: bool = False) -> None:
    index = int(st.session_state[_key(exchange)]["open"]["index"])
    wanted = Opened(exchange.id, index)
    open_quote(None if opened_quote() == wanted else wanted)
    st.session_state["redraw"] = in_fragment


def _submit(backend: Backend, conversation: Conversation | None) -> None:
    text = st.session_state[BOX] or ""
    if not _ask(backend, conversation, text):
        st.session_state[BOX] = text[:PUT_BACK_AT_MOST]


def _submit_text(backend: Backend, conversation: Conversation, text: str) -> None:
    _ask(backend, conversation, text)


def _ask(backend: Backend, conversation: Conversation | None, text: str) -> bool:
    """Ask, unless this is the press of a moment ago once more; return whether it was taken.

    A browser sends a press twice where a fragment's timer ends just then: Streamlit keeps what was
    pressed until its next message, and that of the timer has it, too.
    """
    press = (conversation.id, len(conversation.exchanges), text) if conversation else ("", 0, text)
    if already := sent_again(press):
        go_to(already)
        return True
    set_notice("")
    if opened_quote() is None:  # an article that is open stays; a link has led where it led
        open_quote(None)
    try:
        job = backend.ask(
            text,
            filters=limits.chosen_filters(),
            caution=limits.chosen_caution(),
            tab=tab_id(),
            conversation_id=conversation.id if conversation else None,
        )
    except RagError as error:
        set_notice(error.message, is_for_now=error.code == ONE_AT_A_TIME)
        return False
    note_sent(press, job.conversation_id)
    if conversation is None or conversation.id != job.conversation_id:
        go_to(job.conversation_id)
    return True

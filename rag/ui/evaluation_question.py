"""One question of a run: its answer with quotes to open, what was expected and retrieved."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from rag.evaluation.records import EvaluatedQuestion, RunInfo
from rag.evaluation.reporting.wrong_reasons import why_wrong
from rag.records import Answer
from rag.ui.answer_view import answer_data, failure_data
from rag.ui.article_pane import absence
from rag.ui.article_view import article_data
from rag.ui.components import show_answer, show_article
from rag.ui.escape import escape
from rag.ui.evaluation_evidence import show_asked, show_evidence
from rag.ui.evaluation_questions import shown_facts
from rag.ui.evaluation_runs import Run, texts_of
from rag.ui.evaluation_state import go_to_question, open_quote, opened_quote
from rag.ui.views import marks_in, openable

if TYPE_CHECKING:
    from rag.ui.backend import Backend

ANSWER, ARTICLE = "evaluation-answer", "evaluation-article"


def show(backend: Backend, run: Run, row: EvaluatedQuestion) -> None:
    """Draw the question, its answer, and what to hold it against."""
    _show_steps(run, row)
    show_asked(row)
    answer = answer_of(row, run.info)
    if answer is not None:
        data = answer_data(
            sentences=answer.sentences,
            answer=answer,
            is_stopped=False,
            opened=opened_quote(),
            is_last=False,
            find=backend.article,
        )
        show_answer(data, key=ANSWER, on_open=_open)
    elif row.error_code:
        show_answer(failure_data(row.error, is_last=False), key=ANSWER, on_open=_open)
    if why := why_wrong(row):
        st.warning(escape(why))
    show_evidence(row, texts_of(backend, run))


def show_article_pane(backend: Backend, run: Run, row: EvaluatedQuestion) -> None:
    """Draw the article of the quote that is open, if one is."""
    opened = opened_quote()
    if opened is None:
        return
    quotes = openable(answer_of(row, run.info))
    if opened >= len(quotes):
        open_quote(None)
        st.rerun()
    data = article_data(
        quotes,
        opened,
        marks=marks_in(quotes[opened], row.sentences),
        today=date.today(),  # noqa: DTZ011 - the reader's day, on the reader's machine
        find=backend.article,
        absence=absence(backend, quotes[opened]),
    )
    show_article(data, key=ARTICLE, on_go=partial(_go, opened))


def answer_of(row: EvaluatedQuestion, info: RunInfo) -> Answer | None:
    """Return what was answered as the chat shows answers; None for retrieval only or an error."""
    if row.outcome is None:
        return None
    return Answer(
        question=row.question,
        query=row.question,  # what was searched for is shown above the answer
        outcome=row.outcome,
        reason=row.reason,
        sentences=row.sentences,
        near_misses=row.near_misses,
        hits=(),
        generation=info.generation,
        answerer=row.answerer,
        timings_ms=row.timings_ms,
        confidence=row.confidence,
    )


def _show_steps(run: Run, row: EvaluatedQuestion) -> None:
    """Draw the way back to the table and to the questions beside this one in it."""
    ids = [each.id for each in shown_facts(run)]
    at = ids.index(row.id) if row.id in ids else None
    previous = ids[at - 1] if at else None
    following = ids[at + 1] if at is not None and at + 1 < len(ids) else None
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Questions",
            key="evaluation_back",
            icon=":material/arrow_back:",
            on_click=partial(go_to_question, None),
        )
        for name, target in (("Previous", previous), ("Next", following)):
            st.button(
                name,
                key=f"evaluation_{name}",
                type="tertiary",
                disabled=target is None,
                on_click=partial(go_to_question, target),
            )


def _open() -> None:
    index = int(st.session_state[ANSWER]["open"]["index"])
    open_quote(None if opened_quote() == index else index)


def _go(opened: int) -> None:
    where = st.session_state[ARTICLE]["go"]["where"]
    if where == "close":
        open_quote(None)
    else:
        open_quote(max(0, opened + (1 if where == "next" else -1)))

"""One question of a run: its answer with quotes to open, what was expected and retrieved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from rag.evaluation.records import EvaluatedQuestion, Expected, RunInfo
from rag.evaluation.reporting.article_texts import ArticleTexts
from rag.evaluation.reporting.question_facts import (
    expected_facts,
    facts_of,
    where_of,
    words_of,
)
from rag.evaluation.reporting.wording import OUTCOMES, duration
from rag.evaluation.reporting.wrong_reasons import why_wrong
from rag.records import Answer, HitPlace
from rag.ui.answer_view import answer_data, failure_data
from rag.ui.article_pane import absence
from rag.ui.article_view import article_data
from rag.ui.components import show_answer, show_article
from rag.ui.escape import escape
from rag.ui.evaluation_questions import shown_facts
from rag.ui.evaluation_runs import Run, texts_of
from rag.ui.evaluation_state import go_to_question, open_quote, opened_quote
from rag.ui.evaluation_tables import show_table
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


def show_asked(row: EvaluatedQuestion) -> None:
    """Draw the question with how it came out, its earlier turns, and the query."""
    facts = facts_of(row)
    st.subheader(escape(f"{facts.sign} {row.question}"), anchor=False)
    said = [row.id, OUTCOMES.get(facts.outcome, facts.outcome), *facts.tags]
    if facts.confidence is not None:
        said.append(f"confidence {facts.confidence:.2f}")
    if facts.ms is not None:
        said.append(duration(facts.ms))
    st.caption(escape(" · ".join(said)))
    for turn in row.history:
        st.caption(f"Earlier: **{escape(turn.question)}** {escape(turn.answer)}")
    if row.query and row.query != row.question:
        st.caption(f"Searched for: **{escape(row.query)}**")


def show_evidence(row: EvaluatedQuestion, texts: ArticleTexts) -> None:
    """Draw what was expected, retrieved and measured."""
    _show_expected(row.expected, texts)
    if row.hits:
        st.subheader("Retrieved", anchor=False)
        show_table([_hit(hit, row.expected, texts) for hit in row.hits], key="evidence-retrieved")
    _show_values("Measures", {name: f"{value:.3f}" for name, value in row.measures.items()})
    _show_values("Judged by an LLM", {name: f"{value:.3f}" for name, value in row.judged.items()})
    _show_values("Times", {name: duration(ms) for name, ms in row.timings_ms.items()})


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


def _show_expected(expected: Expected, texts: ArticleTexts) -> None:
    known = expected_facts(expected, texts)
    if not known and not expected.quotes:
        return
    st.subheader("Expected", anchor=False)
    for name, said in known:
        st.markdown(f"**{name}:** {'; '.join(map(escape, said))}")
    for quote in expected.quotes:
        st.markdown(f"> {escape(quote.text)}")
        st.caption(escape(where_of(quote, texts)))


def _hit(hit: HitPlace, expected: Expected, texts: ArticleTexts) -> dict[str, Any]:
    found = words_of(hit, expected, texts)
    is_gold = hit.passage_id in expected.relevant
    is_expected = hit.article_id in expected.articles
    return {
        "rank": hit.rank,
        "holds": "gold quote" if is_gold else "expected article" if is_expected else "",
        "article": texts.title(hit.article_id),
        "words": "".join(text for text, _ in found.pieces) if found else "",
        "score": hit.score,
        "passage": hit.passage_id,
    }


def _show_values(heading: str, found: Mapping[str, str]) -> None:
    if found:
        said = "  ".join(f"{escape(name)} **{escape(value)}**" for name, value in found.items())
        st.markdown(f"**{heading}**  \n{said}")

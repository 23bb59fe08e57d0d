"""The table of a run's questions: filters, order, and a click that opens one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from rag.evaluation.reporting.question_facts import KINDS, QuestionFacts
from rag.evaluation.reporting.wording import OUTCOMES
from rag.ui import wording
from rag.ui.evaluation_runs import Run, table_of
from rag.ui.evaluation_state import go_to_question
from rag.ui.evaluation_tables import QUESTION_COLUMNS, show_choice

TABLE = "evaluation-table"
ANY = "Any"
UNSORTED = "Order of the set"
ORDERS = {
    UNSORTED: ("", False),
    "Confidence, lowest first": ("confidence", False),
    "Confidence, highest first": ("confidence", True),
    "Time, longest first": ("ms", True),
    "Time, shortest first": ("ms", False),
}


def show(run: Run) -> None:
    """Draw the filters and the rows that pass them."""
    with st.spinner("Reading the questions"):
        facts = table_of(run).facts
    _show_filters(facts)
    shown = shown_facts(run)
    st.caption(f"{len(shown):,} of {wording.count(len(facts), 'question')}")
    ids = [each.id for each in shown]
    show_choice(
        [_row(each) for each in shown],
        ids,
        key=TABLE,
        on_open=go_to_question,
        columns=QUESTION_COLUMNS,
    )


def shown_facts(run: Run) -> list[QuestionFacts]:
    """Return the questions that pass the filters that this tab chose, in its order."""
    state = st.session_state
    found = filtered(
        table_of(run).facts,
        kind=state.get("evaluation_kind"),
        outcome=state.get("evaluation_outcome"),
        tag=state.get("evaluation_tag"),
        words=state.get("evaluation_words", ""),
    )
    return sorted_facts(found, state.get("evaluation_order", UNSORTED))


def filtered(
    facts: Sequence[QuestionFacts],
    *,
    kind: str | None = None,
    outcome: str | None = None,
    tag: str | None = None,
    words: str = "",
) -> list[QuestionFacts]:
    """Return the questions that pass every filter; None and empty let all through."""
    wanted = words.casefold().split()
    return [
        each
        for each in facts
        if (kind is None or kind in each.kinds)
        and (outcome is None or outcome == each.outcome)
        and (tag is None or tag in each.tags)
        and all(word in f"{each.id} {each.question}".casefold() for word in wanted)
    ]


def sorted_facts(facts: Sequence[QuestionFacts], order: str) -> list[QuestionFacts]:
    """Return the questions in an order of ORDERS; those without the number come last."""
    field, is_falling = ORDERS[order]
    if not field:
        return list(facts)
    sign = -1 if is_falling else 1
    known = [each for each in facts if getattr(each, field) is not None]
    unknown = [each for each in facts if getattr(each, field) is None]
    return sorted(known, key=lambda each: sign * getattr(each, field)) + unknown


def _show_filters(facts: Sequence[QuestionFacts]) -> None:
    outcomes = sorted({each.outcome for each in facts})
    tags = sorted({tag for each in facts for tag in each.tags})
    with st.container(horizontal=True, gap="small"):
        st.selectbox(
            "Show", [None, *KINDS], format_func=_kind_name, key="evaluation_kind", width=170
        )
        st.selectbox(
            "Outcome", [None, *outcomes], format_func=_any, key="evaluation_outcome", width=170
        )
        st.selectbox("Tag", [None, *tags], format_func=_any, key="evaluation_tag", width=170)
        st.selectbox("Sort by", list(ORDERS), key="evaluation_order", width=230)
        st.text_input("Search", key="evaluation_words", width=370)


def _kind_name(kind: str | None) -> str:
    return KINDS[kind] if kind else "All"


def _any(value: str | None) -> str:
    return value or ANY


def _row(facts: QuestionFacts) -> dict[str, Any]:
    return {
        " ": facts.sign,
        "question": facts.question,
        "id": facts.id,
        "outcome": OUTCOMES.get(facts.outcome, facts.outcome),
        "confidence": facts.confidence,
        "ms": facts.ms,
        "tags": ", ".join(facts.tags),
    }

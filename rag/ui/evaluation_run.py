"""One run: what was run, its measures and plots, its questions, and how it differs from another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from rag.evaluation.reporting.nodes import node
from rag.evaluation.reporting.report import write_report
from rag.evaluation.reporting.report_measures import (
    headlines,
    measure_sections,
    outcome_line,
    plots,
    tag_table,
)
from rag.evaluation.reporting.report_run import run_facts
from rag.evaluation.runs.run_folder import REPORT
from rag.ui import evaluation_comparison, evaluation_questions
from rag.ui.escape import escape
from rag.ui.evaluation_runs import Run
from rag.ui.node_view import show_nodes

if TYPE_CHECKING:
    from rag.ui.backend import Backend

VIEWS = ("Measures", "Questions", "Comparison")


def show(backend: Backend, run: Run) -> None:
    """Draw the run as the person wants to look at it."""
    st.title(escape(run.name), anchor=False)
    st.markdown(escape(outcome_line(run.summary)))
    with st.container(horizontal=True, vertical_alignment="center"):
        view = st.segmented_control(
            "Show",
            VIEWS,
            default=None if "evaluation_view" in st.session_state else VIEWS[0],
            key="evaluation_view",
            label_visibility="collapsed",
        )
        st.download_button(
            "Report",
            data=partial(_report, run),
            file_name=f"{run.name}.html",
            mime="text/html",
            icon=":material/download:",
            on_click="ignore",
            help="One HTML file with everything in it.",
        )
    if view == "Questions":
        evaluation_questions.show(run)
    elif view == "Comparison":
        evaluation_comparison.show(backend, run)
    else:
        _show_measures(run)


def _show_measures(run: Run) -> None:
    summary, times = run.summary, run.times
    trees = [
        headlines(summary, times),
        plots(summary, times),
        node("div", *measure_sections(summary, times), class_="groups"),
        tag_table(summary),
        node("section", node("h3", "What was run"), run_facts(run.info, times)),
    ]
    show_nodes(trees, key="evaluation-measures")


def _report(run: Run) -> bytes:
    path = run.folder.path / REPORT
    write_report(run.folder, path)
    return path.read_bytes()

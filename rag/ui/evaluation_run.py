"""One run: what was run, its measures and plots, its questions, and how it differs from another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from rag.evaluation.reporting import wording
from rag.evaluation.reporting.figures import figures
from rag.evaluation.reporting.report import write_report
from rag.evaluation.runs.run_folder import REPORT
from rag.ui import evaluation_comparison, evaluation_questions
from rag.ui.escape import escape
from rag.ui.evaluation_runs import Run
from rag.ui.evaluation_tables import MEASURE_COLUMNS, chart_of, measure_rows, show_table

if TYPE_CHECKING:
    from rag.ui.backend import Backend

VIEWS = ("Measures", "Questions", "Comparison")


def show(backend: Backend, run: Run) -> None:
    """Draw the run as the person wants to look at it."""
    st.title(escape(run.name), anchor=False)
    st.markdown(escape(wording.outcome_line(run.summary)))
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
    with st.container(horizontal=True):
        for number, said in wording.headlines(summary, times):
            with st.container(border=True, width=170):
                st.subheader(number, anchor=False)
                st.caption(said)
    drawn = figures(summary, times)
    for column, figure in zip(st.columns(max(1, len(drawn))), drawn, strict=False):
        with column:
            st.markdown(f"**{figure.name}**")
            st.altair_chart(chart_of(figure), width="stretch", key=f"plot-{figure.kind}")
            st.caption(figure.said)
    for heading, found in wording.grouped(summary.measures).items():
        st.subheader(heading, anchor=False)
        show_table(measure_rows(found), key=f"measures-{heading}", columns=MEASURE_COLUMNS)
    if summary.judged:
        st.subheader("Judged by an LLM", anchor=False)
        st.caption("Opinions of an answer model, kept apart from everything that is counted.")
        show_table(measure_rows(summary.judged), key="measures-judged", columns=MEASURE_COLUMNS)
    heads, rows = wording.tag_rows(summary)
    if rows:
        st.subheader("By tag", anchor=False)
        show_table([dict(zip(heads, row, strict=True)) for row in rows], key="tags")
    _show_facts("Times", ("stage", "p50", "p95", "n"), wording.stage_rows(times))
    _show_facts("What was run", ("", " "), wording.run_rows(run.info, times))
    with st.expander("Settings and versions"):
        rows_ = [*wording.setting_rows(run.info), *run.info.versions.items()]
        show_table([{"setting": name, "value": said} for name, said in rows_], key="settings")


def _show_facts(heading: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if rows:
        st.subheader(heading, anchor=False)
        show_table([dict(zip(heads, row, strict=True)) for row in rows], key=f"facts-{heading}")


def _report(run: Run) -> bytes:
    path = run.folder.path / REPORT
    write_report(run.folder, path)
    return path.read_bytes()

"""The tables and plots of the evaluation, by Streamlit's own dataframe and by Altair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from rag.evaluation.measuring.measures import MEASURES
from rag.evaluation.records import Estimate
from rag.evaluation.reporting.figures import Figure
from rag.text.visible import plain

MEASURE_COLUMNS = {
    "measure": st.column_config.TextColumn(width="medium"),
    "value": st.column_config.ProgressColumn(format="%.3f", min_value=0.0, max_value=1.0),
    "what it means": st.column_config.TextColumn(width="large"),
}


QUESTION_COLUMNS = {
    " ": st.column_config.TextColumn(width=30),
    "question": st.column_config.TextColumn(width="large"),
    "confidence": st.column_config.NumberColumn(format="%.2f"),
}


def show_table(rows: Sequence[Mapping[str, Any]], *, key: str, columns: Any = None) -> None:
    """Draw rows as a table that can be sorted and searched."""
    st.dataframe(_shown(rows), hide_index=True, column_config=columns, key=key, width="stretch")


def show_choice(
    rows: Sequence[Mapping[str, Any]],
    ids: Sequence[str],
    *,
    key: str,
    on_open: Callable[[str], None],
    columns: Any = None,
) -> None:
    """Draw rows as a table; `on_open` gets the id of one that is selected."""
    st.dataframe(
        _shown(rows),
        hide_index=True,
        column_config=columns,
        key=key,
        width="stretch",
        selection_mode="single-row",
        on_select=partial(_open, key, tuple(ids), on_open),
    )


def measure_rows(found: Mapping[str, Estimate]) -> list[dict[str, Any]]:
    """Return measures with their intervals and what they mean."""
    return [
        {
            "measure": name,
            "value": each.mean,
            "95 % interval": f"{each.low:.3f} – {each.high:.3f}",
            "n": each.n,
            "what it means": meaning_of(name),
        }
        for name, each in found.items()
    ]


def meaning_of(name: str) -> str:
    """Return what a measure means, which way is better, its formula and its source."""
    measure = MEASURES.get(name)
    if measure is None:
        return ""
    better = "Higher is better." if measure.higher_is_better else "Lower is better."
    return f"{measure.meaning} {better} {measure.formula}. {measure.source}."


def chart_of(figure: Figure) -> alt.LayerChart | alt.FacetChart:
    """Return a figure as an Altair chart."""
    points = [{"x": p.x, "y": p.y, "n": p.n} for p in figure.points]
    if figure.kind == "bars":
        base = alt.Chart({"values": points}).encode(
            x=alt.X("x:Q", title=figure.x_label),
            x2="y:Q",
            y=alt.Y("n:Q", title=figure.y_label),
            y2=alt.datum(0),
        )
        return alt.layer(base.mark_bar())
    share = alt.Axis(format=".0%")
    base = alt.Chart({"values": points}).encode(
        x=alt.X("x:Q", title=figure.x_label, axis=share),
        y=alt.Y("y:Q", title=figure.y_label, axis=share),
        tooltip=["x:Q", "y:Q", "n:Q"],
    )
    if figure.kind == "risk":
        return alt.layer(base.mark_area(opacity=0.15), base.mark_line())
    diagonal = alt.Chart({"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}).encode(x="x:Q", y="y:Q")
    dots = base.mark_point(filled=True).encode(size=alt.Size("n:Q", legend=None))
    return alt.layer(diagonal.mark_line(strokeDash=[4, 4], opacity=0.5), base.mark_line(), dots)


def _shown(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows with what of their text can be shown.

    pandas is imported with this module: where one thread still imports it while another draws a
    plot, Altair takes it for whole.
    """
    return pd.DataFrame(
        {name: plain(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        for row in rows
    )


def _open(key: str, ids: tuple[str, ...], on_open: Callable[[str], None]) -> None:
    chosen = st.session_state[key].selection.rows
    if chosen:
        on_open(ids[chosen[0]])

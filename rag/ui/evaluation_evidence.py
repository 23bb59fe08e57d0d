"""What an answer of a run is held against: what was asked, expected, retrieved and measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from rag.evaluation.records import EvaluatedQuestion, Expected
from rag.evaluation.reporting.article_texts import ArticleTexts
from rag.evaluation.reporting.question_facts import (
    expected_facts,
    facts_of,
    where_of,
    words_of,
)
from rag.evaluation.reporting.wording import OUTCOMES, duration
from rag.records import HitPlace
from rag.ui.escape import escape
from rag.ui.evaluation_tables import show_table


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

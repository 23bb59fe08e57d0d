"""The page of the evaluation, read from top to bottom at every turn."""

import streamlit as st

from rag.ui import navigation
from rag.ui.backend import visitor_backend

navigation.begin("Evaluation", is_wide=True)
backend = visitor_backend()
with st.sidebar:
    navigation.show(backend)

# Tables and charts take seconds to load the first time; the page is there meanwhile.
from rag.ui import (  # noqa: E402
    evaluation_question,
    evaluation_run,
    evaluation_sidebar,
    evaluation_start,
    evaluation_state,
)
from rag.ui.evaluation_runs import chosen_question, chosen_run  # noqa: E402

evaluation_state.keep_choices()
run = chosen_run(backend)
question = chosen_question(run) if run is not None else None

# The same two columns at every turn: opening an article moves the answer, not remakes it.
is_article_open = evaluation_state.opened_quote() is not None and question is not None
weights = [7, 6] if is_article_open else [1000, 1]
main_column, article_column = st.columns(weights, gap="medium" if is_article_open else None)

with st.sidebar:
    evaluation_sidebar.show(backend, run)
with main_column:
    if run is None:
        evaluation_start.show(backend)
    elif question is None:
        evaluation_run.show(backend, run)
    else:
        evaluation_question.show(backend, run, question)
with article_column:
    if run is not None and question is not None:
        evaluation_question.show_article_pane(backend, run, question)

"""The fields of a test case: drawn from what an answer suggests, read back as it was changed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import streamlit as st

from rag.errors import QuestionSetError
from rag.evaluation.cases import articles_of, case_files
from rag.evaluation.records import SetQuestion
from rag.records import Outcome, Quote, Turn
from rag.ui import wording
from rag.ui.asking import MAX_QUESTION
from rag.ui.escape import escape
from rag.ui.views import is_true

if TYPE_CHECKING:
    from rag.ui.backend import Backend

TURN_SHOWN = 160  # characters of an earlier answer
UNTICKED = (
    "They start unticked, since this answer was not called right. Tick those that carry the right "
    "answer, or paste another below."
)
BARE = (
    "Without an accepted answer or a quote, this case can only tell whether the question is "
    "answered, not whether the answer is right."
)

EXPECTED: dict[Outcome, str] = {
    "answered": "Answered",
    "partial": "Partly answered",
    "conflicting": "The articles disagree",
    "unsure": "Unsure",
    "about": "About Footnote or the corpus",
    "not_in_articles": "Not in the articles",
}


def show_question(backend: Backend, draft: SetQuestion) -> None:
    """Draw the question with what it was asked after and limited to, and the right outcome."""
    st.text_area(
        "Question",
        draft.question.text,
        max_chars=MAX_QUESTION,
        height=80,
        key=key(draft, "question"),
    )
    history = draft.question.history
    if history:
        kept = wording.count(len(history), "earlier question")
        st.checkbox(f"Asked after {kept}", value=True, key=key(draft, "history"))
        st.caption("  \n".join(_turn(turn) for turn in history))
    titles = {id_: _title(backend, id_) for id_ in draft.question.filters.articles}
    if limited := wording.limits(draft.question.filters, titles):
        st.caption(escape(limited))
    st.radio(
        "Expected outcome",
        list(EXPECTED),
        list(EXPECTED).index(draft.outcome or "answered"),
        format_func=lambda outcome: EXPECTED[outcome],
        horizontal=True,
        key=key(draft, "outcome"),
    )


def show_gold(
    backend: Backend, draft: SetQuestion, quotes: tuple[Quote, ...], *, added: tuple[Quote, ...]
) -> None:
    """Draw the accepted answers and the quotes to choose from; the `added` ones are chosen."""
    st.text_area(
        "Accepted answers, one a line (optional)",
        placeholder="Any of them in the answer counts, such as a name or a number",
        height=80,
        key=key(draft, "answers"),
    )
    if quotes:
        st.markdown("**Quotes that carry the answer**")
        if not draft.quotes:
            st.caption(UNTICKED)
    for number, quote in enumerate(quotes):
        is_current = is_true(quote, backend.article)
        is_gold = quote.text in draft.quotes or quote in added
        source = f"{wording.source(quote)} · {quote.article_id}"
        changed = "" if is_current else " · The article has changed since."
        chosen = key(draft, f"quote-{number}")
        st.session_state.setdefault(chosen, is_gold and is_current)
        label = f"“{escape(quote.text)}” :gray[:small[{escape(source + changed)}]]"
        st.checkbox(label, disabled=not is_current, key=chosen)


def show_rest(backend: Backend, draft: SetQuestion) -> None:
    """Draw tags, note, and the file that the case goes to."""
    left, right = st.columns(2)
    tags = ", ".join(draft.tags)
    left.text_input("Tags, separated by commas", tags, key=key(draft, "tags"))
    right.selectbox(
        "Question set",
        case_files(backend.config.home),
        accept_new_options=True,
        help="Choose one, or type the name of a new one.",
        key=key(draft, "file"),
    )
    st.text_input("Note (optional)", draft.note, key=key(draft, "note"))


def show_lack(draft: SetQuestion, quotes: tuple[Quote, ...]) -> None:
    """Warn where nothing in the fields tells a right answer from a wrong one."""
    has_quote = any(_is_on(draft, f"quote-{number}") for number in range(len(quotes)))
    if expects_answer(draft) and not has_quote and not value(draft, "answers"):
        st.warning(BARE)


def filled(draft: SetQuestion, quotes: tuple[Quote, ...]) -> SetQuestion:
    """Return the case with what the fields say. Raises QuestionSetError without a question."""
    text = value(draft, "question")
    if not text:
        raise QuestionSetError("E-EVL-005", "The question is empty; write one.")
    answered = expects_answer(draft)
    gold = tuple(q for i, q in enumerate(quotes) if answered and _is_on(draft, f"quote-{i}"))
    history = draft.question.history if _is_on(draft, "history") else ()
    return dataclasses.replace(
        draft,
        question=dataclasses.replace(draft.question, text=text, history=history),
        outcome=st.session_state[key(draft, "outcome")],
        answers=_each_once(value(draft, "answers").splitlines() if answered else []),
        articles=articles_of(gold),
        quotes=_each_once([quote.text for quote in gold]),
        tags=_each_once(value(draft, "tags").split(",")),
        note=value(draft, "note"),
    )


def expects_answer(draft: SetQuestion) -> bool:
    """Tell whether the articles should answer, as the fields say now."""
    outcome = st.session_state.get(key(draft, "outcome"), draft.outcome)
    return outcome not in {"not_in_articles", "about"}


def key(draft: SetQuestion, field: str) -> str:
    """Return the key of a field, apart from those of other answers."""
    return f"case-{field}-{draft.id}"


def value(draft: SetQuestion, field: str) -> str:
    """Return what a field of text says."""
    return str(st.session_state.get(key(draft, field)) or "").strip()


def _is_on(draft: SetQuestion, field: str) -> bool:
    return bool(st.session_state.get(key(draft, field)))


def _each_once(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _title(backend: Backend, article_id: str) -> str:
    article = backend.article(article_id)
    return article.title if article else article_id


def _turn(turn: Turn) -> str:
    said = turn.answer if len(turn.answer) <= TURN_SHOWN else turn.answer[:TURN_SHOWN] + "…"
    return f"**{escape(turn.question)}** {escape(said)}"

"""A question of a question set: from the fields of a row, and back to fields in a fixed order."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable
from typing import Any, get_args

from rag.evaluation.questions.question_lines import Line, Row
from rag.evaluation.records import UNDECIDED, SetQuestion
from rag.records import Filters, Outcome, Question, Turn

KNOWN_FIELDS = tuple(
    "id question history as_of published_from published_to outlets authors only_articles answers "
    "all_of articles quotes answerable outcome kind tags generation note".split()
)
"""All there are, in the order in which they are written; only `question` is needed."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
KIND_OF_APP = "app"
"""The kind of what is asked of Footnote or of the corpus as a whole; its outcome is `about`."""

_MARK_IT = 'Write it, or mark the question with "answerable": false.'


def question_from(row: Row) -> SetQuestion:
    """Return the question of a row; its id is the number of its line when the row gives none.

    Raises QuestionSetError E-EVL-005 for a field and E-EVL-011 for fields that contradict.
    """
    require_known(row.line, row.fields)
    question = SetQuestion(
        id=row.text("id") or str(row.line.number),
        question=Question(row.needed_text("question"), _history(row), _filters(row)),
        articles=row.texts("articles"),
        quotes=row.texts("quotes"),
        answerable=row.boolean("answerable"),
        outcome=_outcome(row),
        kind=row.text("kind"),
        tags=row.texts("tags"),
        generation=row.whole_number("generation"),
        note=row.text("note"),
    )
    _require_one_verdict(row, question)
    return dataclasses.replace(
        question, answers=_answers(row, question), all_of=_all_of(row, question)
    )


def fields_of(question: SetQuestion) -> dict[str, Any]:
    """Return what is known of a question, ready for JSON, in the order of KNOWN_FIELDS."""
    asked, limits = question.question, question.question.filters
    days = {name: getattr(limits, name) for name in ("as_of", "published_from", "published_to")}
    values = {
        "question": asked.text,
        "history": [dataclasses.asdict(turn) for turn in asked.history],
        **{name: day.isoformat() for name, day in days.items() if day},
        "outlets": limits.outlets,
        "authors": limits.authors,
        "only_articles": limits.articles,
        **{
            name: getattr(question, name)
            for name in KNOWN_FIELDS
            if name in SetQuestion.__slots__ and name != "question"
        },
    }
    known = {name: value for name, value in values.items() if value is False or value}
    return {name: known[name] for name in KNOWN_FIELDS if name in known}


def require_known(line: Line, names: Iterable[str]) -> None:
    """Raise QuestionSetError E-EVL-005 for a name that is no field."""
    for name in names:
        if name not in KNOWN_FIELDS:
            close = difflib.get_close_matches(name, KNOWN_FIELDS, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else "."
            line.refuse("E-EVL-005", f'unknown field "{name:.60}"{hint}')


def _history(row: Row) -> tuple[Turn, ...]:
    return tuple(_turn(row, turn) for turn in row.values("history"))


def _turn(row: Row, turn: Any) -> Turn:
    if isinstance(turn, str):
        turn = {"question": turn}
    if not isinstance(turn, dict) or set(turn) - {"question", "answer"} or not turn.get("question"):
        row.refuse("E-EVL-005", 'a turn of "history" is {"question": …, "answer": …}.')
    return Turn(
        row.checked_text("history", turn["question"]),
        row.checked_text("history", turn.get("answer") or ""),
    )


def _filters(row: Row) -> Filters:
    filters = Filters(
        published_from=row.day("published_from"),
        published_to=row.day("published_to"),
        as_of=row.day("as_of"),
        outlets=row.texts("outlets"),
        authors=row.texts("authors"),
        articles=row.texts("only_articles"),
    )
    first, last = filters.published_from, filters.published_to
    if first and last and first > last:
        row.refuse("E-EVL-011", f'"published_from" ({first}) is after "published_to" ({last}).')
    return filters


def _outcome(row: Row) -> Outcome | None:
    text = row.text("outcome")
    for outcome in OUTCOMES:
        if text == outcome:
            return outcome
    if text:
        known = ", ".join(OUTCOMES)
        row.refuse("E-EVL-005", f'field "outcome" is one of {known} (found "{text:.60}").')
    return "about" if row.text("kind") == KIND_OF_APP else None


def _require_one_verdict(row: Row, question: SetQuestion) -> None:
    if question.answerable is None or question.outcome in {None, *UNDECIDED}:
        return
    if question.answerable != (question.outcome != "not_in_articles"):
        told = f'"answerable": {str(question.answerable).lower()}'
        row.refuse(
            "E-EVL-011",
            f'{told} and "outcome": "{question.outcome}" contradict each other; remove one.',
        )


def _answers(row: Row, question: SetQuestion) -> tuple[str, ...]:
    """Return the accepted answers, if they fit what else is known of the question."""
    answers = tuple(row.checked_text("answers", value) for value in row.values("answers"))
    if question.is_answerable is False:
        _refuse_evidence(row, answers=answers, quotes=question.quotes)
        return ()
    if not all(answer.strip() for answer in answers):
        row.refuse("E-EVL-011", f"an accepted answer is empty. {_MARK_IT}")
    is_known = question.outcome or row.fields.get("all_of")
    if row.fields.get("answers") == [] and question.is_answerable is None and not is_known:
        row.refuse("E-EVL-011", f'"answers" is empty and nothing else is known. {_MARK_IT}')
    return answers


def _all_of(row: Row, question: SetQuestion) -> tuple[str, ...]:
    """Return what must all be shown, if it fits what else is known of the question."""
    items = row.texts("all_of")
    if question.is_answerable is False:
        _refuse_evidence(row, all_of=items)
    return items


def _refuse_evidence(row: Row, **evidence: tuple[str, ...]) -> None:
    for name, texts in evidence.items():
        if any(text.strip() for text in texts):
            what = f'it is marked as not in the articles, yet "{name}" is given'
            row.refuse("E-EVL-011", f"{what}; remove one of the two.")

"""What a question set holds, and what is wrong with it beside its form."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import QuestionError, QuestionSetError
from rag.evaluation.expected import locate_expected, missing_articles, require_articles
from rag.evaluation.records import SetQuestion
from rag.records import Problem
from rag.retrieval.checks import clean_question

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

QUOTED_CHARACTERS = 80  # of a gold quote in a message


@dataclass(frozen=True, slots=True)
class SetCheck:
    """What a set holds; `generation` is the one it was checked against, None for its form alone.

    A Problem is named for the id of its question; that of missing articles has no name.
    """

    questions: int
    answerable: int
    unanswerable: int
    follow_ups: int
    with_answers: int
    with_articles: int
    with_quotes: int
    tags: dict[str, int]
    generation: int | None = None
    missing_articles: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def check_questions(questions: Sequence[SetQuestion], snapshot: Snapshot | None) -> SetCheck:
    """Count what the questions hold; with a snapshot, look for their articles and gold quotes."""
    tags = Counter(tag for question in questions for tag in question.tags)
    problems = [problem for question in questions for problem in _unaskable(question)]
    found = SetCheck(
        questions=len(questions),
        answerable=sum(question.is_answerable is True for question in questions),
        unanswerable=sum(question.is_answerable is False for question in questions),
        follow_ups=sum(bool(question.question.history) for question in questions),
        with_answers=sum(bool(question.answers) for question in questions),
        with_articles=sum(bool(question.articles) for question in questions),
        with_quotes=sum(bool(question.quotes) for question in questions),
        tags=dict(sorted(tags.items())),
        problems=tuple(problems),
    )
    return found if snapshot is None else _against(questions, snapshot, found)


def _against(questions: Sequence[SetQuestion], snapshot: Snapshot, found: SetCheck) -> SetCheck:
    named = [_with_limits(question) for question in questions]
    missing = missing_articles(named, snapshot)
    problems = list(found.problems)
    try:
        require_articles(named, snapshot)
    except QuestionSetError as error:
        problems.append(Problem("", error.code, error.message))
    for question in questions:
        if not set(missing).intersection(question.articles):
            problems.extend(_unfound(question, snapshot))
    return dataclasses.replace(
        found,
        generation=snapshot.generation,
        missing_articles=missing,
        problems=tuple(problems),
    )


def _with_limits(question: SetQuestion) -> SetQuestion:
    """Return the question with the articles that it is limited to among the expected ones."""
    articles = (*question.articles, *question.question.filters.articles)
    return dataclasses.replace(question, articles=articles)


def _unaskable(question: SetQuestion) -> Iterator[Problem]:
    try:
        clean_question(question.question.text)
    except QuestionError as error:
        yield Problem(question.id, error.code, f'Question "{question.id}": {error.message}')


def _unfound(question: SetQuestion, snapshot: Snapshot) -> Iterator[Problem]:
    where = "no article that it names says" if question.articles else "no article says"
    for quote in locate_expected(question, snapshot).quotes:
        if not quote.places:
            told = quote.text[:QUOTED_CHARACTERS] + "…" * (len(quote.text) > QUOTED_CHARACTERS)
            message = f'Question "{question.id}": {where} “{told}”. Copy it as it stands there.'
            yield Problem(question.id, "E-EVL-016", message)

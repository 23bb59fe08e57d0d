"""What a question set holds, and what is wrong with it beside its form.

A problem keeps a question from being measured; a note is about what may measure something else
than its author thinks.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.quotes import MIN_QUOTE_CHARACTERS, MIN_QUOTE_WORDS, is_long_enough
from rag.errors import QuestionError, QuestionSetError
from rag.evaluation.expected import locate_expected, missing_articles, require_articles
from rag.evaluation.measuring.gold import SHORT_ANSWER, holds_answer, normalised
from rag.evaluation.questions.drafts import DRAFT
from rag.evaluation.records import Expected, ExpectedQuote, SetQuestion
from rag.records import Problem
from rag.retrieval.checks import clean_question
from rag.text.visible import one_line

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

QUOTED_CHARACTERS = 80  # of a gold quote in a message


@dataclass(frozen=True, slots=True)
class SetCheck:
    """What a set holds; `generation` is the one it was checked against, None for its form alone.

    `unread` counts the lines that are no question, which no other number counts. A Problem is
    named for the id of its question; that of a line or of missing articles has no name.
    """

    questions: int
    unread: int
    answerable: int
    unanswerable: int
    follow_ups: int
    with_answers: int
    with_articles: int
    with_quotes: int
    drafts: int
    tags: dict[str, int]
    generation: int | None = None
    missing_articles: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def check_questions(
    found: Sequence[SetQuestion | QuestionSetError], snapshot: Snapshot | None
) -> SetCheck:
    """Count what the questions hold; with a snapshot, look for their articles and gold quotes."""
    questions = [each for each in found if isinstance(each, SetQuestion)]
    unread = [each for each in found if isinstance(each, QuestionSetError)]
    problems = [Problem("", error.code, error.message) for error in unread]
    problems += [problem for question in questions for problem in _unaskable(question)]
    tags = Counter(tag for question in questions for tag in question.tags)
    checked = SetCheck(
        questions=len(questions),
        unread=len(unread),
        answerable=sum(question.is_answerable is True for question in questions),
        unanswerable=sum(question.is_answerable is False for question in questions),
        follow_ups=sum(bool(question.question.history) for question in questions),
        with_answers=sum(bool(question.answers) for question in questions),
        with_articles=sum(bool(question.articles) for question in questions),
        with_quotes=sum(bool(question.quotes) for question in questions),
        drafts=tags[DRAFT],
        tags=dict(sorted(tags.items())),
        problems=tuple(problems),
        notes=tuple(note for question in questions for note in _short(question)),
    )
    return checked if snapshot is None else _against(questions, snapshot, checked)


def _against(questions: Sequence[SetQuestion], snapshot: Snapshot, checked: SetCheck) -> SetCheck:
    named = [_with_limits(question) for question in questions]
    missing = missing_articles(named, snapshot)
    problems, notes = list(checked.problems), list(checked.notes)
    try:
        require_articles(named, snapshot)
    except QuestionSetError as error:
        problems.append(Problem("", error.code, error.message))
    for question in questions:
        there = tuple(each for each in question.articles if each not in missing)
        known = dataclasses.replace(question, articles=there)  # none: its quotes may be anywhere
        expected = locate_expected(known, snapshot)
        problems.extend(_unfound(known, expected))
        notes.extend(_inexact(known, expected, snapshot))
        notes.extend(_unheld(known, expected, snapshot))
    return dataclasses.replace(
        checked,
        generation=snapshot.generation,
        missing_articles=missing,
        problems=tuple(problems),
        notes=tuple(notes),
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


def _short(question: SetQuestion) -> Iterator[Problem]:
    for quote in question.quotes:
        if not is_long_enough(quote.strip()):
            least = f"copy {MIN_QUOTE_WORDS} words or {MIN_QUOTE_CHARACTERS} characters at least"
            message = f'Question "{question.id}": the quote “{quote}” is too short; {least}.'
            yield Problem(question.id, "W-EVL-002", message)


def _unfound(question: SetQuestion, expected: Expected) -> Iterator[Problem]:
    where = "no article that it names says" if question.articles else "no article says"
    for quote in expected.quotes:
        if not quote.places:
            quoted = one_line(quote.text, QUOTED_CHARACTERS)
            message = f'Question "{question.id}": {where} “{quoted}”. Copy it as it stands there.'
            yield Problem(question.id, "E-EVL-016", message)


def _inexact(question: SetQuestion, expected: Expected, snapshot: Snapshot) -> Iterator[Problem]:
    for quote in expected.quotes:
        told = _told(quote, snapshot)
        if told != " ".join(quote.text.split()):
            message = f'Question "{question.id}": the article says “{told}”; copy it exactly.'
            yield Problem(question.id, "W-EVL-001", message)


def _told(quote: ExpectedQuote, snapshot: Snapshot) -> str:
    """Return how the article has a quote that was found, on one line; another as it is."""
    text = quote.text
    for place in quote.places[:1]:
        article = snapshot.article(place.article_id)
        text = article.text[place.span.start : place.span.end] if article else text
    return " ".join(text.split())


def _unheld(question: SetQuestion, expected: Expected, snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a note on the accepted short answers that nothing which is expected holds."""
    articles = [found for each in expected.articles if (found := snapshot.article(each))]
    texts = [*question.quotes, *(article.text for article in articles)]
    if not texts or not question.is_answerable:
        return
    text = " ".join(texts)
    short = [each for each in question.answers if 0 < len(normalised(each)) <= SHORT_ANSWER]
    unheld = [each for each in short if not holds_answer(text, [normalised(each)])]
    if unheld:
        told = ", ".join(f"“{each}”" for each in unheld)
        where = "stand in none of its quotes and articles"
        message = f'Question "{question.id}": these accepted answers {where}: {told}.'
        yield Problem(question.id, "W-EVL-003", message)

"""The question set on the demo corpus is whole: what it expects stands in the articles."""

from datetime import date
from pathlib import Path

import pytest

from rag.evaluation.questions.question_check import check_questions
from rag.evaluation.questions.question_set import read_question_set

DEMO = Path(__file__).parent.parent / "questions" / "demo.jsonl"


@pytest.fixture(scope="module")
def questions():
    return read_question_set(DEMO)


def test_what_it_expects_stands_in_the_articles_word_for_word(questions, demo):
    found = check_questions(questions, demo.snapshot())

    assert (found.problems, found.notes) == ((), ())


def test_all_articles_are_expected_each_with_a_quote_and_none_from_later(questions, demo):
    snapshot = demo.snapshot()
    articles = {name: snapshot.article(name) for name in snapshot.article_ids}
    wrong = [
        (q.id, name)
        for q in questions
        for name in q.articles
        if not any(quote in articles[name].text for quote in q.quotes)
        or (articles[name].published or date.min) > (q.question.filters.as_of or date.max)
    ]

    assert wrong == []
    assert {name for q in questions for name in q.articles} == set(articles)


def test_what_is_answerable_has_quotes_with_its_answers_and_what_is_not_has_none(questions):
    wrong = [
        q.id
        for q in questions
        if not bool(q.quotes) == q.answerable == (q.outcome != "not_in_articles")
        or not all(a.casefold() in " ".join(q.quotes).casefold() for a in q.answers)
    ]

    assert wrong == []

"""The question set on the demo corpus is whole: what it expects stands in the articles."""

from datetime import date
from pathlib import Path

import pytest

from rag.evaluation.questions.question_check import check_questions
from rag.evaluation.questions.question_set import read_question_set

DEMO = Path(__file__).parent.parent / "questions" / "demo.jsonl"
UNANSWERABLE = {
    "absent-detail",
    "neighbouring-thing",
    "unknown-name",
    "false-premise",
    "other-subject",
}


@pytest.fixture(scope="module")
def questions():
    return read_question_set(DEMO)


def test_there_are_enough_questions_and_none_twice(questions):
    asked = {(q.question.text, q.question.history, q.question.filters) for q in questions}

    assert len(questions) >= 60
    assert len(asked) == len(questions)


def test_a_third_is_hard_and_a_fifth_are_follow_ups(questions):
    hard = [q for q in questions if q.outcome in {"partial", "not_in_articles"}]

    assert 3 * len(hard) >= len(questions)
    assert 5 * sum(bool(q.question.history) for q in questions) >= len(questions)


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


def test_tags_say_what_the_other_fields_say(questions):
    def wanted(question):
        return {
            "follow-up": bool(question.question.history),
            "dated": question.question.filters.as_of is not None,
            "partial": question.outcome == "partial",
            "conflicting": question.outcome == "conflicting",
            "unanswerable": question.outcome == "not_in_articles",
        }

    wrong = [
        (q.id, tag)
        for q in questions
        for tag, stands in wanted(q).items()
        if (tag in q.tags) != stands
    ]

    assert wrong == []


def test_the_unanswerable_are_of_one_kind_each_and_of_every_kind(questions):
    kinds = {q.id: UNANSWERABLE & set(q.tags) for q in questions if "unanswerable" in q.tags}

    assert [name for name, kind in kinds.items() if len(kind) != 1] == []
    assert set().union(*kinds.values()) == UNANSWERABLE

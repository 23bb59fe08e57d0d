"""The question set on the demo corpus is whole: what it expects stands in the articles."""

from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def texts(demo):
    snapshot = demo.snapshot()
    return {name: snapshot.article(name).text for name in snapshot.article_ids}


@pytest.fixture(scope="module")
def published(demo):
    snapshot = demo.snapshot()
    return {name: snapshot.article(name).published for name in snapshot.article_ids}


def ids(questions):
    return [question.id for question in questions]


def test_there_are_enough_questions_and_none_twice(questions):
    asked = {(q.question.text, q.question.history, q.question.filters) for q in questions}

    assert len(questions) >= 60
    assert len(asked) == len(questions)


def test_a_third_is_unanswerable_or_partly_so(questions):
    hard = [q for q in questions if q.outcome in {"partial", "not_in_articles"}]

    assert 3 * len(hard) >= len(questions)


def test_a_fifth_are_follow_ups(questions):
    follow_ups = [q for q in questions if q.question.history]

    assert 5 * len(follow_ups) >= len(questions)


def test_the_articles_of_all_questions_are_all_articles(questions, texts):
    assert {article for q in questions for article in q.articles} == set(texts)


def test_every_quote_is_a_slice_of_one_of_its_articles(questions, texts):
    broken = [
        (q.id, quote)
        for q in questions
        for quote in q.quotes
        if not any(quote in texts[article] for article in q.articles)
    ]

    assert broken == []


def test_every_article_of_a_question_holds_a_quote_of_it(questions, texts):
    broken = [
        (q.id, article)
        for q in questions
        for article in q.articles
        if not any(quote in texts[article] for quote in q.quotes)
    ]

    assert broken == []


def test_every_accepted_answer_stands_in_a_quote(questions):
    broken = [
        (q.id, answer)
        for q in questions
        for answer in q.answers
        if not any(answer.casefold() in quote.casefold() for quote in q.quotes)
    ]

    assert broken == []


def test_what_is_answerable_has_quotes_and_what_is_not_has_none(questions):
    wrong = [q for q in questions if bool(q.quotes) != (q.outcome != "not_in_articles")]

    assert ids(wrong) == []


def test_answerable_says_the_same_as_the_outcome(questions):
    wrong = [q for q in questions if q.answerable != (q.outcome != "not_in_articles")]

    assert ids(wrong) == []


def test_no_article_that_came_later_is_expected(questions, published):
    wrong = [
        (q.id, article)
        for q in questions
        for article in q.articles
        if q.question.filters.as_of
        and published[article]
        and published[article] > q.question.filters.as_of
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

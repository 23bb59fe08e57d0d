"""Drafts of a question set: taken from the articles, for a person to word."""

import pytest

from rag.evaluation.questions.drafts import GAP, draft_questions

ARTICLES = {
    "bridge.txt": (
        "Bridge\n\nOn Friday the Harbour Commission opened two bridges that cost $4.5 million. "
        "Rain fell. The new bridges were designed by Ann Quist, the chief engineer of the town."
    ),
    "ferry.txt": "Ferry\n\nIn the same month the agency revoked 1,200 licences of small ships.",
}


@pytest.fixture
def snapshot(make_assistant):
    return make_assistant(ARTICLES).snapshot()


def test_a_draft_is_a_sentence_without_the_name_or_figure_that_answers(snapshot):
    drafts = {draft for seed in range(9) for draft in draft_questions(snapshot, count=9, seed=seed)}

    answered = [draft for draft in drafts if draft.answerable]
    assert {draft.answers for draft in answered} == {
        ("$4.5 million",), ("Harbour Commission",), ("Ann Quist",), ("1,200",)
    }  # fmt: skip
    for draft in answered:
        (article_id,), (quote,), (answer,) = draft.articles, draft.quotes, draft.answers
        assert quote in snapshot.article(article_id).text
        assert draft.question.text.replace(GAP, answer) == quote
        assert draft.tags[0] == "draft"
        assert f"“{answer}” answers it" in draft.note


def test_a_third_are_places_for_questions_without_an_answer(snapshot):
    drafts = draft_questions(snapshot, count=3)

    refused = [draft for draft in drafts if draft.answerable is False]
    assert [draft.tags for draft in refused] == [("draft", "unanswerable")]
    assert not any(draft.answers or draft.quotes or draft.articles for draft in refused)


def test_articles_take_turns_and_no_sentence_comes_twice(snapshot):
    quotes = [draft.quotes for draft in draft_questions(snapshot, count=9) if draft.answerable]
    articles = [draft.articles for draft in draft_questions(snapshot, count=3) if draft.answerable]

    assert len(set(quotes)) == len(quotes) == 3
    assert len(set(articles)) == 2


def test_the_same_seed_gives_the_same_drafts_and_another_seed_others(snapshot):
    first = draft_questions(snapshot, count=6, seed=1)

    assert draft_questions(snapshot, count=6, seed=1) == first
    assert any(draft_questions(snapshot, count=6, seed=seed) != first for seed in (2, 3, 4))


def test_articles_without_a_name_or_a_figure_give_no_drafts(make_assistant):
    snapshot = make_assistant({"a.txt": "Rain fell. It was wet all over the whole country."})

    assert draft_questions(snapshot.snapshot(), count=5) == []

"""Questions find passages: filters first, each story once, always in the same order."""

from datetime import date

import pytest

from rag.records import Filters, Question
from tests.wire_copies import write_copies

ARTICLES = {
    "ban.md": "---\ndate: 2025-03-01\nsource: Alpha\n---\n# Ban\n\n"
    "The minister banned old radios in the harbour of Lund.",
    "lift.md": "---\ndate: 2025-06-01\nsource: Beta\n---\n# Lifted\n\n"
    "The minister lifted the ban on old radios in the harbour of Lund.",
    "apples.md": "# Apples\n\nFarmers sold apples and pears at the market of Visby last autumn.",
}
WIRE = "The ferry Aurora ran aground near Gotland on Monday and forty passengers were taken off."
LONG_STORY = (
    "# Ferry aground\n\n"
    "The ferry Aurora ran aground near Gotland on Monday and its passengers were taken off. "
    "Fishermen from the village of Herrvik came with their boats before the coast guard did. "
    "The captain had left the bridge to look after a fire in the kitchen of the vessel.\n\n"
    "Divers found a long tear in the hull below the engine room of the Aurora. "
    "The owner promised to tow the ship to a yard in Oskarshamn once the wind drops. "
    "Prosecutors opened an inquiry into why nobody had watched the radar that night."
)


@pytest.fixture
def articles(make_assistant):
    return make_assistant(ARTICLES)


def found(assistant, text, *, k=5, filters=Filters(), history=()):  # noqa: B008 - frozen
    hits = assistant.search(Question(text, history, filters), k=k).hits
    return [hit.passage.article_id for hit in hits]


def test_the_passage_with_the_words_of_the_question_comes_first(articles):
    assert found(articles, "Who sold apples in Visby?")[0] == "apples.md"


def test_ranks_count_from_one_and_scores_fall(articles):
    hits = articles.search(Question("radios in Lund"), k=5).hits

    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert sorted((hit.score for hit in hits), reverse=True) == [hit.score for hit in hits]


def test_no_more_than_k_passages_are_found(articles):
    assert len(found(articles, "old radios", k=1)) == 1
    assert found(articles, "old radios", k=0) == []


def test_chosen_articles_are_ranked_alone(articles):
    assert found(articles, "apples", filters=Filters(articles=("ban.md",))) == ["ban.md"]


def test_a_limit_that_nothing_passes_finds_nothing(articles):
    limit = Filters(published_from=date(2030, 1, 1))

    assert found(articles, "old radios", filters=limit) == []


def test_a_question_of_stopwords_still_finds(articles):
    assert found(articles, "What is it that they did?")


def test_five_copies_of_a_story_take_the_hits_of_one(make_assistant):
    copies = write_copies({"ferry.md": LONG_STORY}, 5)
    assistant = make_assistant(copies | ARTICLES, passage_tokens=40)

    hits = assistant.search(Question("Why did the ferry Aurora run aground?"), k=6).hits

    own = assistant.snapshot().article_passages("ferry.md")
    assert len(own) > 1
    assert len([hit for hit in hits if hit.passage.article_id not in ARTICLES]) <= len(own)
    assert {hit.passage.article_id for hit in hits} >= ARTICLES.keys()

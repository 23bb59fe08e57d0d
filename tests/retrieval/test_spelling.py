"""A word that no article has is searched as the articles spell it, and the query says so."""

import pytest

from rag.records import Question

FILES = {
    "senate.md": "# The Senate\n\nChuck Schumer spoke against the licence of Huawei in Shanghai.",
    "ferry.md": "# The ferry\n\nThe ferry Aurora ran aground near Gotland in the fog of March.",
}


@pytest.fixture
def search(make_assistant):
    assistant = make_assistant(FILES)
    return lambda text: assistant.search(Question(text), k=3)


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("What did Shumer say?", "What did Schumer say?"),
        ("the licence of huawey", "the licence of Huawei"),
        ("When did the Aurorra run aground?", "When did the Aurora run aground?"),
    ],
)
def test_a_slip_is_searched_as_it_is_spelled_there(search, typed, searched):
    retrieval = search(typed)

    assert retrieval.query.text == searched
    assert retrieval.query.respelled


@pytest.mark.parametrize(
    "text",
    ["What did Schumer say?", "Who is Zorblax?", "a fery", "Did it cost 900 euros?", "licensing"],
)
def test_what_is_there_or_unlike_all_stays_as_typed(search, text):
    assert search(text).query.text == text

"""A word that no article has is searched as the articles spell it, and the query says so."""

import pytest

from rag.assistant import Assistant
from rag.config import NO_RERANKER, Config
from rag.records import Question

FILES = {
    "senate.md": "# The Senate\n\nChuck Schumer spoke against the licence of Huawei in Shanghai.",
    "ferry.md": "# The ferry\n\nThe ferry Aurora ran aground near Gotland in the fog of March.\n\n"
    "Fishery exports fell, and the fisheries were closed.",
    "base.txt": "The base\n\nPostgres95 became PostgreSQL, wrote Daniel Stenberg.",
}


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spelling")
    config = Config(corpus=folder / "corpus", index=folder / "index", reranker=NO_RERANKER)
    config.corpus.mkdir()
    for name, text in FILES.items():
        (config.corpus / name).write_text(text, encoding="utf-8")
    assistant = Assistant(config)
    assistant.build()
    return lambda text: assistant.search(Question(text), k=3)


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("What did Shumer say?", "What did Schumer say?"),
        ("the licence of huawey", "the licence of Huawei"),
        ("When did the Aurorra run aground?", "When did the Aurora run aground?"),
        ("Who regulates the fisheryes?", "Who regulates the fisheries?"),
        ("When was Postgress95 renamed?", "When was Postgres95 renamed?"),
        ("Who is Danial Stenbreg?", "Who is Daniel Stenberg?"),
    ],
)
def test_a_slip_is_searched_as_it_is_spelled_there(search, typed, searched):
    retrieval = search(typed)

    assert retrieval.query.text == searched
    assert retrieval.query.respelled


@pytest.mark.parametrize(
    "text",
    [
        "What did Schumer say?",
        "Who is Zorblax?",
        "a fery",
        "Did it cost 900 euros?",
        "licensing",
        "Who lost his license to chuckle?",
        "Which experts agreed?",
        "When was Postgress96 renamed?",
    ],
)
def test_what_is_there_or_unlike_all_stays_as_typed(search, text):
    assert search(text).query.text == text

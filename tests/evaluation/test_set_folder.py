"""Folders of articles and questions that others publish run with one command each."""

import json
import tracemalloc

import pytest

from rag.assistant import Assistant
from rag.cli.main import main
from rag.config import Config
from rag.errors import QuestionSetError
from rag.evaluation.expected import missing_articles
from rag.evaluation.interchange.set_articles import ArticleWriter, index_part
from rag.evaluation.interchange.set_folder import open_set_folder
from rag.evaluation.interchange.set_sources import SourceArticle, find_source, read_articles
from rag.evaluation.questions.question_set import read_question_set
from tests.doubles import WordEmbedder

BRIDGE = "The bridge over the Sund was opened in 1999. It cost nine million crowns."
FERRY = "The ferry over the Sund stopped in 2001. It carried forty cars."
TUNNEL = "The tunnel under the Alps was dug in 1882. It took ten years."
ARTICLES = [
    {"id": "b", "title": "Bridge", "text": BRIDGE},
    {"id": "f", "title": "Ferry", "text": FERRY},
    {"id": "t", "title": "Tunnel", "text": TUNNEL},
]
QUESTIONS = [
    {
        "id": "q1",
        "question": "When was the bridge opened?",
        "answers": ["1999"],
        "articles": ["b"],
        "quotes": ["The bridge over the Sund was opened in 1999."],
        "answerable": True,
    },
    {"id": "q2", "question": "How many cars?", "answers": ["forty"], "articles": ["f"]},
    {"id": "q3", "question": "Who is the mayor?", "answers": [], "answerable": False},
]
CORPUS = [{"_id": a["id"], "title": a["title"], "text": a["text"]} for a in ARTICLES]
QUERIES = [
    {"_id": "1", "text": "When was the bridge opened?", "metadata": {}},
    {"_id": "2", "text": "How many cars did the ferry carry?"},
    {"_id": "3", "text": "Never judged"},
    {"_id": "4", "text": "Judged, and nothing is relevant"},
]
QRELS = [("1", "b", 2), ("1", "t", 0), ("2", "f", 1), ("2", "b", 1), ("4", "t", 0)]


def write_lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_set(folder, articles=ARTICLES, questions=QUESTIONS):
    write_lines(folder / "articles.jsonl", articles)
    write_lines(folder / "questions.jsonl", questions)
    return folder


def write_beir(folder, corpus=CORPUS, queries=QUERIES, qrels=QRELS, split="test"):
    write_lines(folder / "corpus.jsonl", corpus)
    write_lines(folder / "queries.jsonl", queries)
    rows = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in qrels)]
    path = folder / "qrels" / f"{split}.tsv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def own_home(home, monkeypatch):
    """Let commands use this home and the word-overlap embedder."""
    monkeypatch.setenv("RAG_HOME", str(home))
    monkeypatch.setattr("rag.encoders.embedder.load_embedder", lambda config: WordEmbedder())


def built(found):
    """Return the snapshot of a set's index, built with the word-overlap embedder."""
    assistant = Assistant(found.config_from(Config(reranker="none")))
    assistant.embedder = WordEmbedder()
    report = assistant.build()
    assert not report.changes.failed
    assert not report.changes.duplicates
    return assistant.snapshot()


@pytest.mark.parametrize("write", [write_set, write_beir], ids=["articles", "BEIR"])
def test_a_folder_runs_with_one_command(tmp_path, own_home, capsys, write):
    folder = write(tmp_path / "bridges")

    code = main(["eval", str(folder), "--out", str(tmp_path / "run"), "--json"])

    assert code == 0
    record = json.loads(capsys.readouterr().out)
    assert record["summary"]["measures"]["Success@5"]["mean"] == 1
    assert record["summary"]["measures"]["Success@5"]["n"] == 2


def test_ids_are_those_of_the_index(tmp_path, home):
    found = open_set_folder(write_set(tmp_path / "bridges"), home)

    questions = read_question_set(found.questions)

    assert [question.articles for question in questions] == [
        ("articles.jsonl#b",), ("articles.jsonl#f",), ()
    ]  # fmt: skip
    assert questions[0].quotes == ("The bridge over the Sund was opened in 1999.",)
    assert questions[2].answerable is False
    assert built(found).article_ids == tuple(f"articles.jsonl#{each}" for each in "bft")


def test_of_beir_the_judged_queries_are_taken_with_their_relevant_articles(tmp_path, home):
    found = open_set_folder(write_beir(tmp_path / "bridges"), home)

    questions = read_question_set(found.questions)

    assert {question.id: question.articles for question in questions} == {
        "1": ("articles.jsonl#b",),
        "2": ("articles.jsonl#f", "articles.jsonl#b"),
    }
    assert (found.info.kind, found.info.judgements) == ("BEIR", "test.tsv")


def test_judgements_of_test_come_before_those_of_dev(tmp_path, home):
    folder = write_beir(tmp_path / "bridges", qrels=[("1", "t", 1)], split="dev")
    dev = open_set_folder(folder, home)
    both = open_set_folder(write_beir(folder), home)

    assert (dev.info.judgements, both.info.judgements) == ("dev.tsv", "test.tsv")


def test_a_title_is_the_text_of_an_article_of_beir_that_has_no_other(tmp_path, home):
    corpus = [{"_id": "b", "title": "A bridge over the Sund", "text": ""}, *CORPUS[1:]]

    snapshot = built(open_set_folder(write_beir(tmp_path / "bridges", corpus=corpus), home))

    assert snapshot.article("articles.jsonl#b").text == "A bridge over the Sund"


@pytest.mark.parametrize("odd", ["x" * 300, " b", "b\u202e", "b\n", "é" * 200, "a b#c%"])
def test_an_id_that_the_index_would_not_take_is_replaced(tmp_path, home, odd):
    articles = [{**ARTICLES[0], "id": odd}, *ARTICLES[1:]]
    questions = [{**QUESTIONS[0], "articles": [odd]}]

    found = open_set_folder(write_set(tmp_path / "bridges", articles, questions), home)

    [question] = read_question_set(found.questions)
    assert question.articles == (f"articles.jsonl#{index_part(odd)}",)
    assert not missing_articles([question], built(found))


def test_a_copy_stands_for_the_article_that_the_index_keeps(tmp_path, home):
    articles = [*ARTICLES, {"id": "again", "title": "Other title", "text": f"{BRIDGE}  "}]
    questions = [{**QUESTIONS[0], "articles": ["again"]}]

    found = open_set_folder(write_set(tmp_path / "bridges", articles, questions), home)

    assert read_question_set(found.questions)[0].articles == ("articles.jsonl#b",)
    assert (found.info.articles, found.info.copies) == (3, 1)
    assert len(built(found).article_ids) == 3


def test_what_cannot_be_read_is_left_out_and_expected_no_more(tmp_path, home):
    unreadable = {"id": "u", "title": "Marks", "text": "e" + "\u0301" * 50}
    questions = [
        {**QUESTIONS[0], "articles": ["b", "u"]},
        {"id": "gone", "question": "What are the marks?", "articles": ["u"]},
    ]

    found = open_set_folder(write_set(tmp_path / "odd", [*ARTICLES, unreadable], questions), home)

    [question] = read_question_set(found.questions)
    assert question.articles == ("articles.jsonl#b",)
    assert (found.info.articles, found.info.left_out) == (3, 1)
    built(found)


def test_a_limit_of_a_question_is_one_of_the_index_too(tmp_path, home):
    questions = [{**QUESTIONS[0], "only_articles": ["b"]}]

    found = open_set_folder(write_set(tmp_path / "bridges", ARTICLES, questions), home)

    [question] = read_question_set(found.questions)
    assert question.question.filters.articles == ("articles.jsonl#b",)


def test_a_large_set_is_cut_into_files_that_are_all_indexed(tmp_path):
    with ArticleWriter(tmp_path / "corpus", file_bytes=150) as writer:
        source = find_source(write_set(tmp_path / "bridges"))
        writer.write_all(read_articles(source))
    assistant = Assistant(
        Config(corpus=tmp_path / "corpus", index=tmp_path / "index", reranker="none")
    )
    assistant.embedder = WordEmbedder()
    assistant.build()

    ids = assistant.snapshot().article_ids

    assert sorted(writer.ids.values()) == sorted(ids)
    assert sorted(ids) == ["2/articles.jsonl#f", "3/articles.jsonl#t", "articles.jsonl#b"]
    assert {a.title for a in assistant.snapshot().articles()} == {"Bridge", "Ferry", "Tunnel"}


def test_converting_holds_one_article_at_a_time(tmp_path):
    path = tmp_path / "articles.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(80):
            text = f"Number {number}. " + "It is a long article about nothing. " * 400
            file.write(json.dumps({"id": str(number), "title": "", "text": text}) + "\n")
    write_lines(tmp_path / "questions.jsonl", QUESTIONS[2:])
    source = find_source(tmp_path)

    tracemalloc.start()
    with ArticleWriter(tmp_path / "corpus") as writer:
        writer.write_all(read_articles(source))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert writer.written == 80
    assert peak < path.stat().st_size / 4


def test_a_set_is_converted_once(tmp_path, home, monkeypatch):
    folder = write_set(tmp_path / "bridges")
    first = open_set_folder(folder, home)
    monkeypatch.setattr(
        "rag.evaluation.interchange.set_folder.read_articles", None
    )  # no use for it any more

    assert open_set_folder(folder, home) == first


def test_a_changed_source_gives_another_folder(tmp_path, home):
    folder = write_set(tmp_path / "bridges")
    before = open_set_folder(folder, home)
    write_set(folder, [*ARTICLES, {"id": "n", "title": "New", "text": "Something new."}])

    after = open_set_folder(folder, home)

    assert after.path != before.path
    assert (before.info.articles, after.info.articles) == (3, 4)
    assert before.questions.is_file()


def test_half_a_set_is_made_anew(tmp_path, home):
    folder = write_set(tmp_path / "bridges")
    found = open_set_folder(folder, home)
    (found.path / "set.json").unlink()
    found.questions.write_text("torn")

    again = open_set_folder(folder, home)

    assert len(read_question_set(again.questions)) == 3
    assert [path.name for path in (home / "sets").iterdir()] == [found.path.name]


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"corpus.jsonl": None}, "E-EVL-040", "is no question set"),
        ({"qrels/test.tsv": None}, "E-EVL-040", "qrels/test.tsv"),
        ({"corpus.jsonl": '{"_id": "b"\n'}, "E-EVL-003", "corpus.jsonl line 1"),
        ({"corpus.jsonl": '{"_id": "b", "text": "x"}\n[1]'}, "E-EVL-004", "corpus.jsonl line 2"),
        ({"corpus.jsonl": '{"text": "x"}'}, "E-EVL-005", '"_id" is missing'),
        ({"corpus.jsonl": '{"_id": "b", "text": 3}'}, "E-EVL-005", '"text" must be text'),
        ({"corpus.jsonl": '{"_id": "b", "text": "x"}\n' * 2}, "E-EVL-006", "corpus.jsonl line 2"),
        ({"queries.jsonl": '{"_id": "1"}'}, "E-EVL-005", "queries.jsonl line 1"),
        ({"queries.jsonl": '{"_id": "1", "text": "x"}'}, "E-EVL-041", 'queries.jsonl has not: "2"'),
        ({"qrels/test.tsv": "1\tb\n"}, "E-EVL-009", "test.tsv line 1: expected query-id"),
        ({"qrels/test.tsv": "1\tb\tmuch\n"}, "E-EVL-009", 'a whole number (found "much")'),
        ({"qrels/test.tsv": "1\tnone\t1\n"}, "E-EVL-041", 'corpus.jsonl has not: "none"'),
        ({"qrels/test.tsv": "1\tb\t0\n"}, "E-EVL-002", "No questions found"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, home, changes, code, message):
    folder = write_beir(tmp_path / "bridges")
    for name, content in changes.items():
        (folder / name).unlink()
        if content is not None:
            (folder / name).write_text(content, encoding="utf-8")

    with pytest.raises(QuestionSetError) as raised:
        open_set_folder(folder, home)

    assert raised.value.code == code
    assert message in raised.value.message
    assert "\n" not in raised.value.message
    assert not list(home.glob("sets/*"))


def test_an_expected_article_that_is_not_there_is_named(tmp_path, home):
    questions = [{**QUESTIONS[0], "articles": ["b", "nowhere"]}]

    with pytest.raises(QuestionSetError, match='has not: "nowhere"') as raised:
        open_set_folder(write_set(tmp_path / "bridges", ARTICLES, questions), home)

    assert raised.value.code == "E-EVL-041"


def test_a_home_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "home").write_text("a file")

    with pytest.raises(QuestionSetError) as raised:
        open_set_folder(write_set(tmp_path / "bridges"), tmp_path / "home")

    assert raised.value.code == "E-EVL-014"


def test_an_article_without_an_id_is_known_by_its_line(tmp_path):
    write_set(tmp_path, [{"title": "Bridge", "text": BRIDGE}], QUESTIONS[2:])

    [article] = read_articles(find_source(tmp_path))

    assert isinstance(article, SourceArticle)
    assert article.id == "1"

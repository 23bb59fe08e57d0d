"""The benchmark: every condition on every set, the same numbers each time, one table."""

import dataclasses
import io
import json

import pytest

from rag.answering.meanings import SWITCHES
from rag.assistant import Assistant
from rag.cli.benchmark import benchmark
from rag.config import Config
from rag.encoders.reader import ReadablePassage
from rag.errors import ConfigError, IndexingError
from rag.evaluation.benchmarking.benchmark import BenchmarkOptions, draw, run_benchmark
from rag.evaluation.benchmarking.benchmark_table import (
    BenchmarkNumbers,
    BenchmarkRow,
    marks,
    read_numbers,
    require_writable,
    table,
    write_numbers,
    write_table,
)
from rag.evaluation.benchmarking.conditions import (
    CONDITIONS,
    RememberingReader,
    choose_conditions,
    conditions_without,
)
from rag.evaluation.records import SetQuestion
from rag.evaluation.runs.run_folder import list_runs
from rag.records import Question
from tests.conftest import ROOT
from tests.doubles import WordEmbedder
from tests.evaluation.test_set_folder import write_beir, write_set

RESULTS = ROOT / "tests" / "benchmarks" / "RESULTS.md"
BEGIN, END = marks("benchmark")

BY_HAND = BenchmarkNumbers(
    embedder="an embedder",
    limit=60,
    seed=11,
    conditions={"langchain": "the tutorial", "hybrid": "as it comes"},
    rows=(
        BenchmarkRow(
            "bridges",
            "langchain",
            1234,
            {"nDCG@10": 0.5, "sentence_success@1": 0.25, "sentence_success@3": 0.0},
            ask_p50_ms=12.4,
        ),
        BenchmarkRow(
            "bridges",
            "hybrid",
            1234,
            {"nDCG@10": 0.75, "sentence_success@1": 0.5, "sentence_success@3": 0.5},
            ask_p50_ms=80.0,
        ),
    ),
)


@pytest.fixture(autouse=True)
def word_embedder(monkeypatch):
    monkeypatch.setattr("rag.encoders.embedder.load_embedder", lambda config: WordEmbedder())


@pytest.fixture
def config(tmp_path):
    return Config(corpus=tmp_path / "corpus", index=tmp_path / "index", home=tmp_path / "home")


@pytest.fixture
def run(config, tmp_path):
    def run(*sets, **options):
        options = BenchmarkOptions(out=tmp_path / "runs", **options)
        return run_benchmark(config, sets, options=options, tell=lambda *_: None)

    return run


def without_times(numbers):
    return [dataclasses.replace(row, ask_p50_ms=0) for row in numbers.rows]


def test_every_condition_runs_on_every_set(run, tmp_path):
    sets = write_set(tmp_path / "bridges"), write_beir(tmp_path / "beir")

    numbers = run(*sets)

    settings = {run.info().subject: run.info().settings for run in list_runs(tmp_path / "runs")}
    ranked_by = {name: settings[name].get("retrieval") for name in ("langchain", "dense", "bm25")}
    assert ranked_by == {"langchain": None, "dense": "dense", "bm25": "bm25"}
    assert without_times(run(sets[0])) == without_times(numbers)[: len(CONDITIONS)]
    assert [(row.set, row.condition, row.questions) for row in numbers.rows] == [
        (name, condition, count)
        for name, count in (("bridges", 3), ("beir", 2))
        for condition in [each.name for each in CONDITIONS]
    ]
    # By words alone, only one of two expected articles has a word of a question.
    assert all(row.measures["R@10"] == 1 for row in numbers.rows if row.condition != "bm25")
    # BEIR says which articles are relevant, not which sentences.
    measured = ["sentence_success@3" in row.measures for row in numbers.rows]
    assert measured == [True] * len(CONDITIONS) + [False] * len(CONDITIONS)


def test_a_file_of_questions_is_asked_of_the_corpus_of_the_settings(run, config, tmp_path):
    config.corpus.mkdir()
    (config.corpus / "b.txt").write_text("Bridge\n\nThe bridge was opened in 1999.")
    questions = tmp_path / "own.jsonl"
    questions.write_text(json.dumps({"question": "When was it opened?", "articles": ["b.txt"]}))
    with pytest.raises(IndexingError):
        run(questions)
    Assistant(config).build()

    [row] = run(questions, conditions=choose_conditions("langchain")).rows

    assert (row.set, row.measures["RR@10"]) == ("own", 1)


def test_a_limit_draws_by_a_shuffle_that_stays():
    questions = [SetQuestion(str(number), Question("?")) for number in range(1000)]

    drawn = [int(question.id) for question in draw(questions, 100)]

    assert drawn == sorted(drawn)
    assert len(set(drawn)) == 100
    assert drawn[-1] > 900
    assert [int(question.id) for question in draw(questions, 100)] == drawn
    assert set(drawn) > {int(question.id) for question in draw(questions, 50)}
    assert draw(questions, None) == tuple(questions)


def test_the_table_is_one_that_markdown_shows():
    assert table(BY_HAND) == (
        "| set | condition | questions | nDCG@10 | RR@10 | R@10 | sentence_success@1 | "
        "sentence_success@3 | citation_precision | abstain_f1 | false_refusals | "
        "answerable_auroc | ask p50, ms (time) |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
        "| bridges | langchain | 1,234 | 0.500 | – | – | 0.250 | 0.000 | – | – | – | – | 12 |\n"
        "| bridges | hybrid | 1,234 | 0.750 | – | – | 0.500 | 0.500 | – | – | – | – | 80 |\n"
        "\n"
        "| sentence_success@1 and sentence_success@3 as multiples of langchain | hybrid |\n"
        "|---|---|\n"
        "| bridges | 2.0 and – |\n"
        "\n"
        "langchain: the tutorial. hybrid: as it comes. "
        "Of each set 60 questions at most, the first of a shuffle with seed 11."
    )


def test_what_is_written_is_read_again_and_stands_in_the_page(tmp_path):
    page, path = tmp_path / "RESULTS.md", tmp_path / "benchmark.json"
    page.write_text(f"Above.\n\n{BEGIN}\nold\n{END}\n\nBelow.\n", encoding="utf-8")

    write_numbers(BY_HAND, path)
    write_table(BY_HAND, page)

    assert read_numbers(path) == BY_HAND
    assert page.read_text(encoding="utf-8") == (
        f"Above.\n\n{BEGIN}\n{table(BY_HAND)}\n{END}\n\nBelow.\n"
    )


@pytest.mark.parametrize("place", ["benchmark", "ablation"])
def test_the_page_shows_the_numbers_of_the_file(place):
    path, (begin, end) = RESULTS.with_name(f"{place}.json"), marks(place)
    shown = table(read_numbers(path)) if path.is_file() else "Not measured yet."

    assert f"{begin}\n{shown}\n{end}" in RESULTS.read_text(encoding="utf-8")


def test_what_cannot_be_chosen_is_named():
    with pytest.raises(ConfigError, match=r'No condition "desne"\. There are: langchain, dense'):
        choose_conditions("desne,hybrid")
    with pytest.raises(ConfigError, match=r'No "cosin" to leave out\. There are: cosine, all'):
        conditions_without(["cosin"], {"cosine": "near"})


@pytest.mark.parametrize("text", [None, "No place here.", f"{END} {BEGIN}"])
def test_a_page_without_a_place_is_refused_before_anything_runs(tmp_path, text):
    page = tmp_path / "RESULTS.md"
    if text is not None:
        page.write_text(text)

    with pytest.raises(ConfigError, match=r"RESULTS\.md"):
        require_writable(tmp_path / "benchmark.json", page=page)


def test_numbers_that_somebody_changed_are_refused(tmp_path):
    path = tmp_path / "benchmark.json"
    path.write_text('{"rows": []}')

    with pytest.raises(ConfigError, match="holds no benchmark"):
        read_numbers(path)


def test_what_a_signal_earns_is_shown_beside_the_whole(run, tmp_path):
    conditions = conditions_without(["cosine", "cosine"], {"cosine": "near", "length": "long"})

    numbers = run(write_set(tmp_path / "bridges"), conditions=conditions)

    assert [row.condition for row in numbers.rows] == ["without cosine", "hybrid"]
    assert numbers.place == "ablation"
    assert table(numbers).startswith("| earns: sentence_success@1, ")
    assert "as hybrid, but not: near" in table(numbers)
    assert [each.name for each in conditions_without(["all"], {"a": "", "b": ""})] == [
        "without a", "without b", "hybrid"
    ]  # fmt: skip


def test_nothing_is_read_twice_for_conditions_that_read_the_same():
    class Counting:
        name = "counting"

        def __init__(self):
            self.asked = []

        def read(self, question, passages):
            self.asked += passages
            return [f"{question} {each.text}" for each in passages]

    counting, read = Counting(), {}
    a, b = ReadablePassage("a", ()), ReadablePassage("b", ())

    first = RememberingReader(counting, read).read("q", [a, a])
    again = RememberingReader(counting, read).read("q", [b, a])

    assert (first, again) == (["q a", "q a"], ["q b", "q a"])
    assert counting.asked == [a, b]
    assert RememberingReader(counting, read).read("other", [a]) == ["other a"]


def test_leaving_out_a_signal_changes_what_is_ranked(make_assistant):
    files = {
        "a.md": "# Bridge\n\nThe bridge was opened in May by the mayor of the town.",
        "b.md": "# Ferry\n\nThe ferry was opened in June. It was long, the mayor of it said.",
    }
    assistant = make_assistant(files)
    bare = Assistant(assistant.config, without=SWITCHES)
    bare.embedder = assistant.embedder

    whole, none = (
        assistant.ask(Question("When was the bridge opened?")),
        bare.ask(Question("When was the bridge opened?")),
    )

    assert whole.confidence > none.confidence


def test_a_folder_of_questions_alone_is_asked_of_the_corpus_of_the_settings(run, config, tmp_path):
    config.corpus.mkdir()
    (config.corpus / "b.txt").write_text("Bridge\n\nThe bridge was opened in 1999.")
    Assistant(config).build()
    folder = tmp_path / "asked"
    folder.mkdir()
    rows = [
        {"question": "When was the bridge opened?", "kind": "fact", "all_of": ["1999"]},
        {"question": "hello", "kind": "app", "answerable": False},
    ]
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    [row] = run(folder, conditions=choose_conditions("hybrid")).rows

    assert (row.set, row.questions, row.measured["items_shown"]) == ("asked", 2, 1)


def test_two_sets_of_one_name_are_refused(run, tmp_path):
    sets = write_set(tmp_path / "a" / "bridges"), write_set(tmp_path / "b" / "bridges")

    with pytest.raises(ConfigError, match='Two sets are named "bridges"'):
        run(*sets)


def options_for(folder, **given):
    names = "limit foreign out conditions write page".split()
    return dict.fromkeys(names) | {"sets": [write_set(folder / "bridges")], "without": []} | given


@pytest.mark.parametrize("as_json", [False, True])
def test_it_is_a_command(config, tmp_path, capsys, as_json):
    options = {"limit": 2, "workers": 2, "conditions": "langchain,hybrid", "json": as_json}

    assert benchmark(config, options_for(tmp_path, **options)) == 0

    out, err = capsys.readouterr()
    shown = json.loads(out)["rows"][1]["condition"] if as_json else out
    assert "hybrid" in shown
    assert "bridges, hybrid: 2 of 2" in err
    assert {run.path.name for run in list_runs(config.home / "runs")} == {
        "benchmark-bridges-langchain", "benchmark-bridges-hybrid"
    }  # fmt: skip


def test_progress_is_a_line_a_step_at_a_terminal(config, tmp_path, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)

    benchmark(config, options_for(tmp_path, workers=1, conditions="langchain", json=False))

    steps = [line.rpartition("\r")[2].strip() for line in terminal.getvalue().split("\n")[:-1]]
    assert steps[-1].endswith("bridges, langchain: 3 of 3")
    assert "bridges, langchain: 2 of 3" in terminal.getvalue()
    assert len(set(steps)) == len(steps) > 1

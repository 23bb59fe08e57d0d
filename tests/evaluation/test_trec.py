"""A run as TREC files: other tools read from them the measures that the run has."""

import itertools

import ir_measures
import numpy as np
import pytest

from rag.cli.benchmark import eval_export
from rag.evaluation.interchange.trec import NAMES, export_trec, falling
from rag.evaluation.records import SetQuestion
from rag.evaluation.runs.runner import RunOptions, evaluate
from rag.records import Question
from tests.evaluation.scripted_subject import ScriptedSubject

FILES = {
    f"{name}.txt": f"{name}\n\nThe {name} was opened in {1990 + number}. It cost {number} million."
    for number, name in enumerate(("north bridge", "south bridge", "ferry 100%", "tunnel"))
}
RETRIEVAL = "nDCG@10 RR@10 AP R@5 R@10 R@20 Success@1 Success@5 Success@10".split()
OPENED = "The {} was opened in {}."


def ranking(snapshot, rankings, **options):
    def rank(asked):
        return [f"{name}.txt" for name in rankings.get(asked.text, ())]

    return ScriptedSubject(snapshot, rank, **options)


def question(name, year, *others):
    """Return a question whose answer stands in the articles named, each with a gold quote."""
    expected = [(name, year), *others]
    return SetQuestion(
        f"{name}?",
        Question(name),
        articles=tuple(f"{each}.txt" for each, _ in expected),
        quotes=tuple(OPENED.format(each, opened) for each, opened in expected),
    )


@pytest.fixture
def run(make_assistant, tmp_path):
    snapshot = make_assistant(FILES).snapshot()
    subject = ranking(
        snapshot,
        {
            "north bridge": ["north bridge", "tunnel", "south bridge"],  # all found, one late
            "ferry 100%": ["tunnel", "north bridge", "ferry 100%"],  # found third
            "tunnel": ["ferry 100%"],  # not found
            "south bridge": [],  # nothing found at all
            "mayor": ["tunnel"],
        },
    )
    questions = [
        question("north bridge", 1990, ("south bridge", 1991)),
        question("ferry 100%", 1992),
        question("tunnel", 1993),
        question("south bridge", 1991),
        SetQuestion("mayor?", Question("mayor"), articles=("tunnel.txt",), answerable=False),
    ]
    return evaluate(subject, questions, tmp_path / "run", options=RunOptions(name="a run"))


@pytest.fixture
def trec(run, tmp_path):
    export_trec(run, tmp_path / "trec")
    return tmp_path / "trec"


def read_back(folder, judged_by):
    qrels = ir_measures.read_trec_qrels(str(folder / f"qrels.{judged_by}.trec"))
    ranked = ir_measures.read_trec_run(str(folder / f"run.{judged_by}.trec"))
    return list(qrels), list(ranked)


@pytest.mark.parametrize(("judged_by", "prefix"), [("articles", ""), ("quotes", "quote.")])
def test_trec_eval_reads_back_the_measures_of_the_run(run, trec, judged_by, prefix):
    summary = run.summary().measures
    measures = [ir_measures.parse_measure(name) for name in RETRIEVAL]

    theirs = ir_measures.calc_aggregate(measures, *read_back(trec, judged_by))

    ours = {name: summary[prefix + name].mean for name in RETRIEVAL}
    assert {str(name): value for name, value in theirs.items()} == pytest.approx(ours, abs=1e-12)
    assert 0 < ours["RR@10"] < 1


def test_scores_fall_strictly_in_the_numbers_that_trec_eval_compares():
    scores = [0.9, 0.9, 0.9 - 1e-12, 0.5, 0.0, 0.0, 0.0, -3.0, -3.0]

    written = [np.float32(repr(score)) for score in falling(scores)]

    assert all(after < before for before, after in itertools.pairwise(written))
    assert np.allclose(written, scores, atol=1e-6)


def test_what_the_articles_do_not_answer_has_no_judgement(trec):
    qrels, ranked = read_back(trec, "articles")

    assert "mayor?" not in {each.query_id for each in qrels}
    assert "mayor?" in {each.query_id for each in ranked}


def test_a_passage_is_graded_by_the_gold_quotes_that_it_holds(make_assistant, tmp_path):
    snapshot = make_assistant(FILES).snapshot()
    asked = SetQuestion(
        "both",
        Question("tunnel"),
        quotes=("The tunnel was opened in 1993.", "It cost 3 million."),
    )
    subject = ranking(snapshot, {"tunnel": ["tunnel"]})
    run = evaluate(subject, [asked], tmp_path / "run", options=RunOptions(name="run"))

    export_trec(run, tmp_path / "trec")

    [judgement] = read_back(tmp_path / "trec", "quotes")[0]
    assert judgement.relevance == 2


def test_an_article_stands_where_its_best_passage_stands(make_assistant, tmp_path):
    rankings = {"tunnel": ["tunnel", "ferry 100%", "tunnel"]}
    subject = ranking(make_assistant(FILES).snapshot(), rankings, score=lambda rank: 8 / rank)
    asked = [question("tunnel", 1993)]
    run = evaluate(subject, asked, tmp_path / "run", options=RunOptions(name="run"))

    export_trec(run, tmp_path / "trec")

    _, ranked = read_back(tmp_path / "trec", "articles")
    assert [(each.doc_id, each.score) for each in ranked] == [
        ("tunnel.txt", 8.0), ("ferry%20100%25.txt", 4.0)
    ]  # fmt: skip


def test_ids_keep_to_one_field_of_a_line(trec):
    lines = (trec / "run.articles.trec").read_text(encoding="utf-8").splitlines()

    assert lines[0].split() == [*lines[0].split(" ")]
    assert lines[0].startswith("north%20bridge? Q0 north%20bridge.txt 1 0.5 a%20run")
    assert "ferry%20100%25.txt" in lines[5]


def test_it_is_a_command(run, tmp_path, make_assistant, capsys):
    config = make_assistant(FILES).config

    eval_export(config, {"run": str(run.path), "out": None, "json": False})

    assert capsys.readouterr().out.split() == [str(run.path / "trec" / name) for name in NAMES]
    assert all((run.path / "trec" / name).is_file() for name in NAMES)

"""Questions made for another set: drawn the same each time, and never what this set tells."""

import dataclasses

import pytest

from rag.config import Config
from rag.evaluation.benchmarking.benchmark import BenchmarkOptions, run_benchmark
from rag.evaluation.benchmarking.benchmark_table import FOREIGN_AUROC, FOREIGN_REFUSED, table
from rag.evaluation.benchmarking.conditions import choose_conditions
from rag.evaluation.benchmarking.foreign import (
    FOREIGN,
    SetPages,
    draw_foreign,
    is_foreign,
    is_told_in,
    own_and_foreign,
)
from rag.evaluation.records import Expected, SetQuestion
from rag.evaluation.runs.run_folder import list_runs
from rag.records import Article, Question, Turn
from tests.doubles import WordEmbedder
from tests.evaluation.run_samples import a_refusal, a_row, write_run
from tests.evaluation.test_set_folder import write_set

NORTH = "The lighthouse at Skagen was lit in 1858. Its keeper was Hans Holm, a retired sailor."
SOUTH = "The vineyard of Tokaj sells sweet wine. Its owner is Eszter Nagy, a doctor from Buda."


class Pages:
    """What a draw needs of a snapshot."""

    def __init__(self, **articles):
        self._articles = {
            name: Article(name, "0" * 64, title, text) for name, (title, text) in articles.items()
        }
        self.article_ids = tuple(self._articles)

    def article(self, article_id):
        return self._articles.get(article_id)


def asked(number, text="", **fields):
    given = {"articles": ("v",), "answers": ("Eszter",)}
    text = text or f"Who owns vineyard {number}?"
    return SetQuestion(f"q{number}", Question(text), **given | fields)


def pages(name, questions=(), **articles):
    return SetPages(name, Pages(**articles), tuple(questions))


@pytest.fixture
def north():
    return pages("north", [asked(0, "Who kept it?")], h=("Lighthouse", NORTH))


def south(*questions):
    return pages("south", questions, v=("Vineyard", SOUTH))


def test_a_foreign_question_is_unanswerable_and_knows_nothing_of_its_own_set(north):
    [drawn] = draw_foreign(north, [north, south(asked(1))], 5, seed=1)

    assert is_foreign(drawn)
    assert (drawn.id, drawn.is_answerable) == ("foreign south q1", False)
    assert drawn.question == Question("Who owns vineyard 1?")
    assert drawn.articles == drawn.quotes == drawn.answers == ()


def test_the_draw_stays_and_a_larger_one_holds_the_smaller(north):
    other = south(*map(asked, range(1, 40)))

    drawn = draw_foreign(north, [other], 20, seed=1)

    assert drawn == draw_foreign(north, [other], 20, seed=1)
    assert drawn != draw_foreign(north, [other], 20, seed=2)
    assert set(drawn[:5]) == set(draw_foreign(north, [other], 5, seed=1))
    assert len({each.id for each in drawn}) == 20


def test_each_other_set_gives_as_many_as_it_can(north):
    few = pages("few", [asked(1), asked(2)], v=("Vineyard", SOUTH))

    drawn = draw_foreign(north, [few, south(*map(asked, range(1, 40)))], 10, seed=1)

    assert [each.id.split()[1] for each in drawn] == ["few", "south"] * 2 + ["south"] * 6


@pytest.mark.parametrize(
    "left_out",
    [
        dataclasses.replace(asked(1), question=Question("And who?", (Turn("Tokaj?", ""),))),
        asked(1, answers=(), articles=(), answerable=False),
        asked(1, "Who kept it, the?"),
        asked(1, quotes=("Its keeper was Hans Holm, a retired sailor.",)),
        asked(1, answers=("Hans Holm, a retired sailor",)),
    ],
    ids=["history", "not answered there", "same question", "gold quote", "telling answer"],
)
def test_what_this_set_may_tell_is_left_out(north, left_out):
    assert draw_foreign(north, [south(left_out)], 5, seed=1) == ()


def test_an_article_of_the_same_title_may_tell_it(north):
    same = pages("same", [asked(1)], v=("lighthouse", "Another text of the same page."))
    spelled = pages("same", [asked(1)], v=("Light_house", "Another text."))

    assert is_told_in(north, same.questions[0], same)
    assert not is_told_in(north, spelled.questions[0], spelled)


def test_a_short_answer_that_stands_in_any_set_says_nothing(north):
    assert draw_foreign(north, [south(asked(1, answers=("1858",)))], 5, seed=1) != ()


def test_own_questions_and_foreign_ones_are_measured_apart(tmp_path):
    no = Expected(is_answerable=False)
    rows = [
        *(a_row(i, confidence=0.6) for i in range(4)),
        a_refusal(4, expected=no, confidence=0.7),
        a_refusal(5, expected=no, confidence=0.5),
        a_refusal(6, expected=no, confidence=0.1, tags=(FOREIGN,)),
        a_row(7, expected=no, confidence=0.2, tags=(FOREIGN,)),
    ]

    own, foreign = own_and_foreign(write_run(tmp_path / "run", rows))

    assert own.questions == 6
    assert own.measures["answerable_auroc"].mean == 4 / 8
    assert {name: each.mean for name, each in foreign.items()} == {
        FOREIGN_AUROC: 1.0,
        FOREIGN_REFUSED: 0.5,
    }


WINE = [
    {"id": "v", "title": "Vineyard", "text": SOUTH},
    {"id": "l", "title": "Lighthouse", "text": NORTH},
]
ABOUT_WINE = [
    {
        "id": f"w{i}",
        "question": f"Who is the owner of the vineyard of Tokaj {i}?",
        "articles": ["v"],
    }
    for i in range(8)
]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.encoders.embedder.load_embedder", lambda config: WordEmbedder())
    config = Config(home=tmp_path / "home")
    sets = [
        write_set(tmp_path / "bridges"),
        write_set(tmp_path / "wine", articles=WINE, questions=ABOUT_WINE),
    ]

    def run(**options):
        options = BenchmarkOptions(
            out=tmp_path / "runs", conditions=choose_conditions("hybrid"), **options
        )
        return run_benchmark(config, sets, options=options, tell=lambda *_: None)

    return run


def test_the_benchmark_asks_each_set_questions_of_the_others(run, tmp_path):
    numbers = run(foreign=6)

    rows = {row.set: row for row in numbers.rows}
    foreign = {
        each.path.name: sorted(row.id for row in each.rows() if is_foreign(row))
        for each in list_runs(tmp_path / "runs")
    }
    assert {name: len(ids) for name, ids in foreign.items()} == {
        "benchmark-bridges-hybrid": 6,
        "benchmark-wine-hybrid": 2,  # the third of bridges has no answer there either
    }
    assert (rows["bridges"].questions, rows["wine"].questions) == (3, 8)
    assert rows["bridges"].measures[FOREIGN_REFUSED] == 1
    assert rows["bridges"].measured[FOREIGN_REFUSED] == 6
    assert "Each set was also asked 6 questions of the other sets at most" in table(numbers)
    assert f"| {FOREIGN_AUROC} | {FOREIGN_REFUSED} |" in table(numbers)


def test_a_run_with_foreign_questions_is_of_another_set(run, tmp_path):
    run()
    [before, _] = [each.info().questions_sha256 for each in list_runs(tmp_path / "runs")]
    run(foreign=2)
    [after, _] = [each.info().questions_sha256 for each in list_runs(tmp_path / "runs")]

    assert before != after

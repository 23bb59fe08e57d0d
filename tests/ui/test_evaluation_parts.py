"""What stands behind the evaluation page, without a browser."""

import json
import threading
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.config import Config
from rag.errors import QuestionSetError
from rag.evaluation.reporting.figures import figures
from rag.evaluation.reporting.question_facts import QuestionFacts
from rag.evaluation.runs.run_folder import RunFolder
from rag.ui import evaluation_start
from rag.ui.evaluation_comparison import in_time, label_of, others_of
from rag.ui.evaluation_job import Evaluation, Evaluator, Wanted
from rag.ui.evaluation_questions import filtered, sorted_facts
from rag.ui.evaluation_runs import Run
from rag.ui.evaluation_start import keep_upload, progress_line, question_sets
from rag.ui.evaluation_tables import chart_of
from tests.evaluation.run_samples import a_summary, an_info, some_times
from tests.timing import wait_until

LINE = '{"question": "Who paid for the bridge?", "articles": ["bridge.md"]}\n'
FILES = {"bridge.md": "The bridge opened in May. The town paid for it."}


def facts(name, **fields):
    given = {"outcome": "answered", "kinds": (), "tags": (), "confidence": None, "ms": None}
    return QuestionFacts(name, fields.pop("question", name), **given | fields)


@pytest.fixture
def config(tmp_path):
    return Config(home=tmp_path / "home", corpus=tmp_path)


@pytest.fixture
def evaluator(make_assistant, tmp_path):
    return Evaluator(make_assistant(FILES, home=tmp_path / "home"))


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "bridge.jsonl"
    rows = [{"id": f"q{n}", "question": f"Who paid for bridge {n}?"} for n in range(40)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def ended(evaluator):
    wait_until(lambda: not evaluator.state.is_running)
    return evaluator.state


def test_filters_add_up_and_words_are_found_in_any_case_and_order():
    rows = [
        facts("a", kinds=("wrong",), tags=("x",), question="The Bridge of May"),
        facts("b", kinds=("wrong", "refused"), outcome="not_in_articles", tags=("x",)),
        facts("c", kinds=("right",), tags=("y",), question="may the bridge"),
    ]

    def ids(**wanted):
        return [row.id for row in filtered(rows, **wanted)]

    assert ids() == ["a", "b", "c"]
    assert ids(kind="wrong") == ["a", "b"]
    assert ids(kind="wrong", outcome="not_in_articles", tag="x") == ["b"]
    assert ids(words="MAY bridge") == ["a", "c"]


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("Order of the set", "abcd"),
        ("Confidence, lowest first", "cadb"),
        ("Confidence, highest first", "adcb"),
    ],
)
def test_what_has_no_number_comes_last_and_ties_keep_their_order(order, ids):
    rows = [
        facts("a", confidence=0.7),
        facts("b"),
        facts("c", confidence=0.1),
        facts("d", confidence=0.7),
    ]

    assert "".join(row.id for row in sorted_facts(rows, order)) == ids


def test_an_upload_is_kept_in_the_home_folder_whatever_it_is_called(config):
    path, count = keep_upload(config, "../../..\\evil/../my set!.jsonl", LINE.encode())

    assert (path, count) == (config.home / "questions" / "my_set_.jsonl", 1)
    assert path.read_text(encoding="utf-8") == LINE
    assert question_sets(config) == [path]


def test_another_set_of_the_same_name_overwrites_nothing(config):
    first, _ = keep_upload(config, "mine.jsonl", LINE.encode())
    second, _ = keep_upload(config, "mine.jsonl", (LINE + LINE).encode())
    again, _ = keep_upload(config, "mine.jsonl", LINE.encode())

    assert [first.name, second.name, again.name] == ["mine.jsonl", "mine-2.jsonl", "mine.jsonl"]
    assert first.read_text(encoding="utf-8") == LINE


@pytest.mark.parametrize(("name", "data"), [("a.jsonl", b"{"), ("a.txt", b"x"), ("a.csv", b"\xff")])
def test_what_is_no_question_set_is_refused_and_not_kept(config, name, data):
    with pytest.raises(QuestionSetError) as caught:
        keep_upload(config, name, data)

    assert caught.value.code.startswith("E-EVL-0")
    assert list((config.home / "questions").iterdir()) == []


def test_the_demo_set_is_offered_on_the_demo_corpus_only(tmp_path, monkeypatch):
    demo = tmp_path / "demo.jsonl"
    demo.write_text(LINE, encoding="utf-8")
    monkeypatch.setattr(evaluation_start, "DEMO_SET", demo)
    home = tmp_path / "home"

    assert question_sets(Config(home=home, corpus=evaluation_start.DEMO_CORPUS)) == [demo]
    assert question_sets(Config(home=home, corpus=tmp_path)) == []


def test_a_run_is_a_job_of_the_server_and_ends_as_a_finished_run(evaluator, questions):
    evaluator.start(Wanted(questions, limit=3))
    state = ended(evaluator)

    run = RunFolder(evaluator.runs / state.finished)
    assert state.error == ""
    assert (state.done, state.total) == (3, 3)
    assert run.info().limit == 3
    assert [row.id for row in run.rows()] == ["q0", "q1", "q2"]


def test_a_second_run_waits_its_turn(evaluator, questions):
    evaluator.start(Wanted(questions))
    evaluator.start(Wanted(questions, name="other"))
    name = evaluator.state.wanted.name

    assert name != "other"
    assert ended(evaluator).finished == name


def test_a_stopped_run_is_gone_on_with_and_has_every_question_once(
    evaluator, questions, monkeypatch
):
    reached = threading.Event()
    show = evaluator._show  # noqa: SLF001 - the only place to stop at a known question

    def slow(done, total):
        show(done, total)
        if done == 5:
            evaluator.stop()
            reached.set()

    monkeypatch.setattr(evaluator, "_show", slow)
    evaluator.start(Wanted(questions, retrieval_only=True))
    stopped = ended(evaluator)
    assert reached.is_set()
    assert stopped.was_stopped
    assert stopped.done < stopped.total == 40

    monkeypatch.undo()
    evaluator.go_on()
    state = ended(evaluator)

    rows = list(RunFolder(evaluator.runs / state.finished).rows())
    assert [row.id for row in rows] == [f"q{n}" for n in range(40)]


def test_why_a_run_failed_is_said_in_one_sentence(evaluator, tmp_path):
    (tmp_path / "bad.jsonl").write_text("{", encoding="utf-8")

    evaluator.start(Wanted(tmp_path / "bad.jsonl"))
    state = ended(evaluator)

    assert "line 1" in state.error
    assert not state.finished
    evaluator.dismiss()
    assert evaluator.state == Evaluation()


def test_the_time_left_is_that_of_the_questions_of_this_part_of_the_run():
    began = time.monotonic() - 10
    wanted = Wanted(questions=None, name="x")
    state = Evaluation(wanted=wanted, is_running=True, done=60, total=100, already=50, began=began)

    assert state.seconds_left() == pytest.approx(40, abs=1)
    assert progress_line(state).startswith("60 of 100 questions, 4")
    assert progress_line(Evaluation(wanted=wanted, is_running=True)) == "Starting"


def a_run(name, **info):
    return Run(RunFolder(Path(name)), an_info(name=name, **info), a_summary([]), some_times())


def test_runs_of_the_same_questions_are_offered_first_and_others_are_said_to_be_others():
    run, other = a_run("run"), a_run("other", questions_sha256="cd" * 32)
    like, elder = a_run("like"), a_run("elder", questions=1)

    offered = others_of(run, [other, like, run, elder])

    assert [each.name for each in offered] == ["like", "elder", "other"]
    assert label_of(elder, run) == (
        "elder · questions.jsonl · 1 question · 23 November 2026, 08:05 UTC"
    )
    assert label_of(other, run).endswith(" · another question set")


def test_the_older_of_two_runs_is_the_one_before():
    old, new = a_run("z", started="2026-11-22T08:05:00+00:00"), a_run("a")

    assert in_time(old, new) == in_time(new, old) == (old, new)


def test_a_table_shows_text_as_it_is():
    def page():
        import streamlit as st

        from rag.ui.evaluation_tables import show_choice

        rows = [{"question": "a\u202eb"}, {"question": "c"}]
        show_choice(rows, ["q1", "q2"], key="t", on_open=st.text)

    shown = AppTest.from_function(page).run()

    assert not shown.exception
    assert list(shown.dataframe[0].value["question"]) == ["a\ufffdb", "c"]


def test_every_figure_of_a_run_has_a_chart():
    drawn = figures(a_summary([]), some_times())

    charts = [chart_of(each).to_dict() for each in drawn]

    assert [each.kind for each in drawn] == ["risk", "calibration", "bars"]
    assert [chart["layer"][-1]["mark"]["type"] for chart in charts] == ["line", "point", "bar"]

"""`feedback`: listed for people and programs, exported as a table, made into test cases."""

import argparse
import csv
import json

import pytest

from rag.cli.feedback import add_feedback, feedback
from rag.config import Config
from rag.errors import QuestionSetError
from rag.evaluation.feedback import Asked, FeedbackStore, feedback_on
from rag.evaluation.questions.question_set import read_question_set
from rag.records import Answer, Filters, Quote, Sentence, Turn

HOSTILE = [
    "=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "'=1", "''", "＝1", "－1",
    'a "b", c; d', "a\r\nb", "a\nb", "a\rb", "a\x00b", "“é” 東", "", " =1", "1=1",
]  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def say(verdict, text="When?", *, exchange, comment="", reasons=()):
    quote = Quote("town.md", "ab", "A town", "", None, 0, len(text), text)
    answer = Answer(
        text, text, "answered", "", (Sentence(text, "supported", (quote,)),), (), (), 3, "=x"
    )
    asked = Asked("c" * 16, exchange, text, (Turn(text, ""),), Filters())
    return feedback_on(asked, answer, verdict=verdict, reasons=reasons, comment=comment)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def store(home):
    return FeedbackStore(home / "feedback.jsonl")


@pytest.fixture
def run(home, capsys):
    parser = argparse.ArgumentParser()
    add_feedback(parser.add_subparsers())

    def call(*arguments):
        options = vars(parser.parse_args(["feedback", *map(str, arguments)]))
        assert feedback(Config(home=home), options) == 0
        printed = capsys.readouterr()
        return printed.out, printed.err

    return call


def test_people_see_a_line_each_the_newest_last(run, store):
    store.add(say("right", "When does it open?", exchange="a"))
    store.add(say("wrong", "Who\npaid?", exchange="b", reasons=("missing",), comment="The town."))

    lines = run()[0].splitlines()

    assert [line.split("  ")[1:3] for line in lines[1:3]] == [
        ["right", "When does it open?"],
        ["wrong", "Who paid?"],
    ]
    assert lines[2].endswith("Something is missing · The town.")
    assert lines[-1] == "1 right, 1 wrong."


def test_without_feedback_it_says_where_to_give_some(run):
    assert run()[0] == "No feedback yet. Give it below an answer in the chat.\n"


def test_programs_get_the_records_of_the_file(run, store):
    store.add(say("right", exchange="a"))
    store.add(say(None, exchange="b"))

    out, _ = run("--json")

    stored = store.path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in out.splitlines()] == [json.loads(stored[0])]


def test_only_one_kind_is_listed_when_asked_for(run, store):
    store.add(say("right", exchange="a"))
    store.add(say("wrong", exchange="b"))

    out, _ = run("--json", "--only", "wrong")

    assert [json.loads(line)["exchange_id"] for line in out.splitlines()] == ["b"]


def test_a_damaged_line_is_said_and_the_rest_listed(run, store):
    store.add(say("right", exchange="a"))
    with store.path.open("ab") as file:
        file.write(b"{torn")

    out, err = run()

    assert "1 right, 0 wrong." in out
    assert "1 unreadable lines" in err


def test_what_is_listed_cannot_steer_the_terminal(run, store):
    store.add(say("wrong", "\x1b[2Jcleared\u202e", exchange="a", comment="\x9b1m\x07"))

    out, _ = run()

    assert not set(out) & set("\x1b\u202e\x9b\x07")


def test_the_table_gives_every_cell_back_and_none_begins_a_formula(run, store, tmp_path):
    said = [
        say("wrong", text, exchange=f"{i}", comment=f"{text}.") for i, text in enumerate(HOSTILE)
    ]
    for each in said:
        store.add(each)

    run("--csv", tmp_path / "new" / "said.csv")

    with (tmp_path / "new" / "said.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    plain = [
        dict(zip(header, (cell.removeprefix("'") for cell in row), strict=True)) for row in rows
    ]
    assert [row["question"] for row in plain] == HOSTILE
    assert [row["quotes"] for row in plain] == HOSTILE
    assert [row["comment"] for row in plain] == [each.comment for each in said]
    assert [row["given"] for row in plain] == [each.given.isoformat() for each in said]
    assert {row["answerer"] for row in plain} == {"=x"}


def test_a_table_that_cannot_be_written_is_one_sentence(run, store, tmp_path):
    store.add(say("right", exchange="a"))
    (tmp_path / "said.csv").mkdir()

    with pytest.raises(QuestionSetError) as refused:
        run("--csv", tmp_path / "said.csv")

    assert refused.value.code == "E-EVL-014"
    assert list(tmp_path.glob("*.tmp-*")) == []


def test_right_ones_become_test_cases_once(run, store, tmp_path):
    path = tmp_path / "right.jsonl"
    store.add(say("right", "When?", exchange="a"))
    store.add(say("wrong", "Who?", exchange="b"))

    _, first = run("--to-questions", path)
    _, again = run("--to-questions", path)

    (case,) = read_question_set(path)
    assert (case.question.text, case.quotes, case.generation) == ("When?", ("When?",), 3)
    assert f"1 added to {path}" in first
    assert f"0 added to {path}" in again

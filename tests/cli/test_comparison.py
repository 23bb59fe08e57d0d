"""`eval compare`: what it prints, and when it exits with 1."""

import json

import pytest

from rag.cli.main import main
from rag.evaluation.records import Estimate, RunTimes, StageTimes, Summary
from tests.written_runs import evaluated, write_run

VALUES = {"before": [1, 0.5, 0, 0.25], "after": [1, 1, 0.5, 0.25]}
RIGHT = {"before": [True, False, True, False], "after": [True, True, False, False]}


def summary(mean):
    return Summary(4, 0, {"RR@10": Estimate(mean, mean, mean, 4)})


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Write two runs below the home folder, and work beside it; return their folders."""
    monkeypatch.chdir(tmp_path)
    folders = []
    for name, retrieval in (("before", "dense"), ("after", "hybrid")):
        outcomes = ["answered", "not_in_articles" if name == "before" else "partial"] * 2
        rows = [
            evaluated(f"q{n}", measures={"RR@10": value}, is_right=right, outcome=outcome)
            for n, (value, right, outcome) in enumerate(
                zip(VALUES[name], RIGHT[name], outcomes, strict=True), 1
            )
        ]
        write_run(
            tmp_path / ".footnote" / "runs" / name,
            rows,
            summary=summary(sum(VALUES[name]) / 4),
            times=RunTimes({"total": StageTimes(10.0 if name == "before" else 15.0, 20.0, 4)}),
            settings={"retrieval": retrieval},
        )
        folders.append(str(tmp_path / ".footnote" / "runs" / name))
    return folders


def compare(*arguments):
    return main(["eval", "compare", *arguments])


def test_runs_are_named_or_given_as_folders(runs, capsys):
    assert compare("before", "after") == 0
    by_name = capsys.readouterr().out
    assert compare(*runs) == 0
    assert capsys.readouterr().out == by_name


def test_the_table_says_what_each_measure_did_in_aligned_columns(runs, capsys):
    compare("before", "after")

    lines = capsys.readouterr().out.splitlines()
    head = next(line for line in lines if "B - A" in line)
    row = next(line for line in lines if line.startswith("RR@10"))
    assert row.split() == "RR@10 0.438 0.688 +0.250 [+0.000, +0.500] 0.500 0.500 4 +".split()
    assert head.index("B - A") + len("B - A") == row.index("+0.250") + len("+0.250")
    assert "  setting retrieval: dense -> hybrid" in lines
    assert any(line.split() == "total 10.0 ms -> 15.0 ms x 1.50".split() for line in lines)


def test_the_questions_that_changed_are_listed_with_what_changed(runs, capsys):
    compare("before", "after")

    out = capsys.readouterr().out
    assert (
        "Better: 1\n  q2  wrong -> right, not_in_articles -> partial  What of q2?\n\n"
        "Worse: 1\n  q3  right -> wrong  What of q3?\n\n"
        "Another outcome, neither better nor worse: 1\n"
        "  q4  not_in_articles -> partial  What of q4?\n"
    ) in out


def test_a_measure_of_choice_tells_what_got_better(runs, capsys):
    compare("before", "after", "--by", "RR@10")

    out = capsys.readouterr().out
    assert "Better: 2\n  q2  wrong -> right, +0.500 by RR@10" in out
    assert "Worse: 0\n" in out


def test_json_holds_the_whole_comparison_and_nothing_else_is_printed(runs, capsys):
    assert compare("before", "after", "--json") == 0

    record = json.loads(capsys.readouterr().out)
    assert record["failures"] == []
    assert record["comparison"]["measures"][0]["difference"] == 0.25
    assert record["comparison"]["measures"][0]["is_significant"] is False
    assert [one["id"] for one in record["comparison"]["better"]] == ["q2"]
    assert [one["id"] for one in record["comparison"]["changed_outcome"]] == ["q2", "q4"]


def test_long_lists_end_in_a_count_unless_all_are_asked_for(tmp_path, capsys):
    for name, right in (("a", False), ("b", True)):
        rows = [evaluated(f"q{n:02}", is_right=right) for n in range(25)]
        write_run(tmp_path / name, rows)
    folders = [str(tmp_path / "a"), str(tmp_path / "b")]

    compare(*folders)
    short = capsys.readouterr().out
    compare(*folders, "--all")
    whole = capsys.readouterr().out

    assert "  and 5 more; show them with --all" in short
    assert short.count("wrong -> right") == 20
    assert whole.count("wrong -> right") == 25
    assert "--all" not in whole


def test_only_what_is_no_chance_is_called_better_or_worse(tmp_path, capsys):
    for name, values in (("a", [0.0, 0.5, 1.0]), ("b", [1.0, 0.75, 1.0])):
        first, second, third = values
        rows = [
            evaluated(f"q{n}", measures={"AP": first, "R@5": second if n < 3 else 1, "R@10": third})
            for n in range(20)
        ]
        write_run(tmp_path / name, rows)

    compare(str(tmp_path / "a"), str(tmp_path / "b"))
    there = capsys.readouterr().out
    compare(str(tmp_path / "b"), str(tmp_path / "a"))
    back = capsys.readouterr().out

    def told(out):
        lines = (line.split() for line in out.splitlines())
        return {line[0]: line[-1] for line in lines if line and line[0] in {"AP", "R@5", "R@10"}}

    assert told(there) == {"AP": "better", "R@5": "+", "R@10": "="}
    assert told(back) == {"AP": "worse", "R@5": "−", "R@10": "="}
    assert "+ leans to better and − to worse, but chance may have done it" in there


def test_a_question_cannot_command_the_terminal(tmp_path, capsys):
    for name, right in (("a", False), ("b", True)):
        write_run(tmp_path / name, [evaluated("q", is_right=right, question="A\x1b[2J\nB?")])

    compare(str(tmp_path / "a"), str(tmp_path / "b"))

    out = capsys.readouterr().out
    assert "wrong -> right  A\ufffd[2J B?\n" in out


@pytest.mark.parametrize(
    ("gates", "code", "said"),
    [
        (["--fail-under", "RR@10=0.6"], 0, ""),
        (["--fail-under", "RR@10=0.7"], 1, "Failed: RR@10 is 0.688, under 0.700.\n"),
        (["--no-worse", "RR@10"], 0, ""),
        (["--fail-over", "aurc=0.5"], 1, "Failed: aurc has no value"),
        (["--fail-under", "RR@10=0.7", "--fail-under", "AP=0.1"], 1, "Failed: AP has no value"),
    ],
)
def test_gates_hold_the_second_run(runs, capsys, gates, code, said):
    assert compare("before", "after", *gates) == code
    assert said in capsys.readouterr().out


def test_a_worse_second_run_fails_no_worse_and_says_so_in_json_too(runs, capsys):
    assert compare("after", "before", "--no-worse", "RR@10") == 1
    assert 'Failed: RR@10 is 0.438, worse than 0.688 in the baseline "after"' in (
        capsys.readouterr().out
    )
    assert compare("after", "before", "--no-worse", "RR@10", "--json") == 1
    assert json.loads(capsys.readouterr().out)["failures"][0]["measure"] == "RR@10"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["before", "nothing"], 'No run "nothing"'),
        (["before", "after", "--fail-under", "RR@11=0.5"], 'unknown measure "RR@11"'),
        (["before", "after", "--fail-under", "aurc=0.5"], "use: --fail-over aurc=0.5"),
        (["before", "after", "--by", "rr@10"], '"--by": unknown measure "rr@10"; did you mean'),
        (["before", "after", "--by", "abstain_f1"], 'single questions have no "abstain_f1"'),
    ],
)
def test_what_cannot_be_is_said_in_one_line_with_code_2(runs, capsys, arguments, said):
    assert compare(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1

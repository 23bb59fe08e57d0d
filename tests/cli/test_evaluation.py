"""`eval` from the outside: a question set in, numbers, a folder and an exit code out."""

import json
from pathlib import Path

import pytest

from rag.cli.main import main
from rag.evaluation.runs.run_folder import RunFolder

ROOT = Path(__file__).parent.parent.parent
DEMO = ROOT / "tests" / "questions" / "demo.jsonl"


@pytest.fixture
def run(demo_index, capsys, tmp_path, monkeypatch):
    """Return a function that runs `eval` on the demo index: (exit code, stdout, stderr)."""
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))

    def call(*arguments):
        where = [] if arguments == ("measures",) else ["--index", str(demo_index)]
        code = main(["eval", *map(str, arguments), *where])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_a_run_prints_its_measures_and_leaves_a_folder_with_a_report(run, tmp_path):
    code, out, _ = run(DEMO, "--limit", 4, "--out", tmp_path / "run")

    folder = RunFolder(tmp_path / "run")
    mean = folder.summary().measures["RR@10"].mean
    assert code == 0
    assert folder.info().questions == 4
    assert f"  RR@10                   {mean:.3f}  [" in out
    assert "Times in ms" in out
    assert (tmp_path / "run" / "report.html").stat().st_size > 10_000


def test_json_holds_the_same_numbers_as_the_summary(run, tmp_path):
    code, out, _ = run(DEMO, "--limit", 6, "--retrieval-only", "--name", "first", "--json")

    printed = json.loads(out)
    written = (tmp_path / "home" / "runs" / "first" / "summary.json").read_text(encoding="utf-8")
    assert code == 0
    assert printed["summary"] == json.loads(written)
    assert printed["failures"] == []


def test_a_gate_that_fails_gives_exit_code_1_and_its_reason(run):
    gate = "quote.nDCG@10=1"
    code, out, _ = run(DEMO, "--limit", 12, "--retrieval-only", "--fail-under", gate)

    assert code == 1
    assert "Failed: quote.nDCG@10 is" in out


def test_no_worse_than_itself_passes(run):
    asked = (DEMO, "--limit", 6, "--retrieval-only")
    assert run(*asked, "--name", "before")[0] == 0

    code, out, _ = run(*asked, "--baseline", "before", "--no-worse", "nDCG@10")

    assert code == 0
    assert "B - A" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.jsonl"], 'Cannot read the question set "absent.jsonl"'),
        ([DEMO, "--name", "../up"], '"../up" is no name of a run'),
        ([DEMO, "--name", ""], '"" is no name of a run'),
        ([DEMO, "--fail-under", "RR10=1"], "RR@10"),
        ([DEMO, "--resume"], "No unfinished run"),
        ([DEMO, "--judge"], '"--judge" needs an answer model'),
        ([DEMO, "--baseline", "none"], 'No run "none"'),
    ],
)
def test_what_cannot_be_run_is_one_line_with_exit_code_2(run, arguments, message):
    code, out, err = run(*arguments)

    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_baseline_without_these_questions_is_refused_before_any_is_asked(run, tmp_path):
    mine = tmp_path / "mine.jsonl"
    mine.write_text('{"id": "own", "question": "Who objects?"}\n', encoding="utf-8")
    run(DEMO, "--limit", 2, "--retrieval-only", "--name", "before")

    code, _, err = run(mine, "--baseline", "before", "--out", tmp_path / "run")

    assert code == 2
    assert "has none of these questions" in err
    assert not (tmp_path / "run").exists()


def test_what_a_resumed_run_would_mix_is_named_setting_by_setting(run, tmp_path):
    out = tmp_path / "run"
    run(DEMO, "--limit", 2, "--retrieval-only", "--out", out)
    (out / "summary.json").unlink()

    code, _, err = run(
        DEMO, "--limit", 2, "--retrieval-only", "--out", out, "--resume", "--retrieval", "bm25"
    )

    assert code == 2
    assert "retrieval: hybrid, now bm25" in err
    assert run(DEMO, "--limit", 2, "--retrieval-only", "--out", out, "--resume")[0] == 0
    assert len(list(RunFolder(out).rows())) == 2


def test_every_measure_is_explained(run):
    code, out, _ = run("measures")

    assert code == 0
    assert all(f"{name} (" in out for name in ("nDCG@10", "quote.AP", "aurc", "abstain_f1"))

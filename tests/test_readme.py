"""The README keeps its word: its commands, its answer, its figures, its names."""

import json
import re

import pytest

from rag.cli.main import main
from rag.config import describe_settings
from tests.benchmarks.figures import BEGIN, END, FIGURES, table
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_it_is_at_most_130_lines():
    assert len(README.splitlines()) <= 130


def test_ci_runs_its_test_command():
    [command] = re.findall(r"^python3 -m venv.*pytest$", README, re.MULTILINE)

    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_its_packages_are_those_with_hashes():
    named, hashed = (
        {
            re.sub(r"[-_.]+", "-", pin).lower()
            for pin in re.findall(r"^[\w.-]+==[^\s;]+", text, re.MULTILINE)
        }
        for text in (
            (ROOT / name).read_text(encoding="utf-8")
            for name in ("requirements.txt", "requirements-hashes.txt")
        )
    )

    assert named <= hashed


def test_its_question_has_the_answer_that_it_shows(demo_index, capsys):
    [(question, shown)] = re.findall(
        r'^\$ \.venv/bin/python -m rag ask "([^"]*)"\n(.*?)\n```', README, re.MULTILINE | re.DOTALL
    )

    assert main(["ask", question, "--index", str(demo_index)]) == 0
    assert capsys.readouterr().out.strip() == shown


def test_its_figures_are_those_that_were_measured():
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))

    assert f"{BEGIN}\n{table(figures)}\n{END}" in README


def test_the_settings_that_it_names_exist():
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", README.partition("## Settings")[2], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"[a-z_]+", row)}

    assert named
    assert named <= {name for name, _, _ in describe_settings()}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_places_that_it_names_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:rag|tests|prompts|corpus|\.ci)/[\w./-]*|app\.py|LICENSE)`", text))

    assert named
    assert [place for place in sorted(named) if not (ROOT / place).exists()] == []

"""`index …` from the outside, on a corpus that nobody wrote for it: packages' own pages."""

import json
from importlib.metadata import files as package_files

import pytest

from rag.cli.chat import _build_first
from rag.cli.main import main
from rag.config import Config

PACKAGES = ("numpy", "streamlit", "langchain-core", "torch", "trafilatura")
SUFFIXES = (".md", ".txt", ".html")
MAX_FILES, MAX_BYTES = 20, 10_000


@pytest.fixture
def run(tmp_path, capsys):
    where = ["--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]

    def call(*arguments):
        code = main([*arguments, *where])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def write(tmp_path):
    def call(name, text):
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return call


@pytest.mark.parametrize("built_with", ["", "of an older Footnote"])
def test_the_chat_builds_what_cannot_be_asked_before_it_opens(
    built_with, run, write, monkeypatch, capsys
):
    article = write("a.md", "# Apples\n\nThe apples of the valley ripen in the month of September.")
    config = Config(corpus=article.parent, index=article.parents[1] / "index")
    if built_with:
        with monkeypatch.context() as older:
            older.setattr("rag.index.plan.TOKENIZER", built_with)
            older.setattr("rag.index.contents.TOKENIZER", built_with)
            older.setattr("rag.index.loading.TOKENIZER", built_with)
            run("index", "build")
        assert run("ask", "When do apples ripen?")[0] == 2

    _build_first(config)
    said = capsys.readouterr().out
    _build_first(config)

    assert ("anew" if built_with else "for the first time") in said
    assert not capsys.readouterr().out
    assert run("ask", "When do apples ripen?")[0] == 0


def test_a_build_says_what_changed(run, write):
    write("a.md", "# Apples\n\nThe apples of the valley ripen in the month of September.")
    write("b.txt", "Pears\n\nThe pears of the valley ripen in the month of August.")
    gone = write("c.md", "# Plums\n\nThe plums of the valley ripen in the month of July.")
    run("index", "build")

    write("a.md", "# Apples\n\nThe apples of the valley ripen in the month of October.")
    write("copy/b.txt", "Pears\n\nThe pears of the valley ripen in the month of August.")
    write("d.md", "# Quinces\n\nThe quinces of the valley ripen in the month of November.")
    write("e.pdf", "this is no PDF")
    gone.unlink()
    _, dry, _ = run("index", "build", "--dry-run", "--json")
    _, out, _ = run("index", "build", "--json")
    report = json.loads(out)

    assert json.loads(dry) == report["changes"]
    assert report["changes"]["added"] == ["d.md"]
    assert report["changes"]["changed"] == ["a.md"]
    assert report["changes"]["removed"] == ["c.md"]
    assert report["changes"]["unchanged"] == ["b.txt"]
    assert [p["code"] for p in report["changes"]["duplicates"]] == ["W-DOC-004"]
    assert [p["code"] for p in report["changes"]["failed"]] == ["E-DOC-009"]
    assert report["generation"] == 2


def test_a_dry_run_builds_nothing(run, write, tmp_path):
    write("a.md", "# Apples\n\nThe apples ripen in September.")

    code, out, _ = run("index", "build", "--dry-run")

    assert code == 0
    assert "Added: 1 (a.md)" in out
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_a_rollback_answers_from_the_generation_before(run, write):
    write("a.md", "# Apples\n\nThe apples of the valley ripen in the month of September.")
    run("index", "build")
    write("a.md", "# Apples\n\nThe apples of the valley ripen in the month of October.")
    run("index", "build")

    _, told, _ = run("index", "rollback", "--json")
    _, text, _ = run("article", "a.md")
    _, status, _ = run("index", "status", "--json")

    assert json.loads(told)["generation"] == 1
    assert "September" in text
    assert json.loads(status)["changes"]["changed"] == ["a.md"]


def test_verify_names_a_damaged_file_and_exits_with_2(run, write, tmp_path):
    write("a.md", "# Apples\n\nThe apples ripen in September.")
    run("index", "build")
    assert run("index", "verify")[0] == 0
    [part, *_] = sorted((tmp_path / "index" / "gen" / "000001").glob("*.blocks"))
    part.chmod(0o600)
    part.write_bytes(b"\0" * part.stat().st_size)

    code, out, _ = run("index", "verify")

    assert code == 2
    assert part.name in out


def test_a_folder_that_nobody_prepared_can_be_built_and_asked(run, write):
    count = 0
    for package in PACKAGES:
        for file in package_files(package) or []:
            path = file.locate()
            if file.suffix in SUFFIXES and count < MAX_FILES and path.stat().st_size < MAX_BYTES:
                text = path.read_text(encoding="utf-8", errors="replace")
                write(f"{package}/{'-'.join(file.parts[-2:])}", text)
                count += 1

    code, out, _ = run("index", "build", "--json")
    report = json.loads(out)
    asked, answer, _ = run("ask", "May I redistribute the software in binary form?", "--json")

    assert (code, asked) == (0, 0)
    assert len(report["changes"]["added"]) > 5
    told = " ".join(sentence["text"] for sentence in json.loads(answer)["sentences"])
    assert "redistribut" in told.lower()

"""`questions check` and `questions draft` from the outside."""

import json

import pytest

from rag.cli.main import main

QUOTE = "The Ferry Agency opened two bridges on 3 May 2024."
ARTICLE = f"Bridges\n\nShips of the Ferry Agency pass. {QUOTE} People of Westport cheered."


@pytest.fixture
def run(make_assistant, capsys):
    """Return a function that runs a command on a small index: (exit code, stdout, stderr)."""
    assistant = make_assistant({"bridges.txt": ARTICLE})

    def call(*arguments, index=assistant.config.index):
        code = main([*map(str, arguments), "--index", str(index)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def write_set(folder, *rows):
    path = folder / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_a_sound_set_is_counted_and_checked_against_the_index(run, tmp_path):
    path = write_set(
        tmp_path,
        {
            "question": "When?",
            "history": ["Which bridges?"],
            "answers": ["3 May 2024"],
            "articles": ["bridges.txt"],
            "quotes": [QUOTE],
            "tags": ["dates"],
        },
        {"question": "Why?", "answerable": False, "tags": ["dates", "absent"]},
        {"question": "Who?"},
    )

    code, out, _ = run("questions", "check", path)

    assert code == 0
    assert out.splitlines()[:3] == [
        "3 questions: 1 answerable, 1 unanswerable, 1 not said.",
        "Follow-ups: 1. With answers: 1, articles: 1, quotes: 1.",
        "Tags: absent 1, dates 2.",
    ]
    assert "Checked against version 1" in out
    assert out.endswith("Nothing is wrong with it.\n")


def test_what_the_index_lacks_is_named_and_the_exit_code_is_2(run, tmp_path):
    path = write_set(
        tmp_path,
        {"id": "a", "question": "When?", "articles": ["bridge.txt"], "quotes": ["No."]},
        {"id": "b", "question": "When?", "articles": ["bridges.txt"], "quotes": ["Ships sank."]},
        {"id": "c", "question": "When?", "only_articles": ["gone.txt"]},
        {"id": "d", "question": "x" * 5000},
    )

    code, out, _ = run("questions", "check", path)

    assert code == 2
    assert '2 expected ids are not in version 1 of the index: "bridge.txt", "gone.txt".' in out
    assert 'Did you mean "bridges.txt"? [E-EVL-010]' in out
    assert 'Question "b": no article that it names says “Ships sank.”' in out
    assert 'Question "a": no article says “No.”' in out
    assert 'Question "d": Your question has 5,000 characters' in out
    assert "Nothing is wrong" not in out


def test_json_holds_the_counts_and_every_problem(run, tmp_path):
    path = write_set(tmp_path, {"id": "a", "question": "When?", "articles": ["gone.txt"]})

    code, out, _ = run("questions", "check", path, "--json")

    record = json.loads(out)
    assert code == 2
    assert (record["questions"], record["generation"]) == (1, 1)
    assert record["missing_articles"] == ["gone.txt"]
    assert [problem["code"] for problem in record["problems"]] == ["E-EVL-010"]


def test_without_an_index_only_the_form_is_checked(run, tmp_path):
    path = write_set(tmp_path, {"question": "When?", "articles": ["gone.txt"]})

    code, out, _ = run("questions", "check", path, index=tmp_path / "none")

    assert code == 0
    assert "Only the form was checked" in out


def test_a_set_that_cannot_be_read_is_one_line_on_stderr(run, tmp_path):
    path = write_set(tmp_path, {"qestion": "When?"})

    code, out, err = run("questions", "check", path)

    assert (code, out) == (2, "")
    assert err == (
        'set.jsonl line 1: unknown field "qestion"; did you mean "question"? [E-EVL-005]\n'
    )


def test_drafts_are_printed_as_lines_that_check_accepts(run, tmp_path):
    code, out, err = run("questions", "draft", "--count", "3")

    (tmp_path / "drafts.jsonl").write_text(out, encoding="utf-8")
    checked, told, _ = run("questions", "check", tmp_path / "drafts.jsonl")
    assert (code, checked) == (0, 0), told
    assert json.loads(out.splitlines()[0])["quotes"] == [QUOTE]
    assert "drafts" in err or out.count("\n") == 3


def test_drafts_go_to_a_new_file_and_never_over_one(run, tmp_path):
    path = tmp_path / "drafts.jsonl"

    code, out, _ = run("questions", "draft", "--count", "2", "--out", path)
    written = path.read_bytes()
    again, _, err = run("questions", "draft", "--count", "2", "--out", path)

    assert (code, again) == (0, 2)
    assert str(path) in out
    assert "is there already; name a new file with --out. [E-EVL-014]" in err
    assert path.read_bytes() == written


def question_on(quote, answers=(), **known):
    return {"id": "q", "question": "When?", "quotes": [quote], "answers": list(answers), **known}


def notes_of(run, folder, *rows):
    code, out, _ = run("questions", "check", write_set(folder, *rows), "--json")
    record = json.loads(out)
    assert (code, record["problems"]) == (0, [])
    return [(note["name"], note["code"], note["message"]) for note in record["notes"]]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("the Ferry Agency has opened two bridges", "Ferry Agency opened two bridges"),
        ("THE FERRY AGENCY opened two bridges", "The Ferry Agency opened two bridges"),
    ],
)
def test_a_quote_that_is_nearly_in_the_article_is_noted_with_the_text_to_copy(
    run, tmp_path, quote, text
):
    message = f'Question "q": the article says “{text}”; copy it exactly.'

    assert notes_of(run, tmp_path, question_on(quote)) == [("q", "W-EVL-001", message)]


def test_white_space_is_no_difference_worth_a_note(run, tmp_path):
    assert notes_of(run, tmp_path, question_on("Agency opened  two\nbridges on 3 May")) == []


def test_a_quote_that_is_found_anywhere_is_noted_as_too_short(run, tmp_path):
    ((name, code, message),) = notes_of(run, tmp_path, question_on("p"), question_on(QUOTE, id="r"))

    assert (name, code) == ("q", "W-EVL-002")
    assert "the quote “p” is too short; copy 4 words or 20 characters at least." in message


@pytest.mark.parametrize(
    ("row", "unheld"),
    [
        (question_on(QUOTE, ["The 3 MAY 2024!", "4 June"]), "“4 June”"),
        (question_on(QUOTE, ["Westport", "Northport"]), "“Northport”"),
        (question_on(QUOTE, ["no " * 30]), None),
        ({"question": "When?", "answers": ["4 June"]}, None),
        ({"question": "When?", "answers": ["4 June"], "articles": ["bridges.txt"]}, "“4 June”"),
    ],
)
def test_a_short_answer_that_nothing_expected_holds_is_noted(run, tmp_path, row, unheld):
    found = [(code, message) for _, code, message in notes_of(run, tmp_path, row)]

    assert len(found) == (unheld is not None)
    for code, message in found:
        assert code == "W-EVL-003"
        assert message.endswith(f"stand in none of its quotes and articles: {unheld}.")


def test_notes_are_listed_apart_and_are_nothing_wrong(run, tmp_path):
    code, out, _ = run("questions", "check", write_set(tmp_path, question_on("p")))

    assert code == 0
    assert "Nothing is wrong with it.\nWorth a look:\nQuestion" in out


def test_every_wrong_line_is_told_at_once_up_to_50(run, tmp_path):
    path = write_set(tmp_path, *({"question": n} for n in range(60)), {"question": "When?"})

    code, out, _ = run("questions", "check", path)

    assert code == 2
    assert "Not counted, as they cannot be read: 60." in out
    assert out.count("[E-EVL-005]") == 50
    assert out.endswith("And 10 more.\n")


def test_drafts_that_are_not_completed_are_counted(run, tmp_path):
    rows = [{"question": text, "tags": ["draft"]} for text in ("When?", "Why?")]

    _, out, _ = run("questions", "check", write_set(tmp_path, *rows))

    assert '2 are still drafts (tag "draft").' in out


def test_a_folder_of_articles_and_questions_is_opened(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the home folder is below it
    folder = tmp_path / "published"
    folder.mkdir()
    article = {"id": "b", "title": "Bridge", "text": ARTICLE}
    (folder / "articles.jsonl").write_text(json.dumps(article) + "\n", encoding="utf-8")
    (folder / "questions.jsonl").write_text('{"question": "When?"}\n', encoding="utf-8")

    code, out, _ = run("questions", "check", folder)

    assert code == 0
    assert out.startswith(
        f'"{folder}" is a folder of articles and questions, checked as ".footnote'
    )
    assert "1 question:" in out
    assert "Only the form was checked" in out


def test_another_folder_is_told_what_a_set_holds(run, tmp_path):
    code, _, err = run("questions", "check", tmp_path)

    assert code == 2
    assert "is no question set: it has neither articles.jsonl" in err

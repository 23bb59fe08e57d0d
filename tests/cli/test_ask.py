"""`ask`, `search` and `article` from the outside: files in, answers out, with the real embedder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.cli.main import main
from rag.records import Answer, Quote, Sentence

ROOT = Path(__file__).parent.parent.parent
ANSWER_KEYS = (
    "question query outcome reason sentences near_misses hits generation answerer timings_ms "
    "confidence kind suggestions follows"
).split()
EXPLANATION_KEYS = (
    "question query leans_on_history passages parts drafts outcome reason answerer generation kind"
).split()
PART_KEYS = "text is_answered words candidates decision reason".split()
CANDIDATE_KEYS = "rank quote score probability signals is_chosen why_not".split()
DECISION_KEYS = "signals bias probability threshold".split()
QUOTE_KEYS = "article_id article_sha256 title outlet published start end text".split()


@pytest.fixture
def run(demo_index, capsys):
    """Return a function that runs a command on the demo index: (exit code, stdout, stderr)."""

    def call(*arguments):
        where = ["--corpus", str(ROOT / "corpus"), "--index", str(demo_index)]
        code = main([*arguments, *where])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_an_answer_has_the_documented_shape_and_exact_quotes(run):
    code, out, _ = run("ask", "Who lost its FCC licence in October 2021?", "--json")
    answer = json.loads(out)

    assert code == 0
    assert answer["outcome"] == "answered"
    assert list(answer) == ANSWER_KEYS
    quotes = [quote for sentence in answer["sentences"] for quote in sentence["quotes"]]
    assert quotes
    for quote in quotes:
        assert list(quote) == QUOTE_KEYS
        _, text, _ = run("article", quote["article_id"])
        assert text[quote["start"] : quote["end"]] == quote["text"]
        _, known, _ = run("article", quote["article_id"], "--json")
        assert json.loads(known)["sha256"] == quote["article_sha256"]


def test_a_refusal_says_why_cites_nothing_and_exits_with_3(run):
    code, out, _ = run("ask", "What is TP-Link accused of?", "--caution", "high", "--json")
    answer = json.loads(out)

    assert code == 3
    assert answer["outcome"] == "not_in_articles"
    assert "TP-Link" in answer["reason"]
    assert answer["sentences"] == []
    assert answer["near_misses"]


@pytest.mark.parametrize(
    "question",
    ["When was the AI diffusion rule rescinded and who is Tim Cook?", "recipe for apple pie"],
)
def test_explaining_adds_to_what_asking_prints_within_100_columns(run, question):
    code, plain, _ = run("ask", question)
    explained_code, out, _ = run("ask", question, "--explain")
    added = out.removeprefix(plain)

    assert explained_code == code
    assert out.startswith(plain)
    assert added.startswith("\nWhy this answer\n")
    assert max(map(len, added.splitlines())) <= 100
    for told in (
        "counts",
        "retrieval",
        "Excerpts, best first",
        "Passages found",
        "the first excerpt answers",
    ):
        assert told in added


def test_an_explained_answer_is_the_same_json_with_one_key_more(run):
    question = "Who lost its FCC licence in October 2021?"
    _, plain, _ = run("ask", question, "--json")
    _, out, _ = run("ask", question, "--json", "--explain")
    answer, explained = json.loads(plain), json.loads(out)

    explanation = explained.pop("explanation")
    assert list(explained) == ANSWER_KEYS
    assert {**answer, "timings_ms": {}} == {**explained, "timings_ms": {}}
    assert list(explanation) == EXPLANATION_KEYS
    part = explanation["parts"][0]
    assert list(part) == PART_KEYS
    assert list(part["candidates"][0]) == CANDIDATE_KEYS
    assert list(part["decision"]) == DECISION_KEYS
    for signal in (*part["candidates"][0]["signals"], *part["decision"]["signals"]):
        assert list(signal) == ["name", "value", "weight", "contribution"]


def test_a_file_of_questions_is_explained_line_by_line(run, tmp_path):
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "Which metals did China ban?"}', encoding="utf-8")

    _, out, _ = run("ask", "--file", str(questions), "--json", "--explain")

    assert json.loads(out)["explanation"]["parts"][0]["candidates"]


def test_filters_leave_out_what_they_exclude(run):
    _, everything, _ = run("search", "rare earth export controls", "--json", "-k", "5")
    _, limited, _ = run(
        "search", "rare earth export controls", "--json", "-k", "5", "--to", "2025-10-20"
    )

    def articles(out):
        return [hit["article_id"] for hit in json.loads(out)["hits"]]

    assert "trade/busan-truce.html" in articles(everything)
    assert "trade/busan-truce.html" not in articles(limited)
    assert "minerals/rare-earth-controls-2025.md" in articles(limited)


def test_search_gives_as_many_hits_as_asked_with_their_text(run):
    _, out, _ = run("search", "tariffs", "--json", "-k", "3")
    hits = json.loads(out)["hits"]

    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    for hit in hits:
        _, text, _ = run("article", hit["article_id"])
        assert text[hit["start"] : hit["end"]] == hit["text"]


def test_a_follow_up_shows_the_query_that_was_used(run):
    _, out, _ = run(
        "ask",
        "And when was that?",
        "--after",
        "Did the FCC revoke China Telecom's licence?",
        "--json",
    )
    answer = json.loads(out)

    assert answer["query"] != answer["question"]
    assert "China Telecom" in answer["query"]
    cited = {q["article_id"] for s in answer["sentences"] for q in s["quotes"]}
    assert "telecoms/china-telecom-licence.md" in cited


def test_a_file_of_questions_gives_one_answer_a_line(run, tmp_path):
    questions = tmp_path / "questions.jsonl"
    lines = [
        {"id": "a", "question": "Which metals did China ban from export to the US?"},
        {"question": "And when?", "history": [{"question": "Which metals did China ban?"}]},
        {"question": " "},
        {"question": "Is the AI diffusion rule rescinded?", "as_of": "2025-03-01"},
    ]
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    code, out, _ = run("ask", "--file", str(questions), "--json")
    first, second, third, fourth = map(json.loads, out.splitlines())

    assert code == 2  # one of them could not be asked
    assert (first["id"], first["outcome"]) == ("a", "answered")
    assert "metals" in second["query"]
    assert third["error"]["code"] == "E-Q-001"
    assert all(
        quote["published"] is None or quote["published"] <= "2025-03-01"
        for sentence in fourth["sentences"]
        for quote in sentence["quotes"]
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", ""], "Please type a question."),
        (
            ["ask", "--file", "absent.jsonl", "--json"],
            'Cannot read the question set "absent.jsonl"',
        ),
        (["ask", "--file", "absent.jsonl"], "add --json"),
        (["article", "absent.md"], 'No article "absent.md" in the index.'),
    ],
)
def test_what_a_person_can_fix_is_one_line_and_exits_with_2(run, arguments, message):
    code, out, err = run(*arguments)

    assert code == 2
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_without_an_index_the_command_that_builds_it_is_named(tmp_path, capsys):
    code = main(["ask", "Why?", "--index", str(tmp_path / "none")])

    assert code == 2
    assert "python -m rag index build" in capsys.readouterr().err


def test_a_wrong_option_is_one_line_that_points_to_help():
    ran = subprocess.run(
        [sys.executable, "-m", "rag", "ask", "x", "--frm", "2024-01-01"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert ran.returncode == 2
    assert ran.stderr == ("Unrecognized arguments: --frm 2024-01-01. See: python -m rag --help\n")


@pytest.mark.parametrize(
    ("outcome", "code", "first"),
    [
        ("answered", 0, "It opened in May. [1]"),
        ("unsure", 0, "The articles may not answer this. Closest:"),
        ("about", 0, "It opened in May. [1]"),
        ("not_in_articles", 3, "Not in the articles."),
    ],
)
def test_doubt_is_printed_and_only_a_refusal_exits_with_3(
    monkeypatch, capsys, outcome, code, first
):
    quote = Quote("a.md", "f" * 64, "Bridge", "", None, 0, 17, "It opened in May.")
    said = Sentence(quote.text, "supported", (quote,))
    answer = Answer("q", "q", outcome, "", (said,), (), (), 1, "extractive")
    monkeypatch.setattr(Assistant, "ask_once", lambda *_: answer)

    assert main(["ask", "When?"]) == code
    assert capsys.readouterr().out.startswith(first)

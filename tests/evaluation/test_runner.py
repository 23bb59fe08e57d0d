"""A run: every question once, in order, the same numbers each time, whatever happens between."""

import dataclasses
import os
import resource
import shutil
import threading
from pathlib import Path

import pytest

from rag.answering.quotes import quote_at
from rag.assistant import Assistant
from rag.errors import QuestionSetError
from rag.evaluation.records import SetQuestion
from rag.evaluation.runs.run_folder import RunFolder, find_run, list_runs
from rag.evaluation.runs.runner import RunOptions, evaluate
from rag.evaluation.runs.subject import AssistantSubject
from rag.records import Question, Sentence, Span, Turn
from tests.evaluation.scripted_subject import ScriptedSubject

ROOT = Path(__file__).parent.parent.parent
FILES = {
    "bridge.txt": "The bridge\n\nThe bridge over the Sund was opened in 1999. It cost 9 million.",
    "ferry.txt": "The ferry\n\nThe ferry over the Sund stopped in 2001. It carried forty cars.",
    "tunnel.txt": "The tunnel\n\nThe tunnel under the Alps was dug in 1882. It took ten years.",
}
QUESTIONS = [
    SetQuestion(
        "bridge",
        Question("When was the bridge over the Sund opened?"),
        answers=("1999",),
        articles=("bridge.txt",),
        quotes=("The bridge over the Sund was opened in 1999.",),
        tags=("when",),
    ),
    SetQuestion(
        "ferry",
        Question("When did the ferry over the Sund stop?"),
        answers=("2001",),
        articles=("ferry.txt",),
        quotes=("The ferry over the Sund stopped in 2001.",),
    ),
    SetQuestion("mayor", Question("Who is the mayor of Reykjavik?"), answerable=False),
]


@pytest.fixture
def subject(make_assistant):
    assistant = make_assistant(FILES)
    return AssistantSubject(assistant, assistant.snapshot())


def run_in(folder, subject, questions=QUESTIONS, **options):
    return evaluate(subject, questions, folder, options=RunOptions(name=folder.name, **options))


def without_times(run):
    return [dataclasses.replace(row, timings_ms={}) for row in run.rows()]


def gold_sentences(snapshot, question):
    asked = next(each for each in QUESTIONS if each.question == question)
    found = []
    for text in asked.quotes:
        article = snapshot.article(asked.articles[0])
        start = article.text.index(text)
        quote = quote_at(article, Span(start, start + len(text)))
        found.append(Sentence(text, "supported", (quote,)))
    return tuple(found)


def expected_first(question):
    asked = next(each for each in QUESTIONS if each.question == question)
    return [*asked.articles, *(name for name in FILES if name not in asked.articles)]


def test_a_perfect_subject_scores_one_in_everything(subject, tmp_path):
    def answer(question):
        sentences = gold_sentences(subject.snapshot, question)
        return ("answered" if sentences else "not_in_articles"), sentences

    run = run_in(tmp_path / "run", ScriptedSubject(subject.snapshot, expected_first, answer))
    means = {name: each.mean for name, each in run.summary().measures.items()}

    worst = {
        "attributed_share": 0.0,
        "unsure": 0.0,
        "false_refusals": 0.0,
        "aurc": None,
        "calibration_error": None,
    }
    cut_off = {"exact_match": None, "token_f1": None}  # a sentence is longer than "1999"
    for name, mean in means.items():
        if (worst | cut_off).get(name, 1.0) is not None:
            assert mean == worst.get(name, 1.0), name
    assert {"nDCG@10", "quote.RR@10", "sentence_success@1", "citation_recall"} <= means.keys()
    assert means["abstain_f1"] == means["answerable_auroc"] == 1.0
    assert means["aurc"] == pytest.approx((0 + 0 + 1 / 3) / 3)
    assert means["calibration_error"] == pytest.approx(0.1)


def test_the_same_input_gives_the_same_summary_whatever_the_number_of_workers(subject, tmp_path):
    one = run_in(tmp_path / "one", subject)
    three = run_in(tmp_path / "three", subject, workers=3)

    assert without_times(one) == without_times(three)
    summaries = [(run.path / "summary.json").read_bytes() for run in (one, three)]
    assert summaries[0] == summaries[1]


def test_a_run_says_what_came_of_each_question_and_what_was_expected(subject, tmp_path):
    run = run_in(tmp_path / "run", subject, questions_file="set.jsonl")

    bridge, _, mayor = run.rows()
    info = run.info()

    assert (info.questions_file, info.questions, info.generation) == ("set.jsonl", 3, 1)
    assert info.settings["embedder"]
    assert info.versions["python"]
    assert bridge.expected.articles == ("bridge.txt",)
    assert bridge.hits[0].article_id == "bridge.txt"
    assert bridge.timings_ms["total"] > 0
    assert mayor.outcome == "not_in_articles"
    assert mayor.is_right
    assert "RR@10" in bridge.measures
    assert "RR@10" not in mayor.measures
    assert run.summary().answerers == {"extractive": 3}


def test_history_and_filters_of_the_set_are_asked_with(subject, tmp_path):
    follow_up = SetQuestion(
        "follow-up",
        Question("What did it cost?", (Turn("When was the bridge opened?", "In 1999."),)),
    )

    (row,) = run_in(tmp_path / "run", subject, [follow_up]).rows()

    assert row.history == follow_up.question.history
    assert "bridge" in row.query


def test_retrieval_only_answers_nothing(subject, tmp_path):
    run = run_in(tmp_path / "run", subject, retrieval_only=True)

    rows = list(run.rows())
    assert all(row.outcome is None and row.hits for row in rows)
    assert set(run.times().stages) == {"retrieval"}
    assert "outcome_right" not in run.summary().measures


def test_a_question_that_cannot_be_asked_is_a_row_with_its_error(subject, tmp_path):
    run = run_in(tmp_path / "run", subject, [SetQuestion("empty", Question("  ")), QUESTIONS[0]])

    empty, _ = run.rows()
    assert (empty.error_code, empty.measures) == ("E-Q-001", {})
    assert run.summary().failed == 1


def test_an_expected_article_that_is_not_there_stops_the_run_before_it_begins(subject, tmp_path):
    wrong = dataclasses.replace(QUESTIONS[0], articles=("bridges.txt",))

    with pytest.raises(QuestionSetError, match="1 expected id is not in version 1 of the index"):
        run_in(tmp_path / "run", subject, [wrong])
    assert not (tmp_path / "run").exists()


def test_a_stopped_run_goes_on_where_it_was(subject, tmp_path):
    stop = threading.Event()
    options = RunOptions(name="run")
    part = evaluate(
        subject,
        QUESTIONS,
        tmp_path / "run",
        options=options,
        on_progress=lambda done, _: stop.set() if done == 2 else None,
        stop=stop,
    )
    assert not part.is_complete
    assert [row.id for row in part.rows()] == ["bridge", "ferry"]

    whole = run_in(tmp_path / "run", subject, resume=True)

    assert without_times(whole) == without_times(run_in(tmp_path / "other", subject))


def test_a_line_that_was_cut_off_is_evaluated_again(subject, tmp_path):
    run = run_in(tmp_path / "run", subject)
    rows = tmp_path / "run" / "results.jsonl"
    wanted = without_times(run)
    rows.write_bytes(rows.read_bytes()[:-40])
    (tmp_path / "run" / "summary.json").unlink()

    assert len(list(run.rows())) == 2
    assert without_times(run_in(tmp_path / "run", subject, resume=True)) == wanted


def test_a_run_of_something_else_is_never_mixed_in(subject, tmp_path):
    run_in(tmp_path / "run", subject)

    with pytest.raises(QuestionSetError, match="holds a run already") as without_resume:
        run_in(tmp_path / "run", subject)
    with pytest.raises(QuestionSetError, match=r"only: no, now yes.*refusing to mix") as other:
        run_in(tmp_path / "run", subject, resume=True, retrieval_only=True)
    assert without_resume.value.code == other.value.code == "E-EVL-013"


def test_two_runs_cannot_write_to_one_folder(subject, tmp_path):
    def second(done, total):
        with pytest.raises(QuestionSetError, match="Another run is writing"):
            run_in(tmp_path / "run", subject, resume=True)
        refused.append(done)

    refused = []
    options = RunOptions(name="run")
    evaluate(subject, QUESTIONS, tmp_path / "run", options=options, on_progress=second)

    assert refused == [1, 2, 3]


def test_a_full_disk_keeps_what_was_evaluated_and_says_how_to_go_on(subject, tmp_path):
    """The limit on a file's size stands for the end of the disk."""
    rows = tmp_path / "run" / "results.jsonl"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(done, total):
        resource.setrlimit(resource.RLIMIT_FSIZE, (rows.stat().st_size + 100, before[1]))

    try:
        with pytest.raises(QuestionSetError, match="go on with --resume") as caught:
            evaluate(
                subject,
                QUESTIONS,
                tmp_path / "run",
                options=RunOptions(name="run"),
                on_progress=fill,
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.code == "E-EVL-014"
    assert [row.id for row in RunFolder(tmp_path / "run").rows()] == ["bridge"]
    whole = run_in(tmp_path / "run", subject, resume=True)
    assert without_times(whole) == without_times(run_in(tmp_path / "other", subject))


def test_a_folder_that_is_no_run_is_said_to_be_none(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "summary.json").write_text("{}", encoding="utf-8")

    with pytest.raises(QuestionSetError, match=r"has no readable summary\.json") as caught:
        RunFolder(tmp_path / "run").summary()
    with pytest.raises(QuestionSetError, match='No run "absent"'):
        find_run("absent", tmp_path)
    assert caught.value.code == "E-EVL-017"


def test_runs_are_found_by_name_and_listed_newest_first(subject, tmp_path):
    for number, name in enumerate(("b", "a", "c")):
        run = run_in(tmp_path / "runs" / name, subject)
        os.utime(run.path / "summary.json", (number, number))

    assert [run.path.name for run in list_runs(tmp_path / "runs")] == ["c", "a", "b"]
    assert find_run("a", tmp_path).path == tmp_path / "runs" / "a"


def test_rows_that_are_no_run_of_ours_are_left_as_they_are(subject, tmp_path):
    foreign = tmp_path / "run" / "results.jsonl"
    foreign.parent.mkdir()
    foreign.write_text("mine\n", encoding="utf-8")

    with pytest.raises(QuestionSetError, match="is no run of ours"):
        run_in(tmp_path / "run", subject, resume=True)
    assert foreign.read_text(encoding="utf-8") == "mine\n"


def test_a_run_that_was_replaced_while_it_ran_is_not_finished(subject, tmp_path):
    def replace(done, total):
        (tmp_path / "run" / "results.jsonl").replace(tmp_path / "taken.jsonl")
        (tmp_path / "run" / "results.jsonl").write_text("", encoding="utf-8")

    options = RunOptions(name="run")
    with pytest.raises(QuestionSetError, match="was replaced while it ran"):
        evaluate(subject, QUESTIONS[:1], tmp_path / "run", options=options, on_progress=replace)
    assert not (tmp_path / "run" / "summary.json").exists()


def test_resuming_a_whole_run_changes_nothing(subject, tmp_path):
    run_in(tmp_path / "run", subject)
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}

    run_in(tmp_path / "run", subject, resume=True)

    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


def test_rows_that_are_not_text_are_said_to_be_unreadable(subject, tmp_path):
    run = run_in(tmp_path / "run", subject)
    with (tmp_path / "run" / "results.jsonl").open("ab") as file:
        file.write(b"\xff\n")

    with pytest.raises(QuestionSetError, match=r"no readable results\.jsonl"):
        list(run.rows())


def test_other_prompts_are_other_settings(make_assistant, tmp_path):
    assistant = make_assistant(FILES)
    settings = []
    for text in ("a", "b"):
        prompts = tmp_path / "prompts"
        shutil.copytree(ROOT / "prompts", prompts, dirs_exist_ok=True)
        with (prompts / "answer.md").open("a", encoding="utf-8") as file:
            file.write(text)
        config = dataclasses.replace(assistant.config, prompts=prompts, answer_model="openai:x")
        other = Assistant(config)
        other.embedder = assistant.embedder
        settings.append(AssistantSubject(other, assistant.snapshot()).settings)

    assert settings[0] != settings[1]

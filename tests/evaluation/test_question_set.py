"""Question sets are read strictly: every error names the line and what is right."""

import json
import multiprocessing
import os
import threading
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import QuestionSetError
from rag.evaluation.questions import question_set
from rag.evaluation.questions.question_fields import KNOWN_FIELDS, OUTCOMES
from rag.evaluation.questions.question_set import (
    append_question,
    read_each,
    read_question_set,
    write_question_set,
)
from rag.evaluation.records import SetQuestion
from rag.records import Filters, Question, Turn

EVERYTHING = SetQuestion(
    id="a",
    question=Question(
        "And when?",
        (Turn("Was it banned?", "Yes."), Turn("Why?", "")),
        Filters(
            published_from=date(2024, 1, 1),
            published_to=date(2025, 1, 1),
            as_of=date(2025, 1, 31),
            outlets=("The Daily",),
            authors=("A. Writer",),
            articles=("b.md",),
        ),
    ),
    answers=("on 3 May", "3 May 2024"),
    all_of=("3 May", "banned"),
    articles=("b.md",),
    quotes=("It was banned on 3 May.",),
    answerable=True,
    outcome="partial",
    kind="list",
    tags=("follow-up",),
    generation=7,
    note="from the chat",
)


OTHERS = {".jsonl": "E-EVL-003", ".csv": "E-EVL-009"}


def write_set(folder, content):
    path = folder / "questions.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def asked(text, question_id="", **known):
    return SetQuestion(question_id, Question(text), **known)


def test_a_line_holds_a_question_and_all_that_is_known_of_it(tmp_path):
    row = {
        "id": "a",
        "question": "And when?",
        "history": [{"question": "Was it banned?", "answer": "Yes."}, "Why?"],
        "as_of": "2025-01-31",
        "published_from": "2024-01-01",
        "published_to": "2025-01-01",
        "outlets": ["The Daily"],
        "authors": ["A. Writer"],
        "only_articles": ["b.md"],
        "answers": ["on 3 May", "3 May 2024"],
        "all_of": ["3 May", "banned"],
        "articles": ["b.md"],
        "quotes": ["It was banned on 3 May."],
        "answerable": True,
        "outcome": "partial",
        "kind": "list",
        "tags": ["follow-up"],
        "generation": 7,
        "note": "from the chat",
    }

    assert read_question_set(write_set(tmp_path, json.dumps(row))) == [EVERYTHING]


def test_a_byte_order_mark_blank_lines_mixed_line_ends_and_no_last_one_are_accepted(tmp_path):
    path = write_set(
        tmp_path, '\ufeff{"question": "A?"}\r\n\n{"question": "B?", "id": 9}\r{"question": "C?"}'
    )

    found = read_question_set(path)

    assert [(q.id, q.question.text) for q in found] == [("1", "A?"), ("9", "B?"), ("4", "C?")]


def test_null_and_empty_say_that_nothing_is_known(tmp_path):
    nothing = {"answers": None, "answerable": None, "articles": [], "as_of": "", "note": None}

    found = read_question_set(write_set(tmp_path, json.dumps({"question": "A?", **nothing})))

    assert found == [asked("A?", "1")]
    assert found[0].is_answerable is None


@pytest.mark.parametrize(
    ("line", "is_answerable"),
    [
        (
            '{"question": "A?", "answers": [], "articles": [], "quotes": [], "answerable": false}',
            False,
        ),
        ('{"question": "A?", "answers": [""], "answerable": false}', False),
        ('{"question": "A?", "answers": [], "articles": ["a"], "answerable": true}', True),
        ('{"question": "A?", "answers": [], "quotes": ["A."]}', True),
        ('{"question": "A?", "answerable": true}', True),
        ('{"question": "A?", "articles": ["near"], "outcome": "not_in_articles"}', False),
    ],
)
def test_empty_lists_are_fine_where_the_line_tells_whether_it_is_answered(
    tmp_path, line, is_answerable
):
    (found,) = read_question_set(write_set(tmp_path, line))

    assert (found.is_answerable, found.answers) == (is_answerable, ())


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ("", "E-EVL-002", "No questions found"),
        (" \n\r\n", "E-EVL-002", "No questions found"),
        ('{"question": "x"}\n{"question": "y" "id"}', "E-EVL-003", "line 2, column 18: Expecting"),
        (b'{"question": "\xe9"}', "E-EVL-003", "line 1, column 15: not valid UTF-8"),
        ('{"question": "x\0"}', "E-EVL-003", "column 16: Invalid control character"),
        ("[]", "E-EVL-004", "expected an object, found a list"),
        ("3", "E-EVL-004", "expected an object, found a number"),
        ("{}", "E-EVL-005", 'field "question" is missing'),
        ('{"qestion": "x"}', "E-EVL-005", 'unknown field "qestion"; did you mean "question"?'),
        ('{"question": 3}', "E-EVL-005", 'field "question" must be text (found 3)'),
        ('{"question": "x", "as_of": "May"}', "E-EVL-005", "must be a date like 2025-10-30"),
        ('{"question": "x", "as_of": "20250131"}', "E-EVL-005", "must be a date like 2025-10-30"),
        ('{"question": "x", "history": [1]}', "E-EVL-005", 'a turn of "history" is'),
        ('{"question": "x", "history": "y"}', "E-EVL-005", 'field "history" must be a list'),
        ('{"question": "x", "answers": "y"}', "E-EVL-005", "must be a list (found 'y')"),
        ('{"question": "x", "quotes": [""]}', "E-EVL-005", 'field "quotes" holds an empty text'),
        ('{"question": "x", "answerable": 1}', "E-EVL-005", "must be true or false (found 1)"),
        ('{"question": "x", "outcome": "yes"}', "E-EVL-005", "is one of answered, partial"),
        ('{"question": "x", "generation": true}', "E-EVL-005", "whole number above 0"),
        ('{"question": "\\ud800"}', "E-EVL-005", "holds half a character"),
        ('{"question": "x", "question": "y"}', "E-EVL-006", 'field "question" is given twice'),
        ('{"question": "x"}\n{"question": "y", "id": 1}', "E-EVL-006", "stands on line 1"),
        ('{"question": NaN}', "E-EVL-007", "NaN is not a value"),
        ('{"question": ' + "9" * 5000 + "}", "E-EVL-007", "too many digits"),
        ('{"question": ' + "[" * 100_000, "E-EVL-008", "nested too deep"),
        ('{"question": "x", "answers": []}', "E-EVL-011", '"answers" is empty'),
        ('{"question": "x", "answers": ["y", " "]}', "E-EVL-011", "accepted answer is empty"),
        (
            '{"question": "x", "answerable": false, "outcome": "partial"}',
            "E-EVL-011",
            '"answerable": false and "outcome": "partial" contradict',
        ),
        (
            '{"question": "x", "answerable": true, "outcome": "not_in_articles"}',
            "E-EVL-011",
            "contradict each other",
        ),
        (
            '{"question": "x", "answerable": false, "answers": ["y"]}',
            "E-EVL-011",
            'marked as not in the articles, yet "answers" is given',
        ),
        (
            '{"question": "x", "outcome": "not_in_articles", "quotes": ["y"]}',
            "E-EVL-011",
            'yet "quotes" is given',
        ),
        (
            '{"question": "x", "published_from": "2025-02-01", "published_to": "2025-01-01"}',
            "E-EVL-011",
            '"published_from" (2025-02-01) is after "published_to" (2025-01-01)',
        ),
        ('{"question": "' + "x" * 1_000_000 + '"}', "E-EVL-012", "longer than"),
        (b"\x1f\x8b\x08", "E-EVL-015", "looks like gzip"),
        (b"PK\x03\x04", "E-EVL-015", "save it as CSV"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, content, code, message):
    with pytest.raises(QuestionSetError) as caught:
        read_question_set(write_set(tmp_path, content))

    assert caught.value.code == code
    assert message in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.jsonl",
            '{"question": 1}\n{"question": "A?"}\n{"question": \n{"question": "B?", "id": 2}',
        ),
        ("a.csv", "question,id\n,1\nA?,2\nB?,3,4\nB?,2\n"),
    ],
)
def test_a_wrong_line_does_not_hide_the_next(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    first, question, *others = read_each(path)

    assert (question.id, question.question.text) == ("2", "A?")
    assert first.code == "E-EVL-005"
    assert [error.code for error in others] == [OTHERS[path.suffix], "E-EVL-006"]


def test_what_ends_the_reading_comes_after_what_was_read(tmp_path):
    path = write_set(tmp_path, b'{"question": 1}\n{"question": "A?"}\n\xff\n{"question": "B?"}')

    first, question, last = read_each(path)

    assert (first.code, question.id, last.code) == ("E-EVL-005", "2", "E-EVL-003")


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path / "absent.jsonl", tmp_path):
        with pytest.raises(QuestionSetError, match="Cannot read the question set") as caught:
            read_question_set(path)
        assert caught.value.code == "E-EVL-001"


def test_a_file_of_another_kind_is_told_which_kinds_there_are(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text('{"question": "x"}', encoding="utf-8")

    with pytest.raises(QuestionSetError, match=r"a \.jsonl or \.csv file") as caught:
        read_question_set(path)

    assert caught.value.code == "E-EVL-015"


def test_a_file_of_too_many_questions_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(question_set, "MAX_QUESTIONS", 2)
    path = write_set(tmp_path, '{"question": "x"}\n' * 3)

    with pytest.raises(QuestionSetError, match="line 3: more than 2 questions") as caught:
        read_question_set(path)

    assert caught.value.code == "E-EVL-012"


def test_only_what_is_known_is_written_in_a_fixed_order(tmp_path):
    path = tmp_path / "set.jsonl"

    write_question_set(path, [asked("Ä?", "b", tags=("x",), answerable=False), EVERYTHING])

    first, second = path.read_text(encoding="utf-8").splitlines()
    assert first == '{"id": "b", "question": "Ä?", "answerable": false, "tags": ["x"]}'
    assert tuple(json.loads(second)) == KNOWN_FIELDS


def test_what_could_not_be_read_again_is_not_written_and_what_was_there_stays(tmp_path):
    path = write_set(tmp_path, '{"question": "x"}\n')
    before = path.read_bytes()

    for wrong in (
        [asked("x", "a"), asked("y", "a")],
        [asked("x", answerable=False, answers=("y",))],
    ):
        with pytest.raises(QuestionSetError):
            write_question_set(path, wrong)

    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


texts = st.text(min_size=1).filter(str.strip)
lists = st.lists(texts, max_size=3).map(tuple)
days = st.none() | st.dates()


@st.composite
def set_questions(draw):
    """Return any question whose fields do not contradict."""
    first, last = sorted([draw(st.dates()), draw(st.dates())])
    turns = st.builds(Turn, texts, st.text())
    filters = Filters(
        published_from=draw(st.sampled_from([first, None])),
        published_to=draw(st.sampled_from([last, None])),
        as_of=draw(days),
        outlets=draw(lists),
        authors=draw(lists),
        articles=draw(lists),
    )
    outcome = draw(st.none() | st.sampled_from(OUTCOMES))
    refuses = outcome == "not_in_articles" or (outcome is None and draw(st.booleans()))
    return SetQuestion(
        id=draw(texts),
        question=Question(draw(texts), tuple(draw(st.lists(turns, max_size=3))), filters),
        answers=() if refuses else draw(lists),
        articles=draw(lists),
        quotes=() if refuses else draw(lists),
        answerable=not refuses if outcome is None else draw(st.sampled_from([None, not refuses])),
        outcome=outcome,
        tags=draw(lists),
        generation=draw(st.none() | st.integers(min_value=1)),
        note=draw(st.text()),
    )


@settings(deadline=None)
@given(st.lists(set_questions(), min_size=1, max_size=4, unique_by=lambda q: q.id))
def test_reading_gives_back_what_was_written(tmp_path_factory, questions):
    path = tmp_path_factory.mktemp("sets") / "set.jsonl"

    write_question_set(path, questions)

    assert read_question_set(path) == questions


def test_appending_makes_folder_and_file_and_gives_the_next_free_id(tmp_path):
    path = tmp_path / "home" / "questions" / "cases.jsonl"

    added = [append_question(path, asked(text)) for text in ("A?", "B?")]
    added.append(append_question(path, asked("C?", "mine")))

    assert [question.id for question in added] == ["case-1", "case-2", "mine"]
    assert read_question_set(path) == added


def test_appending_ends_a_last_line_that_has_no_end(tmp_path):
    path = write_set(tmp_path, '{"id": "case-1", "question": "A?"}')

    append_question(path, asked("B?"))

    assert [q.id for q in read_question_set(path)] == ["case-1", "case-2"]


@pytest.mark.parametrize(
    ("content", "question_id", "code"),
    [
        ('{"question": "A?"', "", "E-EVL-003"),
        ('{"id": "a", "question": "A?"}', "a", "E-EVL-006"),
    ],
)
def test_a_file_that_cannot_take_the_question_is_left_as_it_was(
    tmp_path, content, question_id, code
):
    path = write_set(tmp_path, content)

    with pytest.raises(QuestionSetError) as caught:
        append_question(path, asked("B?", question_id))

    assert caught.value.code == code
    assert path.read_text(encoding="utf-8") == content


def test_appending_to_csv_and_appending_what_contradicts_make_no_file(tmp_path):
    for name, question in (
        ("set.csv", asked("A?")),
        ("set.jsonl", asked("A?", answerable=False, answers=("x",))),
    ):
        with pytest.raises(QuestionSetError):
            append_question(tmp_path / name, question)

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_lines_that_were_there(tmp_path, monkeypatch):
    path = write_set(tmp_path, '{"question": "A?"}')
    before = path.read_bytes()

    def half(descriptor, data, write=os.write):
        if len(data) < 10:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[: len(data) // 2])

    monkeypatch.setattr(question_set.os, "write", half)
    with pytest.raises(QuestionSetError, match="No space left") as caught:
        append_question(path, asked("B?"))

    assert caught.value.code == "E-EVL-014"
    assert path.read_bytes() == before


def append_many(path, count):
    for _ in range(count):
        append_question(path, asked("Which?"))


def test_threads_and_processes_that_append_at_once_lose_nothing(tmp_path):
    path = tmp_path / "cases.jsonl"
    spawn = multiprocessing.get_context("fork")
    workers = [threading.Thread(target=append_many, args=(path, 10)) for _ in range(3)]
    workers += [spawn.Process(target=append_many, args=(path, 10)) for _ in range(2)]

    for worker in reversed(workers):  # forked before there are threads
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(q.id for q in read_question_set(path)) == sorted(
        f"case-{n}" for n in range(1, 51)
    )


@pytest.mark.parametrize(
    ("fields", "outcome", "is_answerable"),
    [
        ('"kind": "app", "answerable": false', "about", None),
        ('"kind": "app", "outcome": "answered"', "answered", True),
        ('"kind": "fact", "answerable": false', None, False),
        ('"outcome": "about", "answers": []', "about", None),
        ('"outcome": "unsure"', "unsure", None),
        ('"outcome": "unsure", "answerable": false', "unsure", False),
        ('"all_of": ["May"], "answers": []', None, True),
    ],
)
def test_what_no_article_answers_may_still_have_an_expected_outcome(
    tmp_path, fields, outcome, is_answerable
):
    [question] = read_question_set(write_set(tmp_path, f'{{"question": "Hello", {fields}}}\n'))

    assert (question.outcome, question.is_answerable) == (outcome, is_answerable)

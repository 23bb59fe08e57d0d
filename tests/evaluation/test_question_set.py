"""Question sets are read strictly: every error names the line and what is right."""

from datetime import date

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.question_set import read_question_set
from rag.records import Filters, Question, Turn


def write_set(folder, content):
    path = folder / "questions.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_line_is_a_question_with_its_history_and_date(tmp_path):
    path = write_set(
        tmp_path,
        '\ufeff{"id": "a", "question": "And when?", "as_of": "2025-01-31", "history": '
        '[{"question": "Was it banned?", "answer": "Yes."}, "Why?"], "answers": ["x"]}\r\n'
        '\n{"question": "Who?"}',
    )

    first, second = read_question_set(path)

    assert first.question == Question(
        "And when?",
        (Turn("Was it banned?", "Yes."), Turn("Why?", "")),
        Filters(as_of=date(2025, 1, 31)),
    )
    assert (first.id, second.id) == ("a", "3")


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ("", "E-EVL-002", "No questions found"),
        ("{", "E-EVL-003", "line 1: column 2"),
        (b'{"question": "\xe9"}', "E-EVL-003", "not valid UTF-8"),
        ("[]", "E-EVL-004", "expected an object, found list"),
        ("{}", "E-EVL-005", 'field "question" is missing'),
        ('{"qestion": "x"}', "E-EVL-005", 'unknown field "qestion"; did you mean "question"?'),
        ('{"question": 3}', "E-EVL-005", 'field "question" must be text (found 3)'),
        ('{"question": "x", "as_of": "May"}', "E-EVL-005", "must be a date like 2025-10-30"),
        ('{"question": "x", "history": [1]}', "E-EVL-005", 'a turn of "history" is'),
        ('{"question": "x", "question": "y"}', "E-EVL-006", "a field is given twice"),
        ('{"question": "x"}\n{"question": "y", "id": 1}', "E-EVL-006", "stands on line 1"),
        ('{"question": NaN}', "E-EVL-007", "NaN is not a value"),
        ('{"question": ' + "9" * 5000 + "}", "E-EVL-007", "too many digits"),
        ('{"question": ' + "[" * 100_000, "E-EVL-008", "nested too deep"),
        ('{"question": "' + "x" * 1_000_000 + '"}', "E-EVL-012", "longer than"),
        (b"\x1f\x8b\x08", "E-EVL-015", "looks like gzip"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, content, code, message):
    with pytest.raises(QuestionSetError) as caught:
        read_question_set(write_set(tmp_path, content))

    assert caught.value.code == code
    assert message in caught.value.message


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path / "absent.jsonl", tmp_path):
        with pytest.raises(QuestionSetError, match="Cannot read the question set"):
            read_question_set(path)

"""Question sets as CSV: the same fields, one question a row."""

import pytest

from rag.errors import QuestionSetError
from rag.evaluation.questions.question_set import read_question_set
from rag.evaluation.records import SetQuestion
from rag.records import Question, Turn

A_HEADER = "question,id,answers,answerable\n"


def write_csv(folder, content):
    path = folder / "questions.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_row_holds_a_question_and_lists_are_separated_or_json(tmp_path):
    path = write_csv(
        tmp_path,
        "\ufeffquestion, answers ,articles,history,answerable,generation,tags\r\n"
        '"When, and\nwhy?",3 May | May,"[""a | b.md""]",Was it? | By whom?,yes,7,\r\n'
        ",,,,,,\r\n"
        'Who?,,,"[{""question"": ""Q"", ""answer"": ""A""}]",0,,x',
    )

    assert read_question_set(path) == [
        SetQuestion(
            "2",
            Question("When, and\nwhy?", (Turn("Was it?", ""), Turn("By whom?", ""))),
            answers=("3 May", "May"),
            articles=("a | b.md",),
            answerable=True,
            generation=7,
        ),
        SetQuestion("4", Question("Who?", (Turn("Q", "A"),)), answerable=False, tags=("x",)),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_may_stand_between_the_fields(tmp_path, delimiter):
    rows = ["", "question|id|answers", "When, and why?|a|3 May, 2024"]
    path = write_csv(tmp_path, "\r\n".join(rows).replace("|", delimiter))

    (found,) = read_question_set(path)

    assert found == SetQuestion("a", Question("When, and why?"), answers=("3 May, 2024",))


def test_a_comma_file_whose_cells_hold_semicolons_is_read_by_its_commas(tmp_path):
    (found,) = read_question_set(write_csv(tmp_path, "question,id\nA; or B?,x;y\n"))

    assert (found.question.text, found.id) == ("A; or B?", "x;y")


@pytest.mark.parametrize(
    ("cell", "is_answerable"),
    [("true", True), ("YES", True), ("1", True), ("no", False), ("False", False), ("0", False)],
)
def test_a_boolean_may_be_written_in_three_ways(tmp_path, cell, is_answerable):
    (found,) = read_question_set(write_csv(tmp_path, f"question,answerable\nA?,{cell}\n"))

    assert found.answerable is is_answerable


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ("", "E-EVL-002", "No questions found"),
        ("question,id\n", "E-EVL-002", "No questions found"),
        (A_HEADER + "A?,1,,\nB?,2,,,\n", "E-EVL-009", "row 3: 5 fields, expected 4."),
        (A_HEADER + "A?\n", "E-EVL-009", "row 2: 1 field, expected 4."),
        (A_HEADER + 'A?,1,,\n"B?,2,,\nC?,3,,\n', "E-EVL-009", "row 3: unexpected end of data"),
        (A_HEADER + '"A" ?,1,,\n', "E-EVL-009", "Is a quotation mark not closed?"),
        (A_HEADER + f"{'x' * 140_000},1,,\n", "E-EVL-009", "row 2: field larger than"),
        (A_HEADER + "A?,1,,\nB\0,2,,\n", "E-EVL-009", "row 3: holds a NUL character"),
        ("question;anwsers\nA?;b\n", "E-EVL-005", '"anwsers"; did you mean "answers"?'),
        ("question;id\nA?;1;2\n", "E-EVL-009", "row 2: 3 fields, expected 2."),
        ("wrong;names\nA?;1\n", "E-EVL-005", 'unknown field "wrong;names"'),
        (b"question\nA\xff?\n", "E-EVL-003", "not valid UTF-8"),
        (
            "qestion,id\n,1\n",
            "E-EVL-005",
            'row 1: unknown field "qestion"; did you mean "question"?',
        ),
        ("id,answers\n1,x\n", "E-EVL-005", 'row 2: field "question" is missing'),
        ("question,\nA?,1\n", "E-EVL-005", "row 1: column 2 has no name"),
        (A_HEADER + "A?,1,,maybe\n", "E-EVL-005", "must be true or false (found 'maybe')"),
        ("question,generation\nA?,x\n", "E-EVL-005", "must be a whole number"),
        ("question,id,question\nA?,1,B?\n", "E-EVL-006", 'field "question" is given twice'),
        (A_HEADER + "A?,1,,\nB?,1,,\n", "E-EVL-006", 'row 3: id "1" stands on row 2 already'),
        (A_HEADER + 'A?,1,"[""x"",]",\n', "E-EVL-003", "row 2, column"),
        (A_HEADER + "A?,1,x | ,\n", "E-EVL-011", "row 2: an accepted answer is empty"),
        (A_HEADER + "A?,1,x,no\n", "E-EVL-011", "marked as not in the articles"),
        (b"PK\x03\x04", "E-EVL-015", "looks like a spreadsheet"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(tmp_path, content, code, message):
    with pytest.raises(QuestionSetError) as caught:
        read_question_set(write_csv(tmp_path, content))

    assert (caught.value.code, message in caught.value.message) == (code, True), caught.value

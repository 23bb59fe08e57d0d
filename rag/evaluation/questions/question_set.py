"""Question sets: files with one question a line (JSON Lines) or a row (CSV), read and written.

Every field of a question is described in `question_fields.py`. Only JSON Lines is written.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rag.errors import QuestionSetError
from rag.evaluation.questions.question_csv import csv_reads
from rag.evaluation.questions.question_fields import fields_of, question_from
from rag.evaluation.questions.question_lines import (
    MAX_LINE_CHARACTERS,
    Line,
    Row,
    json_reads,
    parse_object,
    require_plain_file,
)
from rag.evaluation.records import SetQuestion
from rag.evaluation.writing import append_line, locked_for_append, put_in_place, writing
from rag.private_files import FOLDER_MODE

MAX_QUESTIONS = 100_000
"""A run over more would take days; a file that large is some other file."""
FILE_MODE = 0o666  # less what the person's umask takes; the folder is private
SUFFIXES = (".jsonl", ".json-lines", ".csv")
AS_IT_WAS = " What was there is as it was."


def read_question_set(path: Path) -> list[SetQuestion]:
    """Return the questions of a file in order.

    Raises QuestionSetError E-EVL-001 … 015, naming the line or row and the field.
    """
    questions = _read(path)
    if not questions:
        raise QuestionSetError("E-EVL-002", f'No questions found in "{path}".')
    return questions


def read_each(path: Path) -> Iterator[SetQuestion | QuestionSetError]:
    """Yield each question of a file in order, or in its place what is wrong with its line.

    What is wrong with the file as a whole comes last, as nothing can be read after it.
    """
    seen: dict[str, Line] = {}
    try:
        for count, read in enumerate(_reads_of(path)(path)):
            if count == MAX_QUESTIONS:
                told = f"more than {MAX_QUESTIONS:,} questions; split the file."
                read().refuse("E-EVL-012", told)
            yield _read_one(read, seen)
    except QuestionSetError as error:
        yield error


def write_question_set(path: Path, questions: Iterable[SetQuestion]) -> None:
    """Write a JSON Lines file aside, then put it in place, so that it is whole or untouched.

    Raises QuestionSetError E-EVL-014 where it cannot be written, and what reading it would raise.
    """
    lines = _lines(_json_lines_only(path), questions)
    with writing(f'"{path}"', AS_IT_WAS):
        path.parent.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        with put_in_place(path) as aside, aside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())


def append_question(path: Path, question: SetQuestion) -> SetQuestion:
    """Add one line to a JSON Lines file, made where it is missing; on the disk on return.

    Returns the question as it was added: with the next free id, `case-7`, where it had none.
    Safe between threads and processes. Raises QuestionSetError as reading the file does, which
    is then left as it was, E-EVL-006 where the id is taken, and E-EVL-014 where writing fails.
    """
    next(_lines(_json_lines_only(path), [question]))  # before a file is made for nothing
    with writing(f'"{path}"', AS_IT_WAS), locked_for_append(path, mode=FILE_MODE) as descriptor:
        taken = {known.id for known in _read(path)}
        free = (f"case-{n}" for n in itertools.count(1) if f"case-{n}" not in taken)
        added = dataclasses.replace(question, id=question.id or next(free))
        if added.id in taken:
            raise QuestionSetError("E-EVL-006", f'id "{added.id}" is in "{path}" already.')
        append_line(descriptor, "".join(_lines(path, [added])).encode())
    return added


def _read(path: Path) -> list[SetQuestion]:
    questions: list[SetQuestion] = []
    for found in read_each(path):
        if isinstance(found, QuestionSetError):
            raise found
        questions.append(found)
    return questions


def _read_one(read: Callable[[], Row], seen: dict[str, Line]) -> SetQuestion | QuestionSetError:
    try:
        row = read()
        question = question_from(row)
        if question.id in seen:
            at = seen[question.id]
            row.refuse("E-EVL-006", f'id "{question.id}" stands on {at.unit} {at.number} already.')
    except QuestionSetError as error:
        return error
    seen[question.id] = row.line
    return question


def _reads_of(path: Path) -> Callable[[Path], Iterator[Callable[[], Row]]]:
    suffix = path.suffix.casefold()
    if suffix in SUFFIXES:
        return csv_reads if suffix == ".csv" else json_reads
    require_plain_file(path)
    raise QuestionSetError("E-EVL-015", f'"{path}" is no question set: a .jsonl or .csv file is.')


def _json_lines_only(path: Path) -> Path:
    if path.suffix.casefold() in {".jsonl", ".json-lines"}:
        return path
    raise QuestionSetError(
        "E-EVL-015", f'Questions are written as JSON Lines: name a .jsonl file, not "{path}".'
    )


def _lines(path: Path, questions: Iterable[SetQuestion]) -> Iterator[str]:
    """Yield the line of each question once it is sure that it can be read again."""
    seen: set[str] = set()
    for number, question in enumerate(questions, start=1):
        text = json.dumps(fields_of(question), ensure_ascii=False, allow_nan=False)
        line = Line(path.name, number)
        if len(text) >= MAX_LINE_CHARACTERS:
            line.refuse("E-EVL-012", f"longer than {MAX_LINE_CHARACTERS:,} characters.")
        written = question_from(Row(line, parse_object(line, text)))
        if written.id in seen:
            line.refuse("E-EVL-006", f'id "{written.id}" is given twice.')
        seen.add(written.id)
        yield text + "\n"


def question_set_sha256(path: Path) -> str:
    """Return the SHA-256 of a question set's bytes. Raises QuestionSetError E-EVL-001."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise QuestionSetError(
            "E-EVL-001", f'Cannot read the question set "{path}": {error.strerror}.'
        ) from error

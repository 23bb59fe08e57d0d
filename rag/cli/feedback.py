"""The feedback command: list what was said of answers, export it, make test cases of it."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cli.exit_codes import EXIT_DONE
from rag.cli.options import Options, add_command
from rag.cli.output import to_json
from rag.config import Config
from rag.text.visible import one_line

if TYPE_CHECKING:
    from rag.evaluation.feedback import Feedback

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet reads a cell that begins so as a formula, or may after it has been edited."""
GUARD = "'"
QUESTION_WIDTH, WHY_WIDTH = 60, 60  # characters of a line for people
COLUMNS = (
    "id", "given", "verdict", "reasons", "comment", "question", "query", "history", "outcome",
    "answer", "quotes", "articles", "generation", "answerer", "conversation", "exchange",
)  # fmt: skip


def add_feedback(commands: Any) -> None:
    """Add `feedback`."""
    parser = add_command(
        commands,
        "feedback",
        feedback,
        "list what was said of answers in the chat, newest last",
    )
    parser.add_argument("--only", choices=("right", "wrong"), help="only these")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write them as a table, too")
    parser.add_argument(
        "--to-questions",
        type=Path,
        metavar="FILE.jsonl",
        help="add the right ones to a question set, with their quotes",
    )


def feedback(config: Config, options: Options) -> int:
    """List the feedback that counts; --csv and --to-questions write it elsewhere, too."""
    from rag.evaluation.feedback import FeedbackStore, feedback_files

    stores = [FeedbackStore(path) for path in feedback_files(config.home)]
    given = sorted((each for store in stores for each in store.all()), key=lambda each: each.given)
    listed = [each for each in given if options["only"] in {None, each.verdict}]
    if options["json"]:
        for each in listed:
            print(to_json(each))
    else:
        print(_table(listed) if listed else "No feedback yet. Give it below an answer in the chat.")
    for store in stores:
        if damaged := store.damaged:
            print(f'{damaged} unreadable lines of "{store.path}" were skipped.', file=sys.stderr)
    if options["csv"] is not None:
        write_csv(options["csv"], listed)
        print(f"{len(listed)} written to {options['csv']}", file=sys.stderr)
    if options["to_questions"] is not None:
        added = add_right_ones(options["to_questions"], listed)
        print(f"{added} added to {options['to_questions']}", file=sys.stderr)
    return EXIT_DONE


def write_csv(path: Path, listed: Sequence[Feedback]) -> None:
    """Write a table aside and put it in place, with a mark that spreadsheets know UTF-8 by.

    A cell that a spreadsheet would take for a formula, or that begins with an apostrophe, gets
    an apostrophe in front; taking one off again gives every cell back as it was.
    Raises QuestionSetError E-EVL-014.
    """
    from rag.evaluation.writing import put_in_place, writing

    with writing(f'"{path}"', " Make room, or check who may write there."):
        path.parent.mkdir(parents=True, exist_ok=True)
        with put_in_place(path) as aside, aside.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(COLUMNS)
            writer.writerows([_guarded(cell) for cell in _cells(each)] for each in listed)


def add_right_ones(path: Path, listed: Sequence[Feedback]) -> int:
    """Add the right answers to a question set and return how many were not in it yet.

    What was wrong needs a person to say what is right. Raises QuestionSetError.
    """
    from rag.evaluation.cases import draft_case
    from rag.evaluation.questions.question_set import append_question, read_question_set

    known = {question.id for question in read_question_set(path)} if path.exists() else set()
    cases = [draft_case(each) for each in listed if each.verdict == "right"]
    new = [case for case in cases if case.id not in known]
    for case in new:
        append_question(path, case)
    return len(new)


def _cells(each: Feedback) -> tuple[str, ...]:
    return (
        each.id,
        each.given.isoformat(),
        each.verdict or "",
        _reasons(each),
        each.comment,
        each.question,
        each.query,
        "\n".join(turn.question for turn in each.history),
        each.outcome,
        " ".join(sentence.text for sentence in each.sentences),
        "\n".join(quote.text for quote in each.quotes),
        "\n".join(dict.fromkeys(quote.article_id for quote in each.quotes)),
        str(each.generation),
        each.answerer,
        each.conversation_id,
        each.exchange_id,
    )


def _reasons(each: Feedback) -> str:
    from rag.evaluation.feedback import REASONS

    return "; ".join(REASONS[reason] for reason in each.reasons)


def _guarded(cell: str) -> str:
    return GUARD + cell if cell.startswith((GUARD, *FORMULA_STARTS)) else cell


def _table(listed: Sequence[Feedback]) -> str:
    head = f"{'Time (UTC)':<16}  {'Said':<5}  {'Question':<{QUESTION_WIDTH}}  Why"
    counts = {v: sum(each.verdict == v for each in listed) for v in ("right", "wrong")}
    return "\n".join(
        [head, *map(_row, listed), "", f"{counts['right']} right, {counts['wrong']} wrong."]
    )


def _row(each: Feedback) -> str:
    why = " · ".join(part for part in (_reasons(each), each.comment) if part)
    question = f"{one_line(each.question, QUESTION_WIDTH):<{QUESTION_WIDTH}}"
    row = f"{each.given:%Y-%m-%d %H:%M}  {each.verdict:<5}  {question}  {one_line(why, WHY_WIDTH)}"
    return row.rstrip()

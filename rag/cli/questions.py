"""The commands about question sets: check one, draft one."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.assistant import Assistant
from rag.cli.exit_codes import EXIT_DONE, EXIT_FIXABLE
from rag.cli.options import PATHS, Options, add_command, positive
from rag.cli.output import to_json
from rag.config import Config
from rag.errors import IndexingError, QuestionSetError
from rag.evaluation.questions.question_fields import fields_of
from rag.evaluation.questions.question_set import read_each, write_question_set

if TYPE_CHECKING:
    from rag.evaluation.questions.question_check import SetCheck
    from rag.evaluation.records import SetQuestion
    from rag.index.snapshot import Snapshot
    from rag.records import Problem

NO_INDEX = "E-IDX-001"
SHOWN_AT_MOST = 50  # of the problems, and of the notes: as many as a person mends in one go

DRAFTS = 20  # a sitting's work for the person who completes them


def add_questions(commands: Any) -> None:
    """Add `questions`, with its actions."""
    questions = commands.add_parser("questions", help="check a question set, or draft one")
    actions = questions.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = add_command(
        actions,
        "check",
        questions_check,
        "check the form of a question set, and its articles and quotes against the index",
        settings=PATHS,
    )
    check.add_argument(
        "questions",
        type=Path,
        metavar="FILE",
        help="question set (.jsonl, .csv), or a folder of articles and questions",
    )
    draft = add_command(
        actions,
        "draft",
        questions_draft,
        "propose sentences of the articles to ask for, and places for unanswerable questions, "
        "for a person to check and complete",
        settings=PATHS,
        has_json=False,
    )
    draft.add_argument(
        "--count", type=positive, default=DRAFTS, metavar="N", help=f"how many ({DRAFTS})"
    )
    draft.add_argument(
        "--out", type=Path, metavar="FILE.jsonl", help="a new file; default: print JSON lines"
    )
    draft.add_argument(
        "--seed", type=int, default=0, metavar="N", help="another seed draws other questions (0)"
    )


def questions_check(config: Config, options: Options) -> int:
    """Check a question set; exit code 2 where something about it is wrong."""
    from rag.evaluation.questions.question_check import check_questions

    named: Path = options["questions"]
    config, path = _opened(config, named) if named.is_dir() else (config, named)
    checked = check_questions(_read(path), _snapshot(config))
    if options["json"]:
        print(to_json(checked))
    else:
        if path != named:
            print(f'"{named}" is a folder of articles and questions, checked as "{path}".')
        print(_text(checked, config))
    return EXIT_FIXABLE if checked.problems else EXIT_DONE


def questions_draft(config: Config, options: Options) -> int:
    """Print proposed questions as JSON lines, or write them to a new file."""
    from rag.evaluation.questions.drafts import draft_questions

    path = options["out"]
    if path is not None and path.exists():
        raise QuestionSetError(
            "E-EVL-014", f'"{path}" is there already; name a new file with --out.'
        )
    snapshot = Assistant(config).snapshot()
    drafts = draft_questions(snapshot, count=options["count"], seed=options["seed"])
    if path is None:
        for draft in drafts:
            print(json.dumps(fields_of(draft), ensure_ascii=False))
    else:
        write_question_set(path, drafts)
        print(f"{len(drafts)} drafts in {path}. Each has a note that says what to check.")
    if len(drafts) < options["count"]:
        told = f"{len(drafts)} of {options['count']}"
        print(f"The articles gave {told} drafts.", file=sys.stderr)
    return EXIT_DONE


def _opened(config: Config, folder: Path) -> tuple[Config, Path]:
    """Return settings and file of a folder of articles and questions; nothing is indexed."""
    from rag.evaluation.interchange.set_folder import open_set_folder

    opened = open_set_folder(folder, config.home)
    return opened.config_from(config), opened.questions


def _read(path: Path) -> list[SetQuestion | QuestionSetError]:
    """Return every question or what is wrong with it; raise where that is all there is."""
    found = list(read_each(path))
    if not found:
        raise QuestionSetError("E-EVL-002", f'No questions found in "{path}".')
    if len(found) == 1 and isinstance(found[0], QuestionSetError):
        raise found[0]
    return found


def _snapshot(config: Config) -> Snapshot | None:
    try:
        return Assistant(config).snapshot()
    except IndexingError as error:
        if error.code != NO_INDEX:
            raise
        return None


def _text(checked: SetCheck, config: Config) -> str:
    tags = ", ".join(f"{tag} {count}" for tag, count in checked.tags.items())
    open_ = checked.questions - checked.answerable - checked.unanswerable
    lines = [
        f"{checked.questions:,} question{'' if checked.questions == 1 else 's'}: "
        f"{checked.answerable:,} answerable, "
        f"{checked.unanswerable:,} unanswerable, {open_:,} not said.",
        f"Follow-ups: {checked.follow_ups:,}. With answers: {checked.with_answers:,}, "
        f"articles: {checked.with_articles:,}, quotes: {checked.with_quotes:,}.",
        f"Tags: {tags or 'none'}.",
    ]
    if checked.unread:
        lines.append(f"Not counted, as they cannot be read: {checked.unread:,}.")
    if checked.drafts:
        are = "is still a draft" if checked.drafts == 1 else "are still drafts"
        lines.append(f'{checked.drafts:,} {are} (tag "draft").')
    if checked.generation is None:
        lines.append(f'Only the form was checked: there is no index in "{config.index}".')
    else:
        lines.append(f"Checked against version {checked.generation} of {config.index}.")
    lines += _listed("Wrong", checked.problems) or ["Nothing is wrong with it."]
    return "\n".join([*lines, *_listed("Worth a look", checked.notes)])


def _listed(title: str, problems: Sequence[Problem]) -> list[str]:
    if not problems:
        return []
    lines = [f"{each.message} [{each.code}]" for each in problems[:SHOWN_AT_MOST]]
    more = len(problems) - len(lines)
    return [f"{title}:", *lines, *([f"And {more:,} more."] if more else [])]

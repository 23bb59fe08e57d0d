"""The commands about question sets: check one, draft one."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rag.assistant import Assistant
from rag.cli.exit_codes import EXIT_DONE, EXIT_FIXABLE
from rag.cli.output import to_json
from rag.config import Config
from rag.errors import IndexingError, QuestionSetError
from rag.evaluation.questions.question_fields import fields_of
from rag.evaluation.questions.question_set import read_question_set, write_question_set

if TYPE_CHECKING:
    from rag.evaluation.questions.question_check import SetCheck
    from rag.index.snapshot import Snapshot

NO_INDEX = "E-IDX-001"

Options = dict[str, Any]


def questions_check(config: Config, options: Options) -> int:
    """Check a question set; exit code 2 where something about it is wrong."""
    from rag.evaluation.questions.question_check import check_questions  # noqa: PLC0415 - heavy

    checked = check_questions(read_question_set(options["questions"]), _snapshot(config))
    print(to_json(checked) if options["json"] else _text(checked, config))
    return EXIT_FIXABLE if checked.problems else EXIT_DONE


def questions_draft(config: Config, options: Options) -> int:
    """Print proposed questions as JSON lines, or write them to a new file."""
    from rag.evaluation.questions.drafts import draft_questions  # noqa: PLC0415 - heavy

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
    if checked.generation is None:
        lines.append(f'Only the form was checked: there is no index in "{config.index}".')
    else:
        lines.append(f"Checked against generation {checked.generation} of {config.index}.")
    lines += [f"{problem.message} [{problem.code}]" for problem in checked.problems]
    return "\n".join([*lines, *([] if checked.problems else ["Nothing is wrong with it."])])

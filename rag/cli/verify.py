"""The verify command: the quotes of an exported answer, looked up in the articles again."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.cli.exit_codes import EXIT_DONE, EXIT_GATE
from rag.cli.options import PATHS, Options, add_command
from rag.cli.output import to_json
from rag.config import Config
from rag.sharing.receipt import Checked, State, altered_quotes, check_quotes, edits_of, read_quotes
from rag.text.visible import one_line, plain

STATES: dict[State, str] = {
    "found": "found byte for byte in this version of the article",
    "moved": "still in the article, which has changed since",
    "changed": "no longer in the article, which has changed since",
    "gone": "its article is no longer in the index",
    "false": "never in this version of the article at that place",
    "altered": "the file shows other words than it was exported with",
}
SHOWN = 100  # characters of a quote


def add_verify(commands: Any) -> None:
    """Add `verify`."""
    parser = add_command(
        commands, "verify", verify, "check every quote of an exported answer again", settings=PATHS
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="an export, or what --json printed")


def verify(config: Config, options: Options) -> int:
    """Say of each quote what became of it; exit code 1 where one, or the text, is not as it was."""
    from rag.assistant import Assistant

    quotes = read_quotes(options["file"])
    altered = altered_quotes(options["file"])
    checked = [
        replace(each, state="altered") if each.quote in altered else each
        for each in check_quotes(quotes, Assistant(config).snapshot().article)
    ]
    edits = edits_of(options["file"])
    if options["json"]:
        print(to_json(checked))
    else:
        print("\n".join([*map(_line, checked), _summary(checked)]))
    for before, now in edits:
        print(_edit(before, now), file=sys.stderr if options["json"] else sys.stdout)
    is_as_it_was = not edits and all(each.state == "found" for each in checked)
    return EXIT_DONE if is_as_it_was else EXIT_GATE


def _edit(before: str, now: str) -> str:
    """Return what somebody did to the text of a file since it was exported."""
    now, before = (one_line(text, SHOWN) for text in (now, before))
    if not before:
        return f"Not in the export, and in the file now: “{now}”."
    return f"In the export: “{before}”, in the file now: {f'“{now}”' if now else 'nothing'}."


def _line(checked: Checked) -> str:
    quote = checked.quote
    where = f"{plain(quote.article_id)}, {quote.start}–{quote.end}"
    if checked.state == "moved" and checked.start is not None:
        where += f", now at {checked.start}"
    return f"“{one_line(quote.text, SHOWN)}” ({where}): {STATES[checked.state]}."


def _summary(checked: list[Checked]) -> str:
    counts = Counter(each.state for each in checked)
    parts = [f"{counts[state]} {state}" for state in STATES if counts[state]]
    return f"{len(checked)} quotes: {', '.join(parts)}."

"""Runs written for tests: real folders with rows that say only what a test needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.evaluation.records import EvaluatedQuestion, Expected, RunInfo, RunTimes, Summary
from rag.evaluation.runs.run_folder import INFO, ROWS, SUMMARY, TIMES, RunFolder
from rag.strict_json import to_line, to_text


def evaluated(question_id: str, *, is_answerable: bool | None = None, **fields: Any):
    """Return what came of a question; what is not given is empty or unknown."""
    asked = f"What of {question_id}?"
    values = {"id": question_id, "question": asked, "query": asked, "history": (), "tags": ()}
    expected = {"expected": Expected(is_answerable=is_answerable)}
    return EvaluatedQuestion(**values | expected | fields)


def run_info(name: str, **fields: Any) -> RunInfo:
    values: dict[str, Any] = {
        "started": "2026-02-03T04:05:06+00:00",
        "questions_file": "questions.jsonl",
        "questions_sha256": "a" * 64,
        "questions": 4,
        "subject": "footnote",
        "retrieval_only": False,
        "limit": None,
        "depth": 20,
        "is_judged": False,
        "index": "index",
        "generation": 1,
        "generation_sha256": "b" * 64,
        "settings": {"retrieval": "hybrid"},
        "versions": {"numpy": "2"},
    }
    return RunInfo(name=name, **(values | fields))


def write_run(
    folder: Path,
    rows: Sequence[EvaluatedQuestion],
    *,
    summary: Summary | None = None,
    times: RunTimes | None = None,
    info: RunInfo | None = None,
    **fields: Any,
) -> RunFolder:
    """Write a finished run as the runner does; without a summary, one that has no measures."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(to_line(row) + "\n" for row in rows)
    (folder / ROWS).write_text(lines, encoding="utf-8", newline="\n")
    for name, record in (
        (INFO, info or run_info(folder.name, **{"questions": len(rows)} | fields)),
        (SUMMARY, summary or Summary(len(rows), 0, {})),
        (TIMES, times or RunTimes({})),
    ):
        (folder / name).write_text(to_text(record), encoding="utf-8")
    return RunFolder(folder)

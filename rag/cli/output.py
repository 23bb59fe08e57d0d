"""What commands print: records as JSON, and the same as text for people."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rag.records import BuildReport, Changes
from rag.sharing.shapes import plain_value
from rag.text.visible import HIDDEN

if TYPE_CHECKING:
    from rag.index.inspection import IndexStatus, Verification

MAX_NAMES_SHOWN = 10


def to_json(value: Any) -> str:
    """Return records as one line of JSON; dates in ISO form, what a terminal obeys escaped."""
    text = json.dumps(plain_value(value), ensure_ascii=False, allow_nan=False)
    return HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def report_text(report: BuildReport) -> str:
    """Return what a build did."""
    return "\n".join(
        [
            *_change_lines(report.changes),
            f"Version {report.generation} of the index: {report.passages:,} passages, "
            f"{report.embedded:,} embedded, {report.seconds:.1f} s.",
        ]
    )


def changes_text(changes: Changes) -> str:
    """Return what a build would do."""
    return "\n".join(_change_lines(changes))


def status_text(status: IndexStatus) -> str:
    """Return the state of the index and its generations."""
    lines = [
        f"Version {status.generation} of {status.index}, built {_minute(status.created)}: "
        f"{status.articles:,} articles, {status.passages:,} passages, {status.embedder}, "
        f"searched in {status.dense}."
    ]
    if status.degraded:
        lines.append(f"Degraded: {status.degraded}")
    for one in status.generations:
        mark = "*" if one.is_current else " "
        told = one.damage or f"{one.articles:,} articles, {one.passages:,} passages"
        built = _minute(one.created) if one.created else "?"
        lines.append(f"{mark} {one.generation:>6}  {built}  {told}, {one.bytes / 1e6:.1f} MB")
    lines += [f"Set aside as damaged: {name}" for name in status.quarantined]
    return "\n".join(lines)


def verification_text(checked: tuple[Verification, ...]) -> str:
    """Return what verifying found."""
    return "\n".join(
        f"Version {one.generation}: {one.damage or 'every file is as written.'}"
        if one.generation
        else one.damage
        for one in checked
    )


def _minute(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _change_lines(changes: Changes) -> list[str]:
    lines = [f"Unchanged: {len(changes.unchanged)}"]
    for name, ids in zip(
        ("Added", "Changed", "Removed"),
        (changes.added, changes.changed, changes.removed),
        strict=True,
    ):
        lines.append(f"{name}: {len(ids)}" + (f" ({_some(ids)})" if ids else ""))
    for name, problems in zip(
        ("Duplicate", "Failed", "Note"),
        (changes.duplicates, changes.failed, changes.warnings),
        strict=True,
    ):
        lines += [f"{name}: {problem.message} [{problem.code}]" for problem in problems]
    return lines


def _some(names: tuple[str, ...]) -> str:
    rest = len(names) - MAX_NAMES_SHOWN
    return ", ".join(names[:MAX_NAMES_SHOWN]) + (f" and {rest} more" if rest > 0 else "")

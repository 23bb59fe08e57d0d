"""What a run was of, for reading: the questions, the index, the settings, the versions."""

from __future__ import annotations

from datetime import datetime

from rag.evaluation.records import RunInfo, RunTimes
from rag.evaluation.reporting.nodes import Node, node
from rag.evaluation.reporting.report_measures import duration

HASH_SHOWN = 12  # characters of a SHA-256: enough to see whether two are the same
MS_A_SECOND = 1000


def run_facts(info: RunInfo, times: RunTimes) -> Node:
    """Return what was run, in a few lines, with every setting and version to open."""
    rows = {
        "Questions": f"{info.questions_file or 'given directly'} ({_share(info)})",
        "Asked": _asked(info),
        "Index": f"{info.index}, generation {info.generation} ({_short(info.generation_sha256)})",
        "When": moment(info.started)
        + (f", {duration(times.seconds * MS_A_SECOND)}" if times.seconds else ", resumed")
        + (f" with {info.workers} workers" if info.workers > 1 else ""),
    }
    facts = [each for name, said in rows.items() for each in _row(name, said)]
    settings = [
        each
        for name, said in {**info.settings, "question set SHA-256": info.questions_sha256}.items()
        for each in _row(name, said or "–")
    ]
    versions = [each for name, said in info.versions.items() for each in _row(name, said)]
    return node(
        "div",
        node("dl", *facts, class_="facts"),
        node("details", node("summary", "Settings"), node("dl", *settings), class_="quiet"),
        node("details", node("summary", "Versions"), node("dl", *versions), class_="quiet"),
    )


def moment(started: str) -> str:
    """Return an ISO moment as people read it, as it stands where it is no moment.

    >>> moment("2026-11-23T08:05:00+00:00")
    '23 November 2026, 08:05 UTC'
    """
    try:
        when = datetime.fromisoformat(started)
    except ValueError:
        return started
    zone = when.strftime("%Z")
    return f"{when.day} {when:%B %Y, %H:%M}" + (f" {zone}" if zone else "")


def _asked(info: RunInfo) -> str:
    what = "retrieval only" if info.retrieval_only else "whole answers"
    judged = ", judged by an LLM too" if info.is_judged else ""
    return f"{info.subject}, {what}, the first {info.depth} passages ranked{judged}"


def _share(info: RunInfo) -> str:
    noun = "question" if info.questions == 1 else "questions"
    return f"{info.questions:,} {noun}" + (", the first of the set" if info.limit else "")


def _short(sha256: str) -> str:
    return sha256[:HASH_SHOWN]


def _row(name: str, said: str) -> tuple[Node, Node]:
    return node("dt", name), node("dd", said)

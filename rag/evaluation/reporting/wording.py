"""The numbers of a run as people read them: outcomes, headlines, groups, times, what was run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from rag.evaluation.measuring.measures import MAIN_MEASURES, MEASURES, QUOTE
from rag.evaluation.records import Estimate, RunInfo, RunTimes, Summary
from rag.evaluation.reporting.figures import percent

GROUPS = {
    "retrieval": "Retrieval, by article",
    "quote": "Retrieval, by gold quote",
    "answer": "Answers",
    "citation": "Citations",
    "outcome": "Answering or refusing",
}
HEADLINES = {
    "outcome_right": "right on whether to answer or refuse, whatever the answer says",
    "sentence_success@1": "first sentence answers",
    "contains_answer": "hold an accepted answer",
    "false_refusals": "wrongly refused",
    "unsure": "unsure, with what is closest",
    "quote_exactness": "of quotes are exact",
    "Success@1": "article comes first",
    "Success@5": "article among the first 5",
    "RR@10": "mean reciprocal rank of the article",
    "quote.Success@5": "gold quote among the first 5",
}
HEADLINES_SHOWN = 6
SHARES = frozenset(HEADLINES) - {"RR@10"}
OUTCOMES = {
    "answered": "answered",
    "partial": "partly answered",
    "conflicting": "articles disagree",
    "unsure": "unsure",
    "about": "about Footnote or the corpus",
    "not_in_articles": "not in the articles",
}
COUNTED = OUTCOMES | {"conflicting": "with disagreeing articles"}  # after a number
HASH_SHOWN = 12  # characters of a SHA-256: enough to see whether two are the same
SECONDS_A_MINUTE = 60
MS_A_SECOND = 1000


def headlines(summary: Summary, times: RunTimes) -> Iterator[tuple[str, str]]:
    """Yield the few numbers that a reader wants first, each with what it is."""
    known = [name for name in HEADLINES if name in summary.measures][:HEADLINES_SHOWN]
    for name in known:
        yield headline(name, summary.measures[name]), HEADLINES[name]
    total = times.stages.get("total") or times.stages.get("retrieval")
    if total is not None:
        said = f"median time; 19 of 20 took at most {duration(total.p95)}"
        yield duration(total.p50), said


def headline(name: str, estimate: Estimate) -> str:
    """Return a measure as it is said among the first: a share in per cent."""
    return percent(estimate.mean) if name in SHARES else f"{estimate.mean:.3f}"


def outcome_line(summary: Summary) -> str:
    """Return what came of the questions, in a sentence fragment.

    >>> outcome_line(Summary(4, 1, {}, outcomes={"answered": 2, "conflicting": 1}))
    '4 questions: 2 answered, 1 with disagreeing articles, 1 failed'
    """
    parts = [f"{n:,} {COUNTED.get(name, name)}" for name, n in summary.outcomes.items() if n]
    if summary.failed:
        parts.append(f"{summary.failed:,} failed")
    noun = "question" if summary.questions == 1 else "questions"
    return f"{summary.questions:,} {noun}" + (": " + ", ".join(parts) if parts else "")


def grouped(found: Mapping[str, Estimate]) -> dict[str, dict[str, Estimate]]:
    """Return the measures by the heading of their group, in the order of the registry."""
    known = {name: found[name] for name in MEASURES if name in found}
    groups = {
        heading: {name: each for name, each in known.items() if _group(name) == group}
        for group, heading in GROUPS.items()
    }
    groups["Other measures"] = {n: each for n, each in found.items() if n not in MEASURES}
    return {heading: measures for heading, measures in groups.items() if measures}


def stage_rows(times: RunTimes) -> list[tuple[str, str, str, str]]:
    """Return each stage with its p50, its p95 and its number of questions."""
    return [
        (name, duration(stage.p50), duration(stage.p95), f"{stage.n:,}")
        for name, stage in times.stages.items()
    ]


def tag_rows(summary: Summary) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of the measures that matter most, by tag; no rows without tags."""
    shown = [m for m in MAIN_MEASURES if any(m in found for found in summary.by_tag.values())]
    rows = [
        [tag, f"{max((each.n for each in found.values()), default=0):,}"]
        + [f"{found[m].mean:.3f}" if m in found else "–" for m in shown]
        for tag, found in summary.by_tag.items()
    ]
    return ["tag", "questions", *shown], rows if shown else []


def run_rows(info: RunInfo, times: RunTimes) -> list[tuple[str, str]]:
    """Return what a run was of, in a few lines."""
    took = f", {duration(times.seconds * MS_A_SECOND)}" if times.seconds else ", resumed"
    noun = "question" if info.questions == 1 else "questions"
    asked = f"{info.questions:,} {noun}" + (", the first of the set" if info.limit else "")
    what = "retrieval only" if info.retrieval_only else "whole answers"
    judged = ", judged by an LLM too" if info.is_judged else ""
    sha256 = info.generation_sha256[:HASH_SHOWN]
    return [
        ("Questions", f"{info.questions_file or 'given directly'} ({asked})"),
        ("Asked", f"{info.subject}, {what}, the first {info.depth} passages ranked{judged}"),
        ("Index", f"{info.index}, version {info.generation} ({sha256})"),
        (
            "When",
            moment(info.started)
            + took
            + (f" with {info.workers} workers" if info.workers > 1 else ""),
        ),
    ]


def setting_rows(info: RunInfo) -> list[tuple[str, str]]:
    """Return every setting of a run, and the hash of its questions."""
    given = {**info.settings, "question set SHA-256": info.questions_sha256}
    return [(name, said or "–") for name, said in given.items()]


def duration(ms: float) -> str:
    """Return milliseconds in the unit that a person would use.

    >>> duration(84.21), duration(2_310), duration(95_000)
    ('84 ms', '2.3 s', '1 min 35 s')
    """
    if ms < MS_A_SECOND:
        return f"{ms:.1f} ms" if ms < 10 else f"{ms:.0f} ms"  # noqa: PLR2004 - two digits either way
    seconds = ms / MS_A_SECOND
    if seconds < SECONDS_A_MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), SECONDS_A_MINUTE)
    return f"{minutes} min {rest} s"


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


def _group(name: str) -> str:
    return "quote" if name.startswith(QUOTE) else MEASURES[name].group

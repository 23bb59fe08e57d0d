"""What `eval` prints of a run: its measures with their intervals, then its times."""

from __future__ import annotations

from rag.evaluation.measuring.measures import MEASURES
from rag.evaluation.records import Estimate, MeasureGroup, RunInfo, RunTimes, Summary
from rag.evaluation.runs.run_folder import REPORT, RunFolder
from rag.text.visible import plain

GROUPS: dict[MeasureGroup, str] = {
    "retrieval": "Retrieval",
    "answer": "Answers",
    "citation": "Citations",
    "outcome": "Outcomes",
}
NAME_WIDTH = 22  # characters; the longest name of a measure and a little


def run_text(run: RunFolder) -> str:
    """Return a run for a terminal."""
    info, summary, times = run.info(), run.summary(), run.times()
    blocks = [[_headline(info, summary)]]
    for group, title in GROUPS.items():
        names = [n for n, m in MEASURES.items() if m.group == group and n in summary.measures]
        if names:
            rows = [_row(name, summary.measures[name]) for name in names]
            blocks.append([f"{title:<{NAME_WIDTH + 2}}  mean   [95 % interval]      n", *rows])
    if summary.judged:
        rows = [_row(name, estimate) for name, estimate in summary.judged.items()]
        blocks.append(["An LLM's opinion, no measurement of the same kind", *rows])
    blocks.append(_time_rows(times))
    blocks.append([f"Run: {run.path}", f"Report: {run.path / REPORT}"])
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _headline(info: RunInfo, summary: Summary) -> str:
    failed = f", {summary.failed} of them could not be asked" if summary.failed else ""
    outcomes = ", ".join(f"{n} {outcome}" for outcome, n in summary.outcomes.items())
    if len(summary.answerers) > 1:
        spoke = ", ".join(f"{n} by {name}" for name, n in summary.answerers.items())
        outcomes = f"{outcomes}; {spoke}"
    if set(summary.verdicts) - {"supported"}:
        told = ", ".join(f"{n} {verdict}" for verdict, n in summary.verdicts.items())
        outcomes = f"{outcomes}; sentences: {told}"
    return plain(
        f"{info.questions_file} on version {info.generation} of the index: "
        f"{summary.questions:,} questions{failed}" + (f" ({outcomes})" if outcomes else "")
    )


def _row(name: str, estimate: Estimate) -> str:
    interval = f"[{estimate.low:.3f}, {estimate.high:.3f}]"
    return f"  {name:<{NAME_WIDTH}}  {estimate.mean:.3f}  {interval}  {estimate.n:>7,}"


def _time_rows(times: RunTimes) -> list[str]:
    rows = [
        f"  {stage:<{NAME_WIDTH}}  {each.p50:>8,.1f}  {each.p95:>8,.1f}  {each.n:>7,}"
        for stage, each in times.stages.items()
    ]
    return [f"{'Times in ms':<{NAME_WIDTH + 2}}       p50       p95        n", *rows]

"""The numbers of a run for reading: headlines, measures with intervals, plots, tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag.evaluation.measuring.measures import MAIN_MEASURES, MEASURES, QUOTE
from rag.evaluation.records import Estimate, Measure, RunTimes, StageTimes, Summary
from rag.evaluation.reporting.bars import interval_bar
from rag.evaluation.reporting.charts import (
    calibration_chart,
    latency_chart,
    percent,
    risk_coverage_chart,
)
from rag.evaluation.reporting.nodes import Node, node

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
HEADLINES_SHOWN = 5
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
SECONDS_A_MINUTE = 60
MS_A_SECOND = 1000


def headlines(summary: Summary, times: RunTimes) -> Node:
    """Return the few numbers that a reader wants first."""
    known = [name for name in HEADLINES if name in summary.measures][:HEADLINES_SHOWN]
    cards = [_card(headline(name, summary.measures[name]), HEADLINES[name]) for name in known]
    total = times.stages.get("total") or times.stages.get("retrieval")
    if total is not None:
        said = f"median time; 19 of 20 took at most {duration(total.p95)}"
        cards.append(_card(duration(total.p50), said))
    return node("div", *cards, class_="cards")


def headline(name: str, estimate: Estimate) -> str:
    """Return a measure as it is said among the first: a share in per cent."""
    return percent(estimate.mean) if name in SHARES else _value(estimate)


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


def measure_sections(summary: Summary, times: RunTimes) -> Iterator[Node]:
    """Yield one section a group of measures, those of an LLM judge apart, then the times."""
    for group, heading in GROUPS.items():
        names = [name for name in _ordered(summary.measures) if _group(name) == group]
        if names:
            yield node("section", node("h3", heading), _measures(summary.measures, names))
    others = [name for name in summary.measures if _group(name) is None]
    if others:
        yield node("section", node("h3", "Other measures"), _measures(summary.measures, others))
    if summary.judged:
        yield node(
            "section",
            node("h3", "Judged by an LLM"),
            node("p", JUDGED_NOTE, class_="aside"),
            _measures(summary.judged, list(summary.judged)),
            class_="judged",
        )
    if times.stages:
        yield node("section", node("h3", "Times"), _stages(times.stages))


JUDGED_NOTE = (
    "An answer model gave these marks. They are an opinion, may change from run to run, and "
    "are kept apart from everything that is counted."
)


def plots(summary: Summary, times: RunTimes) -> Node | None:
    """Return the plots that the run has points for, or None."""
    drawn = []
    if summary.risk_coverage:
        drawn.append(risk_coverage_chart(summary.risk_coverage))
    if summary.calibration:
        drawn.append(calibration_chart(summary.calibration))
    if any(point.n for point in times.histogram_ms):
        drawn.append(latency_chart(times.histogram_ms))
    return node("div", *drawn, class_="plots") if drawn else None


def tag_table(summary: Summary) -> Node | None:
    """Return the measures that matter most, by tag, or None where no question has a tag."""
    shown = [m for m in MAIN_MEASURES if any(m in found for found in summary.by_tag.values())]
    if not shown:
        return None
    head = node("tr", *(node("th", name, scope="col") for name in ("tag", "questions", *shown)))
    rows = [
        node(
            "tr",
            node("th", tag, scope="row"),
            node("td", f"{max((e.n for e in found.values()), default=0):,}"),
            *(node("td", _value(found[m]) if m in found else "–") for m in shown),
        )
        for tag, found in summary.by_tag.items()
    ]
    table = node("table", node("thead", head), node("tbody", *rows), class_="numbers wide")
    return node("section", node("h3", "By tag"), node("div", table, class_="scroll"))


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


def explained(name: str) -> Node:
    """Return a measure's name, which opens to its meaning, formula and source."""
    measure = MEASURES.get(name)
    if measure is None:
        return node("span", name, class_="name")
    return node(
        "details",
        node("summary", node("span", name, class_="name"), title=measure.meaning),
        _meaning(measure),
        class_="explained",
    )


def _meaning(measure: Measure) -> Node:
    better = "Higher is better." if measure.higher_is_better else "Lower is better."
    of_set = " Computed over all questions at once." if measure.is_of_set else ""
    return node(
        "dl",
        *_row("Meaning", f"{measure.meaning} {better}{of_set}"),
        *_row("Formula", measure.formula),
        *_row("Source", measure.source),
    )


def _row(name: str, said: str) -> Sequence[Node]:
    return (node("dt", name), node("dd", said)) if said else ()


def _measures(found: Mapping[str, Estimate], names: Sequence[str]) -> Node:
    heads = ("measure", "value", "", "95 % interval", "n")
    head = node("tr", *(node("th", text, scope="col") for text in heads))
    rows = [_measure_row(name, found[name]) for name in names]
    return node("table", node("thead", head), node("tbody", *rows), class_="measures")


def _measure_row(name: str, estimate: Estimate) -> Node:
    return node(
        "tr",
        node("th", explained(name), scope="row"),
        node("td", _value(estimate), class_="value"),
        node("td", interval_bar(estimate), class_="drawing"),
        node("td", f"{estimate.low:.3f} – {estimate.high:.3f}", class_="interval"),
        node("td", f"{estimate.n:,}", class_="n"),
        data_measure=name,
    )


def _stages(stages: Mapping[str, StageTimes]) -> Node:
    heads = ("stage", "p50", "p95", "n")
    head = node("tr", *(node("th", text, scope="col") for text in heads))
    rows = [
        node(
            "tr",
            node("th", name, scope="row"),
            node("td", duration(stage.p50)),
            node("td", duration(stage.p95)),
            node("td", f"{stage.n:,}"),
        )
        for name, stage in stages.items()
    ]
    return node("table", node("thead", head), node("tbody", *rows), class_="numbers")


def _group(name: str) -> str | None:
    if name.startswith(QUOTE):
        return "quote"
    measure = MEASURES.get(name)
    return measure.group if measure is not None else None


def _ordered(found: Mapping[str, Estimate]) -> list[str]:
    """Return the names in the order of the registry, unknown ones last."""
    return [name for name in MEASURES if name in found] + [n for n in found if n not in MEASURES]


def _value(estimate: Estimate) -> str:
    return f"{estimate.mean:.3f}"


def _card(number: str, said: str) -> Node:
    return node("div", node("strong", number), node("span", said))

"""What two runs were made with otherwise, and how long each took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from rag.evaluation.records import RunInfo, RunTimes

DIGEST_CHARACTERS = 8
"""Of a SHA-256, as people tell two apart by eye."""

DifferingKind = Literal["run", "setting", "version"]


@dataclass(frozen=True, slots=True)
class Differing:
    """Something that the two runs were made with otherwise; "" where a run lacks it."""

    kind: DifferingKind
    name: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class ComparedTime:
    """The median time of a stage in both runs, in ms; `ratio` is b / a, None where a took none."""

    stage: str
    a_ms: float
    b_ms: float
    ratio: float | None


def differing(a: RunInfo, b: RunInfo) -> Iterator[Differing]:
    """Yield what differs in the runs themselves, then their settings, then their versions.

    Question files and generations are equal where their content is, whatever they are called.
    """
    if a.questions_sha256 != b.questions_sha256:
        yield Differing("run", "questions", _questions(a), _questions(b))
    if a.generation_sha256 != b.generation_sha256:
        yield Differing("run", "generation", _generation(a), _generation(b))
    yield from _differing_values("run", _run_values(a), _run_values(b))
    yield from _differing_values("setting", a.settings, b.settings)
    yield from _differing_values("version", a.versions, b.versions)


def compared_times(a: RunTimes, b: RunTimes) -> tuple[ComparedTime, ...]:
    """Return the median of each stage that both runs have, in the order of run a."""
    return tuple(
        ComparedTime(
            stage,
            times.p50,
            b.stages[stage].p50,
            round(b.stages[stage].p50 / times.p50, 3) if times.p50 else None,
        )
        for stage, times in a.stages.items()
        if stage in b.stages
    )


def _questions(info: RunInfo) -> str:
    return f"{info.questions_file} ({info.questions_sha256[:DIGEST_CHARACTERS]})"


def _generation(info: RunInfo) -> str:
    return f"{info.generation} ({info.generation_sha256[:DIGEST_CHARACTERS]})"


def _run_values(info: RunInfo) -> dict[str, str]:
    return {
        "subject": info.subject,
        "retrieval only": "yes" if info.retrieval_only else "no",
        "limit": "none" if info.limit is None else f"{info.limit:,}",
        "depth": f"{info.depth:,}",
        "workers": f"{info.workers:,}",
        "judged": "yes" if info.is_judged else "no",
    }


def _differing_values(
    kind: DifferingKind, a: Mapping[str, str], b: Mapping[str, str]
) -> Iterator[Differing]:
    for name in dict.fromkeys((*a, *b)):
        if a.get(name, "") != b.get(name, ""):
            yield Differing(kind, name, a.get(name, ""), b.get(name, ""))

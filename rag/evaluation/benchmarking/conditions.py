"""The ways of answering that a benchmark compares, each a name and the subject that it makes.

To add one, add a `Condition` to CONDITIONS; `conditions_without` makes one of each thing that
answering can leave out, for an ablation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.assistant import Assistant
from rag.config import NO_RERANKER
from rag.errors import ConfigError
from rag.evaluation.benchmarking.benchmark_table import WHOLE, WITHOUT
from rag.evaluation.runs.subject import AssistantSubject, Subject

if TYPE_CHECKING:
    from rag.config import Config
    from rag.encoders.reader import EntailmentScores, PassageReading, ReadablePassage, Reader
    from rag.evaluation.records import SetQuestion
    from rag.index.snapshot import Snapshot

ALL = "all"  # of what can be left out


@dataclass(frozen=True, slots=True)
class OpenedSet:
    """One set with its articles indexed."""

    name: str
    path: Path
    config: Config
    snapshot: Snapshot
    questions: tuple[SetQuestion, ...]
    questions_file: Path
    read: dict[tuple[str, ReadablePassage], PassageReading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """One way of answering that the benchmark compares with the others."""

    name: str
    meaning: str
    make: Callable[[OpenedSet], Subject]


class RememberingReader:
    """Reads nothing twice, for conditions that differ in what is made of it.

    Gives what `reader` gives and keeps it in `read`, by question and passage.
    """

    def __init__(
        self, reader: Reader, read: dict[tuple[str, ReadablePassage], PassageReading]
    ) -> None:
        self._reader = reader
        self._read = read
        self.name = reader.name

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[PassageReading]:
        """Return what it makes of each passage, read now or before."""
        new = [each for each in dict.fromkeys(passages) if (question, each) not in self._read]
        for passage, reading in zip(new, self._reader.read(question, new), strict=True):
            self._read[question, passage] = reading
        return [self._read[question, each] for each in passages]

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        """Return whether the evidence entails the claim."""
        return self._reader.entails(claim, evidence)


def _langchain(opened: OpenedSet) -> Subject:
    from rag.evaluation.benchmarking.baseline import LangChainBaseline  # noqa: PLC0415 - imports LangChain

    return LangChainBaseline(Assistant(opened.config).embedder, opened.snapshot)


def _footnote(name: str, **settings: Any) -> Callable[[OpenedSet], Subject]:
    """Return what makes Footnote with these settings; otherwise as it comes, but hybrid."""

    def make(opened: OpenedSet) -> Subject:
        config = dataclasses.replace(opened.config, **{"retrieval": "hybrid"} | settings)
        return AssistantSubject(Assistant(config), opened.snapshot, name=name)

    return make


def _without(name: str) -> Callable[[OpenedSet], Subject]:
    """Return what makes Footnote without a signal; what was read for another is not read again."""

    def make(opened: OpenedSet) -> Subject:
        parts = Assistant(opened.config)
        if parts.reader is not None:
            parts.reader = RememberingReader(parts.reader, opened.read)
        config = dataclasses.replace(opened.config, retrieval="hybrid")
        assistant = Assistant(config, without=(name,), shares=parts)
        return AssistantSubject(assistant, opened.snapshot, name=WITHOUT + name)

    return make


CONDITIONS = tuple(
    Condition(name, meaning, make)
    for name, meaning, make in (
        ("langchain", "LangChain's tutorial, the first passage as the answer", _langchain),
        ("dense", "Footnote, passages ranked by meaning", _footnote("dense", retrieval="dense")),
        ("bm25", "Footnote, passages ranked by words", _footnote("bm25", retrieval="bm25")),
        (
            "no-reranker",
            "as hybrid, no sentence read with the question",
            _footnote("no-reranker", reranker=NO_RERANKER),
        ),
        ("hybrid", "Footnote as it comes, both rankings fused", _footnote("hybrid")),
    )
)


def choose_conditions(names: str | None) -> tuple[Condition, ...]:
    """Return the conditions that a list like "dense,hybrid" names, in the order of CONDITIONS.

    Raises ConfigError E-CFG-001 for a name that is none.
    """
    if names is None:
        return CONDITIONS
    wanted = {name.strip() for name in names.split(",")}
    known = [each.name for each in CONDITIONS]
    if unknown := sorted(wanted - set(known)):
        raise ConfigError(
            "E-CFG-001", f'No condition "{unknown[0]}". There are: {", ".join(known)}.'
        )
    return tuple(each for each in CONDITIONS if each.name in wanted)


def conditions_without(names: Sequence[str], switches: Mapping[str, str]) -> tuple[Condition, ...]:
    """Return a condition for each thing to leave out, and last the one with everything.

    `switches` are the names that there are with their meanings; "all" stands for each of them.
    Raises ConfigError E-CFG-001 for a name that is none.
    """
    wanted = tuple(switches) if ALL in names else tuple(dict.fromkeys(names))
    if unknown := [name for name in wanted if name not in switches]:
        known = ", ".join((*switches, ALL))
        raise ConfigError("E-CFG-001", f'No "{unknown[0]}" to leave out. There are: {known}.')
    left_out = (
        Condition(WITHOUT + name, f"as hybrid, but not: {switches[name]}", _without(name))
        for name in wanted
    )
    return (*left_out, *choose_conditions(WHOLE))

"""The records of an evaluation: a labelled question, what came of it, measures, a summary.

All are frozen. A run is a folder with one EvaluatedQuestion a line (`results.jsonl`), one
RunInfo (`run.json`), one Summary (`summary.json`) and one RunTimes (`times.json`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rag.records import HitPlace, Outcome, Quote, Sentence, Span, Turn
from rag.records import Question as AskedQuestion

MeasureGroup = Literal["retrieval", "answer", "citation", "outcome"]

UNDECIDED: frozenset[Outcome] = frozenset({"unsure", "about"})
"""Outcomes that neither answer from the articles nor refuse."""


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """One labelled question of a question set; what is empty or None is not known.

    `articles` are ids that hold the answer, `quotes` sentences of articles that carry it,
    `answers` accepted strings, `all_of` strings that must all be shown. `outcome` is the right
    outcome where more is known than whether the articles answer. `kind` is what is asked for, a
    tag with a field of its own. `generation` is that of the index in which it was made.
    """

    id: str
    question: AskedQuestion
    answers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    answerable: bool | None = None
    outcome: Outcome | None = None
    tags: tuple[str, ...] = ()
    generation: int | None = None
    note: str = ""
    all_of: tuple[str, ...] = ()
    kind: str = ""

    @property
    def is_answerable(self) -> bool | None:
        """Whether the articles answer it, at least in part; None when nothing says so.

        What the index itself knows (`about`) is no question to the articles.
        """
        if self.outcome == "about":
            return None
        if self.answerable is not None:
            return self.answerable
        if self.outcome is not None and self.outcome not in UNDECIDED:
            return self.outcome != "not_in_articles"
        is_known = self.answers or self.all_of or self.articles or self.quotes
        return True if is_known else None


@dataclass(frozen=True, slots=True)
class ExpectedQuote:
    """A gold quote; `places` are where it stands in the articles of the generation, maybe none."""

    text: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A span of an article."""

    article_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of the right answer, as the generation holds it.

    `relevant` are the passages of the generation that hold a gold quote or half of it, each with
    the number of gold quotes it holds: the judgements (qrels) by quote.
    """

    answers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    quotes: tuple[ExpectedQuote, ...] = ()
    relevant: dict[str, int] = field(default_factory=dict)
    is_answerable: bool | None = None
    outcome: Outcome | None = None
    all_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluatedQuestion:
    """What came of one question, with its measures: one line of `results.jsonl`.

    `outcome` is None when nothing was answered: in a run of retrieval only, or after an error.
    `measures` holds the measures of this question alone, by name; those of a whole set (the F1
    of abstaining) are only in the Summary. `is_right`: the answer carries what is expected, or
    refuses what the articles do not answer; None when nothing tells, and for an answer that is
    unsure. `would_be_right`: the same had it answered, judged by what it shows as closest.
    `judged` holds what an LLM judge said.
    `answerer` is what spoke in the end: an LLM that fails is stood in for.
    """

    id: str
    question: str
    query: str
    history: tuple[Turn, ...]
    tags: tuple[str, ...]
    expected: Expected
    outcome: Outcome | None = None
    reason: str = ""
    confidence: float | None = None
    sentences: tuple[Sentence, ...] = ()
    near_misses: tuple[Quote, ...] = ()
    hits: tuple[HitPlace, ...] = ()
    is_right: bool | None = None
    would_be_right: bool | None = None
    measures: dict[str, float] = field(default_factory=dict)
    judged: dict[str, float] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)
    error_code: str = ""
    error: str = ""
    answerer: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number means. `is_of_set`: computed over all questions at once, not a mean."""

    name: str
    group: MeasureGroup
    meaning: str
    formula: str
    source: str
    higher_is_better: bool = True
    is_of_set: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean (or a measure of the set) over `n` questions with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a curve; `n` questions lie behind it."""

    x: float
    y: float
    n: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a run; the same input gives the same Summary, byte for byte.

    `risk_coverage`: share answered (x), share of those wrong (y). `calibration`: mean confidence
    of a bin (x), share of its questions that the articles answer (y).
    """

    questions: int
    failed: int
    measures: dict[str, Estimate]
    judged: dict[str, Estimate] = field(default_factory=dict)
    by_tag: dict[str, dict[str, Estimate]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, int] = field(default_factory=dict)
    answerers: dict[str, int] = field(default_factory=dict)
    risk_coverage: tuple[Point, ...] = ()
    calibration: tuple[Point, ...] = ()
    format: int = 1


@dataclass(frozen=True, slots=True)
class StageTimes:
    """How long a stage took, in milliseconds, over `n` questions."""

    p50: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class RunTimes:
    """The times of a run; `histogram_ms` counts whole answers: [lower edge, upper edge) -> n.

    `seconds` is 0 where the run was resumed: nobody timed the whole of it.
    """

    stages: dict[str, StageTimes]
    histogram_ms: tuple[Point, ...] = ()
    seconds: float = 0.0
    format: int = 1


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a run is of; `--resume` goes on only where all that numbers depend on is equal."""

    name: str
    started: str
    questions_file: str
    questions_sha256: str
    questions: int
    subject: str
    retrieval_only: bool
    limit: int | None
    depth: int
    is_judged: bool
    index: str
    generation: int
    generation_sha256: str
    settings: dict[str, str]
    versions: dict[str, str]
    workers: int = 1
    format: int = 1

"""The records that travel through Footnote: articles, passages, hits, quotes, answers, reports.

All are frozen. Offsets count characters of `Article.text`. Nothing here computes or reads files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

DateSource = Literal[
    "front matter", "page metadata", "JSON-LD", "byline", "address", "update", "unknown"
]
Verdict = Literal["supported", "attributed", "unsupported"]
Outcome = Literal["answered", "partial", "conflicting", "unsure", "about", "not_in_articles"]
AnswerKind = Literal["fact", "list", "compare", "timeline", "summary", "new", "about"]
Caution = Literal["low", "normal", "high"]
"""How sure it must be that the articles answer a question."""
Stage = Literal["reading", "chunking", "embedding", "writing", "checking"]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as extracted from a file; `sha256` is that of `text` in UTF-8.

    `updated` is the day that the article itself gives for its last change. `is_ocr` where some of
    its words were recognised in pictures.
    """

    id: str
    sha256: str
    title: str
    text: str
    published: date | None = None
    published_from: DateSource = "unknown"
    outlet: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    updated: date | None = None
    is_ocr: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one article: `article.text[start:end] == text`."""

    article_id: str
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        """Return `article_id#start`."""
        return f"{self.article_id}#{self.start}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question is limited to, applied before ranking; empty means no limit.

    Dates are inclusive. An article without a known date passes no date limit that the
    person set (`published_from`, `published_to`), and passes `as_of`.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a limit with a typo is none, unsaid

    published_from: date | None = None
    published_to: date | None = None
    as_of: date | None = None
    outlets: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and the text of its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the person typed, with what it may lean on; without `caution`, that of the settings."""

    text: str
    history: tuple[Turn, ...] = ()
    filters: Filters = Filters()
    caution: Caution | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """What retrieval searches for: `text`, and what is in `also`, ranked together.

    `leans_on_history`: it is read with the turn before, whose question is `follows`. `respelled`
    are words that no article has, each with the spelling that is searched instead.
    """

    text: str
    leans_on_history: bool = False
    follows: str = ""
    also: tuple[str, ...] = ()
    respelled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HitPlace:
    """Where a retrieved passage stands, its rank from 1 and its score in this ranking."""

    passage_id: str
    article_id: str
    start: int
    end: int
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One retrieved passage; `rank` counts from 1, scores compare only inside one ranking."""

    passage: Passage
    rank: int
    score: float

    @property
    def place(self) -> HitPlace:
        """What is known of it without its text."""
        at = self.passage
        return HitPlace(at.id, at.article_id, at.start, at.end, self.rank, self.score)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The hits of one query in one generation, best first."""

    query: Query
    hits: tuple[Hit, ...]
    generation: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of an article: `article.text[start:end] == text` in the version `article_sha256`."""

    article_id: str
    article_sha256: str
    title: str
    outlet: str
    published: date | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or excerpt of an answer with its verdict and the quotes that carry it.

    `attributed_to` is where the article of such a sentence names whose words it states; None for
    other verdicts, and where the article names nobody ("is said to"). `marks` are the words that
    answer, as offsets into the text of the article of the first quote. `label` says what the
    piece is among the others: "earlier, on 6 December 2024", an item of a list, a side of a
    comparison, a date of a timeline.
    """

    text: str
    verdict: Verdict
    quotes: tuple[Quote, ...]
    attributed_to: Quote | None = None
    marks: tuple[Span, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `reason` says why the articles do not answer (a refusal), what is missing (partial), or why
    another answerer than the configured one spoke. `near_misses` is filled for refusals only.
    `confidence` is the probability, 0 to 1, that the articles answer the question, as the
    answerer saw it; None where it gives none.
    `timings_ms` maps a stage (query, retrieval, answering, total) to milliseconds. `kind` is what
    was asked for. In the outcome `unsure` the sentences are what stands closest in the articles,
    and may not answer. In `about` they state what the index itself knows and need no quote.
    `suggestions` are questions that may be asked next, or were likely meant; `follows` is the
    earlier question that it was read with.
    """

    question: str
    query: str
    outcome: Outcome
    reason: str
    sentences: tuple[Sentence, ...]
    near_misses: tuple[Quote, ...]
    hits: tuple[Hit, ...]
    generation: int
    answerer: str
    timings_ms: dict[str, float] = field(default_factory=dict)
    confidence: float | None = None
    kind: AnswerKind = "fact"
    suggestions: tuple[str, ...] = ()
    follows: str = ""

    @property
    def searched(self) -> str:
        """Return the query where it says more than the question, alone or after the one before."""
        is_joined = bool(self.follows) and self.follows in self.query
        return "" if is_joined or self.query == self.question else self.query


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one file that a person may want to fix: a stable code and one sentence."""

    name: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `done` of `total` items of a stage."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the corpus folder and a generation, by article id; all sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    duplicates: tuple[Problem, ...] = ()
    failed: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether a build would leave the articles as they are."""
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `embedded` counts passages whose embedding was computed, not reused."""

    generation: int
    changes: Changes
    passages: int
    embedded: int
    seconds: float

"""The numbers of a benchmark as a file keeps them, and the tables that show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import ConfigError
from rag.evaluation.writing import put_in_place
from rag.strict_json import NotThisRecord, from_text, to_text

MEASURES = (
    *("nDCG@10", "RR@10", "R@10", "sentence_success@1", "sentence_success@3"),
    *("citation_precision", "abstain_f1", "false_refusals", "answerable_auroc"),
)
"""A few a stage: retrieval by article, the answering sentence, its quotes, whether to answer."""

FOREIGN_AUROC, FOREIGN_REFUSED = "foreign_auroc", "foreign_refused"
WHERE_MEASURED = (
    *("items_shown", "unsure", "unsure_right", "answered_when_retrieved"),
    *(FOREIGN_AUROC, FOREIGN_REFUSED),
)
"""Shown where a row has one: what must all be shown, doubt, whether it answers what was found,
and how it tells questions of its own set from foreign ones (see `foreign`)."""

COMPARED = ("sentence_success@1", "sentence_success@3")
"""Shown again as multiples of what the baseline reaches."""

BASELINE = "langchain"  # the condition that the others are compared with
WHOLE, WITHOUT = "hybrid", "without "
"""The condition with everything, and how those begin that leave something out."""
EARNED = ("sentence_success@1", "sentence_success@3", "answerable_auroc", FOREIGN_AUROC)
"""What a signal may earn; shown as what leaving it out costs."""
TIMED_STAGE = "total"  # of a run's times: all that answering a question takes

BENCHMARK, ABLATION = "benchmark", "ablation"
"""What the tables of a page are of; each stands between two comments that name it."""

LEAST = 5
"""Questions that a measure needs to be shown: a mean of fewer says nothing."""

NOT_MEASURED = "–"  # fewer questions of the set have it


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One condition on one set; a measure that no question has is missing.

    `measured` counts the questions behind a measure. `ask_p50_ms` is a time: all else is the
    same in every run.
    """

    set: str
    condition: str
    questions: int
    measures: dict[str, float]
    ask_p50_ms: float
    measured: dict[str, int] = field(default_factory=dict)

    def shown(self, name: str) -> float | None:
        """Return a measure if enough questions have it."""
        return self.measures.get(name) if self.measured.get(name, LEAST) >= LEAST else None


@dataclass(frozen=True, slots=True)
class BenchmarkNumbers:
    """All rows, a set's together; `limit` questions of each set were drawn with `seed`.

    `foreign` is how many questions of the other sets each set was asked at most.
    """

    embedder: str
    limit: int | None
    seed: int
    conditions: dict[str, str]
    rows: tuple[BenchmarkRow, ...]
    foreign: int | None = None
    format: int = 1

    @property
    def place(self) -> str:
        """What the table is of: an ablation where something was left out."""
        return ABLATION if any(each.startswith(WITHOUT) for each in self.conditions) else BENCHMARK


def marks(place: str) -> tuple[str, str]:
    """Return the lines of a page between which a table stands."""
    return f"<!-- {place} -->", f"<!-- /{place} -->"


def table(numbers: BenchmarkNumbers) -> str:
    """Return in Markdown every row, the multiples of the baseline's, and what was run."""
    more = [name for name in WHERE_MEASURED if any(name in row.measures for row in numbers.rows)]
    names = [*MEASURES, *more]
    is_timed = numbers.place == BENCHMARK  # what an ablation has read once it does not read again
    heading = ["set", "condition", "questions", *names, *["ask p50, ms (time)"] * is_timed]
    cells = (_cells(row, names)[: len(heading)] for row in numbers.rows)
    blocks = [_markdown(heading, cells)]
    if numbers.conditions.keys() > {BASELINE}:
        blocks.append(_ratios(numbers))
    if numbers.place == ABLATION:
        blocks.insert(0, _costs(numbers))
    told = [f"{name}: {meaning}." for name, meaning in numbers.conditions.items()]
    if numbers.limit is not None:
        drawn = f"{numbers.limit} questions at most, the first of a shuffle with seed"
        told.append(f"Of each set {drawn} {numbers.seed}.")
    if numbers.foreign is not None:
        told.append(_foreign_told(numbers.foreign))
    return "\n\n".join([*blocks, " ".join(told)])


def write_numbers(numbers: BenchmarkNumbers, path: Path) -> None:
    """Keep the numbers in `path`."""
    _replace(path, to_text(numbers) + "\n")


def write_table(numbers: BenchmarkNumbers, page: Path) -> None:
    """Put the table between the marks of a page."""
    begin, end = marks(numbers.place)
    before, _, rest = _page_text(page, numbers.place).partition(begin)
    _replace(page, f"{before}{begin}\n{table(numbers)}\n{end}{rest.partition(end)[2]}")


def read_numbers(path: Path) -> BenchmarkNumbers:
    """Return what `write_numbers` kept. Raises ConfigError E-CFG-001 for anything else."""
    try:
        return from_text(BenchmarkNumbers, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, NotThisRecord) as error:
        raise ConfigError("E-CFG-001", f'"{path}" holds no benchmark: {error}.') from error


def require_writable(path: Path | None, *, page: Path | None, place: str = BENCHMARK) -> None:
    """Raise ConfigError E-CFG-001 now if writing to either would fail after the benchmark."""
    if page is not None:
        _page_text(page, place)
    if path is not None and not path.parent.is_dir():
        raise ConfigError("E-CFG-001", f'There is no folder "{path.parent}" for "{path}".')


def _page_text(page: Path, place: str) -> str:
    begin, end = marks(place)
    try:
        text = page.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError("E-CFG-001", f'Cannot read "{page}": {error.strerror}.') from error
    if begin not in text or end not in text.partition(begin)[2]:
        raise ConfigError(
            "E-CFG-001", f'"{page}" has no place for the table: add the lines {begin} and {end}.'
        )
    return text


def _replace(path: Path, text: str) -> None:
    try:
        with put_in_place(path) as aside:
            aside.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError("E-CFG-001", f'Cannot write "{path}": {error.strerror}.') from error


def _foreign_told(count: int) -> str:
    return (
        f"Each set was also asked {count} questions of the other sets at most, which its articles "
        f"do not answer: {FOREIGN_AUROC} is answerable_auroc against these, {FOREIGN_REFUSED} the "
        "share of them that was refused; every other measure is of the set's own questions."
    )


def _cells(row: BenchmarkRow, names: Iterable[str]) -> list[str]:
    measured = [_number(row.shown(name), digits=3) for name in names]
    return [row.set, row.condition, f"{row.questions:,}", *measured, f"{row.ask_p50_ms:.0f}"]


def _number(value: float | None, *, digits: int) -> str:
    return NOT_MEASURED if value is None else f"{value:.{digits}f}"


def _ratios(numbers: BenchmarkNumbers) -> str:
    """Return, a row a set, each condition's measures as multiples of the baseline's."""
    by_place = {(row.set, row.condition): row for row in numbers.rows}
    others = [name for name in numbers.conditions if name != BASELINE]
    heading = [f"{' and '.join(COMPARED)} as multiples of {BASELINE}", *others]
    rows = (
        [name, *(_ratio(by_place[name, each], by_place[name, BASELINE]) for each in others)]
        for name in dict.fromkeys(row.set for row in numbers.rows)
        if any(by_place[name, BASELINE].shown(measure) for measure in COMPARED)
    )
    return _markdown(heading, rows)


def _ratio(row: BenchmarkRow, baseline: BenchmarkRow) -> str:
    """Return the multiples; one of nothing is none."""
    pairs = [(row.shown(name), baseline.shown(name)) for name in COMPARED]
    ratios = (own / other if own is not None and other else None for own, other in pairs)
    return " and ".join(_number(ratio, digits=1) for ratio in ratios)


def _costs(numbers: BenchmarkNumbers) -> str:
    """Return, a row a thing left out, by how much each measure falls without it, set by set."""
    by_place = {(row.set, row.condition): row for row in numbers.rows}
    sets = list(dict.fromkeys(row.set for row in numbers.rows))
    rows = [
        [each.removeprefix(WITHOUT), *(_cost(by_place[s, WHOLE], by_place[s, each]) for s in sets)]
        for each in numbers.conditions
        if each.startswith(WITHOUT)
    ]
    return _markdown([f"earns: {', '.join(EARNED)}", *sets], rows)


def _cost(whole: BenchmarkRow, without: BenchmarkRow) -> str:
    pairs = [(whole.shown(name), without.shown(name)) for name in EARNED]
    return " ".join(
        NOT_MEASURED if one is None or other is None else f"{one - other:+.3f}"
        for one, other in pairs
    )


def _markdown(heading: list[str], rows: Iterable[list[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (heading, *rows)]
    lines.insert(1, f"|{'---|' * len(heading)}")
    return "\n".join(lines)

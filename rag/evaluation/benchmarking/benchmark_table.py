"""The numbers of a benchmark as a file keeps them, and the tables that show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ConfigError
from rag.strict_json import NotThisRecord, from_text, to_text

MEASURES = (
    *("nDCG@10", "RR@10", "R@10", "sentence_success@1", "sentence_success@3"),
    *("citation_precision", "abstain_f1", "false_refusals", "answerable_auroc"),
)
"""A few a stage: retrieval by article, the answering sentence, its quotes, whether to answer."""

COMPARED = ("sentence_success@1", "sentence_success@3")
"""Shown again as multiples of what the baseline reaches."""

BASELINE = "langchain"  # the condition that the others are compared with
TIMED_STAGE = "total"  # of a run's times: all that answering a question takes

BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
"""The lines of a README between which the tables stand."""

NOT_MEASURED = "–"  # no question of the set has it


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One condition on one set; a measure that no question has is missing.

    `ask_p50_ms` is a time: all else is the same in every run.
    """

    set: str
    condition: str
    questions: int
    measures: dict[str, float]
    ask_p50_ms: float


@dataclass(frozen=True, slots=True)
class BenchmarkNumbers:
    """All rows, a set's together; `limit` questions of each set were drawn with `seed`."""

    embedder: str
    limit: int | None
    seed: int
    conditions: dict[str, str]
    rows: tuple[BenchmarkRow, ...]
    format: int = 1


def table(numbers: BenchmarkNumbers) -> str:
    """Return in Markdown every row, the multiples of the baseline's, and what was run."""
    heading = ["set", "condition", "questions", *MEASURES, "ask p50, ms (time)"]
    blocks = [_markdown(heading, (_cells(row) for row in numbers.rows))]
    if numbers.conditions.keys() > {BASELINE}:
        blocks.append(_ratios(numbers))
    told = [f"{name}: {meaning}." for name, meaning in numbers.conditions.items()]
    if numbers.limit is not None:
        drawn = f"{numbers.limit} questions at most, the first of a shuffle with seed"
        told.append(f"Of each set {drawn} {numbers.seed}.")
    return "\n\n".join([*blocks, " ".join(told)])


def write_numbers(numbers: BenchmarkNumbers, path: Path, *, readme: Path) -> None:
    """Keep the numbers in `path`, and the table in the README."""
    before, _, rest = _readme_text(readme).partition(BEGIN)
    after = rest.partition(END)[2]
    _replace(path, to_text(numbers) + "\n")
    _replace(readme, f"{before}{BEGIN}\n{table(numbers)}\n{END}{after}")


def read_numbers(path: Path) -> BenchmarkNumbers:
    """Return what `write_numbers` kept. Raises ConfigError E-CFG-001 for anything else."""
    try:
        return from_text(BenchmarkNumbers, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, NotThisRecord) as error:
        raise ConfigError("E-CFG-001", f'"{path}" holds no benchmark: {error}.') from error


def require_writable(path: Path, *, readme: Path) -> None:
    """Raise ConfigError E-CFG-001 now if `write_numbers` would fail after the benchmark."""
    _readme_text(readme)
    if not path.parent.is_dir():
        raise ConfigError("E-CFG-001", f'There is no folder "{path.parent}" for "{path}".')


def _readme_text(readme: Path) -> str:
    try:
        text = readme.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError("E-CFG-001", f'Cannot read "{readme}": {error.strerror}.') from error
    if BEGIN not in text or END not in text.partition(BEGIN)[2]:
        raise ConfigError(
            "E-CFG-001", f'"{readme}" has no place for the table: add the lines {BEGIN} and {END}.'
        )
    return text


def _replace(path: Path, text: str) -> None:
    aside = path.with_suffix(".aside")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise ConfigError("E-CFG-001", f'Cannot write "{path}": {error.strerror}.') from error


def _cells(row: BenchmarkRow) -> list[str]:
    measured = [
        f"{row.measures[name]:.3f}" if name in row.measures else NOT_MEASURED for name in MEASURES
    ]
    return [row.set, row.condition, f"{row.questions:,}", *measured, f"{row.ask_p50_ms:.0f}"]


def _ratios(numbers: BenchmarkNumbers) -> str:
    """Return, a row a set, each condition's measures as multiples of the baseline's."""
    by_place = {(row.set, row.condition): row.measures for row in numbers.rows}
    others = [name for name in numbers.conditions if name != BASELINE]
    heading = [f"{' and '.join(COMPARED)} as multiples of {BASELINE}", *others]
    rows = (
        [name, *(_ratio(by_place[name, each], by_place[name, BASELINE]) for each in others)]
        for name in dict.fromkeys(row.set for row in numbers.rows)
    )
    return _markdown(heading, rows)


def _ratio(measures: dict[str, float], baseline: dict[str, float]) -> str:
    return " and ".join(
        f"{measures[name] / baseline[name]:.1f}"
        if name in measures and baseline.get(name)
        else NOT_MEASURED
        for name in COMPARED
    )


def _markdown(heading: list[str], rows: Iterable[list[str]]) -> str:
    return "\n".join(_lines(heading, rows))


def _lines(heading: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |"
    yield f"|{'---|' * len(heading)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"

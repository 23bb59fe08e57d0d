"""The table of a run's questions in memory, and each question's place in the file."""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import QuestionSetError
from rag.evaluation.records import EvaluatedQuestion
from rag.evaluation.reporting.question_facts import QuestionFacts, facts_of
from rag.evaluation.runs.run_folder import ROWS, RunFolder
from rag.strict_json import NotThisRecord, from_text


@dataclass(frozen=True, slots=True)
class RunTable:
    """What a table shows of every question; `places` are byte offsets of their lines."""

    run: RunFolder
    facts: tuple[QuestionFacts, ...]
    places: dict[str, int]

    def row(self, question_id: str) -> EvaluatedQuestion | None:
        """Return what came of a question, read from its place, or None for an unknown id.

        Raises QuestionSetError E-EVL-017 where the file is not what it was.
        """
        place = self.places.get(question_id)
        if place is None:
            return None
        try:
            with (self.run.path / ROWS).open("rb") as file:
                file.seek(place)
                return from_text(EvaluatedQuestion, file.readline().decode("utf-8"))
        except (OSError, UnicodeDecodeError, NotThisRecord) as error:
            raise QuestionSetError(
                "E-EVL-017", f'The run "{self.run.path}" changed while it was read. Reload it.'
            ) from error


def read_table(run: RunFolder) -> RunTable:
    """Return the table of a run. Raises QuestionSetError E-EVL-017 for what is no run."""
    facts = tuple(facts_of(row) for row in run.rows())
    places: dict[str, int] = {}
    at = 0
    with (run.path / ROWS).open("rb") as file:
        for each, line in zip(facts, file, strict=False):  # a line cut off by a kill is no row
            places[each.id] = at
            at += len(line)
    return RunTable(run, facts, places)

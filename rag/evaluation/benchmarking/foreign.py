"""Questions that the articles of a set do not answer, because they were made for another set.

They are what a person asks who has the wrong folder open, and no one had to write them. Two sets
over the same pages (SQuAD and XQuAD, say) must not lend each other questions: a question is left
out where anything that it is answered from is in this set, too. See `is_told_in`.
"""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rag.evaluation.benchmarking.benchmark_table import FOREIGN_AUROC, FOREIGN_REFUSED
from rag.evaluation.measuring.gold import normalised
from rag.evaluation.measuring.outcome_measures import Outcomes, estimate_outcomes
from rag.evaluation.measuring.summary import summarise
from rag.evaluation.records import Estimate, EvaluatedQuestion, SetQuestion
from rag.records import Question

if TYPE_CHECKING:
    from rag.evaluation.records import Summary
    from rag.evaluation.runs.run_folder import RunFolder
    from rag.index.snapshot import Snapshot

FOREIGN = "foreign"
"""Tag of a question that was made for another set."""

TELLING = 20
"""Characters, normalised, from which an accepted answer or a sentence stands for what it is
about: "1999" or "the king" is found in any set, whatever it is about."""

RESAMPLES = 200
"""Of an interval that the table does not show."""


@dataclass(frozen=True)
class SetPages:
    """A set with its articles: what it asks, and what stands in it."""

    name: str
    snapshot: Snapshot
    questions: Sequence[SetQuestion]

    @cached_property
    def titles(self) -> frozenset[str]:
        """The titles of the articles, normalised."""
        return frozenset(filter(None, map(self._title, self.snapshot.article_ids)))

    @cached_property
    def text(self) -> str:
        """All articles in one, normalised."""
        articles = map(self.snapshot.article, self.snapshot.article_ids)
        return " ".join(normalised(article.text) for article in articles if article)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The questions, normalised."""
        return frozenset(normalised(each.question.text) for each in self.questions)

    def titles_of(self, question: SetQuestion) -> frozenset[str]:
        """Return the titles of the articles that answer a question of this set."""
        return frozenset(filter(None, map(self._title, question.articles)))

    def _title(self, article_id: str) -> str:
        article = self.snapshot.article(article_id)
        return normalised(article.title.replace("_", " ")) if article else ""


def draw_foreign(
    own: SetPages, sets: Iterable[SetPages], count: int, *, seed: int
) -> tuple[SetQuestion, ...]:
    """Return at most `count` questions of the other sets that this one does not answer.

    Each other set gives as many as the others, as far as it has them, drawn by a seeded
    shuffle. A question with a history is left out: alone it means something else.
    """
    drawn = (_shuffled(own, each, seed) for each in sets if each is not own)
    in_turn = itertools.chain.from_iterable(itertools.zip_longest(*drawn))
    return tuple(itertools.islice(filter(None, in_turn), count))


def is_told_in(own: SetPages, question: SetQuestion, of: SetPages) -> bool:
    """Return whether a set may tell what a question of another one asks.

    It may if it asks the same, has an article of the title of one that answers it, or has a gold
    quote or a telling accepted answer of it word for word.
    """
    if normalised(question.question.text) in own.asked:
        return True
    if own.titles & of.titles_of(question):
        return True
    told = map(normalised, (*question.quotes, *question.answers))
    return any(each in own.text for each in told if len(each) >= TELLING)


def is_foreign(question: SetQuestion | EvaluatedQuestion) -> bool:
    """Return whether a question was made for another set."""
    return FOREIGN in question.tags


def own_and_foreign(run: RunFolder) -> tuple[Summary, dict[str, Estimate]]:
    """Return the numbers of a set's own questions, and how it tells them from foreign ones."""
    if not any(map(is_foreign, run.rows())):
        return run.summary(), {}
    own = summarise(row for row in run.rows() if not is_foreign(row))
    return own, _against_foreign(run)


def _against_foreign(run: RunFolder) -> dict[str, Estimate]:
    against, foreign = Outcomes(), Outcomes()
    for row in run.rows():
        if is_foreign(row):
            foreign.add(row)
        if is_foreign(row) or row.expected.is_answerable:
            against.add(row)
    measured = {
        FOREIGN_AUROC: _estimate(against, "answerable_auroc"),
        FOREIGN_REFUSED: _estimate(foreign, "abstain_recall"),
    }
    return {name: estimate for name, estimate in measured.items() if estimate is not None}


def _estimate(outcomes: Outcomes, name: str) -> Estimate | None:
    return estimate_outcomes(outcomes, [name], seed=0, resamples=RESAMPLES).get(name)


def _shuffled(own: SetPages, other: SetPages, seed: int) -> Iterator[SetQuestion]:
    order = [each for each in other.questions if not each.question.history]
    random.Random(seed).shuffle(order)  # noqa: S311 - draws questions
    for each in order:
        if each.is_answerable and not is_told_in(own, each, other):
            yield _made_foreign(each, other.name)


def _made_foreign(question: SetQuestion, set_name: str) -> SetQuestion:
    """Return the question as one that is not answered, without what only its set knows."""
    return dataclasses.replace(
        question,
        id=f"{FOREIGN} {set_name} {question.id}",
        question=Question(question.question.text),
        answers=(),
        articles=(),
        quotes=(),
        answerable=False,
        outcome="not_in_articles",
        tags=(FOREIGN,),
        generation=None,
    )

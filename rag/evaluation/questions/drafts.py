"""Draft a question set from the articles of an index, for a person to check and complete.

Two thirds are questions that a sentence answers, with that sentence as the gold quote; a third
are questions that the articles do not answer. Every draft says in its note what to check.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from rag.evaluation.questions.clause_questions import clause_questions
from rag.evaluation.questions.name_kinds import may_be_person
from rag.evaluation.questions.name_questions import name_questions
from rag.evaluation.questions.sentence_questions import Candidate, Shape, candidates
from rag.evaluation.questions.unanswered import ABSENCES, Absence, Absences, Unanswered
from rag.evaluation.questions.vocabulary import Vocabulary
from rag.evaluation.records import SetQuestion
from rag.records import Article, Question

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

DRAFT = "draft"
ARTICLES_READ = 300
"""Drawn from a large corpus; a few hundred questions come from so many."""
SHAPES: tuple[Shape, ...] = ("when", "who", "role", "how many", "letters", "said", "is", "day")
"""Those with a sentence that answers them, the ones with a short answer first."""
UNANSWERABLE = 1 / 3  # of a set: refusing is half of what a person relies on, and rarer


TRIED = 3  # answerable questions a draft of any kind; each costs some searches

T = TypeVar("T")


def draft_questions(snapshot: Snapshot, *, count: int, seed: int = 0) -> list[SetQuestion]:
    """Return up to `count` drafts, tagged "draft" and by shape; fewer where the articles are few.

    The same generation, count and seed give the same drafts.
    """
    chance = random.Random(f"{seed}")  # noqa: S311 - a draw, no secret
    articles = list(_drawn(snapshot, chance))
    vocabulary = Vocabulary(articles)
    found = _mixed(articles, vocabulary, chance)
    refused = _unanswered(found[: TRIED * count], Absences(snapshot, vocabulary, chance))
    wanted = round(count * UNANSWERABLE)
    without = list(itertools.islice((_refused(each, snapshot) for each in refused), wanted))
    with_answer = [_answered(each, snapshot) for each in found[: count - len(without)]]
    return with_answer + without


def _drawn(snapshot: Snapshot, chance: random.Random) -> Iterator[Article]:
    ids = list(snapshot.article_ids)
    for article_id in sorted(chance.sample(ids, min(len(ids), ARTICLES_READ))):
        article = snapshot.article(article_id)
        if article is not None:
            yield article


def _mixed(
    articles: Sequence[Article], vocabulary: Vocabulary, chance: random.Random
) -> list[Candidate]:
    """Return at most one question of each sentence, each once, shapes taking turns."""
    made = [each for article in articles for each in clause_questions(article, vocabulary)]
    made += [each for article in articles for each in name_questions(article, vocabulary)]
    made += [each for each in candidates(articles) if _is_clear(each, vocabulary)]
    chance.shuffle(made)
    by_shape = {shape: [each for each in made if each.shape == shape] for shape in SHAPES}
    seen: set[str] = set()
    mixed = []
    for candidate in _in_turns(by_shape.values()):
        if not {candidate.quote, candidate.question} & seen:
            seen |= {candidate.quote, candidate.question}
            mixed.append(candidate)
    return mixed


def _is_clear(candidate: Candidate, vocabulary: Vocabulary) -> bool:
    """Leave out what a whole article answers, and a "what is" that may well be a "who is"."""
    if candidate.shape == "is":
        asked = re.sub(r"^What (?:is|was|are|were) ", "", candidate.question).rstrip("?")
        return vocabulary.is_name(asked) and not may_be_person(asked)
    return candidate.shape == "day"


def _unanswered(found: Sequence[Candidate], absences: Absences) -> Iterator[Unanswered]:
    """Yield questions of all kinds in turns, each question and each source once."""
    waiting: dict[Absence, list[Unanswered]] = {absence: [] for absence in ABSENCES}
    seen: set[str] = set()
    for candidate in found:
        for made in absences.made_from(candidate):
            waiting[made.absence].append(made)
    for made in _in_turns(waiting.values()):
        if made.question.casefold() not in seen:
            seen.add(made.question.casefold())
            yield made


def _in_turns(groups: Iterable[Sequence[T]]) -> Iterator[T]:
    for turn in itertools.zip_longest(*groups):
        yield from (each for each in turn if each is not None)


def _answered(candidate: Candidate, snapshot: Snapshot) -> SetQuestion:
    answers = f' and that "{candidate.answers[0]}" answers it' if candidate.answers else ""
    missing = "" if candidate.answers else " Add the accepted answers."
    return SetQuestion(
        id=_id(candidate.question),
        question=Question(candidate.question),
        answers=candidate.answers,
        articles=(candidate.article_id,),
        quotes=(candidate.quote,),
        answerable=True,
        tags=(DRAFT, candidate.shape.replace(" ", "-")),
        generation=snapshot.generation,
        note=f"Check that the question can be understood alone{answers}.{missing}",
    )


def _refused(made: Unanswered, snapshot: Snapshot) -> SetQuestion:
    return SetQuestion(
        id=_id(made.question),
        question=Question(made.question),
        answerable=False,
        tags=(DRAFT, made.absence.replace(" ", "-")),
        generation=snapshot.generation,
        note=f"{made.made} Check that no article answers it.",
    )


def _id(question: str) -> str:
    """Return the same id for the same question, whatever else is drawn with it."""
    return f"{DRAFT}-{hashlib.sha256(question.encode()).hexdigest()[:8]}"

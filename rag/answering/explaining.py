"""Make the explanation of an answer from the notes that were taken while it was made.

Nothing is ranked, decided or judged again: scores, signals and choices are read off the objects
that made the answer.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.answering.excerpts import Excerpt
from rag.answering.notes import Decided, DraftNotes, Notes, Part
from rag.answering.selection import WORTH_ADDING, is_repeated, overlap
from rag.explanation import (
    CandidateScores,
    Decision,
    DraftExplained,
    Explanation,
    PartExplained,
    PassageScores,
    SignalShare,
    WhyNot,
    WordRead,
)
from rag.records import Answer

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

NOTHING_TO_COMPARE = "any sentence to compare with"
_LACKING = {
    "evidence": NOTHING_TO_COMPARE,
    "claim": "a claim that can be checked",
    "entailment": "that the claim follows from it",
    "attribution": "that this speaker says so, in this way",
}
"""What is lacking as a whole, by the step of the verification that objected."""
_COUNTED = {
    "numbers": "number",
    "dates": "date",
    "names": "name",
    "phrases": "quoted phrase",
    "words": "word",
    "moved": "moved number",
    "exchanged": "exchanged word",
    "negation": "negation",
    "modality": "lost word of doubt",
    "opposites": "word that is turned round",
}
"""What is lacking one by one, by the guard that objected."""


def explanation_of(answer: Answer, notes: Notes) -> Explanation | None:
    """Return why the answer is as it is; None where nothing was noted."""
    snapshot, retrieval = notes.snapshot, notes.retrieval
    if snapshot is None or retrieval is None:
        return None
    return Explanation(
        question=answer.question,
        query=answer.query,
        leans_on_history=retrieval.query.leans_on_history,
        passages=_passages(notes, snapshot),
        parts=tuple(_part(part, notes.shown) for part in notes.parts),
        drafts=tuple(_draft(number, draft) for number, draft in enumerate(notes.drafts, start=1)),
        outcome=answer.outcome,
        reason=answer.reason,
        answerer=answer.answerer,
        generation=answer.generation,
        kind=notes.kind,
    )


def _passages(notes: Notes, snapshot: Snapshot) -> tuple[PassageScores, ...]:
    dense, lexical = notes.scores.dense, notes.scores.lexical
    rows = {snapshot.passage(row).id: row for row in {*(dense or ()), *(lexical or ())}}
    found = []
    for hit in notes.retrieval.hits if notes.retrieval else ():
        passage, row = hit.passage, rows.get(hit.passage.id, -1)
        article = snapshot.article(passage.article_id)
        found.append(
            PassageScores(
                passage_id=passage.id,
                article_id=passage.article_id,
                title=article.title if article else "",
                start=passage.start,
                end=passage.end,
                rank=hit.rank,
                score=hit.score,
                dense=None if dense is None else dense.get(row),
                lexical=None if lexical is None else lexical.get(row, 0.0),
            )
        )
    return tuple(found)


def _part(part: Part, shown: Sequence[Excerpt]) -> PartExplained:
    is_answered = bool(part.chosen)
    return PartExplained(
        text=part.question.text,
        is_answered=is_answered,
        words=tuple(
            WordRead(term.text, term.weight, term.is_absent) for term in part.question.terms
        ),
        candidates=tuple(
            _candidate(rank, each, part, shown) for rank, each in enumerate(part.excerpts, start=1)
        ),
        decision=_decision(part.decided) if part.decided else None,
        reason=part.reason,
    )


def _candidate(rank: int, each: Excerpt, part: Part, shown: Sequence[Excerpt]) -> CandidateScores:
    is_chosen = _is_among(each, part.chosen) and _is_among(each, shown)
    best = next(
        one
        for one in part.ranked
        if part.hits[one.hit].sentences[one.place] == each.best
        and part.hits[one.hit].article.id == each.article.id
    )
    return CandidateScores(
        rank=rank,
        quote=each.quote(),
        score=best.score,
        probability=each.probability,
        signals=_shares(best.signals, part.weights),
        is_chosen=is_chosen,
        why_not="" if is_chosen else _why_not(each, part, shown),
    )


def _why_not(each: Excerpt, part: Part, shown: Sequence[Excerpt]) -> WhyNot:
    if not part.chosen:
        return "refused"
    if _is_among(each, part.chosen):  # chosen for this part, and dropped when all were joined
        is_said = any(overlap(each, other) or is_repeated(each, other) for other in shown)
        return "repeats a chosen excerpt" if is_said else "the answer was stopped"
    if any(is_repeated(each, other) for other in part.chosen):
        return "repeats a chosen excerpt"
    return "too unlikely" if each.probability < WORTH_ADDING else "enough is shown"


def _is_among(each: Excerpt, others: Sequence[Excerpt]) -> bool:
    return any(each.article.id == o.article.id and each.span == o.span for o in others)


def _decision(decided: Decided) -> Decision:
    return Decision(
        signals=_shares(decided.signals, decided.weights.signals),
        bias=decided.weights.bias,
        probability=decided.probability,
        threshold=decided.threshold,
    )


def _shares(signals: Any, weights: Any) -> tuple[SignalShare, ...]:
    """Return each field of a record of signals with the weight of the same name."""
    shares = []
    for each in dataclasses.fields(signals):
        value, weight = float(getattr(signals, each.name)), float(getattr(weights, each.name))
        shares.append(SignalShare(each.name, value, weight, value * weight))
    return tuple(shares)


def _draft(number: int, noted: DraftNotes) -> DraftExplained:
    is_shown = noted.fate == "shown"
    return DraftExplained(
        number=number,
        fate=noted.fate,
        verdict=noted.sentence.verdict if noted.sentence else "unsupported",
        text=noted.draft.text if is_shown else "",
        missing=_missing(noted) if noted.fate == "left out" else (),
    )


def _missing(noted: DraftNotes) -> tuple[str, ...]:
    """Return what sort of things the best trial lacked, without a word of the draft."""
    if not noted.trials:
        return (NOTHING_TO_COMPARE,)
    best = min(noted.trials, key=lambda trial: len(trial.missing))
    lacking = Counter(_LACKING.get(step) or _COUNTED[step] for step, _ in best.missing)
    return tuple(
        sort if sort in _LACKING.values() else f"{count} {sort}{'s' if count > 1 else ''}"
        for sort, count in lacking.items()
    )

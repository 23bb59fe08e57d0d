"""One question: ask, measure, and write down what came of it."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from rag.errors import QuestionError
from rag.evaluation.expected import locate_expected
from rag.evaluation.measuring.answer_measures import judge_right, measure_answer
from rag.evaluation.measuring.retrieval_measures import measure_retrieval
from rag.evaluation.records import EvaluatedQuestion, Expected, RetrievedPassage, SetQuestion
from rag.records import Answer, Article, Retrieval

if TYPE_CHECKING:
    from rag.evaluation.runs.subject import AnswerJudge, Subject


def evaluate_question(
    subject: Subject,
    asked: SetQuestion,
    *,
    depth: int,
    retrieval_only: bool,
    judge: AnswerJudge | None,
) -> EvaluatedQuestion:
    """Return what came of one question. One that cannot be asked gives a row with its error."""
    expected = locate_expected(asked, subject.snapshot, passages_of=subject.article_passages)
    started = time.perf_counter()
    try:
        if retrieval_only:
            retrieval = subject.search(asked.question, k=depth)
            elapsed = round((time.perf_counter() - started) * 1000, 1)
            return _row(asked, expected, retrieval, timings_ms={"retrieval": elapsed})
        answer, retrieval = subject.answer(asked.question, depth=depth)
    except QuestionError as error:
        row = _row(asked, expected, None, timings_ms={})
        return dataclasses.replace(row, error_code=error.code, error=error.message)
    return _answered_row(subject, asked, expected, answer=answer, retrieval=retrieval, judge=judge)


def _answered_row(  # noqa: PLR0913 - what a row is made of
    subject: Subject,
    asked: SetQuestion,
    expected: Expected,
    *,
    answer: Answer,
    retrieval: Retrieval,
    judge: AnswerJudge | None,
) -> EvaluatedQuestion:
    def find(article_id: str, sha256: str) -> Article | None:
        article = subject.snapshot.article(article_id)
        return article if article is not None and article.sha256 == sha256 else None

    is_right, would_be_right = judge_right(answer, expected)
    return _row(
        asked,
        expected,
        retrieval,
        answer=answer,
        measures=measure_answer(answer, expected, find=find),
        judged=judge.judge(answer, expected) if judge and answer.sentences else {},
        is_right=is_right,
        would_be_right=would_be_right,
        timings_ms=answer.timings_ms,
    )


def _row(  # noqa: PLR0913 - one field each of what is written
    asked: SetQuestion,
    expected: Expected,
    retrieval: Retrieval | None,
    *,
    timings_ms: dict[str, float],
    answer: Answer | None = None,
    measures: dict[str, float] | None = None,
    judged: dict[str, float] | None = None,
    is_right: bool | None = None,
    would_be_right: bool | None = None,
) -> EvaluatedQuestion:
    hits = _hits(retrieval) if retrieval else ()
    measured = measure_retrieval(hits, expected) if retrieval else {}
    return EvaluatedQuestion(
        id=asked.id,
        question=asked.question.text,
        query=retrieval.query.text if retrieval else "",
        history=asked.question.history,
        tags=_tags(asked),
        expected=expected,
        outcome=answer.outcome if answer else None,
        reason=answer.reason if answer else "",
        confidence=answer.confidence if answer else None,
        sentences=answer.sentences if answer else (),
        near_misses=answer.near_misses if answer else (),
        hits=hits,
        is_right=is_right,
        would_be_right=would_be_right,
        measures=measured | (measures or {}),
        judged=judged or {},
        timings_ms=timings_ms,
        answerer=answer.answerer if answer else "",
    )


def _tags(asked: SetQuestion) -> tuple[str, ...]:
    """Return what the question is summarised by: its kind, then its tags."""
    return tuple(dict.fromkeys(filter(None, (asked.kind, *asked.tags))))


def _hits(retrieval: Retrieval) -> tuple[RetrievedPassage, ...]:
    return tuple(
        RetrievedPassage(
            passage_id=hit.passage.id,
            article_id=hit.passage.article_id,
            start=hit.passage.start,
            end=hit.passage.end,
            rank=hit.rank,
            score=hit.score,
        )
        for hit in retrieval.hits
    )

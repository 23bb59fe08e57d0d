"""One question: ask, measure, and write down what came of it."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from rag.errors import QuestionError
from rag.evaluation.expected import locate_expected
from rag.evaluation.measuring.answer_measures import judge_right, measure_answer
from rag.evaluation.measuring.retrieval_measures import measure_retrieval
from rag.evaluation.records import EvaluatedQuestion, SetQuestion
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
    row = EvaluatedQuestion(
        id=asked.id,
        question=asked.question.text,
        query="",
        history=asked.question.history,
        tags=tuple(dict.fromkeys(filter(None, (asked.kind, *asked.tags)))),
        expected=expected,
    )
    started = time.perf_counter()
    try:
        if retrieval_only:
            retrieval = subject.search(asked.question, k=depth)
            elapsed = round((time.perf_counter() - started) * 1000, 1)
            return _retrieved(
                dataclasses.replace(row, timings_ms={"retrieval": elapsed}), retrieval
            )
        answer, retrieval = subject.answer(asked.question, depth=depth)
    except QuestionError as error:
        return dataclasses.replace(row, error_code=error.code, error=error.message)
    row = _answered(_retrieved(row, retrieval), answer, subject)
    judged = judge.judge(answer, expected) if judge and answer.sentences else {}
    return dataclasses.replace(row, judged=judged)


def _retrieved(row: EvaluatedQuestion, retrieval: Retrieval) -> EvaluatedQuestion:
    hits = tuple(hit.place for hit in retrieval.hits)
    measured = measure_retrieval(hits, row.expected)
    return dataclasses.replace(row, query=retrieval.query.text, hits=hits, measures=measured)


def _answered(row: EvaluatedQuestion, answer: Answer, subject: Subject) -> EvaluatedQuestion:
    def find(article_id: str, sha256: str) -> Article | None:
        article = subject.snapshot.article(article_id)
        return article if article is not None and article.sha256 == sha256 else None

    is_right, would_be_right = judge_right(answer, row.expected)
    return dataclasses.replace(
        row,
        outcome=answer.outcome,
        reason=answer.reason,
        confidence=answer.confidence,
        sentences=answer.sentences,
        near_misses=answer.near_misses,
        is_right=is_right,
        would_be_right=would_be_right,
        measures=row.measures | measure_answer(answer, row.expected, find=find),
        timings_ms=answer.timings_ms,
        answerer=answer.answerer,
    )

"""A run as TREC files, which trec_eval, ir_measures, ranx and their like read.

    run     QUESTION Q0 RANKED RANK SCORE TAG
    qrels   QUESTION 0 RANKED GRADE

Twice: ranked by article, an article standing where its best passage stands, and by passage, with
the number of gold quotes that it holds as its grade. They give back the run's own measures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import numpy as np

from rag.evaluation.records import EvaluatedQuestion
from rag.evaluation.runs.run_folder import RunFolder
from rag.evaluation.writing import put_in_place, writing

RUN_ARTICLES, QRELS_ARTICLES = "run.articles.trec", "qrels.articles.trec"
RUN_QUOTES, QRELS_QUOTES = "run.quotes.trec", "qrels.quotes.trec"
NAMES = (RUN_ARTICLES, QRELS_ARTICLES, RUN_QUOTES, QRELS_QUOTES)

_SEPARATORS = re.compile(r"[\s%]")  # the fields of a line; and what marks an encoded character

Scored = Iterable[tuple[str, float]]


def export_trec(run: RunFolder, folder: Path) -> tuple[Path, ...]:
    """Write the four files into `folder` and return them; one question in memory at a time.

    The qrels hold the questions that were measured: those with judgements, less those that the
    articles do not answer and those that could not be asked. Raises QuestionSetError E-EVL-014
    where `folder` cannot be written, E-EVL-017 for what is no run.
    """
    tag = escaped(run.info().name) or "footnote"
    paths = tuple(folder / name for name in NAMES)
    with _writing(folder, paths) as (run_articles, qrels_articles, run_quotes, qrels_quotes):
        for row in run.rows():
            run_articles.writelines(_run_lines(row.id, _by_article(row), tag))
            run_quotes.writelines(_run_lines(row.id, _by_passage(row), tag))
            if "nDCG@10" in row.measures:
                grades = dict.fromkeys(row.expected.articles, 1)
                qrels_articles.writelines(_qrels_lines(row.id, grades))
            if "quote.nDCG@10" in row.measures:
                qrels_quotes.writelines(_qrels_lines(row.id, row.expected.relevant))
    return paths


def escaped(name: str) -> str:
    """Return an id as one field of a line, white space percent-encoded.

    >>> escaped("a b.md#5 %")
    'a%20b.md#5%20%25'
    """
    return _SEPARATORS.sub(lambda found: quote(found[0], safe=""), name)


def falling(scores: Iterable[float]) -> Iterator[float]:
    """Yield scores that fall strictly in 32-bit floats, in which trec_eval compares them.

    It breaks ties by id; ours are broken already, by the order.
    """
    lowest, last = np.float32(-np.inf), np.float32(np.inf)
    for score in scores:
        last = min(np.float32(score), np.nextafter(last, lowest))
        yield float(str(last))


def _by_article(row: EvaluatedQuestion) -> Scored:
    return _first((hit.article_id, hit.score) for hit in row.hits)


def _by_passage(row: EvaluatedQuestion) -> Scored:
    return _first((hit.passage_id, hit.score) for hit in row.hits)


def _first(ranked: Scored) -> Scored:
    """Return each id with its first score."""
    best: dict[str, float] = {}
    for name, score in ranked:
        best.setdefault(name, score)
    return best.items()


def _run_lines(question_id: str, ranked: Scored, tag: str) -> Iterator[str]:
    pairs = list(ranked)
    scores = falling(score for _, score in pairs)
    for rank, ((name, _), score) in enumerate(zip(pairs, scores, strict=True), start=1):
        yield f"{escaped(question_id)} Q0 {escaped(name)} {rank} {score!r} {tag}\n"


def _qrels_lines(question_id: str, grades: dict[str, int]) -> Iterator[str]:
    for name, grade in sorted(grades.items()):
        yield f"{escaped(question_id)} 0 {escaped(name)} {grade}\n"


@contextmanager
def _writing(folder: Path, paths: tuple[Path, ...]) -> Iterator[list[TextIO]]:
    """Open files aside, and put them in place once all are written."""
    with writing(f'the TREC files to "{folder}"'):
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            asides = [stack.enter_context(put_in_place(path)) for path in paths]
            opened = (aside.open("w", encoding="utf-8", newline="\n") for aside in asides)
            yield [stack.enter_context(file) for file in opened]

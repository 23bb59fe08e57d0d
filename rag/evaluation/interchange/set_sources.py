"""Folders of articles and questions as others publish them, read a line at a time.

Two formats: `articles.jsonl` beside `questions.jsonl`, and BEIR (Thakur et al. 2021, "BEIR: A
Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models"):
`corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rag.errors import QuestionSetError
from rag.evaluation.questions.question_lines import Line, Row, json_rows, text_lines
from rag.evaluation.questions.question_set import read_question_set
from rag.evaluation.records import SetQuestion
from rag.records import Question

SetKind = Literal["articles", "BEIR"]

BEIR_SPLITS = ("test", "dev", "train")
"""Judgements to take, the first that is there: the published figures are those of `test`."""

QRELS_FIELDS = 3  # query-id, corpus-id, score


@dataclass(frozen=True, slots=True)
class SetSource:
    """The files of one published set; `judgements` are those that the questions come with."""

    kind: SetKind
    articles: Path
    questions: Path
    judgements: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that the set is made of, each once, in a fixed order."""
        return tuple(dict.fromkeys((self.articles, self.questions, self.judgements)))


@dataclass(frozen=True, slots=True)
class SourceArticle:
    """One article as published: its line, its id there, and the fields of a JSON article."""

    line: Line
    id: str
    fields: dict[str, Any]


def find_source(folder: Path) -> SetSource:
    """Return what kind of set a folder is. Raises QuestionSetError E-EVL-040 for none."""
    articles, questions = folder / "articles.jsonl", folder / "questions.jsonl"
    if articles.is_file() and questions.is_file():
        return SetSource("articles", articles, questions, questions)
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    for split in BEIR_SPLITS:
        qrels = folder / "qrels" / f"{split}.tsv"
        if corpus.is_file() and queries.is_file() and qrels.is_file():
            return SetSource("BEIR", corpus, queries, qrels)
    raise QuestionSetError(
        "E-EVL-040",
        f'"{folder}" is no question set: it has neither articles.jsonl and questions.jsonl, nor '
        "corpus.jsonl, queries.jsonl and qrels/test.tsv. Name a folder that has, or a file of "
        "questions.",
    )


def read_articles(source: SetSource) -> Iterator[SourceArticle]:
    """Yield the articles in order, one in memory at a time.

    Raises QuestionSetError E-EVL-001 … 012, naming the line.
    """
    for row in json_rows(source.articles):
        if source.kind == "BEIR":
            yield SourceArticle(row.line, row.needed_text("_id"), _beir_fields(row))
        else:
            row.needed_text("text")
            article_id = row.text("id") or str(row.line.number)
            yield SourceArticle(row.line, article_id, row.fields)


def read_questions(source: SetSource) -> list[SetQuestion]:
    """Return the questions, their `articles` under the ids of the source.

    Of BEIR only the queries with a judgement above 0, which is what grades are taken for.
    Raises QuestionSetError E-EVL-001 … 012, naming the line, and E-EVL-041 for a judgement of a
    query that is not there.
    """
    if source.kind == "articles":
        return read_question_set(source.questions)
    judged = _read_qrels(source.judgements)
    texts: dict[str, str] = {}
    for row in json_rows(source.questions):
        query_id = row.needed_text("_id")
        if query_id in texts:
            row.refuse("E-EVL-006", f'id "{query_id}" stands on an earlier line already.')
        if query_id in judged:
            texts[query_id] = row.needed_text("text")
    refuse_unknown(source.judgements, judged.keys() - texts.keys(), source.questions)
    return [
        SetQuestion(id=query_id, question=Question(text), articles=tuple(judged[query_id]))
        for query_id, text in texts.items()
        if judged[query_id]
    ]


def refuse_unknown(file: Path, unknown: set[str], lacking: Path) -> None:
    """Raise QuestionSetError E-EVL-041 if `file` names ids that the file `lacking` has not."""
    if unknown:
        named = ", ".join(f'"{each}"' for each in sorted(unknown)[:5])
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""  # noqa: PLR2004 - as above
        raise QuestionSetError(
            "E-EVL-041",
            f'"{file}" names what {lacking.name} has not: {named}{more}. Add it there, or remove '
            "the judgements.",
        )


def _read_qrels(path: Path) -> dict[str, dict[str, None]]:
    """Return the relevant articles of each judged query, in the order of the file."""
    judged: dict[str, dict[str, None]] = {}
    for number, text in text_lines(path):
        fields = [field.strip() for field in text.rstrip("\r\n").split("\t")]
        if not text.strip() or (number == 1 and fields[-1] == "score"):
            continue
        query_id, article_id, score = _qrel(Line(path.name, number), fields)
        articles = judged.setdefault(query_id, {})
        if score > 0:
            articles[article_id] = None
    return judged


def _qrel(line: Line, fields: list[str]) -> tuple[str, str, int]:
    if len(fields) != QRELS_FIELDS or not all(fields):
        what = "expected query-id, corpus-id and score, separated by tabs."
        line.refuse("E-EVL-009", what)
    try:
        return fields[0], fields[1], int(fields[2])
    except ValueError:
        line.refuse("E-EVL-009", f'the score must be a whole number (found "{fields[2]:.60}").')


def _beir_fields(row: Row) -> dict[str, Any]:
    """Return the fields of a JSON article; one of a title alone, which BEIR has, says just that."""
    text, title = row.text("text"), row.text("title")
    return {"title": title, "text": text} if text.strip() else {"text": title}

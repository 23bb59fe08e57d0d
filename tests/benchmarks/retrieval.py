"""Compare ways to find and rank passages: python tests/benchmarks/retrieval.py --work DIR SET …

A SET is a folder that `rag.evaluation.interchange` reads. One line a way and set: nDCG@10, R@10
and Success@1 by article, and in how many of 100 questions a sentence that answers is among those
of the first 4, 8, 12, 16 passages, and among the first 32 and 64 sentences, which no size of
passage favours: no ranker of sentences can be better than that. Questions with an answer only.

    --tokens 120,180,250    also other sizes of passages; each is an index of its own
    --copies 5              each article five times, retitled, cut and run together (`wire_copies`)
    --limit 200             the first questions of each set
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from question_sets import load_questions, open_set
from rag.answering.evidence import candidates_of

from rag.answering.quotes import quote_at
from rag.config import Config
from rag.encoders.embedder import Embedder
from rag.evaluation.expected import locate_expected
from rag.evaluation.measuring.gold import is_answering
from rag.index.snapshot import Snapshot
from rag.records import Hit, Passage, Question, Span
from rag.retrieval.follow_up import make_query
from rag.retrieval.fusion import fuse, to_best
from rag.retrieval.names import names
from rag.retrieval.retriever import CANDIDATES, Retriever, search_terms
from rag.text.sentences import split_sentences
from rag.text.tokens import content_tokens
from tests.wire_copies import write_copies

DEPTH = 20
PASSAGES = (4, 8, 12, 16)
SENTENCES = (32, 64)
RANK_CONSTANT = 60
"""Of reciprocal rank fusion, as Cormack, Clarke and Buettcher (2009) have it."""
BEST = 2
"""Best hits whose neighbours are taken in, in the ways that do."""

Way = Callable[[Question, Snapshot], list[Passage]]


@dataclass(frozen=True)
class Asked:
    """A question with the articles that answer it, and the places of sentences that do."""

    question: Question
    articles: frozenset[str]
    places: frozenset[tuple[str, int, int]]


def main() -> None:
    """Measure every way on every set and size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes, kept")
    parser.add_argument("--tokens", default=str(Config().passage_tokens), metavar="N,M")
    parser.add_argument("--copies", type=int, default=1, metavar="N")
    parser.add_argument("--limit", type=int, metavar="N")
    given = parser.parse_args()
    print("tokens set        way              " + " ".join(f"{name:>10}" for name in _columns()))
    for tokens in map(int, given.tokens.split(",")):
        for folder in given.sets:
            measure_set(folder, tokens, given)


def measure_set(folder: Path, tokens: int, given: argparse.Namespace) -> None:
    """Print a line for each way."""
    if given.copies > 1:
        folder = copied_set(folder, given.work / "copies" / folder.name, count=given.copies)
    work = given.work / str(tokens)
    embedder, snapshot = open_set(folder, work, passage_tokens=tokens)
    asked = [gold(each, snapshot) for each in load_questions(folder, work) if each.is_answerable]
    asked = [each for each in asked if each.articles][: given.limit]
    for name, way in ways(embedder).items():
        rows = [measures(way(each.question, snapshot), each) for each in asked]
        values = [[row[column] for row in rows if column in row] for column in _columns()]
        cells = " ".join(f"{sum(v) / len(v):10.3f}" if v else f"{'–':>10}" for v in values)
        print(f"{tokens:6} {folder.name:10} {name:16} {cells}", flush=True)


def ways(embedder: Embedder) -> dict[str, Way]:
    """Return what is compared; the one named "as it comes" is the product's."""
    return {
        "dense": _retrieved(Retriever(embedder, mode="dense")),
        "bm25": _retrieved(Retriever(embedder, mode="bm25")),
        "as it comes": _retrieved(Retriever(embedder)),
        "50 candidates": _retrieved(Retriever(embedder, candidates=50)),
        "copies kept": _retrieved(Retriever(embedder, keeps_copies=True)),
        "by rank": lambda question, snapshot: by_rank(question, snapshot, embedder),
        "names twice": lambda question, snapshot: names_twice(question, snapshot, embedder),
        "8, neighbours": _with_neighbours(Retriever(embedder), after=8),
        "3 an article": _capped(Retriever(embedder), most=3),
    }


def by_rank(question: Question, snapshot: Snapshot, embedder: Embedder) -> list[Passage]:
    """Fuse by reciprocal ranks instead of scores."""
    query = make_query(question).text
    scores: dict[int, float] = {}
    for ranking in (
        snapshot.search_dense(embedder.embed_query(query), CANDIDATES),
        snapshot.search_lexical(search_terms(query), CANDIDATES),
    ):
        for rank, (row, _) in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1 / (RANK_CONSTANT + rank)
    best = sorted(scores, key=lambda row: (-scores[row], row))[:DEPTH]
    return [snapshot.passage(row) for row in best]


def names_twice(question: Question, snapshot: Snapshot, embedder: Embedder) -> list[Passage]:
    """Count the names and numbers of the query twice in BM25."""
    query = make_query(question).text
    named = {term for name in names(query) for term in content_tokens(name)}
    terms = search_terms(query)
    terms += [term for term in terms if term in named or term[:1].isdigit()]
    vector = embedder.embed_query(query)
    ranking = fuse(
        snapshot.search_dense(vector, CANDIDATES),
        to_best(snapshot.search_lexical(terms, CANDIDATES)),
        cosines=lambda rows: [float(own @ vector) for own in snapshot.vectors(rows)],
    )
    return [snapshot.passage(row) for row, _ in ranking[:DEPTH]]


def measures(found: list[Passage], asked: Asked) -> dict[str, float]:
    """Return the measures of one question."""
    articles = list(dict.fromkeys(passage.article_id for passage in found))[:10]
    gains = [article in asked.articles for article in articles]
    ideal = sum(1 / math.log2(i + 2) for i in range(min(10, len(asked.articles))))
    row = {
        "nDCG@10": sum(gain / math.log2(i + 2) for i, gain in enumerate(gains)) / ideal,
        "R@10": sum(gains) / len(asked.articles),
        "Success@1": float(any(gains[:1])),
    }
    if asked.places:
        first, sentences = _first_answer(found, asked)
        row |= {f"passages {k}": float(first < k) for k in PASSAGES}
        row |= {f"sentences {k}": float(sentences < k) for k in SENTENCES}
    return row


def _first_answer(found: list[Passage], asked: Asked) -> tuple[float, float]:
    """Return how many passages, and sentences, stand before the first that answers."""
    sentences = 0
    for place, passage in enumerate(found):
        for span in split_sentences(passage.text):
            at = (passage.article_id, passage.start + span.start, passage.start + span.end)
            if at in asked.places:
                return place, sentences
            sentences += 1
    return math.inf, math.inf


def gold(asked, snapshot) -> Asked:
    """Return the question with the places of the sentences that answer it."""
    expected = locate_expected(asked, snapshot)
    places = set()
    for article_id in expected.articles:
        article = snapshot.article(article_id)
        whole = Hit(Passage(article_id, 0, len(article.text), article.text), 1, 0.0)
        for each in candidates_of(article, whole, 0, len(article.text)):
            span: Span = each.span
            if is_answering([quote_at(article, span)], expected):
                places.add((article_id, span.start, span.end))
    return Asked(asked.question, frozenset(expected.articles), frozenset(places))


def copied_set(folder: Path, target: Path, *, count: int) -> Path:
    """Write the set with `count - 1` copies of each article, which answer what it answers."""
    articles = _read_lines(folder / "articles.jsonl")
    files = write_copies({a["id"]: f"{a['title']}\n\n{a['text']}" for a in articles}, count)
    ids: dict[str, list[str]] = {}
    for name in files:
        ids.setdefault(name.rpartition("/")[2], []).append(name)
    written = [
        {"id": name, "title": title, "text": body}
        for name, (title, _, body) in ((n, text.partition("\n\n")) for n, text in files.items())
    ]
    questions = [
        each | {"articles": [copy for id_ in each.get("articles", ()) for copy in ids[id_]]}
        for each in _read_lines(folder / "questions.jsonl")
    ]
    target.mkdir(parents=True, exist_ok=True)
    _write_lines(target / "articles.jsonl", written)
    _write_lines(target / "questions.jsonl", questions)
    return target


def _columns() -> tuple[str, ...]:
    return (
        *("nDCG@10", "R@10", "Success@1"),
        *(f"passages {k}" for k in PASSAGES),
        *(f"sentences {k}" for k in SENTENCES),
    )


def _retrieved(retriever: Retriever) -> Way:
    def found(question: Question, snapshot: Snapshot) -> list[Passage]:
        return [hit.passage for hit in retriever.retrieve(question, snapshot, k=DEPTH).hits]

    return found


def _with_neighbours(retriever: Retriever, *, after: int) -> Way:
    def found(question: Question, snapshot: Snapshot) -> list[Passage]:
        hits = _retrieved(retriever)(question, snapshot)
        beside: list[Passage] = []
        for hit in hits[:BEST]:
            passages = snapshot.article_passages(hit.article_id)
            place = passages.index(hit)
            beside += passages[place + 1 : place + 2] + passages[max(0, place - 1) : place]
        return list(dict.fromkeys((*hits[:after], *beside, *hits[after:])))[:DEPTH]

    return found


def _capped(retriever: Retriever, *, most: int) -> Way:
    def found(question: Question, snapshot: Snapshot) -> list[Passage]:
        kept: list[Passage] = []
        for hit in retriever.retrieve(question, snapshot, k=2 * DEPTH).hits:
            if sum(hit.passage.article_id == each.article_id for each in kept) < most:
                kept.append(hit.passage)
        return kept[:DEPTH]

    return found


def _read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _write_lines(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Measure retrieval and the extractive answers on question sets, beside a plain baseline.

    python tests/benchmarks/answering.py --work DIR SET SET …

A SET is a folder as question_sets.py describes. The baseline is what most tutorials build: text
cut by size, the same embedder, the four nearest passages, the first of them as the answer.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from fit_answering import area_under_curve
from question_sets import Asked, is_answering, load_questions, open_set

from rag.answering.abstention import answer_probability, read_signals
from rag.answering.extractive import ExtractiveAnswerer
from rag.index.embedding import Embedder
from rag.index.snapshot import Snapshot
from rag.records import Answer, Query
from rag.retrieval.retriever import Retriever

QUESTIONS = 200
SEED = 11
BASELINE_CHARACTERS = 1_000
BASELINE_OVERLAP = 200
DEPTH = 10


def main() -> None:
    """Measure each set and print one block for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--baseline", action="store_true", help="measure the baseline, too")
    options = parser.parse_args()
    for folder in options.sets:
        embedder, snapshot = open_set(folder, options.work)
        asked = load_questions(folder)
        rng = random.Random(SEED)  # noqa: S311 - draws questions
        drawn = rng.sample(asked, min(options.questions, len(asked)))
        print(f"{folder.name}: {len(drawn)} questions, {snapshot.passage_count:,} passages")
        measure(drawn, embedder, snapshot)
        if options.baseline:
            measure_baseline(drawn, embedder, snapshot)


def measure(drawn: list[Asked], embedder: Embedder, snapshot: Snapshot) -> None:
    """Print what our retrieval and answers reach."""
    retriever, answerer = Retriever(embedder), ExtractiveAnswerer(embedder)
    found = {"with": [], "without": []}
    first, three, lengths, search_ms, ask_ms = [], [], [], [], []
    chances: dict[bool, list[float]] = {True: [], False: []}
    outcomes: dict[bool, list[bool]] = {True: [], False: []}
    for asked in drawn:
        started = time.perf_counter()
        retrieval = retriever.retrieve(asked.question, snapshot, k=DEPTH)
        searched = time.perf_counter()
        eight = replace(retrieval, hits=retrieval.hits[:8])
        *_, answer = answerer.stream(asked.question, eight, snapshot)
        ask_ms.append((time.perf_counter() - started) * 1000)
        search_ms.append((searched - started) * 1000)
        assert isinstance(answer, Answer)
        ranked = answerer.rank(eight, snapshot)
        signals = read_signals(eight.query.text, ranked, snapshot) if ranked else None
        chances[asked.is_answerable].append(answer_probability(signals) if signals else 0.0)
        outcomes[asked.is_answerable].append(answer.outcome != "not_in_articles")
        if not asked.is_answerable:
            continue
        found["with"].append([hit.passage.article_id in asked.articles for hit in retrieval.hits])
        if asked.question.history:
            alone = retriever.retrieve(
                asked.question, snapshot, k=DEPTH, query=Query(asked.question.text)
            )
            found["without"].append([h.passage.article_id in asked.articles for h in alone.hits])
        labels = [is_answering(asked, r.candidate.article.id, r.candidate.text) for r in ranked]
        if asked.quotes or (asked.answers and len(asked.answers[0]) < 60):
            first.append(labels[:1] == [True])
            three.append(any(labels[:3]))
        if answer.sentences:
            lengths.append(len(answer.sentences))
    _print_found("  retrieval", found["with"])
    if found["without"]:
        _print_found("  retrieval without history", found["without"])
    if first:
        print(f"  answering sentence: Success@1 {np.mean(first):.3f} @3 {np.mean(three):.3f}")
    area = area_under_curve(np.array(chances[True]), np.array(chances[False]))
    print(
        f"  AUROC of answerable {area:.3f}; answered {np.mean(outcomes[True]):.2f} of them, "
        f"{np.mean(outcomes[False] or [0]):.2f} of the others; {np.mean(lengths):.1f} sentences"
    )
    print(f"  p50 search {np.median(search_ms):.1f} ms, ask {np.median(ask_ms):.0f} ms")


def measure_baseline(drawn: list[Asked], embedder: Embedder, snapshot: Snapshot) -> None:
    """Print what the plain way reaches: its passage is much longer than a sentence."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=BASELINE_CHARACTERS, chunk_overlap=BASELINE_OVERLAP
    )
    pieces = [
        (article_id, piece)
        for article_id in snapshot.article_ids
        if (article := snapshot.article(article_id))
        for piece in splitter.split_text(article.text)
    ]
    vectors = embedder.embed_passages([piece for _, piece in pieces])
    found, first_sentence = [], []
    for asked in drawn:
        if not asked.is_answerable:
            continue
        order = np.argsort(-(vectors @ embedder.embed_query(asked.question.text)), kind="stable")
        found.append([pieces[i][0] in asked.articles for i in order[:DEPTH]])
        article_id, piece = pieces[int(order[0])]
        opening = piece.split(". ")[0]
        first_sentence.append(is_answering(asked, article_id, opening))
    _print_found("  baseline", found)
    print(f"  baseline: its first sentence answers in {np.mean(first_sentence):.3f}")


def _print_found(title: str, found: list[list[bool]]) -> None:
    cells = [f"Success@{k} {np.mean([any(f[:k]) for f in found]):.3f}" for k in (1, 5, DEPTH)]
    print(f"{title}: {' '.join(cells)} of {len(found)}")


if __name__ == "__main__":
    main()

"""Measure the reader by itself: its time, its marked words, its claims, and what eight bits cost.

    python tests/benchmarks/reader.py [--xquad SET] [--lessons unseen.jsonl.gz]

SET is a folder with `questions.jsonl` of questions, answers and the paragraph as quote; `unseen` is
what a training held out (`rag.training`). Prints the rows of tests/benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent.parent))  # run as a script, from anywhere

from rag.answering.candidates import best_span
from rag.encoders.reader import ReadablePassage
from rag.encoders.reader_files import load_weights
from rag.encoders.reader_openvino import OpenVinoReader
from rag.evaluation.measuring.gold import normalised
from rag.text.sentences import split_sentences

SENTENCE = "The ministry said on Monday that the export rule would end in the spring of next year. "
PASSAGES, REPEATS, ROUNDS = 12, 10, 15
"""So many passages of some 180 tokens are read at once."""

MOST = 400


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xquad", type=Path)
    parser.add_argument("--lessons", type=Path)
    options = parser.parse_args()
    rounded, exact = (OpenVinoReader(load_weights(), in_int8=each) for each in (True, False))
    for name, reader in (("int8", rounded), ("float32", exact)):
        print(
            f"{name}: {PASSAGES} passages of 180 tokens in {milliseconds(reader):.0f} ms (median)"
        )
    if options.xquad:
        questions = read_questions(options.xquad / "questions.jsonl")
        for name, reader in (("int8", rounded), ("float32", exact)):
            print(f"{name}: marked words, token F1 {words_f1(reader, questions):.3f}")
        print(f"log odds change by {change(rounded, exact, questions):.3f} on average in int8")
    if options.lessons:
        claims(rounded, options.lessons)


def milliseconds(reader):
    text = SENTENCE * REPEATS
    passages = [ReadablePassage(text, tuple(split_sentences(text)), "A title")] * PASSAGES
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        reader.read("When does the export rule end?", passages)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def read_questions(path):
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    random.Random(1).shuffle(rows)  # noqa: S311 - draws questions
    return [row for row in rows if row["answers"] and row["quotes"]][:MOST]


def words_f1(reader, questions):
    """Return the mean F1 (Rajpurkar et al. 2016) of the likeliest words with the best answer."""
    found = []
    for row in questions:
        text = row["quotes"][0]
        (reading,) = reader.read(row["question"], [passage_of(text)])
        begin, end = best_span(reading.begins, reading.ends)
        marked = text[reading.tokens[begin].start : reading.tokens[end].end]
        found.append(max(token_f1(marked, answer) for answer in row["answers"]))
    return statistics.fmean(found)


def token_f1(one, other):
    own, known = normalised(one).split(), normalised(other).split()
    shared = sum((Counter(own) & Counter(known)).values())
    return 2 * shared / (len(own) + len(known)) if shared else 0.0


def change(one, other, questions):
    passages = [(row["question"], passage_of(row["quotes"][0])) for row in questions[:100]]
    return statistics.fmean(
        float(
            np.abs(one.read(q, [p])[0].sentences - other.read(q, [p])[0].sentences)[
                np.isfinite(one.read(q, [p])[0].sentences)
            ].mean()
        )
        for q, p in passages
    )


def passage_of(text):
    return ReadablePassage(text, tuple(split_sentences(text)))


def claims(reader, path):
    """Print how many held-out claims are judged right, by what made them."""
    from rag.training.keeping import read_lessons
    from rag.training.sets import ENTAILED

    rows = {"made": [], "of sets": []}
    for claim in read_lessons(path).claims:
        entailed = reader.entails(claim.claim, claim.text).entailed > 1 / 2
        kind = "of sets" if claim.words is None else "made"
        rows[kind].append((entailed, claim.label == ENTAILED))
    for kind, found in rows.items():
        said, true = np.array(found).T
        print(
            f"claims {kind}: {len(found)}, right {np.mean(said == true):.3f}, precision "
            f"{np.mean(true[said]):.3f}, recall {np.mean(said[true]):.3f}"
        )


if __name__ == "__main__":
    main()

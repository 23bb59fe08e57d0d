"""Compares sentence splitters on the cases of tests/text: python tests/benchmarks/sentences.py

The others are no requirement of Footnote: pip install pysbd syntok blingfire
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rag.text.sentences import split_sentences
from tests.text.sentence_cases import BEYOND, CASES, expected

Splitter = Callable[[str], list[str]]


def splitters() -> dict[str, Splitter]:
    """Return each splitter that is installed."""
    found: dict[str, Splitter] = {
        "rag.text": lambda text: [text[s.start : s.end] for s in split_sentences(text)],
        "naive": lambda text: re.split(r"(?<=[.!?])\s+", text),
    }
    if find_spec("pysbd"):
        found["pysbd"] = import_module("pysbd").Segmenter(language="en", clean=False).segment
    if find_spec("blingfire"):
        found["blingfire"] = lambda text: (
            import_module("blingfire").text_to_sentences(text).split("\n")
        )
    if find_spec("syntok"):
        found["syntok"] = syntok_splitter()
    return found


def syntok_splitter() -> Splitter:
    process = import_module("syntok.segmenter").process

    def split(text: str) -> list[str]:
        return [
            text[sentence[0].offset : sentence[-1].offset + len(sentence[-1].value)]
            for paragraph in process(text)
            for sentence in paragraph
        ]

    return split


def cuts(sentences: list[str]) -> set[int]:
    """Return where sentences end, counted in characters that are not white space."""
    ends, total = set(), 0
    for sentence in sentences:
        total += len("".join(sentence.split()))
        ends.add(total)
    return ends - {total}


def main() -> None:
    cases = [expected(case) for case in CASES]
    beyond = [expected(case) for case in BEYOND]
    long_text = " ".join(text for text, _ in cases) * 20
    print(f"{'splitter':10} {'cases right':>12} {'beyond':>7} {'boundary F1':>12} {'MB/s':>6}")
    for name, split in splitters().items():
        right, hard = (sum(split_clean(split, t) == s for t, s in part) for part in (cases, beyond))
        found = [(cuts(split_clean(split, t)), cuts(s)) for t, s in cases + beyond]
        hits = sum(len(a & b) for a, b in found)
        f1 = 2 * hits / sum(len(a) + len(b) for a, b in found)
        start = time.process_time()
        split(long_text)
        speed = len(long_text) / 1e6 / (time.process_time() - start)
        row = f"{right:>6} of {len(cases):>2} {hard:>2} of {len(beyond)} {f1:>12.3f} {speed:>6.2f}"
        print(f"{name:10} {row}")


def split_clean(split: Splitter, text: str) -> list[str]:
    return [sentence.strip() for sentence in split(text) if sentence.strip()]


if __name__ == "__main__":
    main()

"""How often a hyphen at a line end is judged rightly, on compounds and on words that were broken.

`python tests/benchmarks/hyphens.py SET…`: folders with `articles.jsonl`. Each compound of an
article is broken at its hyphen, as many of its words at one of their syllables (`pip install
pyphen`, which nothing else needs); the article is evidence without the one that was broken.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pyphen

from rag.corpus.lines import count_words, join_lines

COMPOUND, WORD = re.compile(r"\b([a-z]{2,})-([a-z]{2,})\b"), re.compile(r"\b[a-z]{6,}\b")
BEFORE = 20  # characters of the line
FEWEST = 5  # words of an article


def judged(text: str, rng: random.Random, syllables: pyphen.Pyphen) -> Iterator[tuple[bool, bool]]:
    """Yield of each hyphen whether it belongs, and whether it was judged so."""
    vocabulary = count_words(text)
    compounds = list(COMPOUND.finditer(text))
    words = [each for each in WORD.finditer(text) if syllables.positions(each.group())]
    drawn = rng.sample(words, min(len(words), max(FEWEST, len(compounds))))
    for match in (*compounds, *drawn):
        whole = match.group()
        cut = whole.find("-") + 1 or rng.choice(syllables.positions(whole))
        line = text[max(0, match.start() - BEFORE) : match.start()] + whole[:cut].rstrip("-") + "-"
        others = vocabulary.copy()
        others[whole] -= 1
        yield "-" in whole, join_lines([line, whole[cut:]], others).endswith(f"-{whole[cut:]}")


def main() -> None:
    """Print a row a set."""
    rng, syllables = random.Random(3), pyphen.Pyphen(lang="en_US")  # noqa: S311 - draws words
    for folder in map(Path, sys.argv[1:]):
        lines = (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        texts = (json.loads(line)["text"] for line in lines)
        found = [pair for text in texts for pair in judged(text, rng, syllables)]
        kept = [is_kept for belongs, is_kept in found if belongs]
        gone = [not is_kept for belongs, is_kept in found if not belongs]
        rates = (f"{sum(each) / len(each):.3f} of {len(each):,}" for each in (kept, gone))
        print("|", folder.name, "|", " | ".join(rates), "|")


if __name__ == "__main__":
    main()

"""Make copies of articles as outlets make them of a wire story: retitled, cut, run together."""

from __future__ import annotations

import random
from collections.abc import Mapping

from rag.text.sentences import split_sentences

SEED = 7
CUT_SHARE = 0.12
"""Share of the sentences that an outlet leaves out."""

OUTLETS = ("Courier", "Ledger", "Post", "Herald", "Gazette")


def write_copies(files: Mapping[str, str], count: int) -> dict[str, str]:
    """Return the files, and of each `count - 1` copies below a folder for each outlet.

    A file is text, or Markdown with its title first, which is kept in other words.
    """
    rng = random.Random(SEED)  # noqa: S311 - cuts sentences
    made = dict(files)
    for number in range(1, count):
        for name, text in files.items():
            made[f"outlet-{number}/{name}"] = _copy(text, number, rng)
    return made


def _copy(text: str, number: int, rng: random.Random) -> str:
    title, _, body = text.partition("\n\n")
    paragraphs = [_cut(paragraph, rng) for paragraph in body.split("\n\n")]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph] or [body]
    if number % 2:
        paragraphs = [" ".join(paragraphs[i : i + 2]) for i in range(0, len(paragraphs), 2)]
    outlet = OUTLETS[number % len(OUTLETS)]
    return f"{title}, the {outlet} says\n\nFrom our desk ({outlet}) - " + "\n\n".join(paragraphs)


def _cut(paragraph: str, rng: random.Random) -> str:
    sentences = [paragraph[span.start : span.end] for span in split_sentences(paragraph)]
    return " ".join(each for each in sentences if rng.random() >= CUT_SHARE)

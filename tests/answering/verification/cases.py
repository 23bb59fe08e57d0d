"""Claims and attributions about invented news, written before the code that they judge.

`claims.jsonl`: a text in sentences, then claims about it as an answer model writes them, each
with the numbers of the sentences that it quotes. `attributions.jsonl`: who says a thing; `[` and
`]` mark the quote in its text, `speaker` is a word of whom the article names, "" for nobody.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from rag.records import Verdict

FOLDER = Path(__file__).parent
TRUE = {"close", "free"}
"""Kinds of claims that the text carries, in its words or in other ones."""


class Claim(NamedTuple):
    """A claim, its quotes, what stands in the text before each, and what is wrong with it."""

    kind: str
    claim: str
    quotes: tuple[str, ...]
    before: tuple[str, ...]

    @property
    def is_true(self) -> bool:
        """Return whether the text says so."""
        return self.kind in TRUE


class Attribution(NamedTuple):
    """A claim about a quote in its text, and how it is to be judged."""

    before: str
    quote: str
    after: str
    claim: str
    verdict: Verdict
    speaker: str


def read_claims() -> list[Claim]:
    """Return every claim of `claims.jsonl`, in order."""
    claims, text = [], []
    for row in _rows("claims.jsonl"):
        text = row.get("text", text)
        if "claim" in row:
            quoted = [number - 1 for number in row["quoted"]]
            quotes = tuple(text[number] for number in quoted)
            before = tuple("".join(f"{s} " for s in text[:number]) for number in quoted)
            claims.append(Claim(row["kind"], row["claim"], quotes, before))
    return claims


def read_attributions() -> list[Attribution]:
    """Return every case of `attributions.jsonl`, in order."""
    found = []
    for row in _rows("attributions.jsonl"):
        before, rest = row["text"].split("[")
        quote, after = rest.split("]")
        found.append(
            Attribution(before, quote, after, row["claim"], row["verdict"], row["speaker"])
        )
    return found


def _rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]

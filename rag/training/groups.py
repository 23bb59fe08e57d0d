"""Labelled questions with their sentences, read from openly licensed sets, and parted.

A set is a gzipped JSONL file of `{"question", "positives", "negatives"[, "doc"]}`, or, with `.nli`
in its name, of `{"premise", "hypothesis", "label"}`. What of each set is taken, and how much, is
RECIPE; the parts that measure are whole documents that the training never sees.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

SENTENCE_LIMIT = 600
"""Characters of a sentence; a longer one is a passage, and would fill the window alone."""

HELD_OUT_SHARE = 0.04
"""Share of the documents that measure."""

NLI = ".nli"

SAID_OF_ANY = frozenset({"", "yes", "no", "maybe"})
"""Answers that are not words of a sentence."""

_PLACE_IN_DOC = re.compile(r"^(\w+:\w+:\d+):\d+:\d+$")
"""QAMR names a sentence; what comes before is its article."""

T = TypeVar("T")


TITLED = frozenset({"squadshifts_new_wiki", "selqa", "qed_nq_dev"})
"""Sets whose `doc` is a title; so it is where another set names one of them as its `source`."""

RECIPE: dict[str, int] = {
    "squadshifts_new_wiki": 4_000,
    "selqa": 2_365,
    "qed_nq_dev": 1_342,
    "clapnq_train_answers": 1_700,
    "qamr_wiki": 1_500,
    "covid_qa": 400,
    "pubmedqa_l": 200,
    "fetaqa_table_rows": 150,
    "wice_claims": 300,
    "condaqa_dev": 276,
    "qnli_sample": 274,
    "synthetic_unanswerable_answer_removed": 1_500,
    "fever_dev_rte.nli": 1_200,
    "fever_symmetric.nli": 800,
    "synthetic_number_contrast.nli": 900,
    "vitaminc_sample.nli": 399,
    "scifact_rte.nli": 400,
    "wice.nli": 400,
}
"""Questions of a set at most, taken in a seeded order. Chosen for nearness to news and plain
questions: few of what is templated, medical or made of tables."""


@dataclass(frozen=True, slots=True)
class Group:
    """A question with sentences of one document; without positives it is not answered there.

    `answers` are the words that answer, where they are known. Where `is_elsewhere`, the sentences
    are not to be shown: the candidates are those of other documents.
    """

    question: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    doc: str
    title: str
    answers: tuple[str, ...]
    is_held_out: bool
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, a text, and whether the text carries the claim."""

    claim: str
    text: str
    is_carried: bool
    is_held_out: bool


def read_groups(folder: Path, *, seed: int) -> list[Group]:
    """Return the groups of every set of RECIPE that `folder` holds, in a seeded order."""
    groups = [
        group
        for name, most in RECIPE.items()
        if NLI not in name
        for group in _take(_groups(folder, name), most, seed=f"{seed} {name}")
    ]
    random.Random(seed).shuffle(groups)  # noqa: S311 - orders examples
    return groups


def read_claims(folder: Path, *, seed: int) -> list[Claim]:
    """Return the claims of every set of RECIPE that `folder` holds, in a seeded order."""
    claims = [
        claim
        for name, most in RECIPE.items()
        if NLI in name
        for claim in _take(_claims(folder, name), most, seed=f"{seed} {name}")
    ]
    random.Random(seed).shuffle(claims)  # noqa: S311 - orders examples
    return claims


def _groups(folder: Path, name: str) -> Iterator[Group]:
    for row in _rows(folder, name):
        positives = tuple(filter(_fits, row["positives"]))
        negatives = tuple(dict.fromkeys(filter(_fits, row["negatives"])))
        if not negatives or (row["positives"] and not positives):
            continue
        doc = _PLACE_IN_DOC.sub(r"\1", str(row.get("doc") or row["question"]))
        title = doc.replace("_", " ") if row.get("source", name) in TITLED else ""
        answers = tuple(a for a in row.get("answers") or () if a.casefold() not in SAID_OF_ANY)
        yield Group(row["question"], positives, negatives, doc, title, answers, _is_held_out(doc))


def _claims(folder: Path, name: str) -> Iterator[Claim]:
    for row in _rows(folder, name):
        if _fits(row["premise"]):
            carried = row["label"] == "entailment"
            held_out = _is_held_out(row["premise"])
            yield Claim(row["hypothesis"], row["premise"], carried, held_out)


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    path = folder / f"{name}.jsonl.gz"
    if not path.exists():
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _take(rows: Iterable[T], most: int, *, seed: str) -> list[T]:
    found = list(rows)
    random.Random(seed).shuffle(found)  # noqa: S311 - draws examples
    return found[:most]


def _fits(sentence: str) -> bool:
    return 0 < len(sentence.strip()) <= SENTENCE_LIMIT


def _is_held_out(doc: str) -> bool:
    """Tell by a hash, so that a document stays on its side whatever else is read."""
    digest = hashlib.sha256(doc.encode("utf-8")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < HELD_OUT_SHARE

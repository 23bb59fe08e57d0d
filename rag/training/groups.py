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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

SENTENCE_LIMIT = 600
"""Characters of a sentence; a longer one is a passage, and would fill the window alone."""

HELD_OUT_SHARE = 0.04
"""Share of the documents that measure."""

NLI = ".nli"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Share:
    """How many questions of a set are trained on, and whether its `doc` is a title."""

    most: int
    has_titles: bool = False


RECIPE: dict[str, Share] = {
    "squadshifts_new_wiki": Share(7_500, has_titles=True),
    "selqa": Share(2_365, has_titles=True),
    "qed_nq_dev": Share(1_342, has_titles=True),
    "clapnq_train_answers": Share(1_700),
    "qamr_wiki": Share(2_000),
    "covid_qa": Share(700),
    "pubmedqa_l": Share(300),
    "fetaqa_table_rows": Share(500),
    "medquad_passages": Share(200),
    "wice_claims": Share(700),
    "condaqa_dev": Share(276),
    "qnli_sample": Share(274),
    "synthetic_unanswerable_answer_removed": Share(2_000),
    "fever_dev_rte.nli": Share(2_500),
    "fever_symmetric.nli": Share(1_400),
    "synthetic_number_contrast.nli": Share(1_600),
    "vitaminc_sample.nli": Share(399),
    "scifact_rte.nli": Share(600),
    "wice.nli": Share(600),
}
"""Chosen for nearness to news and plain questions: few of what is templated, medical or made of
tables. Taken from each set in a seeded order."""


@dataclass(frozen=True, slots=True)
class Group:
    """A question with sentences of one document; without positives it is not answered there.

    `answers` are the words in the positives that answer, where a set knows them.
    """

    question: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    doc: str
    title: str
    is_held_out: bool
    answers: tuple[str, ...] = ()


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
        for name, share in RECIPE.items()
        if NLI not in name
        for group in _take(_groups(folder, name, share), share.most, seed=f"{seed} {name}")
    ]
    random.Random(seed).shuffle(groups)  # noqa: S311 - orders examples
    return groups


def read_claims(folder: Path, *, seed: int) -> list[Claim]:
    """Return the claims of every set of RECIPE that `folder` holds, in a seeded order."""
    claims = [
        claim
        for name, share in RECIPE.items()
        if NLI in name
        for claim in _take(_claims(folder, name), share.most, seed=f"{seed} {name}")
    ]
    random.Random(seed).shuffle(claims)  # noqa: S311 - orders examples
    return claims


def _groups(folder: Path, name: str, share: Share) -> Iterator[Group]:
    for row in _rows(folder, name):
        positives = tuple(filter(_fits, row["positives"]))
        negatives = tuple(dict.fromkeys(filter(_fits, row["negatives"])))
        if not negatives or (row["positives"] and not positives):
            continue
        doc = str(row.get("doc") or row["question"])
        title = doc.replace("_", " ") if share.has_titles and row.get("doc") else ""
        held_out = _is_held_out(doc)
        answers = tuple(filter(None, row.get("answers", ())))
        yield Group(row["question"], positives, negatives, doc, title, held_out, answers)


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

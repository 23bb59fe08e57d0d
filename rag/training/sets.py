"""Labelled questions and claims, read from openly licensed sets, in one form each.

A question set is a gzipped JSONL file of paragraphs with the places of the answers (`reader`), of
sections with the numbers of the answering sentences, or of loose sentences (`positives`,
`negatives`); a set of claims has `.nli` in its name. RECIPE states what of each is taken. The
parts that measure are whole documents that the training never sees.
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

from rag.records import Span
from rag.text.sentences import split_sentences

HELD_OUT_SHARE = 0.04
"""Share of the documents that measure."""

LOOSE_SENTENCES = 5
"""Sentences of a passage that is made of loose ones, whose order is not known."""

LONGEST_CLAIM_EVIDENCE = 600  # characters
NLI = ".nli"
ENTAILED, CONTRADICTED, NEITHER = 0, 1, 2
NOT_ENTAILED = -1
"""Labels of claims; sets with two labels do not say which of the others it is."""

LABELS = {
    "entailment": ENTAILED,
    "contradiction": CONTRADICTED,
    "neutral": NEITHER,
    "not_entailment": NOT_ENTAILED,
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Share:
    """How many questions of a set are trained on, and whether its `doc` is a title.

    Claims are made of sets that are written as an article is.
    """

    most: int
    has_titles: bool = False
    makes_claims: bool = False


RECIPE: dict[str, Share] = {
    "reader/squadshifts_new_wiki": Share(8_000, has_titles=True, makes_claims=True),
    "reader/squadshifts_reddit": Share(2_500),
    "reader/squadshifts_amazon_reviews": Share(2_500),
    "reader/covid_qa": Share(900, makes_claims=True),
    "reader/qed_nq_dev": Share(1_350, has_titles=True, makes_claims=True),
    "reader/selqa": Share(2_373, has_titles=True, makes_claims=True),
    "training/qamr_wiki": Share(2_500, makes_claims=True),
    "training/clapnq_train_answers": Share(1_200),
    "training/fetaqa_table_rows": Share(500),
    "training/boolq_sample_passages": Share(295),
    "training/condaqa_dev": Share(288),
    "training/pubmedqa_l": Share(300),
    "training/qnli_sample": Share(274),
    "training/fever_dev_rte.nli": Share(7_000),
    "training/fever_symmetric.nli": Share(1_400),
    "training/synthetic_number_contrast.nli": Share(1_600),
    "training/vitaminc_sample.nli": Share(399),
    "training/scifact_rte.nli": Share(700),
    "training/wice.nli": Share(1_200),
}
"""Chosen for nearness to news and plain questions: few of what is sloppy, templated, medical or
made of tables. Taken from each set in a seeded order."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text with its sentences, of a document; `title` is empty where it has none."""

    doc: str
    title: str
    text: str
    sentences: tuple[Span, ...]

    @property
    def is_held_out(self) -> bool:
        """Whether its document measures; by a hash, so that it stays on its side."""
        digest = hashlib.sha256(self.doc.encode("utf-8")).digest()
        return int.from_bytes(digest[:4], "big") / 2**32 < HELD_OUT_SHARE

    def sentences_at(self, spans: Iterable[Span]) -> tuple[int, ...]:
        """Return the numbers of the sentences in which spans begin."""
        found = {
            i
            for span in spans
            for i, sentence in enumerate(self.sentences)
            if sentence.start <= span.start < sentence.end
        }
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to a paragraph: the answering sentences, and the words where they are known.

    Without `right` the paragraph does not answer it.
    """

    question: str
    paragraph: Paragraph
    right: tuple[int, ...]
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, a text, and whether the text entails it (ENTAILED, …).

    `words` are those of the claim that the text does not support; None where that is not known.
    """

    claim: str
    text: str
    label: int
    is_held_out: bool
    words: tuple[Span, ...] | None = None


def read_questions(
    folder: Path, *, seed: int, share: float = 1.0, for_claims: bool = False
) -> list[Asked]:
    """Return the questions of every set of RECIPE that `folder` holds, in a seeded order.

    Of each set `share` of what RECIPE says is taken; `for_claims` only those that make claims.
    """
    asked = [
        one
        for name, taken in RECIPE.items()
        if NLI not in name and (taken.makes_claims or not for_claims)
        for one in _take(_questions(folder, name, taken), taken.most * share, seed=f"{seed} {name}")
    ]
    random.Random(seed).shuffle(asked)  # noqa: S311 - orders examples
    return asked


def read_claims(folder: Path, *, seed: int, share: float = 1.0) -> list[Claim]:
    """Return the claims of every set of RECIPE that `folder` holds, in a seeded order."""
    claims = [
        claim
        for name, taken in RECIPE.items()
        if NLI in name
        for claim in _take(_claims(folder, name), taken.most * share, seed=f"{seed} {name}")
    ]
    random.Random(seed).shuffle(claims)  # noqa: S311 - orders examples
    return claims


def paragraph_of(doc: str, title: str, text: str) -> Paragraph:
    """Return a text as a paragraph."""
    return Paragraph(doc, title, text, tuple(split_sentences(text)))


def _questions(folder: Path, name: str, share: Share) -> Iterator[Asked]:
    for row in _rows(folder, name):
        doc = str(row.get("doc") or row.get("passage") or row.get("question"))
        title = doc.replace("_", " ") if share.has_titles and row.get("doc") else ""
        if "passage" in row:
            yield from _of_paragraph(paragraph_of(doc, title, row["passage"].strip("\n")), row)
        elif loose := _of_sentences(doc, title, row):
            yield loose


def _of_paragraph(paragraph: Paragraph, row: dict[str, Any]) -> Iterator[Asked]:
    for question in row["questions"]:
        if "sentences" in question or "spans" not in question:
            places = [Span(*place) for place in question.get("sentences", row.get("sentences", ()))]
            if right := paragraph.sentences_at(places):
                yield Asked(question["question"], paragraph, right)
            continue
        spans = tuple(Span(*span) for span in question["spans"])
        if right := paragraph.sentences_at(spans[:2]):
            yield Asked(question["question"], paragraph, right, spans[:2])


def _of_sentences(doc: str, title: str, row: dict[str, Any]) -> Asked | None:
    """Return a question to loose sentences, put together as a passage."""
    positives = [" ".join(sentence.split()) for sentence in row["positives"]]
    negatives = [" ".join(sentence.split()) for sentence in dict.fromkeys(row["negatives"])]
    rng = random.Random(row["question"])  # noqa: S311 - draws examples
    wrong = rng.sample(negatives, min(max(1, LOOSE_SENTENCES - len(positives)), len(negatives)))
    place = rng.randint(0, len(wrong))
    parts = [*wrong[:place], *positives[:LOOSE_SENTENCES], *wrong[place:]]
    if not parts or len(" ".join(parts)) > 3 * LONGEST_CLAIM_EVIDENCE:
        return None
    text, spans = "", []
    for part in parts:
        text += " " if text else ""
        spans.append(Span(len(text), len(text) + len(part)))
        text += part
    right = tuple(range(place, place + len(positives[:LOOSE_SENTENCES])))
    words = _find_words(row.get("answers") or (), text, [spans[i] for i in right])
    return Asked(row["question"], Paragraph(doc, title, text, tuple(spans)), right, words)


def _find_words(answers: Iterable[str], text: str, places: Iterable[Span]) -> tuple[Span, ...]:
    for place in places:
        for answer in answers:
            start = text.find(answer, place.start, place.end) if answer else -1
            if start >= 0 and len(answer) < place.end - place.start:
                return (Span(start, start + len(answer)),)
    return ()


def _claims(folder: Path, name: str) -> Iterator[Claim]:
    for row in _rows(folder, name):
        if 0 < len(row["premise"].strip()) <= LONGEST_CLAIM_EVIDENCE:
            held_out = paragraph_of(row["premise"], "", "").is_held_out
            yield Claim(row["hypothesis"], row["premise"], LABELS[row["label"]], held_out)


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    path = folder / f"{name}.jsonl.gz"
    if not path.exists():
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _take(rows: Iterable[T], most: float, *, seed: str) -> list[T]:
    found = list(rows)
    random.Random(seed).shuffle(found)  # noqa: S311 - draws examples
    return found[: int(most)]

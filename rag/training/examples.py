"""Turns groups into what one step learns from: a question, one right sentence, the hard wrong ones.

Wrong sentences are those that our own retrieval would hand over: near by the embedder's cosine,
of the same document and of others.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rag.index.embedding import Embedder
from rag.reranking.pairs import shown
from rag.training.contrast import tells
from rag.training.groups import Group
from rag.training.headlines import asked_headline, headline

CANDIDATES = 5
"""Sentences a question is learned from: fewer teach less a question, more cost other questions."""

HARDEST = 2
FOREIGN = 1
"""Wrong sentences by cosine, of the same document and of other ones; the rest is drawn from the
same document while it has any. Nearest of all are sometimes right, so they are drawn from the
nearest few."""

NEAREST = 4
NEAREST_BESIDE = 12
NEAREST_ELSEWHERE = slice(1, 12)
LOOKED_AT = 1_000
"""Sentences, nearest first, among which those of other documents are looked for."""

TITLES = {"none": 0.15, "own": 0.2, "sentence": 0.35, "question": 0.3}
"""How often a document is shown without title, with its own, with a headline made of a sentence
that does not answer, or of the question. Whether there is an answer must not show in the title."""

BLOCK = 512  # questions whose cosines with every sentence are held at once


@dataclass(frozen=True, slots=True)
class Example:
    """A question and its candidates, as the reranker reads them; `right` is None for none."""

    question: str
    candidates: tuple[str, ...]
    right: int | None


def make_examples(
    groups: Sequence[Group], embedder: Embedder, *, seed: int, most: int = CANDIDATES
) -> list[Example]:
    """Return one example a group, in their order."""
    pool = _Pool(groups)
    vectors = embedder.embed_passages(pool.sentences)
    rng = random.Random(seed)  # noqa: S311 - draws examples
    examples = []
    for start in range(0, len(groups), BLOCK):
        block = groups[start : start + BLOCK]
        # Many at once: the default embedder tells passages and queries by nothing.
        asked = embedder.embed_passages([group.question for group in block])
        cosines = asked @ vectors.T
        examples += [
            _example(group, near, pool, rng, most=most)
            for group, near in zip(block, cosines, strict=True)
        ]
    return examples


class _Pool:
    """Every sentence of the groups once, with its row, document and title."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.docs: dict[str, tuple[str, str]] = {}
        self.of_doc: dict[str, list[str]] = {}
        for group in groups:
            for sentence in (*group.positives, *group.negatives):
                if sentence not in self.docs:
                    self.docs[sentence] = (group.doc, group.title)
                    self.of_doc.setdefault(group.doc, []).append(sentence)
        self.sentences = list(self.docs)
        self.row = {sentence: i for i, sentence in enumerate(self.sentences)}

    def is_of(self, group: Group, sentence: str) -> bool:
        """Tell whether a sentence is one of the group's document, which others may have, too."""
        own = sentence in group.positives or sentence in group.negatives
        return own or self.docs[sentence][0] == group.doc

    def nearest_elsewhere(self, group: Group, near: NDArray[np.float32]) -> list[str]:
        """Return sentences of other documents that do not answer, nearest by cosine first."""
        count = min(LOOKED_AT, len(near))
        few = np.argpartition(-near, count - 1)[:count]
        ranked = (self.sentences[int(i)] for i in few[np.argsort(-near[few], kind="stable")])
        told = (s for s in ranked if not self.is_of(group, s) and self._is_wrong(s, group))
        return list(islice(told, NEAREST_ELSEWHERE.stop))

    def nearest_beside(self, group: Group, near: NDArray[np.float32]) -> list[str]:
        """Return other sentences of the document that do not answer, nearest by cosine first.

        Only where the words of the answer are known: none else can be told to be wrong.
        """
        if not group.answers or not group.positives:
            return []
        own = set(group.negatives)
        told = self.of_doc.get(group.doc, ())
        beside = (s for s in told if s not in own and self._is_wrong(s, group))
        return sorted(beside, key=lambda sentence: -near[self.row[sentence]])[:NEAREST_BESIDE]

    @staticmethod
    def _is_wrong(sentence: str, group: Group) -> bool:
        return sentence not in group.positives and not tells(sentence, group.answers)


def _example(
    group: Group, near: NDArray[np.float32], pool: _Pool, rng: random.Random, *, most: int
) -> Example:
    is_answered = bool(group.positives) and not group.is_elsewhere
    chosen = _wrong(group, near, pool, rng, most=most - is_answered)
    right = None
    if is_answered:
        right = rng.randrange(len(chosen) + 1)
        chosen.insert(right, rng.choice(group.positives))
    (kind,) = rng.choices(list(TITLES), list(TITLES.values()))
    own = _title(group, kind, rng)
    titles = [own if pool.is_of(group, s) else _other(s, kind, pool, rng) for s in chosen]
    texts = [shown(sentence, title) for sentence, title in zip(chosen, titles, strict=True)]
    return Example(group.question, tuple(texts), right)


def _title(group: Group, kind: str, rng: random.Random) -> str:
    """Return a title of the group's document of the kind of TITLES; "" where none can be had."""
    if kind == "question":
        return asked_headline(group.question)
    if kind == "sentence":
        told = [text for text in group.negatives if not tells(text, group.answers)]
        return headline(rng.choice(told)) if told else ""
    return group.title if kind == "own" else ""


def _other(sentence: str, kind: str, pool: _Pool, rng: random.Random) -> str:
    """Return a title for a sentence that is not of the group."""
    doc, title = pool.docs[sentence]
    if kind in ("sentence", "question"):
        return headline(rng.choice(pool.of_doc[doc]))
    return title if kind == "own" else ""


def _wrong(
    group: Group, near: NDArray[np.float32], pool: _Pool, rng: random.Random, *, most: int
) -> list[str]:
    foreign = pool.nearest_elsewhere(group, near)[NEAREST_ELSEWHERE]
    if group.is_elsewhere:
        return rng.sample(foreign, min(most, len(foreign)))
    own = sorted(group.negatives, key=lambda sentence: -near[pool.row[sentence]])
    nearest = own[:NEAREST]
    chosen = rng.sample(nearest, min(HARDEST, len(nearest)))
    chosen += rng.sample(foreign, min(FOREIGN, len(foreign)))
    chosen += _more(own, chosen, rng, most=most)
    if len(chosen) < most:
        chosen += _more(pool.nearest_beside(group, near), chosen, rng, most=most)
    return chosen + _more(foreign, chosen, rng, most=most)


def _more(
    told: Sequence[str], chosen: Sequence[str], rng: random.Random, *, most: int
) -> list[str]:
    rest = [sentence for sentence in told if sentence not in chosen]
    return rng.sample(rest, min(max(0, most - len(chosen)), len(rest)))

"""Turns groups into what one step learns from: a question, one right sentence, the hard wrong ones.

Wrong sentences are those that our own retrieval would hand over: near by the embedder's cosine,
of the same document and of others.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.index.embedding import Embedder
from rag.records import Span
from rag.reranking.pairs import shown
from rag.training.groups import Group

CANDIDATES = 7
"""Sentences a question is learned from: fewer teach less a question, more cost other questions."""

HARDEST = 2
FOREIGN = 1
"""Wrong sentences by cosine, of the same document and of other ones; the rest is drawn from the
same document. Nearest of all are sometimes right, so they are drawn from the nearest few."""

NEAREST = 4
FOREIGN_NEAREST = slice(1, 12)

TITLED = 0.5
"""Share of the examples with known titles that show them: an article may have none."""

LED = 0.15
"""Share of sentences shown after one that does not answer, as one that leans is shown."""

BLOCK = 512  # questions whose cosines with every sentence are held at once


@dataclass(frozen=True, slots=True)
class Example:
    """A question and its candidates, as the reranker reads them; `right` is None for none.

    `answer` is where in the right candidate the words that answer stand, where that is known.
    """

    question: str
    candidates: tuple[str, ...]
    right: int | None
    answer: Span | None = None


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
        for group in groups:
            for sentence in (*group.positives, *group.negatives):
                self.docs.setdefault(sentence, (group.doc, group.title))
        self.sentences = list(self.docs)
        self.row = {sentence: i for i, sentence in enumerate(self.sentences)}

    def nearest_elsewhere(self, group: Group, near: NDArray[np.float32]) -> list[str]:
        """Return sentences of other documents, nearest by cosine first."""
        count = min(4 * FOREIGN_NEAREST.stop, len(near))
        few = np.argsort(-near, kind="stable")[:count]
        own = {*group.positives, *group.negatives}
        ranked = [self.sentences[int(i)] for i in few]
        return [s for s in ranked if self.docs[s][0] != group.doc and s not in own]


def _example(
    group: Group, near: NDArray[np.float32], pool: _Pool, rng: random.Random, *, most: int
) -> Example:
    chosen = _wrong(group, near, pool, rng, most=most - bool(group.positives))
    right = answering = None
    if group.positives:
        right = rng.randrange(len(chosen) + 1)
        answering = rng.choice(group.positives)
        chosen.insert(right, answering)
    has_titles = rng.random() < TITLED
    texts = []
    for sentence in chosen:
        lead = rng.choice(group.negatives) if rng.random() < LED else sentence
        text = sentence if lead == sentence else f"{lead} {sentence}"
        texts.append(shown(text, pool.docs[sentence][1] if has_titles else ""))
    place = None
    if right is not None and answering is not None:
        place = _place(group.answers, answering, texts[right])
    return Example(group.question, tuple(texts), right, place)


def _place(answers: Sequence[str], sentence: str, text: str) -> Span | None:
    """Return where the first answer that `sentence` holds stands in `text`, which ends with it."""
    for answer in answers:
        if (start := sentence.find(answer)) >= 0:
            start += len(text) - len(sentence)
            return Span(start, start + len(answer))
    return None


def _wrong(
    group: Group, near: NDArray[np.float32], pool: _Pool, rng: random.Random, *, most: int
) -> list[str]:
    own = sorted(group.negatives, key=lambda sentence: -near[pool.row[sentence]])
    nearest = own[:NEAREST]
    chosen = rng.sample(nearest, min(HARDEST, len(nearest)))
    elsewhere = pool.nearest_elsewhere(group, near)[FOREIGN_NEAREST]
    chosen += rng.sample(elsewhere, min(FOREIGN, len(elsewhere)))
    rest = [sentence for sentence in own if sentence not in chosen]
    return chosen + rng.sample(rest, min(max(0, most - len(chosen)), len(rest)))

"""What a question asks for: a multinomial logistic regression over its embedding.

Three things are read of a question: its embedding, the embedding of its shape (the topic replaced
by a placeholder, so that the wording counts and not the matter), and how many words are topic.
`python -m rag.training.kinds` fits the weights from the wordings in rag/training/kinds.txt and from
questions that people asked for facts; they fit one embedder, and with another every question is
taken as one for a fact.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from rag.answering.kinds.wordings import AskingWords
from rag.config import DEFAULT_EMBEDDER
from rag.errors import EmbedderError

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder

WEIGHTS = Path(__file__).parent / "kinds.safetensors"
WEIGHTS_SHA256 = "8950b374b20921b1b0ad75901a7c53d062801c8056c0862391786aa089d871fb"

Embed = Callable[[str], NDArray[np.float32]]

ABOUT = frozenset(
    "greeting thanks identity abilities limits controls articles outlets dates count adding "
    "certainty evidence trust privacy shorter finding corpus".split()
)
"""Intents that the index answers by itself."""

FACT = "fact"

ABOUT_FROM = 0.7
"""Probability from which a question is taken as one about Footnote or the corpus."""

KIND_FROM = 0.5
"""Probability, about aside, from which it is taken as one for a kind other than a fact."""

MOST_TOPICAL = 4
MOST_WORDS = 12
COUNTS_WEIGHT = 0.5
"""Counts beyond the first two say no more; their scale beside the unit vectors."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for, how probable that is, and what about."""

    intent: str
    probability: float
    topic: str = ""

    @property
    def is_about(self) -> bool:
        """Whether Footnote or the corpus is asked about."""
        return self.intent in ABOUT


@dataclass(frozen=True, slots=True)
class KindWeights:
    """Coefficients of shape (features, intents), a bias an intent, and the asking words."""

    intents: tuple[str, ...]
    coefficients: NDArray[np.float32]
    bias: NDArray[np.float32]
    words: AskingWords


class KindClassifier:
    """Says what a question asks for; safe to share between threads."""

    def __init__(self, embedder: Embedder, weights: KindWeights) -> None:
        self._embedder = embedder
        self._weights = weights

    @property
    def words(self) -> AskingWords:
        """The words that ask."""
        return self._weights.words

    def classify(self, question: str) -> Asked:
        """Return the likeliest intent of the likeliest kind; a fact where that is in doubt."""
        chances = self.probabilities(question)
        about = sum(chance for intent, chance in chances.items() if intent in ABOUT)
        if about >= ABOUT_FROM:
            intent = max(ABOUT, key=lambda each: (chances.get(each, 0.0), each))
            return Asked(intent, about, self.words.topic(question, intent))
        others = {i: p / (1 - about) for i, p in chances.items() if i not in ABOUT}
        intent = max(others, key=lambda each: (others[each], each))
        if others[intent] < KIND_FROM:
            return Asked(FACT, others[FACT])
        return Asked(intent, others[intent], self.words.topic(question, intent))

    def probabilities(self, question: str) -> dict[str, float]:
        """Return the probability of every intent."""
        weights = self._weights
        scores = (
            features(self._embedder.embed_query, question, weights.words) @ weights.coefficients
        )
        odds = np.exp(scores + weights.bias - (scores + weights.bias).max())
        return dict(zip(weights.intents, (odds / odds.sum()).tolist(), strict=True))


def features(embed: Embed, question: str, words: AskingWords) -> NDArray[np.float32]:
    """Return what is read of a question, shape (2 * dimension + 3,)."""
    shape, topical, length = words.shape(question)
    counts = np.array(
        [
            min(topical, MOST_TOPICAL) / MOST_TOPICAL,
            float(topical == 0),
            min(length, MOST_WORDS) / MOST_WORDS,
        ],
        dtype=np.float32,
    )
    vectors = (embed(question), embed(shape))
    return np.concatenate([*vectors, COUNTS_WEIGHT * counts]).astype(np.float32)


def load_classifier(embedder: Embedder) -> KindClassifier | None:
    """Return the classifier for the embedder that it was fitted to; None for another one."""
    if embedder.fingerprint.get("id") != DEFAULT_EMBEDDER:
        return None
    return KindClassifier(embedder, load_weights())


@lru_cache(maxsize=1)
def load_weights(path: Path = WEIGHTS, *, sha256: str = WEIGHTS_SHA256) -> KindWeights:
    """Return the weights that come with Footnote. Raises EmbedderError E-EMB-006."""
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EmbedderError(
            "E-EMB-006",
            f'"{path}" is not the file that comes with Footnote. '
            f'Get it again with: git checkout -- "{path.name}".',
        )
    return read_weights(data)


def read_weights(data: bytes) -> KindWeights:
    """Return the weights in a safetensors file; intents and words stand in its header."""
    [length] = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])["__metadata__"]
    intents = tuple(json.loads(header["intents"]))
    words = {
        word: frozenset(intents[place] for place in places)
        for word, places in json.loads(header["words"]).items()
    }
    tensors = load(data)
    return KindWeights(
        intents,
        tensors["coefficients"].astype(np.float32),
        tensors["bias"].astype(np.float32),
        AskingWords(words),
    )

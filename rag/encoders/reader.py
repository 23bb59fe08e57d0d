"""The reader: what it promises, and which one a Config asks for.

It reads a question and a whole passage together and says where the answer stands, which sentences
answer, and whether the passage does at all; of a claim in place of the question, whether the text
entails it. The family of DrQA (Chen et al. 2017) and DPR (Karpukhin et al. 2020), its scores
comparable between passages (Clark and Gardner 2018). Ours (`reader_openvino`) was trained by
`rag.training` and comes with the repo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import NO_RERANKER, OWN_RERANKER, Config
from rag.records import Span


@dataclass(frozen=True, slots=True)
class ReadablePassage:
    """A text with its sentences, as offsets into it, and the title of its article."""

    text: str
    sentences: tuple[Span, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What the reader makes of one passage of s sentences and t tokens.

    `sentences` (s,): log odds that a sentence answers rather than nothing; -inf where it lies
    beyond the window. `answers`: log odds that anything in the passage does. `begins` and `ends`
    (t,): log odds, rather than nothing, that the words that answer begin and end with a token;
    `tokens` are the offsets of each.
    """

    sentences: NDArray[np.float32]
    answers: float
    begins: NDArray[np.float32]
    ends: NDArray[np.float32]
    tokens: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class EntailmentScores:
    """Probabilities that a text entails a claim, contradicts it, or neither; they add up to 1.

    `unsupported` are the words of the claim that nothing in the text supports.
    """

    entailed: float
    contradicted: float
    neither: float
    unsupported: tuple[Span, ...] = ()


class Reader(Protocol):
    """Reads questions and claims with passages; safe to share between threads."""

    @property
    def name(self) -> str:
        """Which one it is, for people."""

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[PassageReading]:
        """Return what it makes of each passage; see `reader_input.with_history` for follow-ups."""

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        """Return whether the evidence entails the claim."""


def load_reader(config: Config) -> Reader | None:
    """Return the reader of the settings, None where they want none.

    A published cross-encoder ranks in its place. Raises EmbedderError E-EMB-006 for weights that
    are damaged or not on this machine.
    """
    if config.reranker == NO_RERANKER:
        return None
    from rag.encoders.reader_files import load_weights  # noqa: PLC0415 - heavy
    from rag.encoders.reader_openvino import OpenVinoReader  # noqa: PLC0415 - heavy

    own = OpenVinoReader(load_weights(), threads=config.threads)
    if config.reranker == OWN_RERANKER:
        return own
    from rag.encoders.cross_encoder import CrossEncoderReader  # noqa: PLC0415 - imports torch

    return CrossEncoderReader(config.reranker, claims=own)

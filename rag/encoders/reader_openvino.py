"""The reader in OpenVINO: one pair at a time, unpadded, so that what it gives depends on it alone.

The same way of running as the embedder's, see `rag.encoders.embedder_openvino`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as op
from tokenizers import Encoding, Tokenizer

from rag.encoders.bert import read_bert
from rag.encoders.bert_openvino import Encoder
from rag.encoders.embedder import available_cores, multiplies_int8
from rag.encoders.openvino_cpu import compiled
from rag.encoders.reader import EntailmentScores, PassageReading, ReadablePassage
from rag.encoders.reader_files import find_embedder
from rag.encoders.reader_input import LONGEST, with_title
from rag.encoders.weights import MappedWeights
from rag.records import Span

INT8_GROUP = 128
"""Weights that share a scale in int8: of pairs of 200 tokens a fifth faster than the embedder's
32, and off by hundredths of log odds (tests/benchmarks/reader.py of 23f7848)."""

UNSUPPORTED_FROM = 0.0
"""Log odds from which a word of a claim counts as unsupported."""

_PLACES, _SENTENCES, _PASSAGE, _LABELS, _UNSUPPORTED = range(5)


class OpenVinoReader:
    """The reader that comes with Footnote; see `Reader` for what its methods promise."""

    name = "footnote"

    def __init__(
        self, weights: MappedWeights, *, threads: int = 0, in_int8: bool | None = None
    ) -> None:
        self._threads = threads or available_cores()
        self._tokenizer = _load_tokenizer()
        in_int8 = multiplies_int8() if in_int8 is None else in_int8
        self._model = compiled(
            _graph(weights, in_int8=in_int8),
            threads=self._threads,
            precision="f32",  # with int8: all but the products
            int8_group=INT8_GROUP if in_int8 else 0,
            kept=0,
        )
        weights.let_go()
        self._idle: deque[ov.InferRequest] = deque()
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="reading")

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[PassageReading]:
        """Return what it makes of each passage."""
        # Those of like length one after another, the longest first: OpenVINO gets ready for a
        # length that it just had in less time, and no thread is left alone with a long one.
        order = sorted(range(len(passages)), key=lambda i: -len(passages[i].text))
        found = list(self._pool.map(lambda i: self._read(question, passages[i]), order))
        return [reading for _, reading in sorted(zip(order, found, strict=True), key=_first)]

    def entails(self, claim: str, evidence: str) -> EntailmentScores:
        """Return whether the evidence entails the claim."""
        encoded = self._tokenizer.encode(claim, evidence)
        outputs = self._run(encoded, np.zeros((1, len(encoded.ids)), np.float32))
        odds = np.exp(outputs[_LABELS][0] - outputs[_LABELS][0].max())
        entailed, contradicted, neither = (float(p) for p in odds / odds.sum())
        words = _unsupported(claim, encoded, outputs[_UNSUPPORTED][0])
        return EntailmentScores(entailed, contradicted, neither, words)

    def _read(self, question: str, passage: ReadablePassage) -> PassageReading:
        second, before = with_title(passage.text, passage.title)
        encoded = self._tokenizer.encode(question, second)
        tokens = [
            (i, Span(start - before, end - before))
            for i, ((start, end), segment) in enumerate(
                zip(encoded.offsets, encoded.sequence_ids, strict=True)
            )
            if segment == 1 and start >= before and end > start
        ]
        pooling = _pooling(passage.sentences, tokens, len(encoded.ids))
        outputs = self._run(encoded, pooling)
        own = [i for i, _ in tokens]
        is_read = pooling.max(axis=1)[: len(passage.sentences)] > 0
        scores = np.full(len(passage.sentences), -np.inf, np.float32)
        scores[is_read] = outputs[_SENTENCES][0, : len(scores)][is_read]
        return PassageReading(
            sentences=scores,
            answers=float(outputs[_PASSAGE][0, 0]),
            begins=outputs[_PLACES][0, own, 0],
            ends=outputs[_PLACES][0, own, 1],
            tokens=tuple(span for _, span in tokens),
        )

    def _run(self, encoded: Encoding, pooling: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        try:
            request = self._idle.pop()
        except IndexError:  # as many are made as threads ask at once
            request = self._model.create_infer_request()
        ids = np.array([encoded.ids], np.int32)
        request.infer([ids, np.array([encoded.type_ids], np.int32), pooling[np.newaxis]])
        outputs = [request.get_output_tensor(i).data.copy() for i in range(5)]
        self._idle.append(request)
        return outputs


def _first(pair: tuple[int, PassageReading]) -> int:
    return pair[0]


def _pooling(
    sentences: Sequence[Span], tokens: Sequence[tuple[int, Span]], length: int
) -> NDArray[np.float32]:
    """Return the share that each token has in a sentence, (sentences, length); never no row."""
    pooling = np.zeros((max(1, len(sentences)), length), np.float32)
    for row, sentence in enumerate(sentences):
        own = [i for i, span in tokens if sentence.start <= span.start < sentence.end]
        if own:
            pooling[row, own] = 1 / len(own)
    return pooling[: len(sentences)] if sentences else pooling


def _unsupported(claim: str, encoded: Encoding, log_odds: NDArray[np.float32]) -> tuple[Span, ...]:
    """Return whole words of the claim of which a token is unsupported."""
    words: dict[int, Span] = {}
    for i, (segment, word) in enumerate(zip(encoded.sequence_ids, encoded.word_ids, strict=True)):
        if segment == 0 and word is not None and log_odds[i] > UNSUPPORTED_FROM:
            start, end = encoded.word_to_chars(word, 0) or encoded.offsets[i]
            words[word] = Span(start, min(end, len(claim)))
    return tuple(words[word] for word in sorted(words))


def _load_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(find_embedder().path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    return tokenizer


def _graph(weights: MappedWeights, *, in_int8: bool) -> ov.Model:
    """Return the graph of `rag.training.network.ReaderNetwork` for one pair of n tokens.

    From ids and segments, int32 (1, n), and pooling, float32 (1, s, n), to places (1, n, 2),
    sentences (1, s), passage (1, 1), labels (1, 3) and unsupported (1, n).
    """
    encoder = Encoder(
        weights, read_bert(find_embedder().path), int8_group=INT8_GROUP if in_int8 else None
    )
    ids = op.parameter([1, -1], np.int32, name="ids")
    kinds = op.parameter([1, -1], np.int32, name="kinds")
    pooling = op.parameter([1, -1, -1], np.float32, name="pooling")
    states = encoder.encode(ids, kinds)
    first = op.gather(states, op.constant(np.array([0])), op.constant(np.int64(1)))  # (1, 1, d)
    mean = op.reduce_mean(states, op.constant(np.array([1])), keep_dims=True)
    pooled = op.matmul(pooling, states, transpose_a=False, transpose_b=False)
    spread = op.add(op.multiply(pooled, op.constant(np.float32(0))), first)
    whole = op.concat([first, mean], 2)
    outputs = [
        encoder.dense(states, "head.places"),
        _flat(_head(encoder, op.concat([spread, pooled], 2), "head.sentences")),
        _flat(_head(encoder, whole, "head.passages")),
        _flat(_head(encoder, whole, "head.labels")),
        _flat(encoder.dense(states, "head.unsupported")),
    ]
    return ov.Model(outputs, [ids, kinds, pooling], "reader")


def _head(encoder: Encoder, features: Any, name: str) -> Any:
    return encoder.dense(op.tanh(encoder.dense(features, f"{name}.dense")), f"{name}.out")


def _flat(rows: Any) -> Any:
    return op.reshape(rows, op.constant(np.array([1, -1])), special_zero=False)

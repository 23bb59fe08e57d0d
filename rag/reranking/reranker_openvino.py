"""Our reranker in OpenVINO: one pair at a time, unpadded, so that a score depends on it alone.

The same way of running as the embedder's, see `rag.index.embedding_openvino`.
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
from tokenizers import Tokenizer

from rag.config import OWN_RERANKER
from rag.index.embedding import available_cores, multiplies_int8
from rag.index.embedding_bert import read_bert
from rag.index.embedding_graph import Encoder
from rag.reranking.pairs import LONGEST
from rag.reranking.reranker_files import find_embedder

ANSWERS = 0
"""Which of the two numbers that the network gives: see `rag.training.network`."""

INT8_GROUP = 128
"""Weights that share a scale in int8. A pair takes a fifth less time than with the embedder's 32,
and its log odds are off by .03 on average instead of .02, where those of a question's candidates
spread by about 1 (tests/benchmarks/rerank.py)."""


class OwnReranker:
    """The reranker that comes with Footnote; see `Reranker` for what its methods promise."""

    name = OWN_RERANKER

    def __init__(
        self, weights: dict[str, NDArray[Any]], *, threads: int = 0, in_int8: bool | None = None
    ) -> None:
        self._threads = threads or available_cores()
        self._tokenizer = _load_tokenizer()
        self._model = _compile(
            weights,
            threads=self._threads,
            in_int8=multiplies_int8() if in_int8 is None else in_int8,
        )
        self._idle: deque[ov.InferRequest] = deque()
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="reranking")

    def answers(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return of each text the log odds that it answers rather than nothing, shape (n,)."""
        # Those of like length one after another, the longest first: OpenVINO gets ready for a
        # length that it just had in less time, and no thread is left alone with a long one.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        scores = np.empty(len(texts), np.float32)
        scores[order] = list(self._pool.map(lambda i: self._read(question, texts[i]), order))
        return scores

    def _read(self, question: str, text: str) -> np.float32:
        encoded = self._tokenizer.encode(question, text)
        try:
            request = self._idle.pop()
        except IndexError:  # as many are made as threads ask at once
            request = self._model.create_infer_request()
        request.infer([np.array([encoded.ids], np.int32), np.array([encoded.type_ids], np.int32)])
        score = np.float32(request.get_output_tensor(0).data[0, ANSWERS])
        self._idle.append(request)
        return score


def _load_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(find_embedder().path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    return tokenizer


def _compile(weights: dict[str, NDArray[Any]], *, threads: int, in_int8: bool) -> ov.CompiledModel:
    return ov.Core().compile_model(
        _graph(weights, in_int8=in_int8),
        "CPU",
        {
            "INFERENCE_PRECISION_HINT": "f32",  # with int8: all but the products
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": INT8_GROUP if in_int8 else 0,
            "NUM_STREAMS": threads,
            "INFERENCE_NUM_THREADS": threads,
            "ENABLE_CPU_PINNING": False,
        },
    )


def _graph(weights: dict[str, NDArray[Any]], *, in_int8: bool) -> ov.Model:
    """Return the graph from ids and segments, int32 (1, n) each, to two numbers (1, 2)."""
    bert = read_bert(find_embedder().path)
    encoder = Encoder(weights, bert, int8_group=INT8_GROUP if in_int8 else None)
    ids = op.parameter([1, -1], np.int32, name="ids")
    kinds = op.parameter([1, -1], np.int32, name="kinds")
    first, tokens = encoder.encode_first(ids, kinds)
    features = op.concat([first, encoder.mean(tokens)], 1)
    scores = encoder.dense(op.tanh(encoder.dense(features, "head.dense")), "head.scores")
    return ov.Model([scores], [ids, kinds], "reranker")

"""The fast embedder: a BERT in OpenVINO and the Rust tokenizer, without torch or transformers.

Texts are embedded one at a time, unpadded, each by one thread, as many at once as there are
threads. A vector therefore depends neither on what else is embedded nor on the number of threads.
The threads are Python's: OpenVINO's AsyncInferQueue calls back from its own and can deadlock with
the interpreter when an embedder is let go.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rag.encoders.bert import Bert, UnsupportedModelError
from rag.encoders.bert_openvino import GRAPH_VERSION, INT8_GROUP, build_graph
from rag.encoders.fingerprint import key_of, require_finite
from rag.encoders.model_files import ModelFolder
from rag.encoders.openvino_cpu import compiled, core
from rag.encoders.weights import MappedWeights
from rag.errors import EmbedderError

_HINT = {"float32": "f32", "bfloat16": "bf16", "int8": "f32"}  # int8: all but the products
# What stays prepared. None would be less memory, but then OpenVINO packs the weights in another way
# and a vector differs in its last bits.
KEPT = 8
# Texts that wait in the queue of the threads at once.
_BLOCK = 4_096


class OpenVinoEmbedder:
    """Runs a BERT embedder; see `Embedder` for what its methods promise."""

    def __init__(self, folder: ModelFolder, bert: Bert, *, threads: int, precision: str) -> None:
        self._bert = bert
        self._threads = threads
        self._folder = folder
        self._tokenizer = _load_tokenizer(folder)
        self._tokenizer.enable_truncation(bert.max_tokens)
        self._model = _compile(folder, bert, threads=threads, precision=precision)
        self._idle: deque[ov.InferRequest] = deque()
        self.dimension = bert.dimension
        self.max_tokens = bert.max_tokens
        self.fingerprint: dict[str, object] = {
            "id": folder.name,
            "files": folder.sha256,
            "runner": f"openvino {ov.get_version()}",
            "graph": GRAPH_VERSION,
            "precision": precision,
            "pooling": "mean",
            "normalized": True,
            "dimension": bert.dimension,
            "max_tokens": bert.max_tokens,
            "query_prefix": bert.query_prefix,
            "passage_prefix": bert.passage_prefix,
        }
        self.key = key_of(self.fingerprint)

    def embed_passages(
        self, texts: Sequence[str], *, on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return unit vectors of shape (n, dimension)."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        prefixed = (self._bert.passage_prefix + text for text in texts)
        row = 0
        with ThreadPoolExecutor(self._threads) as pool:
            while block := list(islice(prefixed, _BLOCK)):
                for vector in pool.map(self._embed, block):
                    vectors[row] = vector
                    row += 1
                    if on_done is not None:
                        on_done(row)
        return require_finite(vectors, texts, name=self._folder.name)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of a query, of shape (dimension,)."""
        vector = self._embed(self._bert.query_prefix + text)
        require_finite(vector[np.newaxis], [text], name=self._folder.name)
        return vector

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, special tokens included, uncut."""
        return len(self._counter.encode(text))

    def _embed(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text; the interpreter is free meanwhile."""
        ids = np.array([self._tokenizer.encode(text).ids], np.int32)
        try:
            request = self._idle.pop()
        except IndexError:  # as many are made as threads ask at once
            request = self._model.create_infer_request()
        request.infer([ids])
        vector: NDArray[np.float32] = request.get_output_tensor(0).data[0].copy()
        self._idle.append(request)
        return vector

    @cached_property
    def _counter(self) -> Tokenizer:
        return _load_tokenizer(self._folder)  # asking a question counts nothing


def _load_tokenizer(folder: ModelFolder) -> Tokenizer:
    """Return the tokenizer as a folder describes it, but for its padding and truncation."""
    tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _compile(folder: ModelFolder, bert: Bert, *, threads: int, precision: str) -> ov.CompiledModel:
    if precision == "bfloat16" and "BF16" not in core().get_property(
        "CPU", "OPTIMIZATION_CAPABILITIES"
    ):
        raise EmbedderError(
            "E-EMB-005",
            'This processor has no bfloat16. Set embedder_precision to "float32".',
        )
    try:
        weights = MappedWeights(folder.path / "model.safetensors")
    except (FileNotFoundError, KeyError) as error:
        raise UnsupportedModelError(f"its weights lack {error}") from error
    model = compiled(
        build_graph(weights, bert, in_int8=precision == "int8"),
        threads=threads,
        precision=_HINT[precision],
        int8_group=INT8_GROUP if precision == "int8" else 0,
        kept=KEPT,
    )
    weights.let_go()
    return model

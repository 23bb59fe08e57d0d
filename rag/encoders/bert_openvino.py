"""Builds the computation of a sentence-transformers BERT as an OpenVINO graph, from its weights.

One text in, its unit vector out: no padding, so no attention mask; dropout does nothing here.
Follows Devlin et al. 2019 (BERT) and Reimers and Gurevych 2019 (mean pooling). No converter is
involved, so none of its telemetry either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as op

from rag.encoders.bert import Bert, UnsupportedModelError

GRAPH_VERSION = 1
# Weights of the embedder that share a scale in int8: fewer are closer to float32 and slower.
INT8_GROUP = 32
# sentence-transformers normalises with torch, which never divides by less than this.
_SHORTEST_LENGTH = 1e-12


def build_graph(
    weights: Mapping[str, NDArray[Any]], bert: Bert, *, in_int8: bool = False
) -> ov.Model:
    """Return a graph from token ids, int32 of shape (1, n), to a float32 vector (1, dimension).

    With `in_int8` the weights of the layers are rounded to 8 bits, in groups of INT8_GROUP.
    Raises UnsupportedModelError where the weights are not those of a float32 BERT.
    """
    try:
        encoder = Encoder(weights, bert, int8_group=INT8_GROUP if in_int8 else None)
        ids = op.parameter([1, -1], np.int32, name="ids")
        mean = encoder.mean(encoder.encode(ids))
    except KeyError as error:
        raise UnsupportedModelError(f"its weights lack {error}") from error
    unit = op.normalize_l2(mean, _shape(1), eps=_SHORTEST_LENGTH**2, eps_mode="max")
    return ov.Model([unit], [ids], "embedder")


class Encoder:
    """Holds the weights while the layers of one graph are put together; the reader's, too.

    With `int8_group` the weights of the layers are rounded to 8 bits, so many to a scale.
    """

    def __init__(
        self, weights: Mapping[str, NDArray[Any]], bert: Bert, *, int8_group: int | None
    ) -> None:
        self._int8_group = int8_group
        self._weights = weights
        self._bert = bert

    def encode(self, ids: Any, kinds: Any = None) -> Any:
        """Return the states (1, n, dimension) of token ids, int32 (1, n).

        `kinds` are their segments, int32 (1, n); without, all are of one segment.
        """
        tokens = self._embed(ids, kinds)
        for layer in range(self._bert.layers):
            tokens = self._layer(tokens, f"encoder.layer.{layer}.")
        return tokens

    def mean(self, tokens: Any) -> Any:
        """Return the mean of the states, (1, dimension)."""
        return op.reduce_mean(tokens, _shape(1), keep_dims=False)

    def dense(self, rows: Any, name: str) -> Any:
        """Return rows of shape (…, n) through a linear layer, in float32."""
        product = op.matmul(
            rows, self._constant(name + ".weight"), transpose_a=False, transpose_b=True
        )
        return op.add(product, self._constant(name + ".bias"))

    def _embed(self, ids: Any, kinds: Any) -> Any:
        words = op.gather(self._constant("embeddings.word_embeddings.weight"), ids, _number(0))
        length = op.gather(op.shape_of(ids), _number(1), _number(0))
        places = self._array("embeddings.position_embeddings.weight")
        types = self._array("embeddings.token_type_embeddings.weight")
        if kinds is None:
            # Adding the one type to the positions once saves it every time.
            places = places + types[0]
        else:
            words = op.add(words, op.gather(_shared(types), kinds, _number(0)))
        row = op.range(_number(0), length, _number(1), "i64")
        position = op.unsqueeze(op.gather(_shared(places), row, _number(0)), _shape(0))
        return self._normalise(op.add(words, position), "embeddings.LayerNorm")

    def _layer(self, tokens: Any, name: str) -> Any:
        attended = self._dense(
            self._attend(tokens, name + "attention.self."), name + "attention.output.dense"
        )
        tokens = self._normalise(op.add(attended, tokens), name + "attention.output.LayerNorm")
        wide = op.gelu(self._dense(tokens, name + "intermediate.dense"), "erf")
        narrow = self._dense(wide, name + "output.dense")
        return self._normalise(op.add(narrow, tokens), name + "output.LayerNorm")

    def _attend(self, tokens: Any, name: str) -> Any:
        per_head = (self._bert.heads, self._bert.dimension // self._bert.heads)
        swap = _shape(0, 2, 1, 3)
        query, key, value = (
            op.transpose(_split(self._dense(tokens, name + part), *per_head), swap)
            for part in ("query", "key", "value")
        )
        heads = op.scaled_dot_product_attention(query, key, value)
        return _split(op.transpose(heads, swap), self._bert.dimension)

    def _dense(self, tokens: Any, name: str) -> Any:
        array = self._array(name + ".weight")
        weight = _rounded(array, self._int8_group) if self._int8_group else _shared(array)
        product = op.matmul(tokens, weight, transpose_a=False, transpose_b=True)
        return op.add(product, self._constant(name + ".bias", over_tokens=True))

    def _normalise(self, tokens: Any, name: str) -> Any:
        centred = op.mvn(
            tokens,
            _shape(-1),
            normalize_variance=True,
            eps=self._bert.epsilon,
            eps_mode="inside_sqrt",
        )
        scaled = op.multiply(centred, self._constant(name + ".weight", over_tokens=True))
        return op.add(scaled, self._constant(name + ".bias", over_tokens=True))

    def _constant(self, name: str, *, over_tokens: bool = False) -> Any:
        array = self._array(name)
        return _shared(array.reshape(1, 1, -1) if over_tokens else array)

    def _array(self, name: str) -> NDArray[np.float32]:
        array = self._weights[name]
        if array.dtype != np.float32:
            raise UnsupportedModelError(f"{name} is {array.dtype}")
        return np.ascontiguousarray(array)


def _rounded(weight: NDArray[np.float32], size: int) -> Any:
    """Return `weight` as int8, a scale for each `size`, which OpenVINO multiplies as integers."""
    if weight.shape[1] % size:
        raise UnsupportedModelError(f"its weights do not part into groups of {size}")
    groups = weight.reshape(len(weight), -1, size)
    scale = np.abs(groups).max(axis=2, keepdims=True) / np.float32(127)
    scale[scale == 0] = 1
    whole = op.convert(op.constant(np.rint(groups / scale).astype(np.int8)), "f32")
    return op.reshape(op.multiply(whole, _shared(scale)), _shape(*weight.shape), special_zero=False)


def _split(tokens: Any, *sizes: int) -> Any:
    """Return `tokens` with its first two axes kept and the rest in `sizes`."""
    return op.reshape(tokens, _shape(0, 0, *sizes), special_zero=True)


def _shape(*sizes: int) -> Any:
    return op.constant(np.array(sizes, np.int64))


def _number(value: int) -> Any:
    return op.constant(np.int64(value))


def _shared(array: NDArray[np.float32]) -> Any:
    """Return a constant that keeps `array` alive instead of copying it."""
    return op.constant(array, shared_memory=True)

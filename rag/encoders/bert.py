"""Reads what kind of BERT a model folder holds, and refuses all that it does not fully know.

Knows: sentence-transformers folders of a BERT encoder in float32 with mean pooling, with
or without normalisation. `bert_openvino` builds it; whatever is refused here runs in torch.
"""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MODULES = ["Transformer", "Pooling", "Normalize"]
# What must have one value, and the value; absent is the default of BERT and is as good.
_FIXED = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "position_embedding_type": "absolute",
    "is_decoder": False,
    "add_cross_attention": False,
    "dtype": "float32",
    "torch_dtype": "float32",
}
_SIZES = frozenset(
    {
        "hidden_size",
        "layer_norm_eps",
        "max_position_embeddings",
        "num_attention_heads",
        "num_hidden_layers",
    }
)
_HARMLESS = frozenset(
    {
        "_name_or_path",
        "architectures",
        "attention_probs_dropout_prob",
        "bos_token_id",
        "classifier_dropout",
        "eos_token_id",
        "gradient_checkpointing",
        "hidden_dropout_prob",
        "initializer_range",
        "intermediate_size",
        "pad_token_id",
        "tie_word_embeddings",
        "transformers_version",
        "type_vocab_size",
        "use_cache",
        "vocab_size",
    }
)
_TRANSFORMER_FIXED = {
    "do_lower_case": False,
    "transformer_task": "feature-extraction",
    "modality_config": {"text": {"method": "forward", "method_output_name": "last_hidden_state"}},
    "module_output_name": "token_embeddings",
}
_POOLING_FIXED = {
    "pooling_mode": "mean",
    "pooling_mode_cls_token": False,
    "pooling_mode_mean_tokens": True,
    "pooling_mode_max_tokens": False,
    "pooling_mode_mean_sqrt_len_tokens": False,
    "pooling_mode_weightedmean_tokens": False,
    "pooling_mode_lasttoken": False,
    "include_prompt": True,
}


class UnsupportedModelError(Exception):
    """The fast runner does not know this kind of model; the message says what of it."""


@dataclass(frozen=True, slots=True)
class Bert:
    """The sizes of a BERT encoder, and what sentence-transformers puts around it."""

    dimension: int
    layers: int
    heads: int
    epsilon: float
    max_tokens: int
    query_prefix: str
    passage_prefix: str


def read_bert(path: Path) -> Bert:
    """Return the BERT of a model folder. Raises UnsupportedModelError for anything unknown."""
    modules = _read(path / "modules.json")
    names = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
    if names not in (_MODULES, _MODULES[:2]):  # a vector is made a unit vector in any case
        raise UnsupportedModelError("its modules are not Transformer, Pooling and Normalize")
    if modules[0]["path"]:
        raise UnsupportedModelError("its transformer lies in a folder of its own")
    config = _read(path / "config.json")
    _require(config, _FIXED, free=_SIZES | _HARMLESS)
    pooling = _read(path / modules[1]["path"] / "config.json")
    _require(pooling, _POOLING_FIXED, free={"embedding_dimension", "word_embedding_dimension"})
    if not {"pooling_mode", "pooling_mode_mean_tokens"} & pooling.keys():
        raise UnsupportedModelError("its pooling is not said")
    if "model_type" not in config or _SIZES - config.keys():
        raise UnsupportedModelError("its config.json is incomplete")
    prompts = _read_prompts(path)
    return Bert(
        dimension=int(config["hidden_size"]),
        layers=int(config["num_hidden_layers"]),
        heads=int(config["num_attention_heads"]),
        epsilon=float(config["layer_norm_eps"]),
        max_tokens=_max_tokens(path, int(config["max_position_embeddings"])),
        query_prefix=prompts.get("query", ""),
        passage_prefix=next(
            (prompts[name] for name in ("document", "passage", "corpus") if name in prompts), ""
        ),
    )


def _max_tokens(path: Path, positions: int) -> int:
    transformer = _read(path / "sentence_bert_config.json")
    _require(transformer, _TRANSFORMER_FIXED, free={"max_seq_length"})
    if (limit := transformer.get("max_seq_length")) is None:
        limit = _read(path / "tokenizer_config.json").get("model_max_length", positions)
    return int(min(limit, positions))


def _read_prompts(path: Path) -> dict[str, str]:
    settings = _read(path / "config_sentence_transformers.json")
    if settings.get("default_prompt_name") is not None:
        raise UnsupportedModelError("it has a default prompt")
    return dict(settings.get("prompts") or {})


def _require(found: dict[str, Any], fixed: dict[str, Any], *, free: AbstractSet[str]) -> None:
    for name, value in found.items():
        if name in free or (name in fixed and (value is None or value == fixed[name])):
            continue
        raise UnsupportedModelError(f"it sets {name} to {value!r}")


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise UnsupportedModelError(f"{file.name} is missing or damaged") from error

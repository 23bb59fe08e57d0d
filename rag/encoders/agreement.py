"""Checks once that the fast embedder computes what sentence-transformers does, and remembers it.

For the published weights the tests do this over many texts; a person's own model is checked on
the machine where it is used.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import numpy as np

from rag.encoders.bert import UnsupportedModelError
from rag.encoders.embedder_openvino import OpenVinoEmbedder
from rag.encoders.model_files import ModelFolder
from rag.private_files import write_private

# Two float32 runs of one model agree to seven digits, one in int8 to three; a wrong pooling or
# tokenizer shows in the second.
LOWEST_COSINE = {"float32": 0.9999, "bfloat16": 0.9999, "int8": 0.998}
# Cases in which tokenizers differ: capitals, accents, scripts, digits, control characters, length.
PROBES = (
    "What did the ministry say about exports?",
    "The U.S. Commerce Department's rule took effect on 1 October 2025.",
    "CAPITALS, Äußerung, naïve café, Ångström",
    "出口管制 и экспорт ٣٫٥٪",
    "$1,234.56 / 5 % — “quoted”, it said…",
    "tabs\tand\nlines\u200band zero\u00adwidth",
    "",
    "A sentence that is repeated until the window is full. " * 60,
)


def require_agreement(fast: OpenVinoEmbedder, folder: ModelFolder, *, remembered_in: Path) -> None:
    """Raise UnsupportedModelError unless both embedders agree on PROBES, now or when last asked."""
    memory = remembered_in / f"embedder-{fast.key[:16]}.json"
    lowest = _recall(memory, fast.key)
    if lowest is None:
        lowest = lowest_cosine(fast, folder)
        with contextlib.suppress(OSError):  # a folder that is read-only: asked again next time
            _remember(memory, fast.key, lowest)
    if not lowest >= LOWEST_COSINE[str(fast.fingerprint["precision"])]:
        raise UnsupportedModelError(f"it differs from sentence-transformers (cosine {lowest:.4f})")


def lowest_cosine(fast: OpenVinoEmbedder, folder: ModelFolder) -> float:
    """Return the lowest cosine between the two embedders over PROBES, as passages and queries."""
    from rag.encoders.embedder_torch import ReferenceEmbedder  # noqa: PLC0415 - imports torch

    reference = ReferenceEmbedder(folder, threads=1, precision="float32")
    passages = np.sum(fast.embed_passages(PROBES) * reference.embed_passages(PROBES), axis=1)
    queries = [fast.embed_query(text) @ reference.embed_query(text) for text in PROBES]
    return float(min(*passages, *queries))


def _recall(memory: Path, key: str) -> float | None:
    try:
        found = json.loads(memory.read_text(encoding="utf-8"))
        return float(found["lowest_cosine"]) if found["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # asked for the first time


def _remember(memory: Path, key: str, lowest: float) -> None:
    write_private(memory, json.dumps({"key": key, "lowest_cosine": lowest}).encode("utf-8"))

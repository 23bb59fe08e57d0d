"""The weights of the reader: found beside this module, checked, and completed.

The word embeddings are those of the default embedder, which the training leaves as they are: they
are taken from its package instead of being carried twice.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from safetensors.numpy import load

from rag.config import DEFAULT_EMBEDDER
from rag.encoders.model_files import ModelFolder, find_model
from rag.encoders.weights import MappedWeights
from rag.errors import EmbedderError

WEIGHTS = Path(__file__).parent / "reader.safetensors"
WEIGHTS_SHA256 = "b1c5daa81d7efef1adcac6a643673d6abc2fb12e93f34cb212f40feef89427f8"
WORDS = "embeddings.word_embeddings.weight"


def find_embedder() -> ModelFolder:
    """Return the files of the embedder that the reader was trained from."""
    return find_model(DEFAULT_EMBEDDER)


def load_weights(path: Path = WEIGHTS, *, sha256: str = WEIGHTS_SHA256) -> MappedWeights:
    """Return every weight in float32 by its name. Raises EmbedderError E-EMB-006."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _damaged(path, "is missing") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _damaged(path, "is not the file that comes with Footnote")
    weights = MappedWeights(find_embedder().path / "model.safetensors", only=WORDS)
    weights.update((name, weight.astype(np.float32)) for name, weight in load(data).items())
    return weights


def _damaged(path: Path, what: str) -> EmbedderError:
    return EmbedderError(
        "E-EMB-006",
        f'The reranker\'s file "{path}" {what}. Get it again with: git checkout -- '
        f'"{path.name}"; or set reranker to "none".',
    )

"""What the runners share: the key of a fingerprint, and the check of what they computed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.errors import EmbedderError

# Characters of a text that an error quotes.
_QUOTED = 60


def key_of(fingerprint: dict[str, object]) -> str:
    """Return the SHA-256 of a fingerprint as canonical JSON, in hex."""
    canonical = json.dumps(fingerprint, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def require_finite(
    vectors: NDArray[np.float32], texts: Sequence[str], *, name: str
) -> NDArray[np.float32]:
    """Return `vectors`, one row a text; raise EmbedderError E-EMB-001 if a number is not finite."""
    rows = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if rows.size:
        text = " ".join(texts[rows[0]].split())[:_QUOTED]
        raise EmbedderError(
            "E-EMB-001",
            f'The embedder "{name}" returned invalid numbers for "{text}". '
            'Set embedder_precision to "float32", or choose another embedder.',
        )
    return vectors

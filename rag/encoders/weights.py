"""Weights of a model as they lie in their file, mapped: their memory is the system's to drop.

OpenVINO packs the layers anew as it compiles, and of the word embeddings a text reads few rows.
"""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

_TYPES = {"F16": np.float16, "F32": np.float32, "I64": np.int64}


class MappedWeights(dict[str, NDArray[Any]]):
    """The arrays of a safetensors file by name; with `only`, that one alone.

    Raises FileNotFoundError, KeyError for a type of numbers that no model here has, and
    SafetensorError for a file that is damaged.
    """

    def __init__(self, path: Path, *, only: str | None = None) -> None:
        with safe_open(path, framework="np") as checked:
            names = checked.keys() if only is None else [only]
        with path.open("rb") as file:
            # Private, not read-only: OpenVINO takes no array that cannot be written to.
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        size = int.from_bytes(self._map[:8], "little")
        header = json.loads(self._map[8 : 8 + size])
        super().__init__((name, self._array(header[name], 8 + size)) for name in names)

    def _array(self, of: dict[str, Any], begin: int) -> NDArray[Any]:
        start, end = of["data_offsets"]
        kind = np.dtype(_TYPES[of["dtype"]])
        flat = np.frombuffer(self._map, kind, (end - start) // kind.itemsize, begin + start)
        return flat.reshape(of["shape"])

    def let_go(self) -> None:
        """Give back the memory that the file takes; what is read again comes from the file."""
        if hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
            self._map.madvise(mmap.MADV_DONTNEED)

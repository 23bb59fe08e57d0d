"""Messages between a reading process and its parent: a JSON object and some bytes, length first.

Never pickle: what comes back from a process that parsed a stranger's file is data.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any

LARGEST_FRAME = 512_000_000  # bytes; far above the largest article, below what would exhaust memory

_LENGTHS = struct.Struct("!II")


def write_frame(stream: IO[bytes], message: dict[str, Any], payload: bytes = b"") -> None:
    """Write one frame, dates in ISO form, and flush it."""
    head = json.dumps(message, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
    stream.write(_LENGTHS.pack(len(head), len(payload)))
    stream.write(head)
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Return the next frame, or None when the other side has closed or sent what cannot be."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_length, payload_length = _LENGTHS.unpack(lengths)
    if head_length + payload_length > LARGEST_FRAME:
        return None
    head, payload = stream.read(head_length), stream.read(payload_length)
    if len(head) < head_length or len(payload) < payload_length:
        return None
    message = json.loads(head.decode("utf-8", "surrogatepass"))
    return (message, payload) if isinstance(message, dict) else None

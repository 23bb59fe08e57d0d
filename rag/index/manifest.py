"""What a generation says of itself: its files with their SHA-256, its settings, its embedder.

`parse_manifest` and `parse_pointer` take bytes that anybody may have damaged or written: they
return a value that holds together, or raise DamagedIndexError.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeGuard

from rag import strict_json
from rag.errors import DamagedIndexError, IndexingError

FORMAT = 2  # 1 had one file a kind for all passages
POINTER_FORMAT = 1
MANIFEST = "manifest.json"
OWN_SHA256 = "manifest_sha256"
MAX_MANIFEST_BYTES = 1 << 20
MAX_POINTER_BYTES = 512
MAX_DEPTH = 8  # of nested JSON; ours has 3

OLD_FORMAT = "E-IDX-001"  # as where there is none: a chat then builds one by itself

SHA256 = re.compile(r"[0-9a-f]{64}")
FILE_NAME = re.compile(r"[0-9a-z]{1,64}\.blocks")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """The size that a file of a generation must have, and the size and SHA-256 of its table.

    The table is the file's end and has a SHA-256 of each block, so it stands for the whole file.
    """

    bytes: int
    table: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """A run of articles that is stored in one file, and how many passages they have."""

    file: str
    articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one generation is.

    Only `generation`, `parent`, `created` and `app` may differ between two builds of the same
    articles with the same settings.
    """

    generation: int
    parent: int | None
    created: str
    app: str
    settings: dict[str, Any]
    embedder: dict[str, Any]
    embedder_key: str
    dimension: int
    articles: int
    passages: int
    content_sha256: str
    files: dict[str, FileRecord]
    segments: tuple[SegmentRecord, ...]
    dense: str
    collection: str = ""  # that its passages are in; empty where its files hold all
    format: int = FORMAT
    min_reader: int = FORMAT


@dataclass(frozen=True, slots=True)
class Pointer:
    """The content of CURRENT: which generation is current, and the SHA-256 of its manifest."""

    generation: int
    manifest_sha256: str


def canonical_json(value: Any) -> bytes:
    """Return the one UTF-8 JSON text that stands for `value`."""
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def encode_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of manifest.json; they carry their own SHA-256."""
    fields = asdict(manifest)
    if not manifest.collection:
        del fields["collection"]
    return canonical_json({**fields, OWN_SHA256: sha256_hex(canonical_json(fields))}) + b"\n"


def encode_pointer(pointer: Pointer) -> bytes:
    """Return the bytes of CURRENT."""
    return canonical_json({"format": POINTER_FORMAT, **asdict(pointer)}) + b"\n"


def parse_manifest(data: bytes) -> Manifest:
    """Return the manifest in `data`.

    Raises DamagedIndexError, or IndexingError E-IDX-006 where a newer Footnote wrote it and
    E-IDX-001 where an older one did: every format keeps `format`, `min_reader` and the manifest's
    own SHA-256.
    """
    fields = parse_strict_json(data, what=MANIFEST, limit=MAX_MANIFEST_BYTES)
    if fields.pop(OWN_SHA256, None) != sha256_hex(canonical_json(fields)):
        raise _damaged(MANIFEST, "it does not have the content written")
    _refuse_other_formats(fields)
    try:
        files = {name: FileRecord(**record) for name, record in fields.pop("files").items()}
        segments = tuple(SegmentRecord(**record) for record in fields.pop("segments"))
        manifest = Manifest(**fields, files=files, segments=segments)
    except (TypeError, KeyError, AttributeError) as error:
        raise _damaged(MANIFEST, "its fields are not those of a manifest") from error
    if not _holds_together(manifest) or encode_manifest(manifest) != data:
        raise _damaged(MANIFEST, "its values cannot be")
    return manifest


def parse_pointer(data: bytes) -> Pointer:
    """Return the pointer in `data`; raises DamagedIndexError."""
    fields = parse_strict_json(data, what="CURRENT", limit=MAX_POINTER_BYTES)
    written_format = fields.pop("format", None)
    generation, digest = fields.get("generation"), fields.get("manifest_sha256")
    if (
        set(fields) != {"generation", "manifest_sha256"}
        or written_format != POINTER_FORMAT
        or not _is_count(generation)
        or not _is_sha256(digest)
    ):
        raise _damaged("CURRENT", "its values cannot be")
    return Pointer(generation=generation, manifest_sha256=digest)


def parse_strict_json(data: bytes, *, what: str, limit: int) -> dict[str, Any]:
    """Return the JSON object in `data`: no repeated key, no NaN, no deep nest, no huge size."""
    if len(data) > limit:
        raise _damaged(what, f"it is larger than {limit} bytes")
    try:
        value = strict_json.parse(data.decode("utf-8"))
        depth = _depth(value)
        canonical_json(value)  # refuses half a surrogate pair
    except (ValueError, RecursionError) as error:
        raise _damaged(what, "it is not valid JSON") from error
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        raise _damaged(what, "it is not an object of the known shape")
    return value


def _holds_together(manifest: Manifest) -> bool:
    counts = (manifest.generation, manifest.articles, manifest.passages, manifest.dimension)
    return (
        all(_is_count(count) for count in counts)
        and (manifest.parent is None or _is_count(manifest.parent))
        and isinstance(manifest.settings, dict)
        and isinstance(manifest.embedder, dict)
        and isinstance(manifest.app, str)
        and _is_time(manifest.created)
        and _is_sha256(manifest.embedder_key)
        and _is_sha256(manifest.content_sha256)
        and isinstance(manifest.dense, str)
        and isinstance(manifest.collection, str)
        and all(map(_is_file, manifest.files, manifest.files.values()))
        and all(_is_count(s.articles) and _is_count(s.passages) for s in manifest.segments)
        and {s.file for s in manifest.segments} < set(manifest.files)
        and sum(s.articles for s in manifest.segments) == manifest.articles
        and sum(s.passages for s in manifest.segments) == manifest.passages
    )


def _is_file(name: str, record: FileRecord) -> bool:
    return (
        FILE_NAME.fullmatch(name) is not None
        and _is_count(record.bytes)
        and _is_count(record.table)
        and record.table <= record.bytes
        and _is_sha256(record.sha256)
    )


def _refuse_other_formats(fields: dict[str, Any]) -> None:
    needed = fields.get("min_reader")
    if _is_count(needed) and needed > FORMAT:
        raise IndexingError(
            "E-IDX-006",
            f"The index was written by a newer Footnote (format {needed}; this one reads "
            f"{FORMAT}). Upgrade Footnote, or name another folder with --index.",
        )
    written = fields.get("format")
    if _is_count(written) and written < FORMAT:
        raise IndexingError(
            OLD_FORMAT,
            "The index was written by an older Footnote. Bring it up to date with: "
            "python -m rag index build",
        )


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53


def _is_sha256(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def _is_time(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _damaged(what: str, why: str) -> DamagedIndexError:
    return DamagedIndexError("E-IDX-003", f"{what} is damaged: {why}")

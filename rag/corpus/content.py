"""What kind of file the first bytes say it is, against what its name says."""

from __future__ import annotations

import re

from rag.corpus.drafts import Source
from rag.corpus.parsers import FORMATS

SEARCHED = 1_024  # bytes; a PDF header may stand anywhere in them

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (_OLE, "old Office"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
)
_HTML = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<!--.{0,500}?-->\s*)*<(!doctype html|html[\s>])",
    flags=re.IGNORECASE | re.DOTALL,
)


def check_content(source: Source, suffix: str) -> None:
    """Refuse a file whose content is of another kind than `suffix` says.

    Raises ArticleError E-DOC-001 for an empty file, E-DOC-005 for another kind, E-DOC-007 for an
    encrypted Office file and E-DOC-009 for a PDF, package or RTF file of no kind at all.
    """
    if not source.data:
        raise source.error("E-DOC-001", "is empty. Nothing was added.")
    kind, expected = _kind(source.data), FORMATS[suffix].kind
    if kind == "old Office" and expected == "zip" and _ENCRYPTED_PACKAGE in source.data:
        raise source.error("E-DOC-007", "is password-protected. Save it without a password.")
    if kind and kind != expected:
        raise source.error("E-DOC-005", f"is named {suffix} but its content is {kind}. Rename it.")
    if not kind and expected in ("PDF", "zip", "RTF"):
        raise source.error("E-DOC-009", "is damaged (its beginning is missing). Get it again.")


def _kind(data: bytes) -> str:
    """Return the kind of file that `data` plainly is, or ""."""
    start = data[:SEARCHED]
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    if b"%PDF-" in start:
        return "PDF"
    return "HTML" if _HTML.match(start) else ""

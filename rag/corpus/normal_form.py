r"""The text normal form of articles, which quotes index into.

LF line ends, NFC, every space a plain one, no control, zero-width, bidi or tag characters, no
trailing spaces, blocks separated by exactly one blank line: "a\r\n\r\n\r\nb\u200b" -> "a\n\nb".
Bytes are decoded here too.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

LONGEST_MARK_RUN = 30  # more stacked marks than any script needs; NFC is quadratic in them
BLOCK_BREAK = "\n\n"

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BULLETS = re.compile("[\uf0a7\uf0b7]")  # what the Symbol font of word processors leaves behind
# Soft hyphens and a byte order mark are removed like the others but hide nothing: not counted.
_HARMLESS = re.compile("\xad|\ufeff")
# Between Arabic or Indic letters the two joiners are spelling, elsewhere they only hide.
_JOINING = "\u0600-\u08ff\u0900-\u0dff"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u115f\u1160\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    f"|(?<![{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINING}])"
)
_TRAILING_SPACES = re.compile(r"(?<! ) ++(?=\n|\Z)")
_NOT_ASCII_RUN = re.compile(f"[^\x00-\x7f]{{{LONGEST_MARK_RUN + 1},}}")


class MarkRunError(ValueError):
    """More combining marks in a row than `LONGEST_MARK_RUN`, at `position`."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class SurrogateError(ValueError):
    """The text holds a lone surrogate, which no encoding can carry."""


class EncodingError(ValueError):
    """Bytes are not text; the message completes a sentence that starts with the file's name."""


@dataclass(frozen=True, slots=True)
class NormalText:
    """Text in normal form, and how many characters that hide something were removed."""

    text: str
    removed: int


def normal_text(raw: str) -> NormalText:
    """Return `raw` in normal form.

    Raises MarkRunError, with a position in `raw`, and SurrogateError.
    """
    if _SURROGATE.search(raw):
        raise SurrogateError
    text = raw
    if not raw.isascii():
        _check_mark_runs(raw)
        text = _HARMLESS.sub("", _BULLETS.sub("•", text))
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    text, removed = _INVISIBLE.subn("", text)
    text = _TRAILING_SPACES.sub("", unicodedata.normalize("NFC", text))
    return NormalText(re.sub(r"\n{3,}", BLOCK_BREAK, text).strip("\n"), removed)


def one_line(raw: str) -> str:
    """Return `raw` with every run of white space as one space, for titles, names and paragraphs."""
    return " ".join(raw.split())


def letters(text: str) -> str:
    """Return the letters and figures of `text` alone, to compare titles however they are set.

    >>> letters("A canal – the end") == letters("A Canal: The End")
    True
    """
    return "".join(c for c in text.casefold() if c.isalnum())


def decode(data: bytes, *, declared: str = "") -> str:
    """Return the text of `data`: UTF-8, UTF-16 with a marker, or what the file declares.

    Raises EncodingError for anything else, and for NUL characters.
    """
    encoding = _encoding_of_marker(data)
    if declared.startswith("iso2022") and b"\x1b" in data:  # seven bits, so it passes for UTF-8
        encoding = declared
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding or not declared:
            raise EncodingError(_not_utf8(data, error)) from error
        text = _decode_declared(data, declared, error)
    if "\0" in text:
        if _looks_like_utf16(data):
            raise EncodingError("looks like UTF-16 without a marker. Save it as UTF-8.")
        raise EncodingError("holds NUL characters; it is not text. Save it as UTF-8 text.")
    return text


def _encoding_of_marker(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _decode_declared(data: bytes, declared: str, reason: UnicodeDecodeError) -> str:
    try:
        return data.decode(declared)
    except (UnicodeDecodeError, LookupError) as error:
        raise EncodingError(_not_utf8(data, reason)) from error


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    if _looks_like_utf16(data):
        return "looks like UTF-16 without a marker. Save it as UTF-8."
    byte = f"byte 0x{data[error.start]:02X} at position {error.start:,}"
    return f"is not valid UTF-8 ({byte}). Save it as UTF-8."


def _looks_like_utf16(data: bytes) -> bool:
    """Return whether every second byte of the start is mostly NUL, as English in UTF-16 has it."""
    sample = data[:4096]
    half = max(1, len(sample) // 2)
    return max(sample[0::2].count(0), sample[1::2].count(0)) > half * 0.4 > 0


def _check_mark_runs(text: str) -> None:
    for stretch in _NOT_ASCII_RUN.finditer(text):
        length = 0
        for position in range(stretch.start(), stretch.end()):
            length = length + 1 if _is_mark(text[position]) else 0
            if length > LONGEST_MARK_RUN:
                raise MarkRunError(position - length + 1)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")

"""Raised and lowered characters as plain text, so that no number reads as another.

Raised figures become ⁶, lowered ones join their letters (CO2) or become ₂ beside a number; what has
no such form is written 2^(0.5). Marks of notes go: they are no part of a sentence.

>>> "10" + raised("6", "10"), "CO" + lowered("2", "CO"), "the mill." + raised("12", "the mill.")
('10⁶', 'CO2', 'the mill.')
"""

from __future__ import annotations

import re

_RAISED = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyz*†‡§'′",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ*†‡§'′",
        strict=True,
    )
)
_LOWERED = dict(zip("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))
_SIGNS = {"tm": "™", "sm": "℠", "(r)": "®", "(tm)": "™"}

_NOTE = re.compile(r"\[\s*(?:note\s*|n\.?\s*)?[\w*†‡§]{1,4}\s*\]|\(\s*\d{1,3}\s*\)", re.IGNORECASE)
_NOTES = re.compile(r"[\d*†‡§¶]+(?:\s*[,;–-]\s*[\d*†‡§¶]+)*|[a-z]")
_AFTER_SENTENCE = re.compile(r"[.,;:!?…”’»\"']\Z")
_PRICE = re.compile(r"[$€£¥]\s?\d[\d,.]*[.,]\Z")
_ORDINAL = re.compile(r"st|nd|rd|th|[eè]?re?|[eè]mes?|de?|[aoºª]s?|er", re.IGNORECASE)
_BEFORE_ORDINAL = re.compile(r"(?:\d|\b[IVXLC]+)\Z")
_SHORT = re.compile(r"\b[A-Z][a-z]?\Z")  # "Nº", "Mᵐᵉ", "Dʳ": shortened words
_MARK = re.compile(r"[\[(]?\s*(?:\d{1,3}|[a-zA-Z]{1,3}|[*†‡§¶#]+|note \d{1,3})\s*[\])]?")


def raised(text: str, before: str, after: str = "") -> str:
    """Return the raised `text` between `before` and `after` as it can stand in a line."""
    mark = " ".join(text.split())
    sign = _SIGNS.get(mark.lower(), "")
    if mark.lower() in ("o", "0", "°") and before[-1:].isdigit() and after[:1] in ("C", "F"):
        sign = "°"
    if sign or not mark or _is_note(mark, before):
        return sign + _space_after(text)
    if _is_part_of_word(mark, before):
        return mark + _space_after(text)
    if all(c in _RAISED for c in mark):
        return "".join(_RAISED[c] for c in mark) + _space_after(text)
    return f"^({mark})" if before[-1:].isalnum() or before.endswith(")") else text


def lowered(text: str, before: str, after: str = "") -> str:
    """Return the lowered `text` between `before` and `after` as it can stand in a line."""
    mark = " ".join(text.split())
    is_beside_number = before.endswith(("/", "⁄")) or before[-1:].isdigit() or after[:1].isdigit()
    if mark.isalnum() and not is_beside_number:
        return mark + _space_after(text)
    if all(c in _LOWERED for c in mark):
        return "".join(_LOWERED[c] for c in mark) + _space_after(text)
    return f"_({mark})" if is_beside_number else text


def _space_after(text: str) -> str:
    return " " if text[-1:].isspace() else ""


def is_note_mark(text: str) -> bool:
    """Return whether `text` can be what refers to a note: a number, a letter or two, a sign."""
    return bool(_MARK.fullmatch(text.strip()))


def _is_note(mark: str, before: str) -> bool:
    """Return whether a raised mark refers to a note: in brackets, or after a sentence."""
    if _PRICE.search(before):
        return False
    is_after = bool(_AFTER_SENTENCE.search(before) and _NOTES.fullmatch(mark))
    return is_after or bool(_NOTE.fullmatch(mark))


def _is_part_of_word(mark: str, before: str) -> bool:
    """Return whether raised letters or cents only continue the word before: 1st, Mme, $4.99."""
    if _PRICE.search(before) and mark.isdigit():
        return True
    if not mark.isalpha():
        return False
    if before[-1:].isalpha() and not _BEFORE_ORDINAL.search(before):
        is_shortening = mark in ("o", "r", "t", "e", "s") and bool(_SHORT.search(before))
        return len(mark) > 1 or is_shortening
    return bool(_BEFORE_ORDINAL.search(before) and _ORDINAL.fullmatch(mark))

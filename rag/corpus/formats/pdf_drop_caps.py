"""Large first letters of PDF text: each joins the word that it begins, wherever it is drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.corpus.formats.pdf_lines import Line

DROP_CAP = 1.8  # times the type size of the line beside it

_FIRST_WORD = re.compile(r"[^\W\d_]+")


def with_drop_caps(lines: Sequence[Line], vocabulary: Counter[str], *, body: float) -> list[Line]:
    """Return `lines` with each large first letter in front of the word that it begins.

    `body` is the type size of most characters; `vocabulary` counts the words of the file.
    """
    healed: list[Line] = []
    beside: Line | None = None
    for line in _caps_in_place(lines, body=body):
        cap = healed[-1] if healed else None
        if cap and _is_drop_cap(cap, line):
            beside = healed.pop()
            word = _FIRST_WORD.match(line.text)
            joined = (cap.text + (word[0] if word else "")).lower()
            is_word = cap.text in ("A", "I", "O") and not vocabulary[joined]
            text = cap.text + (" " if is_word else "") + line.text
            healed.append(replace(line, text=text, left=cap.left))
        elif beside and line.page == beside.page and _is_still_beside(beside, line):
            healed.append(replace(line, left=beside.left))
        else:
            beside = None
            healed.append(line)
    return healed


def _caps_in_place(lines: Sequence[Line], *, body: float) -> list[Line]:
    """Return `lines` with each large first letter before its line, wherever the file draws it."""
    ordered, least = list(lines), DROP_CAP * body
    for cap in [line for line in lines if line.size > least and _is_letter(line)]:
        beside = [line for line in ordered if _is_drop_cap(cap, line) and _touches(cap, line)]
        if beside:
            ordered.remove(cap)
            ordered.insert(ordered.index(max(beside, key=lambda line: line.bottom)), cap)
    return ordered


def _touches(cap: Line, line: Line) -> bool:
    return -line.size / 2 < line.left - cap.right < 2 * line.size


def _is_letter(line: Line) -> bool:
    return len(line.text) == 1 and line.text.isalpha()


def _is_still_beside(cap: Line, line: Line) -> bool:
    below = cap.bottom - line.bottom
    return below < line.size / 2 or (below < line.size and _touches(cap, line))


def _is_drop_cap(cap: Line, line: Line) -> bool:
    is_beside = cap.left < line.left and cap.bottom - cap.size < line.bottom < cap.bottom + cap.size
    return (
        _is_letter(cap) and is_beside and cap.page == line.page and cap.size > DROP_CAP * line.size
    )

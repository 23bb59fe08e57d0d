"""Sentences of a text, as exact offsets."""

from __future__ import annotations

import re

from rag.records import Span

_BLOCK = re.compile(r"\n[^\S\n]*\n|\n(?=[^\S\n]*(?:#{1,6} |[-*•] |\d+[.)] ))")
_END = re.compile(
    r"(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\bU\.S)(?<!\b[A-Z])[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9])"
)
_QUESTION_END = re.compile(r"\?[\"'”’)\]]*\s*$")


def split_sentences(text: str) -> list[Span]:
    """Return the sentences of `text` in order, trimmed, covering every non-space character."""
    spans: list[Span] = []
    start = 0
    cuts = sorted({m.end() for m in _END.finditer(text)} | {m.start() for m in _BLOCK.finditer(text)})
    for cut in [*cuts, len(text)]:
        piece = text[start:cut]
        if stripped := piece.strip():
            begin = start + piece.index(stripped[0])
            spans.append(Span(begin, begin + len(stripped)))
        start = cut
    return spans


def is_question(sentence: str) -> bool:
    """Return whether the sentence asks."""
    return bool(_QUESTION_END.search(sentence))


def is_headline(sentence: str) -> bool:
    """Return whether the sentence is a heading: no full stop, or a Markdown heading."""
    stripped = sentence.strip()
    return stripped.startswith("#") or (
        len(stripped) < 120 and not re.search(r"[.!?…:;][\"'”’)\]]*$", stripped)
    )

"""Plain text out of what a model wrote: no markup, no links, no images, nothing invisible."""

from __future__ import annotations

import html
import re
import unicodedata

_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>?")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)?")
_ADDRESS = re.compile(
    r"<?\b(?:(?:https?|ftp|file)://|www\.|(?:javascript|data|mailto|vbscript):)\S*", re.IGNORECASE
)
_HYPHENS = str.maketrans("‐‑", "--")
"""Hyphens that look like the common one; models write them, articles rarely do."""
_EMPHASIS = re.compile(r"\*+|__+|~~|`+|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)")
_SPACE = re.compile(r"\s+")
_SPACE_BEFORE_STOP = re.compile(r" +([.,;:!?])(?!\d)")


def plain_text(text: str) -> str:
    """Return the words of `text` in one line, without markup of any kind.

    >>> plain_text("**See** ![x](http://h/?q=1) [this](http://h) <b>now</b>.")
    'See this now.'
    """
    text = _TAG.sub(" ", html.unescape(_TAG.sub(" ", text))).translate(_HYPHENS)
    text = _ADDRESS.sub(" ", _LINK.sub(r"\1", _IMAGE.sub(" ", text)))
    text = _EMPHASIS.sub("", text)
    visible = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or not _is_invisible(c)
    )
    return _SPACE_BEFORE_STOP.sub(r"\1", _SPACE.sub(" ", visible)).strip()


def _is_invisible(character: str) -> bool:
    """Return whether a character is a control, a format mark, a surrogate or unassigned."""
    return unicodedata.category(character)[0] == "C"

"""What of a text can be shown: no control, direction or broken characters."""

from __future__ import annotations

import re
import sys

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control
    # Marks that turn the direction of the text around them, so that a name reads as another.
    r"\u200e\u200f\u202a-\u202e\u2066-\u2069"
    r"\ud800-\udfff]"  # halves of characters
)


def plain(text: str) -> str:
    """Return `text` without control, direction and broken characters; line ends are kept."""
    return HIDDEN.sub(REPLACEMENT, text)


def one_line(text: str, longest: int = sys.maxsize) -> str:
    r"""Return `text` as it can be shown in one line, cut to `longest` characters.

    >>> one_line("It opened\nin May.", 12)
    'It opened i…'
    """
    line = " ".join(plain(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"

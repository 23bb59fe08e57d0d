"""What an exported file shows to who reads it, beside what its receipt says that it shows.

A receipt is hidden, and the text above it is not: only where both have the same words does a
quote that is found say anything of what was read. What somebody wrote beside the sentences and
the notes is their own, and is not looked at.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Collection
from pathlib import Path

_DOCX_TEXT = "word/document.xml"
_BREAK = re.compile(r"</w:p>|<w:(?:br|cr|tab)\b[^>]*>")  # white space, as Word writes it
_UNSHOWN = re.compile(r"<!--.*?-->|<style.*?</style>|</?mark>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MARKUP = re.compile(r"[*\\]")  # what Markdown sets around and before characters
_WORD = re.compile(r"\w+")


def shown_words(path: Path, start: str) -> str:
    """Return the words of a file, each between spaces; none of JSON, which nobody reads.

    `start` is what a receipt in text begins with.
    """
    suffix = path.suffix.lower()
    if suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            text = package.read(_DOCX_TEXT).decode("utf-8")
        return words(html.unescape(_TAG.sub("", _BREAK.sub(" ", text))))
    if suffix == ".json":
        return ""
    text = path.read_text(encoding="utf-8").rpartition(start)[0]
    if suffix == ".md":
        return words(text)
    return words(html.unescape(_TAG.sub(" ", _UNSHOWN.sub("", text))))


def words(text: str) -> str:
    """Return the words of a text, each between spaces, without what sets them off.

    >>> words("It cost **$4 mill**ion.")
    ' It  cost  4  million '
    """
    return "".join(f" {word} " for word in _WORD.findall(_MARKUP.sub("", text)))


def missing(texts: Collection[str], shown: str) -> set[str]:
    """Return which of the texts a file shows less often than all of them together do."""
    expected = {text: words(text) for text in texts}
    listed = [expected[text] for text in texts]
    return {
        text
        for text, of_it in expected.items()
        if of_it and shown.count(of_it) < sum(each.count(of_it) for each in listed)
    }

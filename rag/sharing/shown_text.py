"""What an exported file shows to who reads it, beside what its receipt says that it shows.

A receipt is hidden, and the text above it is not: only where both have the same words does a
quote that is found say anything of what was read. What somebody wrote beside the sentences and
the notes is their own; since the receipt keeps the words that were exported, it can be named.
"""

from __future__ import annotations

import difflib
import html
import re
import zipfile
from collections.abc import Collection
from pathlib import Path

DOCX_TEXT = "word/document.xml"
_BREAK = re.compile(r"</w:p>|<w:(?:br|cr|tab)\b[^>]*>")  # white space, as Word writes it
_UNSHOWN = re.compile(r"<!--.*?-->|<style.*?</style>|</?mark>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MARKUP = re.compile(r"[*\\]")  # what Markdown sets around and before characters
_WORD = re.compile(r"\w+")
_RECEIPT = r"[A-Za-z0-9+/=]*"
MOST_COMPARED = 20_000  # words of a file; the time grows with their square at worst


def shown_words(path: Path, start: str) -> str:
    """Return the words of a file, each between spaces; none of JSON, which nobody reads.

    `start` is what a receipt in text begins with.
    """
    suffix = path.suffix.lower()
    if suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            text = package.read(DOCX_TEXT).decode("utf-8")
        return words(html.unescape(_TAG.sub("", _BREAK.sub(" ", text))))
    if suffix == ".json":
        return ""
    text = path.read_text(encoding="utf-8").rpartition(start)[0]
    if suffix == ".md":
        return words(text)
    return words(html.unescape(_TAG.sub(" ", _UNSHOWN.sub("", text))))


def words_beside_receipt(data: bytes, suffix: str, start: str) -> list[str]:
    """Return the words of a file of that suffix, all but its receipt: of what its form shows."""
    if suffix == ".docx":
        return words(html.unescape(_TAG.sub("", _BREAK.sub(" ", data.decode("utf-8"))))).split()
    before, _, after = data.decode("utf-8").rpartition(start)
    text = before + re.sub(_RECEIPT, "", after, count=1)
    if suffix == ".html":
        text = html.unescape(_TAG.sub(" ", _UNSHOWN.sub("", text)))
    return words(text).split()


def edits(exported: list[str], shown: list[str]) -> list[tuple[str, str]]:
    """Return where a file shows other words than it was exported with: the words then and now.

    >>> edits("It is open".split(), "It is not open".split())
    [('', 'not')]
    """
    if exported == shown:
        return []
    if max(len(exported), len(shown)) > MOST_COMPARED:
        return [("", "…")]
    steps = difflib.SequenceMatcher(None, exported, shown, autojunk=False).get_opcodes()
    return [
        (" ".join(exported[a:b]), " ".join(shown[c:d]))
        for kind, a, b, c, d in steps
        if kind != "equal"
    ]


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

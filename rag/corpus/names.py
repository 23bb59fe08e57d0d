"""File names that are safe to use as ids and safe to show.

An id is the path below the corpus folder, except where that path could mislead a reader, a
terminal or another file system; such a file is taken in under a name made from a hash.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_PART_BYTES = 255  # what common file systems hold
LONGEST_PATH = 1024  # characters; keeps ids and messages readable
FEWEST_WORDS = 2  # of a file name that says what it holds though it has a number
HASH_CHARACTERS = 16  # 64 bits: no collision in any folder a person can fill

LONGEST_STEM = 80  # characters before the suffix of a name that is made

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_ESCAPED_PATH = re.compile(r"%(2e|2f|5c|00)", re.IGNORECASE)
_DRIVE = re.compile(r"[a-zA-Z]:")
_NOT_PLAIN = re.compile(r"[^\w.]+")


def shown_name(name: str) -> str:
    r"""Return `name` with every invisible character spelled out.

    >>> shown_name("cod.\u202etxt.exe")
    'cod.[U+202E]txt.exe'
    """
    return "".join(f"[U+{ord(c):04X}]" if _is_invisible(c) else c for c in name)


def is_plain_path(path: str) -> bool:
    """Return whether the relative POSIX path `path` can serve as an id as it is."""
    if len(path) > LONGEST_PATH or any(_is_invisible(c) for c in path):
        return False
    return all(_is_plain_part(part) for part in path.split("/"))


def hash_name(path: str) -> str:
    """Return a name made from the hash of `path`, with its suffix where that is plain."""
    digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()
    suffix = PurePosixPath(path).suffix
    kept = suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", suffix) else ""
    return f"unnamed-{digest[:HASH_CHARACTERS]}{kept}"


def plain_stem(name: str) -> str:
    r"""Return the name of a file without folder and suffix, of plain characters only.

    >>> plain_stem("..\\..\\etc/Steel & coal.txt"), plain_stem("/../.html")
    ('Steel-coal', 'article')
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem = _NOT_PLAIN.sub("-", last.rpartition(".")[0]).strip("-._")[:LONGEST_STEM].rstrip("-._")
    return stem if stem and is_plain_path(f"{stem}.txt") else "article"


def readable_name(path: str) -> str:
    """Return the title that a file name suggests.

    >>> readable_name("cyber/salt-typhoon_2.md")
    'Salt typhoon 2'
    """
    words = re.sub(r"[-_\s]+", " ", PurePosixPath(path).stem).strip()
    return words[:1].upper() + words[1:] if words else path


def is_number(path: str) -> bool:
    """Return whether a file name only numbers a file, and says nothing of what it holds.

    >>> is_number("abc-034.txt"), is_number("cyber/salt-typhoon_2.md"), is_number("canal.txt")
    (True, False, False)
    """
    stem = PurePosixPath(path).stem
    words = re.findall(r"[^\W\d_]+", stem)
    return any(c.isdecimal() for c in stem) and len(words) < FEWEST_WORDS


def _is_plain_part(part: str) -> bool:
    return not (
        part in ("", ".", "..")
        or "\\" in part
        or part[-1] in ". "
        or len(os.fsencode(part)) > LONGEST_PART_BYTES
        or _WINDOWS_DEVICE.match(part)
        or _ESCAPED_PATH.search(part)
        or _DRIVE.match(part)
    )


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE_CATEGORIES

"""The parsers: which format is read by which module, and what its bytes must look like.

A format is one module below `formats` with a function `parse`, and one line here. The table is
plain text, so that the folder can be listed without importing any library of any format.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rag.corpus.drafts import Draft, Source
    from rag.records import Problem


class Parser(Protocol):
    """What reads one file format."""

    def parse(self, source: Source) -> Iterable[Draft | Problem]:
        """Return what a file holds, and the problems of parts that cannot be read.

        Raises ArticleError, and nothing else, for what it refuses.
        """


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its module below `formats`, the kind of its bytes ("" for text), its libraries."""

    module: str
    kind: str = ""
    libraries: tuple[str, ...] = ()

    def load(self) -> Parser:
        """Import the parser. Its libraries are imported only then."""
        parser: Parser = importlib.import_module(f"rag.corpus.formats.{self.module}")
        return parser


_HTML = ("cssselect", "lxml", "trafilatura", "webencodings")
_MARKDOWN = ("cssselect", "lxml", "markdown-it-py", "mdit-py-plugins", "PyYAML")
FORMATS = {
    ".csv": Format("csv_table"),
    ".docx": Format("word", "zip", ("lxml", "python-docx")),
    ".eml": Format("mail", "", _HTML),
    ".epub": Format("epub", "zip", _HTML),
    ".htm": Format("webpage", "HTML", _HTML),
    ".html": Format("webpage", "HTML", _HTML),
    ".json": Format("structured"),
    ".jsonl": Format("structured"),
    ".md": Format("markdown", "", _MARKDOWN),
    ".odt": Format("open_document", "zip", ("lxml",)),
    ".pdf": Format("pdf", "PDF", ("pypdfium2",)),
    ".pptx": Format("slides", "zip", ("lxml", "python-pptx")),
    ".rst": Format("restructured", "", ("cssselect", "docutils", "lxml", "PyYAML")),
    ".rtf": Format("rich_text", "RTF", ("striprtf",)),
    ".txt": Format("plain", "", ("docutils", "PyYAML")),
}
SUFFIXES = tuple(FORMATS)
LIBRARIES = sorted({"dateparser", *(name for f in FORMATS.values() for name in f.libraries)})


def format_of(name: str) -> Format:
    """Return the format of a file by the suffix of its name."""
    return FORMATS[PurePosixPath(name).suffix.lower()]

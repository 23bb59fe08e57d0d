"""Plain text: a title line where there is one, a byline, paragraphs, hard-wrapped or not."""

from __future__ import annotations

from rag.corpus.drafts import Draft, Source
from rag.corpus.lines import unwrap


def read_plain(source: Source) -> list[Draft]:
    """Return the article of a .txt file."""
    text = source.text().replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return [Draft(unwrap(text))]

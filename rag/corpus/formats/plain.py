"""Plain text: a head or a title line where there is one, a byline, paragraphs, wrapped or not.

Where it has directives or targets of reStructuredText it is read as that.
"""

from __future__ import annotations

import re

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.front_matter import apply_metadata, split_front_matter
from rag.corpus.lines import unwrap

_RESTRUCTURED = re.compile(
    r"^\.\. (?:[a-zA-Z][\w:+.-]{0,60}::(?=\s|$)|_[^\n]{1,200}:(?=\s|$)|\|[^|\n]{1,100}\| \w+::)",
    re.MULTILINE,
)


def parse(source: Source) -> list[Draft]:
    """Return the article of a .txt file. Raises ArticleError E-DOC-021 for its head."""
    front, body = split_front_matter(source.text(), source)
    if _RESTRUCTURED.search(body):
        from rag.corpus.formats import restructured  # noqa: PLC0415 - few files need docutils

        return restructured.parse(source)
    draft = Draft(unwrap(body.replace("\f", "\n\n")))
    apply_metadata(draft, front, source)
    return [draft]

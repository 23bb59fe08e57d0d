"""Plain text: a head or a title line where there is one, a byline, paragraphs, wrapped or not."""

from __future__ import annotations

from rag.corpus.drafts import Draft, Source
from rag.corpus.formats.front_matter import apply_metadata, split_front_matter
from rag.corpus.lines import unwrap


def parse(source: Source) -> list[Draft]:
    """Return the article of a .txt file. Raises ArticleError E-DOC-021 for its head."""
    front, body = split_front_matter(source.text(), source)
    draft = Draft(unwrap(body.replace("\f", "\n\n")))
    apply_metadata(draft, front, source)
    return [draft]

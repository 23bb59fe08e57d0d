"""Join two candidates that show a sentence in common, so that nothing is shown twice.

"Anna Berg leads the port." and "She wants to close the gate.", which brings the first along,
become one: the reader gets both in the order of the article.
"""

from __future__ import annotations

from dataclasses import replace

from rag.answering.candidate import Candidate
from rag.answering.evidence import LONGEST_UNIT
from rag.records import Span


def join(one: Candidate, other: Candidate) -> Candidate | None:
    """Return both as one candidate, in the article's order.

    None where they have no sentence in common, where `other` adds none, or where it gets too long.
    """
    shown, added = set(one.sentence_spans), set(other.sentence_spans)
    if one.article.id != other.article.id or not shown & added or added <= shown:
        return None
    spans = sorted(shown | added, key=_start)
    last = max(one, other, key=lambda each: _start(each.span))
    joined = replace(
        last,
        before=tuple(span for span in spans if span.start < last.span.start),
        after=tuple(span for span in spans if span.start > last.span.start),
    )
    return joined if len(joined.shown) <= LONGEST_UNIT else None


def _start(span: Span) -> int:
    return span.start

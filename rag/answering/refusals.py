"""Why the articles do not answer, in one true sentence: only what code has looked up is stated."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.candidates import ReadHit, heading_of
from rag.answering.question.analysis import QuestionAnalysis
from rag.text.tokens import content_tokens

NOTHING_FOUND = "I found no answer to this in the articles."
NOTHING_ASKED = "There is no word in the question to search for."
NOTHING_WITHIN_LIMITS = "No article within the limits was found."
UNSURE = "The articles may not answer this. Closest:"
MOST_NAMED = 2


def reason_for(question: QuestionAnalysis, hits: Sequence[ReadHit]) -> str:
    """Return the reason of a refusal: the names that no article mentions, or that none answers."""
    near = " ".join(f"{heading_of(hit.article)} {hit.hit.passage.text}" for hit in hits).casefold()
    absent = {term.text for term in question.terms if term.is_absent}
    unknown = [
        name
        for name in question.names
        if absent.intersection(content_tokens(name)) and name.casefold() not in near
    ]
    if not unknown:
        return NOTHING_FOUND
    named = " or ".join(f"“{name}”" for name in unknown[:MOST_NAMED])
    return f"No article mentions {named}."

"""Say to whom a sentence is attributed, in one way everywhere."""

from __future__ import annotations

from rag.records import Sentence

NOT_ESTABLISHED = "not established by the articles"


def said_by(sentence: Sentence) -> str:
    """Return whose words an attributed sentence tells, "" for any other.

    The name is the article's words, within quotation marks and in one line.

    >>> said_by(Sentence("The dam is safe.", "attributed", ()))
    'said by somebody whom the article does not name'
    """
    if sentence.verdict != "attributed":
        return ""
    if sentence.attributed_to is None:
        return "said by somebody whom the article does not name"
    return f"according to “{' '.join(sentence.attributed_to.text.split())}”"


def marker(sentence: Sentence) -> str:
    """Return what stands behind a sentence that its quotes do not carry as a fact, or ""."""
    if sentence.verdict == "unsupported":
        return "unsupported"
    said = said_by(sentence)
    return f"{said}, {NOT_ESTABLISHED}" if said else ""

"""The errors that people can fix.

RagError                what is wrong, the thing in quotes, and what fixes it, in one line
|- ConfigError          a setting                      E-CFG-…
|- ArticleError         a file of the corpus           E-DOC-…, E-TXT-…
|- EmbedderError        the embedder                   E-EMB-…
|- IndexingError        the index on disk              E-IDX-…
|  `- DamagedIndexError   a file that fails its checksum
|- QuestionError        what the person typed          E-Q-…
|- QuestionSetError     a file of questions            E-EVL-…
|- AnswerModelError     the answer model               E-LLM-…
|- ServerError          the chat server                E-SRV-…
`- RequestError         what a program asks the API    E-API-…
"""

from __future__ import annotations

from rag.redaction import without_secrets


class RagError(Exception):
    """An error that people can fix: `code` is stable, `message` one line without secrets."""

    def __init__(self, code: str, message: str) -> None:
        message = without_secrets(message)
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[RagError], tuple[str, str]]:
        return type(self), (self.code, self.message)


class ConfigError(RagError):
    """A setting is unknown or has a value that cannot be."""


class ArticleError(RagError):
    """One file of the corpus cannot be read as an article."""


class EmbedderError(RagError):
    """The embedder is missing or returns what it must not."""


class IndexingError(RagError):
    """The index is missing, locked, or not usable with these settings."""


class DamagedIndexError(IndexingError):
    """A file of the index does not have the content that was written."""


class QuestionError(RagError):
    """A question cannot be asked as typed."""


class QuestionSetError(RagError):
    """A question set cannot be read as written."""


class AnswerModelError(RagError):
    """The answer model failed; the extractive answer takes its place."""


class ServerError(RagError):
    """The chat server refuses, for now."""


class RequestError(RagError):
    """A program's request to the API cannot be answered as sent."""

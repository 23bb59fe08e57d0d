"""What is evaluated: anything that ranks passages and answers questions from one generation.

Footnote itself is one subject (`AssistantSubject`); the plain baseline is another. An
evaluation knows nothing else of them.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.config import Config
from rag.evaluation.records import Expected
from rag.records import Answer, Passage, Question, Retrieval
from rag.redaction import without_secrets

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index.snapshot import Snapshot

NOT_OF_ANSWERS = frozenset(
    {
        *("corpus", "index", "home", "prompts", "threads"),
        *("host", "port", "public_name", "answer_model_for"),
    }
    | {"keep_generations"}
)
"""Settings that change where things are or how they are served, and no answer."""


class Subject(Protocol):
    """Ranks and answers; every call uses the same generation."""

    @property
    def name(self) -> str:
        """What the run says was evaluated."""

    @property
    def snapshot(self) -> Snapshot:
        """The generation that the articles are taken from."""

    @property
    def settings(self) -> dict[str, str]:
        """What an answer depends on, by name, for the record of the run."""

    def article_passages(self, article_id: str) -> Sequence[Passage]:
        """Return the passages of an article that this subject can rank."""

    def search(self, question: Question, *, k: int) -> Retrieval:
        """Return the best `k` passages. Raises QuestionError."""

    def answer(self, question: Question, *, depth: int) -> tuple[Answer, Retrieval]:
        """Return the whole Answer, and the ranking that it comes from down to `depth`."""


class AnswerJudge(Protocol):
    """Gives an opinion on an answer; see `judge`."""

    def judge(self, answer: Answer, expected: Expected) -> dict[str, float]:
        """Return the measures of the opinion, by name."""


class AssistantSubject:
    """Footnote with the settings of an Assistant, on one generation."""

    def __init__(self, assistant: Assistant, snapshot: Snapshot, *, name: str = "footnote") -> None:
        snapshot.require_embedder(assistant.embedder)
        self.name = name
        self.snapshot = snapshot
        self.settings = answer_settings(assistant.config)
        if assistant.config.answer_model:
            self.settings["prompts"] = prompts_sha256(assistant.config.prompts)
        self._assistant = assistant

    def article_passages(self, article_id: str) -> Sequence[Passage]:
        """Return the passages of an article in the generation."""
        return self.snapshot.article_passages(article_id)

    def search(self, question: Question, *, k: int) -> Retrieval:
        """Return what the assistant's search finds."""
        return self._assistant.search(question, k=k, snapshot=self.snapshot)

    def answer(self, question: Question, *, depth: int) -> tuple[Answer, Retrieval]:
        """Return what the assistant answers, with its ranking."""
        return self._assistant.examine(question, snapshot=self.snapshot, depth=depth)


def answer_settings(config: Config) -> dict[str, str]:
    """Return the settings that answers depend on, by name."""
    return {
        field.name: without_secrets(str(getattr(config, field.name)))
        for field in dataclasses.fields(config)
        if field.name not in NOT_OF_ANSWERS and not field.name.startswith("limit_")
    }


def prompts_sha256(folder: Path) -> str:
    """Return a SHA-256 over every prompt of a folder: what is sent decides what comes back."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.md")):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.name} {content}\n".encode())
    return digest.hexdigest()

"""Answers questions that ask for something else than a fact; leaves those for one to others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answering.kinds.about import AboutQuestion, answer_about
from rag.answering.kinds.classifier import FACT, Asked, KindClassifier, load_classifier
from rag.answering.kinds.corpus import Corpus
from rag.answering.kinds.lists import compare, make_list, sides_of
from rag.answering.kinds.news import what_is_new
from rag.answering.kinds.summary import latest, summarise
from rag.answering.kinds.timeline import make_timeline
from rag.answering.kinds.topics import TopicReader
from rag.answering.kinds.wordings import AskingWords
from rag.answering.notes import Part
from rag.records import Answer, AnswerKind, Question, Retrieval, Sentence

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder
    from rag.index.snapshot import Snapshot

Rank = Callable[[Question, Retrieval, "Snapshot"], Part]

SURE_AFTER_OTHERS = 0.9
"""Probability of a kind from which a question that leans on the history asks for it: "and in
Norway?" is short like a bare name."""

_KINDS: dict[str, AnswerKind] = {
    "list": "list",
    "compare": "compare",
    "timeline": "timeline",
    "summary": "summary",
    "latest": "summary",
    "new": "new",
}


class KindAnswerer:
    """Recognises and answers; safe to share between threads.

    `rank` reads the hits with the question, as for a fact: a list shows more of what it finds.
    `index` is the folder of the generations, to state what the last build changed.
    """

    def __init__(
        self,
        embedder: Embedder,
        *,
        rank: Rank,
        index: Path | None = None,
        classifier: KindClassifier | None = None,
    ) -> None:
        self._classifier = classifier or load_classifier(embedder)
        self._reader = TopicReader(embedder)
        self._rank = rank
        self._index = index

    def answer(self, question: Question, retrieval: Retrieval, snapshot: Snapshot) -> Answer | None:
        """Return the answer; None where a fact is asked for, or the articles lack what is."""
        if self._classifier is None:
            return None
        asked = self._classifier.classify(question.text)
        if asked.intent == FACT:
            return None
        if asked.is_about:
            about = AboutQuestion(question, asked.topic, Corpus(snapshot), self._reader)
            sentences = answer_about(asked.intent, about)
            return _as_answer(question, retrieval, sentences, "about") if sentences else None
        if retrieval.query.leans_on_history and asked.probability < SURE_AFTER_OTHERS:
            return None
        note, sentences = self._found(asked, question, retrieval, snapshot)
        if not sentences:
            return None
        return _as_answer(question, retrieval, sentences, _KINDS[asked.intent], note=note)

    def _found(
        self, asked: Asked, question: Question, retrieval: Retrieval, snapshot: Snapshot
    ) -> tuple[str, list[Sentence]]:
        """Return a note above the sentences, and the sentences."""
        topic, reader, filters = asked.topic, self._reader, question.filters
        if not topic and question.history:
            topic = self._words.topic(question.history[-1].question, FACT)
        match asked.intent:
            case "summary":
                return "", summarise(topic, reader, snapshot, filters)
            case "latest" if topic:
                return "", latest(topic, reader, snapshot, filters)
            case "timeline":
                return "", make_timeline(topic, reader, snapshot, filters)
            case "compare":
                sides = self._sides(asked, question)
                return "", compare(sides, reader, snapshot, filters) if len(sides) > 1 else []
            case "list":
                return "", make_list(self._rank(question, retrieval, snapshot))
            case _:
                return what_is_new(snapshot, filters, self._index)

    @property
    def _words(self) -> AskingWords:
        assert self._classifier is not None
        return self._classifier.words

    def _sides(self, asked: Asked, question: Question) -> list[str]:
        runs = self._words.runs(question.text, asked.intent)
        return sides_of(asked.topic, [question.text[start:end] for start, end in runs])


def _as_answer(
    question: Question,
    retrieval: Retrieval,
    sentences: list[Sentence],
    kind: AnswerKind,
    *,
    note: str = "",
) -> Answer:
    return Answer(
        question=question.text,
        query=retrieval.query.text if kind == "list" else question.text,
        outcome="about" if kind == "about" else "answered",
        reason=note,
        sentences=tuple(sentences),
        near_misses=(),
        hits=() if kind == "about" else retrieval.hits,
        generation=retrieval.generation,
        answerer="extractive",
        kind=kind,
    )

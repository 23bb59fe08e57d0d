"""Answers questions that ask for something else than a fact; leaves those for one to others."""

from __future__ import annotations

import dataclasses
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
from rag.answering.notes import Notes, Part
from rag.answering.refusals import UNSURE
from rag.explanation import KindRead
from rag.records import Answer, AnswerKind, Question, Retrieval, Sentence

if TYPE_CHECKING:
    from rag.encoders.embedder import Embedder
    from rag.index.snapshot import Snapshot

Rank = Callable[[Question, Retrieval, "Snapshot"], Part]

SURE_KIND = 0.6
"""Probability of a kind below which a fact is asked for: a summary of an article holds the answer
less often than what was read with the question. A list is a fact's excerpts, and more of them."""

SURE_AFTER_OTHERS = 0.9
"""Probability of a kind from which a question that leans on the history asks for it: "and in
Norway?" is short like a bare name."""

SURE_ABOUT = 0.98
"""Probability of a question about Footnote below which the articles are asked first: "how do I
write a test" is about Footnote only where no article tells it."""

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

    def is_about(self, question: Question) -> bool:
        """Return whether Footnote is surely asked about, not the articles."""
        asked = self._classifier.classify(question.text) if self._classifier else None
        return asked is not None and asked.is_about and asked.probability >= SURE_ABOUT

    def answer(
        self,
        question: Question,
        retrieval: Retrieval,
        snapshot: Snapshot,
        notes: Notes | None = None,
    ) -> Answer | None:
        """Return the answer; None where a fact is asked for, or the articles lack what is."""
        if self._classifier is None:
            return None
        asked = self._classifier.classify(question.text)
        if asked.intent == FACT:
            return None
        kind: AnswerKind = "about" if asked.is_about else _KINDS[asked.intent]
        if kind == "about" and asked.probability < SURE_ABOUT:
            decided = self._rank(question, retrieval, snapshot).decided
            if decided is not None and decided.is_sure:
                return None
        if asked.probability < _least(kind, is_leaning=retrieval.query.leans_on_history):
            return None
        part: Part | None = None
        if kind == "list":
            part = make_list(self._rank(question, retrieval, snapshot))
            note, sentences = "", [each.sentence() for each in part.chosen]
        else:
            note, sentences = self._found(asked, question, snapshot)
        if not sentences:
            return None
        if notes is not None:
            notes.kind = KindRead(kind, asked.probability, asked.topic)
            if part is not None:
                notes.parts, notes.shown = (part,), part.chosen
        answer = _as_answer(question, retrieval, sentences, kind)
        return dataclasses.replace(answer, reason=note) if part is None else _ranked(answer, part)

    def _found(
        self, asked: Asked, question: Question, snapshot: Snapshot
    ) -> tuple[str, list[Sentence]]:
        """Return a note above the sentences, and the sentences."""
        topic, reader, filters = asked.topic, self._reader, question.filters
        if asked.is_about:
            about = AboutQuestion(question, topic, Corpus(snapshot), reader)
            return "", answer_about(asked.intent, about)
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
                return "", compare(sides, question, reader, snapshot) if len(sides) > 1 else []
            case _:
                return what_is_new(snapshot, filters, self._index)

    @property
    def _words(self) -> AskingWords:
        assert self._classifier is not None
        return self._classifier.words

    def _sides(self, asked: Asked, question: Question) -> list[str]:
        runs = self._words.runs(question.text, asked.intent)
        return sides_of(asked.topic, [question.text[start:end] for start, end in runs])


def _least(kind: AnswerKind, *, is_leaning: bool) -> float:
    """Return the probability below which no answer of a kind is given."""
    if kind == "about":
        return 0.0
    if is_leaning:
        return SURE_AFTER_OTHERS
    return 0.0 if kind == "list" else SURE_KIND


def _as_answer(
    question: Question, retrieval: Retrieval, sentences: list[Sentence], kind: AnswerKind
) -> Answer:
    return Answer(
        question=question.text,
        query=retrieval.query.text if kind == "list" else question.text,
        outcome="about" if kind == "about" else "answered",
        reason="",
        sentences=tuple(sentences),
        near_misses=(),
        hits=() if kind == "about" else retrieval.hits,
        generation=retrieval.generation,
        answerer="extractive",
        kind=kind,
        follows="" if kind == "about" else retrieval.query.follows,
    )


def _ranked(answer: Answer, part: Part) -> Answer:
    """Return the answer with how sure it is, by what was ranked for it."""
    answer = dataclasses.replace(answer, confidence=round(part.confidence, 4))
    if part.decided is None or part.decided.is_sure:
        return answer
    return dataclasses.replace(answer, outcome="unsure", reason=UNSURE)

"""Makes what one step learns from: a question with the passages that compete for it.

What is hard about a passage is not that it is about something else: it is of the same article, or
what our own retrieval would hand over, or states everything but the thing asked for. So a question
is put to its own passage beside a near one, to its own with the answer cut out, with another name,
year or number in it, and to near ones alone. Some follow another question and lean on it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.encoders.embedder import Embedder
from rag.encoders.reader_input import with_history
from rag.records import Span, Turn
from rag.retrieval.names import names
from rag.training.contrasts import contrasted, without
from rag.training.made_questions import as_typed
from rag.training.sets import Asked, Paragraph

PASSAGE_LENGTH = 850
"""Characters of a passage, about as the index cuts them: 180 tokens."""

EMBEDDED = 400
"""Characters of a passage by which near ones are found."""

BESIDE = 0.5
"""Share of the answered questions that are put to a near passage, too."""

CUT_OUT, CONTRASTED, ALONE = 0.12, 0.14, 0.12
"""Shares of the questions that are also asked where nothing answers: of the passage without the
answering sentences, with another name or figure, and of near passages alone."""

WITHOUT_WORDS = 0.3
"""Share of the questions that are also put to their passage without the words that answer, the
sentence left; to half of these beside the passage itself."""

TITLED = 0.7
"""Share of the passages with known titles that show them: an article may have none."""

FOLLOWING = 0.15
"""Share of the questions that follow another one of the same document."""

ANSWER_KNOWN = 0.6
"""Share of the questions that follow another one whose answer is read, too."""

OWN_NEAREST, FOREIGN_NEAREST = 4, slice(1, 12)
"""Near passages are drawn from so many of the document, or else from these of others: nearest of
all may be right."""

FROM_OWN_DOCUMENT = 0.6
"""Share of the near passages that are of the same document, where it has others."""

HALF = 0.5
BLOCK = 512  # questions whose cosines with every passage are held at once

_PRONOUNS = ("it", "they", "he", "she", "this")


@dataclass(frozen=True, slots=True)
class Text:
    """A passage as the reader gets it; without `right` it does not answer.

    `sentences` and `spans` are offsets into `text`; `right` are numbers of sentences.
    """

    title: str
    text: str
    sentences: tuple[Span, ...]
    right: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A question, with what came before it, and the passages that compete for it."""

    question: str
    texts: tuple[Text, ...]

    @property
    def is_answered(self) -> bool:
        """Whether any passage answers."""
        return any(text.right for text in self.texts)


def make_examples(asked: Sequence[Asked], embedder: Embedder, *, seed: int) -> list[Example]:
    """Return the examples of questions in their order; each question makes one to four."""
    pool = _Pool(asked, embedder)
    examples: list[Example] = []
    for start in range(0, len(asked), BLOCK):
        block = asked[start : start + BLOCK]
        # Many at once: the default embedder tells passages and queries by nothing.
        cosines = embedder.embed_passages([one.question for one in block]) @ pool.vectors.T
        for i, (one, near) in enumerate(zip(block, cosines, strict=True), start=start):
            rng = random.Random(f"{seed} {i}")  # noqa: S311 - draws examples
            examples += _Maker(one, pool, near, rng).make()
    return examples


class _Pool:
    """Every paragraph once, with its vector, those of each document, and its questions."""

    def __init__(self, asked: Sequence[Asked], embedder: Embedder) -> None:
        self.paragraphs = list(dict.fromkeys(one.paragraph for one in asked))
        self.row = {paragraph: i for i, paragraph in enumerate(self.paragraphs)}
        self.vectors = embedder.embed_passages([p.text[:EMBEDDED] for p in self.paragraphs])
        self.of_doc: dict[str, list[int]] = {}
        for i, paragraph in enumerate(self.paragraphs):
            self.of_doc.setdefault(paragraph.doc, []).append(i)
        self.asked_of: dict[str, list[Asked]] = {}
        for one in asked:
            self.asked_of.setdefault(one.paragraph.doc, []).append(one)

    def near(self, asked: Asked, cosines: NDArray[np.float32], rng: random.Random) -> Paragraph:
        """Return a near passage that has not the words that answer."""
        own = [i for i in self.of_doc[asked.paragraph.doc] if i != self.row[asked.paragraph]]
        ranked = sorted(own, key=lambda i: -cosines[i])[:OWN_NEAREST]
        most = min(4 * FOREIGN_NEAREST.stop, len(cosines) - 1)
        few = np.argpartition(-cosines, most)[: most + 1]
        foreign = [
            int(i)
            for i in few[np.argsort(-cosines[few], kind="stable")]
            if self.paragraphs[i].doc != asked.paragraph.doc
        ][FOREIGN_NEAREST]
        drawn = ranked if ranked and rng.random() < FROM_OWN_DOCUMENT else foreign or ranked
        words = _words_of(asked).casefold()
        fitting = [i for i in drawn if not words or words not in self.paragraphs[i].text.casefold()]
        return self.paragraphs[rng.choice(fitting or drawn or range(len(self.paragraphs)))]


class _Maker:
    """Makes the examples of one question."""

    def __init__(
        self, asked: Asked, pool: _Pool, cosines: NDArray[np.float32], rng: random.Random
    ) -> None:
        self._asked = asked
        self._pool = pool
        self._cosines = cosines
        self._rng = rng

    def make(self) -> Iterator[Example]:
        rng = self._rng
        question = as_typed(self._asked.question, rng)
        if rng.random() < FOLLOWING:
            question = self._following()
        own = self._window(self._asked.paragraph, self._asked.right, self._asked.spans)
        if self._asked.right:
            texts = [own]
            if rng.random() < BESIDE:
                texts.insert(rng.randint(0, 1), self._near())
            yield Example(question, tuple(texts))
        else:
            yield Example(question, (own,))
        if rng.random() < CUT_OUT and (cut := self._cut_out()):
            yield Example(question, (cut,))
        if rng.random() < WITHOUT_WORDS and (vague := self._without_words()):
            beside = (own, vague) if rng.random() < HALF else (vague, own)
            yield Example(question, beside if rng.random() < HALF else (vague,))
        if rng.random() < CONTRASTED and (other := contrasted(self._asked, rng)):
            yield Example(other, (replace(own, right=(), spans=()),))
        if rng.random() < ALONE:
            yield Example(question, (self._near(), self._near()))

    def _near(self) -> Text:
        return self._window(self._pool.near(self._asked, self._cosines, self._rng), (), ())

    def _window(
        self, paragraph: Paragraph, right: tuple[int, ...], spans: tuple[Span, ...]
    ) -> Text:
        """Return whole sentences of a paragraph, about as many as a passage has, `right` in it."""
        rng, sentences = self._rng, paragraph.sentences
        first = last = right[0] if right else rng.randrange(len(sentences)) if sentences else 0
        while sentences:
            wider = [
                (f, x)
                for f, x in ((first - 1, last), (first, last + 1))
                if f >= 0
                and x < len(sentences)
                and sentences[x].end - sentences[f].start <= PASSAGE_LENGTH
            ]
            if not wider:
                break
            first, last = rng.choice(wider)
        kept = sentences[first : last + 1]
        start, end = (kept[0].start, kept[-1].end) if kept else (0, len(paragraph.text))
        title = paragraph.title if rng.random() < TITLED else ""
        return Text(
            title,
            paragraph.text[start:end],
            tuple(Span(s.start - start, s.end - start) for s in kept),
            tuple(i - first for i in right if first <= i <= last),
            tuple(
                Span(s.start - start, s.end - start)
                for s in spans
                if start <= s.start and s.end <= end
            ),
        )

    def _cut_out(self) -> Text | None:
        """Return the passage without the sentences that hold the words that answer."""
        kept = [sentence for _, sentence in self._unanswering()]
        return self._window(self._of_sentences(kept), (), ()) if kept else None

    def _without_words(self) -> Text | None:
        """Return the passage with the sentence that answers, but not the words in it that do."""
        asked, text = self._asked, self._asked.paragraph.text
        if not asked.spans or not asked.right:
            return None
        number, span = asked.right[0], asked.spans[0]
        sentence = asked.paragraph.sentences[number]
        left = without(Span(span.start - sentence.start, span.end - sentence.start),
                       text[sentence.start : sentence.end], asked.question)  # fmt: skip
        if left is None or _words_of(asked).casefold() in left.casefold():
            return None
        kept = dict(self._unanswering()) | {number: left}
        order = sorted(kept)
        paragraph = self._of_sentences([kept[i] for i in order])
        return replace(self._window(paragraph, (order.index(number),), ()), right=())

    def _unanswering(self) -> Iterator[tuple[int, str]]:
        """Yield the sentences of the paragraph that have not the words that answer."""
        paragraph, words = self._asked.paragraph, _words_of(self._asked).casefold()
        for i, place in enumerate(paragraph.sentences):
            sentence = paragraph.text[place.start : place.end]
            if i not in self._asked.right and not (words and words in sentence.casefold()):
                yield i, sentence

    def _of_sentences(self, sentences: Sequence[str]) -> Paragraph:
        text, spans = "", []
        for sentence in sentences:
            text += " " if text else ""
            spans.append(Span(len(text), len(text) + len(sentence)))
            text += sentence
        own = self._asked.paragraph
        return Paragraph(own.doc, own.title, text, tuple(spans))

    def _following(self) -> str:
        """Return the question after another one of its document, leaning on it where it can."""
        asked = self._asked
        others = [
            o for o in self._pool.asked_of[asked.paragraph.doc] if o.question != asked.question
        ]
        if not others:
            return asked.question
        other = self._rng.choice(others)
        question = asked.question
        shared = [n for n in (*names(question), asked.paragraph.title) if n and n in question]
        if shared:
            question = question.replace(shared[0], self._rng.choice(_PRONOUNS), 1)
            if shared[0] not in other.question:
                other = replace(other, question=f"{other.question.rstrip('? ')} of {shared[0]}?")
        answer = _words_of(other) if self._rng.random() < ANSWER_KNOWN else ""
        return with_history(question, (Turn(other.question, answer),))


def _words_of(asked: Asked) -> str:
    return asked.paragraph.text[asked.spans[0].start : asked.spans[0].end] if asked.spans else ""

"""Answer with a language model, and show of it only what the articles carry.

Retrieve first, one call, no tools. Each sentence of the reply is checked as soon as it is whole
and goes out with the quotes that carry it; a sentence that no article carries is left out, and
its words reach no one. The extractive answer stands ready: it decides whether there is any
evidence to ask a model about, and it speaks when the model fails.

Prompt, model and check are Runnables: the callbacks of the chain see each with its inputs. What
the extractive answer found and the model used nothing of stands beside its sentences, and where
the evidence is unsure, so is the answer.

A failure after the first checked sentence keeps what was checked, as `partial`: those sentences
are as good as any. A failure before it gives the extractive answer, with the reason.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.answering.answerability import is_worth_a_call
from rag.answering.llm.chat_model import replying
from rag.answering.llm.checked_reply import CheckedReply
from rag.answering.llm.failures import INSTEAD
from rag.answering.llm.prompts import fence_history, fence_passages
from rag.answering.llm.untraced import untraced
from rag.answering.meanings import BESIDE
from rag.answering.notes import Notes
from rag.answering.quotes import sentences_of
from rag.answering.refusals import UNSURE
from rag.answering.verification.entailment import WordCoverage
from rag.answering.verification.support import Region, regions_of
from rag.answering.verification.verify import Verifier
from rag.errors import AnswerModelError
from rag.records import Answer, Outcome, Question, Quote, Retrieval, Sentence

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

    from rag.answering.answerer import Answerer
    from rag.answering.llm.chat_model import AnswerModel
    from rag.index.snapshot import Snapshot

MOST_WORDS = 150
"""Words of an answer that excerpts may fill up; what the model wrote is not cut."""
TURNS = 3
"""Earlier turns that are sent; a follow-up leans on the last ones."""
NEAR_MISSES = 3
"""Passages shown with a refusal."""


class GenerativeAnswerer:
    """Implements Answerer with an answer model; `fallback` is the extractive answerer.

    `verifier` judges the model's sentences; by the guards and the words alone where none is given.
    """

    def __init__(
        self,
        model: AnswerModel,
        prompt: ChatPromptTemplate,
        *,
        fallback: Answerer,
        verifier: Verifier | None = None,
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._fallback = fallback
        self._verifier = verifier or Verifier(WordCoverage())

    @property
    def name(self) -> str:
        """Return the answer model's setting."""
        return self._model.name

    def stream(
        self,
        question: Question,
        retrieval: Retrieval,
        snapshot: Snapshot,
        *,
        stop: threading.Event | None = None,
        notes: Notes | None = None,
    ) -> Iterator[Sentence | Answer]:
        """Yield each checked sentence, then the Answer; see the module for what failures give."""
        extractive = self._extractive(question, retrieval, snapshot, notes)
        regions = regions_of(retrieval, snapshot)
        if not regions or extractive.outcome == "about" or not is_worth_a_call(extractive):
            yield from _instead(extractive, "")
            return
        reply = CheckedReply(self._verifier, None if notes is None else notes.drafts)
        ended = _Ended(stop)
        # No "yield from": closing this stream must end the model first, and then the chain.
        checked = untraced(lambda: self._checked(question, extractive, regions, reply, ended))
        try:
            while sentence := next(checked, None):
                yield sentence
            reason = ""
        except AnswerModelError as error:
            reason = f"{error.message} ({error.code})"
        finally:
            ended.set()
        if stop is not None and stop.is_set() and not reason:
            reason = "Stopped before the answer was complete."
            yield self._answer(extractive, reply.sentences, "partial", reason)
        elif reply.sentences:
            beside = _left_out(extractive, reply.sentences)
            yield from beside
            outcome, why = _outcome(reply, reason, extractive)
            yield self._answer(extractive, [*reply.sentences, *beside], outcome, why)
        elif not reason and reply.abstains:
            yield self._refusal(extractive, regions)
        else:
            yield from _instead(extractive, reason or _why_nothing(reply, self.name))

    def _extractive(
        self, question: Question, retrieval: Retrieval, snapshot: Snapshot, notes: Notes | None
    ) -> Answer:
        *_, answer = self._fallback.stream(question, retrieval, snapshot, notes=notes)
        assert isinstance(answer, Answer)  # what every Answerer yields last
        return answer

    def _checked(
        self,
        question: Question,
        extractive: Answer,
        regions: tuple[Region, ...],
        reply: CheckedReply,
        ended: threading.Event,
    ) -> Iterator[Sentence]:
        """Yield the checked sentences of one reply: prompt, model and check, each a Runnable."""
        from langchain_core.runnables import RunnableGenerator  # noqa: PLC0415 - heavy

        turns = [(turn.question, turn.answer) for turn in question.history[-TURNS:]]
        asked = {
            "history": fence_history(turns),
            "question": question.text,
            "kind": extractive.kind,
            "passages": fence_passages(regions),
        }
        while len(regions) > 1 and not self._model.has_room_for(
            self._prompt.format_messages(**asked)
        ):
            regions = regions[: len(regions) * 3 // 4]
            asked["passages"] = fence_passages(regions)
        reply.regions = regions

        def read(pieces: Iterator[str]) -> Iterator[Sentence]:
            yield from reply.read(pieces)
            ended.set()  # LangChain reads on what is left, for its tracers

        check = RunnableGenerator(read, name="check")
        yield from (self._prompt | replying(self._model, stop=ended) | check).stream(asked)

    def _answer(
        self, extractive: Answer, sentences: list[Sentence], outcome: Outcome, reason: str
    ) -> Answer:
        return dataclasses.replace(
            extractive,
            outcome=outcome,
            reason=reason,
            sentences=tuple(sentences),
            near_misses=(),
            answerer=self.name,
        )

    def _refusal(self, extractive: Answer, regions: tuple[Region, ...]) -> Answer:
        """Return the model's abstention; what extractively would have answered is nearest."""
        nearest = extractive.near_misses or tuple(
            dict.fromkeys(quote for s in extractive.sentences for quote in s.quotes)
        )
        return dataclasses.replace(
            extractive,
            outcome="not_in_articles",
            reason="The answer model found no answer in the passages that are nearest to the "
            "question.",
            sentences=(),
            near_misses=nearest[:NEAR_MISSES] or _openings(regions),
            answerer=self.name,
        )


class _Ended(threading.Event):
    """Set once the answer is no longer read, or once the person stops it."""

    def __init__(self, stop: threading.Event | None) -> None:
        super().__init__()
        self._stop = stop

    def is_set(self) -> bool:
        return super().is_set() or (self._stop is not None and self._stop.is_set())


def _outcome(reply: CheckedReply, failure: str, extractive: Answer) -> tuple[Outcome, str]:
    """Return outcome and reason of an answer that has checked sentences.

    What the articles leave in doubt, and where they disagree, code has found: a model that is
    sure, or took one side, does not undo it.
    """
    outcome, why = _completeness(reply, failure)
    if extractive.outcome == "conflicting":
        return "conflicting", " ".join(filter(None, (extractive.reason, why)))
    if extractive.outcome in {"unsure", "not_in_articles"}:
        return "unsure", " ".join(filter(None, (UNSURE, why)))
    return outcome, why


def _completeness(reply: CheckedReply, failure: str) -> tuple[Outcome, str]:
    if failure:
        return "partial", f"{failure} What it had said so far is checked."
    claims = [draft for draft in reply.left_out if not draft.text.endswith(":")]
    if claims:
        count = "1 sentence" if len(claims) == 1 else f"{len(claims)} sentences"
        return "partial", f"{count} of the answer model left out: the articles do not carry it."
    if reply.abstains:
        return "partial", "The answer model found no more than this in the articles."
    return "answered", ""


def _left_out(extractive: Answer, sentences: list[Sentence]) -> list[Sentence]:
    """Return the excerpts that answer and of which the model used nothing, as far as short."""
    used = [quote for sentence in sentences for quote in sentence.quotes]
    words = sum(len(sentence.text.split()) for sentence in sentences)
    beside: list[Sentence] = []
    for excerpt in extractive.sentences:
        words += len(excerpt.text.split())
        if words > MOST_WORDS:
            break
        if not any(_overlap(quote, other) for quote in excerpt.quotes for other in used):
            beside.append(dataclasses.replace(excerpt, label=excerpt.label or BESIDE))
    return beside


def _overlap(quote: Quote, other: Quote) -> bool:
    same = quote.article_id == other.article_id
    return same and quote.start < other.end and other.start < quote.end


def _why_nothing(reply: CheckedReply, name: str) -> str:
    model = f'The answer model "{name}"'
    if reply.is_empty:
        return f"{model} replied with nothing. Ask again, or choose another model. (E-LLM-004)"
    if reply.refuses:
        return f"{model} refused to answer. Ask in other words. (E-LLM-013)"
    if reply.cites_unknown_passages:
        return f"{model} cited passages that it was not given. Choose another model. (E-LLM-006)"
    return f"{model} said nothing that the articles carry. Choose another model. (E-LLM-005)"


def _instead(extractive: Answer, reason: str) -> Iterator[Sentence | Answer]:
    """Yield the extractive answer, with the reason why it speaks where that is another's turn."""
    yield from extractive.sentences
    instead = INSTEAD if reason and extractive.sentences else ""
    whole = " ".join(filter(None, (extractive.reason, reason, instead)))
    yield dataclasses.replace(extractive, reason=whole)


def _openings(regions: tuple[Region, ...]) -> tuple[Quote, ...]:
    return tuple(r.quote(sentences_of(r.text)[0]) for r in regions[:NEAR_MISSES])

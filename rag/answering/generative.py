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
import re
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.answering.answerability import is_worth_a_call
from rag.answering.llm.chat_model import replying
from rag.answering.llm.failures import INSTEAD
from rag.answering.llm.prompts import fence_history, fence_passages
from rag.answering.llm.reply_parser import Draft, ReplyReader
from rag.answering.llm.untraced import untraced
from rag.answering.notes import DraftNotes, Notes
from rag.answering.quotes import sentences_of
from rag.answering.refusals import UNSURE
from rag.answering.verification.entailment import WordCoverage
from rag.answering.verification.support import Region, regions_of, support
from rag.answering.verification.verify import Judgement, Verifier
from rag.errors import AnswerModelError
from rag.explanation import Fate
from rag.records import Answer, Outcome, Question, Quote, Retrieval, Sentence

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

    from rag.answering.answerer import Answerer
    from rag.answering.llm.chat_model import AnswerModel
    from rag.index.snapshot import Snapshot

MOST_SENTENCES = 12
"""Sentences checked of one reply; the prompt asks for five, or for the items of a list."""
MOST_WORDS = 150
"""Words of an answer that excerpts may fill up; what the model wrote is not cut."""
TURNS = 3
"""Earlier turns that are sent; a follow-up leans on the last ones."""
BESIDE = "also in the articles"
"""Label of an excerpt that stands beside what a model wrote."""
NEAR_MISSES = 3
"""Passages shown with a refusal."""

_ABSTENTION = re.compile(
    r"\b(?:articles?|passages?|sources?|context|texts?|documents?|information|excerpts?)\b"
    r".{0,60}\b(?:not|n[o']t|no|none|cannot|unable|insufficient|lacks?)\b"
    r"|\b(?:not|no|none|cannot|can['’]t|unable|n['’]t|insufficient)\b.{0,60}"
    r"\b(?:articles?|passages?|sources?|context|texts?|documents?|information|excerpts?|mention\w*"
    r"|answer\w*)\b"
    r"|\bi (?:do not|don['’]t) know\b|\bnot in the articles\b|\bnot_in_articles\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:i['’]m sorry|i am sorry|i apologi[sz]e|sorry, but)\b"
    r"|\bi (?:can['’]?t|cannot|won['’]t|am not able to|am unable to) "
    r"(?:help|assist|comply|discuss|provide|answer)",
    re.IGNORECASE,
)


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
        reply = _Reply(self._verifier, None if notes is None else notes.drafts)
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
        reply: _Reply,
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


class _Reply:
    """One reply as it is read: what was checked and held, and what did not hold."""

    def __init__(self, verifier: Verifier, drafts: list[DraftNotes] | None) -> None:
        self._verifier = verifier
        self.regions: tuple[Region, ...] = ()
        self.sentences: list[Sentence] = []
        self.left_out: list[Draft] = []
        self.abstains = False
        self.is_empty = True
        self._checked_drafts = 0
        self._reader = ReplyReader()
        self._drafts = drafts

    def read(self, pieces: Iterator[str]) -> Iterator[Sentence]:
        """Yield the checked sentences; a reply that breaks off is read up to its last whole one."""
        for piece in pieces:
            self.is_empty = self.is_empty and not piece.strip()
            yield from self._checked(self._reader.feed(piece))
            if self._checked_drafts >= MOST_SENTENCES:
                break
        else:
            yield from self._checked(self._reader.finish())
        self.abstains = self.abstains or self._reader.abstained

    @property
    def cites_unknown_passages(self) -> bool:
        known = range(1, len(self.regions) + 1)
        return any(n not in known for draft in self.left_out for n in draft.citations)

    @property
    def refuses(self) -> bool:
        return any(_REFUSAL.search(draft.text) for draft in self.left_out)

    def _checked(self, drafts: list[Draft]) -> Iterator[Sentence]:
        for draft in drafts:
            self._checked_drafts += 1
            trials: list[Judgement] = []
            sentence = support(draft, self.regions, self._verifier, trials=trials)
            fate: Fate = "shown"
            if sentence is None:
                fate = self._leave_out(draft)
            elif any(draft.text == earlier.text for earlier in self.sentences):
                fate = "said before"
            if self._drafts is not None:
                self._drafts.append(DraftNotes(draft, fate, sentence, tuple(trials)))
            if sentence is not None and fate == "shown":
                self.sentences.append(sentence)
                yield sentence

    def _leave_out(self, draft: Draft) -> Fate:
        if _ABSTENTION.search(draft.text) and not _REFUSAL.search(draft.text):
            self.abstains = True
            return "says that the articles do not tell"
        self.left_out.append(draft)
        return "left out"


def _outcome(reply: _Reply, failure: str, extractive: Answer) -> tuple[Outcome, str]:
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


def _completeness(reply: _Reply, failure: str) -> tuple[Outcome, str]:
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


def _why_nothing(reply: _Reply, name: str) -> str:
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

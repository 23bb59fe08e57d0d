"""One reply of an answer model, each sentence checked as soon as it is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answering.llm.reply_parser import Draft, ReplyReader
from rag.answering.notes import DraftNotes
from rag.answering.verification.support import Region, support
from rag.answering.verification.verify import Judgement, Verifier
from rag.explanation import Fate
from rag.records import Sentence

MOST_SENTENCES = 12
"""Sentences checked of one reply; the prompt asks for five, or for the items of a list."""

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


class CheckedReply:
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
        """Whether what was left out names a passage that there is not."""
        known = range(1, len(self.regions) + 1)
        return any(n not in known for draft in self.left_out for n in draft.citations)

    @property
    def refuses(self) -> bool:
        """Whether the model will not talk about it."""
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

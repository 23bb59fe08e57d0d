"""Attributions by a verb: "Lee said that …", "…, said Lee", "Lee called it a gift".

Joins which verbs tell, who speaks and what is told, and says where the telling makes it so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from rag.answering import attribution_words as words
from rag.answering.attribution_contents import ContentReader
from rag.answering.attribution_parts import Attribution, Subject
from rag.answering.attribution_subjects import SubjectReader
from rag.answering.manners import CALLING, VERBS, Manner
from rag.records import Span


class VerbReader(SubjectReader, ContentReader):
    """Reads a sentence verb by verb."""

    def by_verbs(self) -> Iterator[Attribution]:
        """Yield what the verbs of the sentence attribute, in their order."""
        verbs = [i for i, token in enumerate(self.tokens) if token.key in VERBS]
        for i in verbs[: words.MOST_IN_SENTENCE]:
            token, known = self.tokens[i], VERBS.get(self.tokens[i].key)
            if known is None or self.is_quoted(token) or not self.is_telling(i):
                continue
            found = self._attribution(i, *known)
            if found is not None:
                yield found

    def _attribution(self, i: int, stem: str, manner: Manner) -> Attribution | None:
        verb = self.tokens[i]
        after = self.content_start(i, stem)
        if stem == "tell" and self.first_after(after) == "to":  # told to do a thing
            return None
        may_follow = stem not in CALLING and manner not in {"decide", "prove"}
        if may_follow and (following := self.subject_after(i)):
            subject, end = following
            content = [Span(self.span.start, verb.start), *self.quoted_after(end)]
            return self.made(manner, content, subject, verb)
        speaker = self.subject_before(i)
        if speaker is None or not self.can_speak(speaker, i):
            return None
        told = self.told_by(speaker, i, after=after, stem=stem)
        if told is None:
            return None
        made = self.made(manner, told, speaker, verb)
        return dataclasses.replace(made, is_fact=self._is_fact(manner, speaker, after))

    def _is_fact(self, manner: Manner, subject: Subject, after: int) -> bool:
        """Return whether the telling makes it so: an own decision, or figures that show it."""
        described = self.text[subject.name.start : subject.name.end].casefold().split()
        if manner == "prove":
            return bool(words.EVIDENCE & set(described))
        if manner != "decide":
            return False
        stem = VERBS[next(t.key for t in self.tokens if t.end <= after and t.key in VERBS)][0]
        if stem not in {"announce", "declare"}:
            return True
        ahead = [t.key for t in self.tokens if t.start >= after][: 2 * words.CLAUSE_REACH]
        told = "that" in [t.key for t in self.tokens if t.end == after]
        is_own = bool(ahead) and ahead[0] in words.SELVES
        return not told or is_own or bool({"will", "would", "be"} & set(ahead))

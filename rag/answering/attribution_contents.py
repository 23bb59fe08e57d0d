"""What is told, beside a verb that tells: the clause after it, the speech before it, or both.

The end of what somebody said is seldom marked; a time, a place or a listener beside the verb is
no part of it. Where nothing that can be told follows, the verb tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering import attribution_words as words
from rag.answering.attribution_parts import Subject, TellingSentence, Token
from rag.answering.manners import ALWAYS_TELLING, CALLING
from rag.records import Span


class ContentReader(TellingSentence):
    """Finds what a subject and its verb tell."""

    def told_by(self, subject: Subject, i: int, *, after: int, stem: str) -> list[Span] | None:
        """Return what a subject and its verb tell: what stands before them, after, or both."""
        before = Span(self.span.start, self.tokens[subject.first].start)
        is_set_off = self._ends_speech(subject.first)
        if self._is_tail(after):
            return [before, *self._gone_on(after)] if is_set_off else None
        if self._is_quotation(before) and is_set_off:
            return [before, Span(after, self.span.end)]
        if not self._tells(i, after, stem):
            return None
        start = self.tokens[i].end if stem in CALLING or stem == "accuse" else after
        return [Span(start, self.span.end)]

    def content_start(self, i: int, stem: str) -> int:
        """Return where what is told begins: after the addressee, the time and the place."""
        at = self.tokens[i].end
        end = self.span.end
        if stem == "tell" and (match := words.ADDRESSEE.match(self.text, at, end)):
            at = match.end()
        if match := words.TIME_OR_PLACE.match(self.text, at, end):
            at = match.end()
        for token in self.tokens[i + 1 : i + 1 + words.LONGEST_TAIL]:
            if token.start < at:
                continue
            if token.word in ',;(“"' or (stem == "tell" and token.key == "to"):
                break
            if token.key == "that" or token.word == ":":
                return token.end
        return at

    def first_after(self, at: int) -> str:
        """Return the first word from `at` on, as it is looked up; empty at the end."""
        return next((t.key for t in self.tokens if t.start >= at), "")

    def quoted_after(self, at: int) -> list[Span]:
        """Return what stands in quotation marks from `at` on."""
        return [Span(q.start, min(q.end, self.span.end)) for q in self.quotations if q.start >= at]

    def _gone_on(self, after: int) -> list[Span]:
        """Return what goes on after "…, Lee said, …", where the clause was only broken off."""
        rest = [t for t in self.tokens if t.start >= after]
        comma = next((k for k, t in enumerate(rest) if t.word == ","), None)
        if comma is None or comma + 1 >= len(rest):
            return []
        following = rest[comma + 1]
        opens_other = {"and", "but", "while", "who", "which", "as", "a", "the", "an", "although"}
        if following.key in opens_other or following.key.endswith("ing"):
            return []
        return [Span(following.start, self.span.end)]

    def _is_tail(self, at: int) -> bool:
        """Return whether only a time, a place or nothing follows up to the end or a comma."""
        rest = [t for t in self.tokens if t.start >= at]
        if not rest or rest[0].word in ".!?;)”":
            return True
        if rest[0].word == ",":
            return True
        clause = rest[: next((k for k, t in enumerate(rest) if t.word in ",;.!?"), len(rest))]
        return (
            len(clause) <= words.LONGEST_TAIL
            and clause[0].key in words.TAIL_OPENERS
            and not any(t.is_auxiliary or t.key == "that" for t in clause)
        )

    def _ends_speech(self, first: int) -> bool:
        """Return whether what stands before the subject is set off from it."""
        return first > 0 and self.tokens[first - 1].word in {",", "”", '"', "»", "?", "!", "’", "—"}

    def _is_quotation(self, span: Span) -> bool:
        return any(q.start < span.end and q.end > span.start + 1 for q in self.quotations)

    def _tells(self, i: int, after: int, stem: str) -> bool:
        """Return whether a clause, a quotation or a judged thing follows the verb."""
        if stem in ALWAYS_TELLING:
            return True
        rest = self.tokens[i + 1 :]
        if stem in CALLING:
            return bool(rest) and self._judges(rest, stem)
        opened = next((t for t in rest if t.start >= after), None)
        led = next((t for t in reversed(rest) if t.end <= after), None)
        if opened is None or (led is not None and (led.key == "that" or led.word == ":")):
            return opened is not None
        is_open = opened.key in {"how", "why", "whether", "what", "if"}
        return opened.word in words.QUOTE_MARKS or is_open or self._has_clause(opened.start)

    def _judges(self, rest: Sequence[Token], stem: str) -> bool:
        if stem in {"describe", "regard", "view", "characterise", "characterize"}:
            return any(t.key == "as" for t in rest)
        if any(t.key in words.CONVENED for t in rest[:4]):
            return False
        object_ = next((k for k, t in enumerate(rest) if not t.has_capital), len(rest))
        following = rest[object_] if object_ < len(rest) else rest[-1]
        is_judged = following.word in words.QUOTE_MARKS or following.key in words.OPENS_OBJECT
        # "A mark called Footnote 5" names; "called Torland a bully" judges.
        is_named = object_ > 0 and following.word.isalpha() and following.key != "and"
        return is_judged or (is_named and not following.is_auxiliary)

    def _has_clause(self, at: int) -> bool:
        """Return whether a verb comes before the next comma: "claimed the ban would fail"."""
        ahead = [t for t in self.tokens if t.start >= at][: words.CLAUSE_REACH]
        for k, token in enumerate(ahead):
            if token.word in ",;:" or token.key in {"which", "who", "that", "whose"}:
                return False
            if k and token.is_auxiliary:
                return True
        return bool(ahead) and ahead[0].key in {"it", "they", "he", "she", "there", "we", "i"}

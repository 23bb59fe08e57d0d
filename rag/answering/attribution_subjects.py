"""Who speaks, beside a verb that tells: "Kim Lee, the mayor, said", "…, said Kim Lee".

A subject stands before its verb, with a description set off between them; after it, where the
speech comes first; or it is that of the sentence, which "saying" and "adding" share.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering import attribution_words as words
from rag.answering.attribution_parts import Subject
from rag.answering.attribution_predicates import PredicateReader
from rag.answering.manners import VERBS
from rag.records import Span


class SubjectReader(PredicateReader):
    """Finds the speaker before or after a verb that tells."""

    def subject_before(self, i: int) -> Subject | None:
        """Return the speaker before the verb at token `i`: "Kim Lee, the mayor, said"."""
        if self.tokens[i].key.endswith("ing"):
            return self._main_subject(i)
        beside = self.back_over_adverbs(i)
        if beside < 0:
            return None
        if self.tokens[beside].key in {"and", "but", "or"}:
            is_base = self.tokens[i].key == VERBS[self.tokens[i].key][0]
            return None if is_base else self._main_subject(i)
        last = self._before_apposition(beside, i)
        opens_clause = self.tokens[beside].key in words.CLAUSE_WORDS - {"that"}
        if last < 0 or opens_clause or not self.tokens[last].word[0].isalnum():
            return None
        first = last
        while first > 0 and not self._bounds(first - 1):
            first -= 1
        first = self._without_openers(first, last)
        if first > last:
            return None
        first = last if self.tokens[last].key in words.PRONOUNS else first
        name = Span(self.tokens[first].start, self.tokens[last].end)
        end = max(self.tokens[beside].end, name.end)
        return Subject(name, Span(name.start, end), first)

    def subject_after(self, i: int) -> tuple[Subject, int] | None:
        """Return the speaker after the verb and where he ends: "…, said Kim Lee"."""
        if i == 0 or i + 1 >= len(self.tokens):
            return None
        mark, following = self.tokens[i - 1], self.tokens[i + 1]
        near = self.tokens[i + 1 : i + 4]
        names = (
            following.key in {"the", "a", "an", "one", "two", "his", "her", "their"}
            or any(t.has_capital for t in near)
        ) and following.key not in {*words.TAIL_OPENERS, "that", "it", "he", "she", "they"}
        if mark.word not in {",", "”", '"', "»", "’", "?", "!"} or not names:
            return None
        last = i + 1
        while last < len(self.tokens) and not (
            self.tokens[last].word in words.STOPS
            or self.tokens[last].word in ".!?"
            or self.tokens[last].key in {"in", "on", "at", "during", "after", "who", "as", "when"}
        ):
            last += 1
        had_comma = any(t.word == "," for t in self.tokens[: i - 1])
        closes_quote = mark.word != "," or self.tokens[i - 2].word in '”"»'
        if not closes_quote and had_comma:
            told = self.tokens[i + 1 : last]
            is_name = all(t.has_capital or t.key in words.JOINERS for t in told)
            if last < len(self.tokens) - 1 or not is_name:  # "Lee, the mayor, said the ban works"
                return None
        if any(t.is_auxiliary or t.key == "that" for t in self.tokens[i + 1 : last]):
            return None
        name = Span(following.start, self.tokens[last - 1].end)
        end = self.tokens[last].start if last < len(self.tokens) else self.span.end
        described = Span(following.start, self._described_end(last))
        return Subject(name, described, i + 1), end

    def can_speak(self, subject: Subject, i: int) -> bool:
        """Return whether the words before a verb that is also a noun can be its subject."""
        told = [t for t in self.tokens if subject.name.start <= t.start < subject.name.end]
        if len(told) == 1 and told[0].key in words.NO_SUBJECT:
            return False
        if self.tokens[i].key not in words.NOUN_FORMS:
            return True
        if any(t.is_auxiliary or t.key == "not" for t in told):
            return False
        opens = told[0].has_capital or told[0].key in words.NO_VERB_AFTER | words.PRONOUNS
        return opens or told[-1].key.endswith("s") or told[-1].key in {"people", "police"}

    def _described_end(self, last: int) -> int:
        """Return where the description after a name ends: "Kim Lee, the head of the agency"."""
        if last >= len(self.tokens) or self.tokens[last].word != ",":
            return self.tokens[last - 1].end
        rest = self.tokens[last + 1 :]
        return next((t.start for t in rest if t.word in ',;.“"'), self.span.end)

    def _before_apposition(self, last: int, i: int) -> int:
        """Return where the name ends before "…, the head of the agency," or "…, who"; or -1."""
        mark = self.tokens[last].word
        if mark == "," and any(t.key == "who" for t in self.tokens[last + 1 : i]):
            return last - 1
        if mark not in {",", "—", "–", ")"}:
            return last
        opening = "(" if mark == ")" else mark
        earlier = [k for k in range(last) if self.tokens[k].word == opening]
        if not earlier:
            return -1
        is_list = opening == "," and len(earlier) > 1 and self._is_list_of_offices(earlier)
        return (earlier[0] if is_list else earlier[-1]) - 1

    def _is_list_of_offices(self, commas: Sequence[int]) -> bool:
        """Return whether "Lee, head of A, and mayor of B, said" has one speaker."""
        return (
            self.tokens[commas[-1] + 1].key == "and"
            and self.tokens[0].key not in words.TIME_OPENERS
        )

    def _bounds(self, k: int) -> bool:
        token = self.tokens[k]
        if token.word in words.STOPS or token.word in ".!?":
            return True
        if token.key == "and":
            return k > 0 and self.tokens[k - 1].word == ","
        return token.key in words.CLAUSE_WORDS

    def _without_openers(self, first: int, last: int) -> int:
        while first <= last and self.tokens[first].key in words.FILLERS:
            first += 1
        opens_late = first <= last and self.tokens[first].key in words.TIME_OPENERS
        if not opens_late and last - first < words.LONGEST_SPEAKER:
            return first
        if opens_late and (after := self._after_date(first, last)):
            return after
        k = last
        while k > first and (
            self.tokens[k - 1].has_capital or self.tokens[k - 1].key in words.JOINERS - {"and"}
        ):
            k -= 1
        if k < last and not self.tokens[k].has_capital and self.tokens[k].key != "the":
            k += 1
        if not self.tokens[last].has_capital:
            back = range(last, first - 1, -1)
            k = next((w for w in back if self.tokens[w].key in {"the", "a", "an"}), last)
        return k

    def _after_date(self, first: int, last: int) -> int | None:
        """Return where the subject begins after "On 24 April 2020", or None."""
        k = first + 1
        while k <= last and (
            self.tokens[k].word[0].isdigit() or self.tokens[k].key in words.DATE_WORDS
        ):
            k += 1
        if k == first + 1 or k > last:
            return None
        return k - 1 if self.tokens[k - 1].key == "the" else k

    def _main_subject(self, i: int) -> Subject | None:
        """Return the subject of the sentence, which "saying", "adding" and "warning" share."""
        joins = {",", "”", '"', "—", "and", "but", "or", "also"}
        if i == 0 or self.tokens[i - 1].word not in joins:
            return None
        for k, token in enumerate(self.tokens[:i]):
            if VERBS.get(token.key) and k and not self.is_quoted(token) and self.is_telling(k):
                inverted = self.subject_after(k)
                found = inverted[0] if inverted else self.subject_before(k)
                return found and Subject(found.name, found.described, i)
        first = self._without_openers(0, min(i - 1, 3))
        last = first
        while last + 1 < i and (
            self.tokens[last + 1].has_capital or self.tokens[last + 1].key in words.JOINERS
        ):
            last += 1
        if self.tokens[first].key in {"the", "a", "an"} and last == first:
            last = min(first + 1, i - 1)
        name = Span(self.tokens[first].start, self.tokens[last].end)
        return Subject(name, name, i)

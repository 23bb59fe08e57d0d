"""Attributions by a verb: "Lee said that …", "…, said Lee", "Lee called it a gift"."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from rag.answering import attribution_words as words
from rag.answering.attribution_parts import Attribution, Subject, TellingSentence, Token
from rag.answering.manners import ALWAYS_TELLING, CALLING, VERBS, Manner
from rag.records import Span


class VerbReader(TellingSentence):
    """Reads a sentence verb by verb."""

    def by_verbs(self) -> Iterator[Attribution]:
        """Yield what the verbs of the sentence attribute, in their order."""
        verbs = [i for i, token in enumerate(self.tokens) if token.key in VERBS]
        for i in verbs[: words.MOST_IN_SENTENCE]:
            token, known = self.tokens[i], VERBS.get(self.tokens[i].key)
            if known is None or self.is_quoted(token) or not self._is_verb(i):
                continue
            found = self._attribution(i, *known)
            if found is not None:
                yield found

    def _is_verb(self, i: int) -> bool:
        before = self._back_over_adverbs(i)
        last = self.tokens[before].key if before >= 0 else ""
        if last in words.UNTOLD or last in words.BE or last == "having":
            return False
        return self._goes_on(i) and not self._is_noun(i)

    def _goes_on(self, i: int) -> bool:
        """Return whether what follows lets the verb tell: not "ask for", "write into"."""
        stem, _ = VERBS[self.tokens[i].key]
        following = self.tokens[i + 1].key if i + 1 < len(self.tokens) else ""
        if stem == "point":
            return following == "out"
        return following not in words.OTHER_SENSE.get(stem, ())

    def _is_noun(self, i: int) -> bool:
        form = self.tokens[i].key
        if form not in words.NOUN_FORMS:
            return False
        previous = self.tokens[i - 1].key if i else ""
        following = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        is_told = following is not None and (
            following.is_auxiliary or following.key in VERBS or following.key in {"of", "by"}
        )
        is_owned = previous.endswith(("'s", "s'"))
        return form in words.NOUNS or is_told or is_owned or previous in words.NO_VERB_AFTER

    def _back_over_adverbs(self, i: int) -> int:
        j = i - 1
        while j >= 0 and (
            (self.tokens[j].key in words.SKIPPED and not self.tokens[j].has_capital)
            or (self.tokens[j].key.endswith("ly") and not self.tokens[j].has_capital)
        ):
            j -= 1
        return j

    def _attribution(self, i: int, stem: str, manner: Manner) -> Attribution | None:
        verb = self.tokens[i]
        after = self._content_start(i, stem)
        if stem == "tell" and self._first_after(after) == "to":  # told to do a thing
            return None
        inverted = None if stem in CALLING or manner in {"decide", "prove"} else self._inverted(i)
        if inverted is not None:
            subject, end = inverted
            content = [Span(self.span.start, verb.start), *self._quoted_after(end)]
            return self.made(manner, content, subject, verb)
        told_by = self._subject(i)
        if told_by is None or not self._can_speak(told_by, i):
            return None
        told = self._told(i, told_by, after, stem)
        if told is None:
            return None
        is_fact = self._is_fact(manner, told_by, after)
        made = self.made(manner, told, told_by, verb)
        return dataclasses.replace(made, is_fact=is_fact)

    def _told(self, i: int, subject: Subject, after: int, stem: str) -> list[Span] | None:
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

    def _first_after(self, at: int) -> str:
        return next((t.key for t in self.tokens if t.start >= at), "")

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

    def _can_speak(self, subject: Subject, i: int) -> bool:
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

    def _content_start(self, i: int, stem: str) -> int:
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

    def _inverted(self, i: int) -> tuple[Subject, int] | None:
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

    def _described_end(self, last: int) -> int:
        """Return where the description after a name ends: "Kim Lee, the head of the agency"."""
        if last >= len(self.tokens) or self.tokens[last].word != ",":
            return self.tokens[last - 1].end
        rest = self.tokens[last + 1 :]
        return next((t.start for t in rest if t.word in ',;.“"'), self.span.end)

    def _quoted_after(self, at: int) -> list[Span]:
        return [Span(q.start, min(q.end, self.span.end)) for q in self.quotations if q.start >= at]

    def _subject(self, i: int) -> Subject | None:
        if self.tokens[i].key.endswith("ing"):
            return self._main_subject(i)
        beside = self._back_over_adverbs(i)
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
            if VERBS.get(token.key) and k and not self.is_quoted(token) and self._is_verb(k):
                inverted = self._inverted(k)
                found = inverted[0] if inverted else self._subject(k)
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

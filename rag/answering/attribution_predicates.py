"""Which verbs of a sentence tell somebody's words: "Lee reports", not "the report" or "ask for".

Rules over the words beside a verb of the list in `manners`. Who speaks is for
`attribution_subjects` to say, and what is told for `attribution_contents`.
"""

from __future__ import annotations

from rag.answering import attribution_words as words
from rag.answering.attribution_parts import TellingSentence
from rag.answering.manners import VERBS


class PredicateReader(TellingSentence):
    """Tells the verbs of a sentence that tell from nouns and from verbs of another sense."""

    def is_telling(self, i: int) -> bool:
        """Return whether the verb at token `i` tells: not "to be told", nor "the report"."""
        before = self.back_over_adverbs(i)
        last = self.tokens[before].key if before >= 0 else ""
        if last in words.UNTOLD or last in words.BE or last == "having":
            return False
        return self._goes_on(i) and not self._is_noun(i)

    def back_over_adverbs(self, i: int) -> int:
        """Return the token before `i` and its adverbs ("Lee also said"), -1 where there is none."""
        j = i - 1
        while j >= 0 and (
            (self.tokens[j].key in words.SKIPPED and not self.tokens[j].has_capital)
            or (self.tokens[j].key.endswith("ly") and not self.tokens[j].has_capital)
        ):
            j -= 1
        return j

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

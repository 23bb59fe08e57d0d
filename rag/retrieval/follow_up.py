"""Recognises a follow-up, and says what is searched for it: it alone, and after what it follows.

That is the turn before and, where this is a follow-up itself ("who is behind it?", "thanks!"), the
nearest earlier one that stands alone: it names what all of them are about.

Nothing is rewritten: both texts are searched and the passages ranked by the mean of their scores.
Of 250 follow-ups of MTRAG an expected article was among the first three so in .976, with the
question alone in .872, with a grammar of 435 lines that pasted words in .912. Whether it is one is
a logistic regression over five counts, fitted on the 1,596 turns of TREC CAsT, as asked and as
people put them to stand alone: .80 right in cross-validation, that grammar .74
(tests/benchmarks/follow_ups.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.records import Query, Question, Turn
from rag.text.tokens import content_tokens

ANSWER_SEARCHED = 120
"""Characters of the answer before that are searched, too: it names what a pronoun means."""

FOLLOWS_FROM = 0.65
"""Probability from which a question is read with the turn before it: a new topic that is read with
the old one is a worse answer than a follow-up that is not."""

PRONOUNS = frozenset(
    "it its it's they them their theirs he him his she her hers this that these those there one "
    "ones other others another else same such so".split()
)
JOINERS = frozenset("and but so then also or".split())
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")

WEIGHTS = {"words": 0.11, "terms": -0.87, "pronouns": 1.86, "joins": 0.62, "names": -0.41}
BIAS = 1.71


def make_query(question: Question) -> Query:
    """Return what to search for; the question alone unless it follows a turn before."""
    text = question.text.strip()
    if not question.history or not is_follow_up(text):
        return Query(text)
    turns = turns_followed(question.history)
    answer = turns[-1].answer[:ANSWER_SEARCHED]
    if len(answer) < len(turns[-1].answer):
        answer = answer.rpartition(" ")[0]  # whole words
    before = " ".join([*(turn.question for turn in turns), answer]).strip()
    return Query(f"{before} {text}", leans_on_history=True, follows=turns[0].question, also=(text,))


def turns_followed(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the turn before, after the nearest one that stands alone where it does not."""
    alone = [turn for turn in history if not is_follow_up(turn.question)]
    root = alone[-1] if alone else history[0]
    return (root,) if root is history[-1] else (root, history[-1])


def is_follow_up(text: str) -> bool:
    """Return whether a question is likely understood only with what was said before.

    >>> is_follow_up("And when was that?"), is_follow_up("Who led the port of Lund in 2019?")
    (True, False)
    """
    counts = features(text)
    log_odds = BIAS + sum(WEIGHTS[name] * value for name, value in counts.items())
    return 1 / (1 + math.exp(-log_odds)) >= FOLLOWS_FROM


def features(text: str) -> dict[str, float]:
    """Return the counts that tell a follow-up: words, content terms, pronouns, joiners, names."""
    words = _WORD.findall(text.casefold().replace("’", "'"))
    return {
        "words": float(len(words)),
        "terms": float(len(content_tokens(text))),
        "pronouns": float(sum(word in PRONOUNS for word in words)),
        "joins": float(bool(words) and words[0] in JOINERS),
        "names": float(any(character.isupper() for character in text[1:])),
    }

"""What an explanation says to people: each signal, each decision, each fate in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.explanation import (
    CandidateScores,
    DraftExplained,
    Explanation,
    KindRead,
    PartExplained,
    SignalShare,
)
from rag.records import AnswerKind

LEAST_SAID = 0.005
"""Share below which no percentage is said but "under 1%"."""

NOTHING = "0.00"
"""What a signal adds that adds nothing to be seen."""

BESIDE = "also in the articles"
"""Label of an excerpt that stands beside what a model wrote."""

BESIDE_REPLY = "What the way without an LLM saw in the same passages"
"""Heads the parts of an explanation where an answer model replied."""

SENTENCE_SIGNALS = {
    "reader": "answers, as question and passage read together",
    "span": "has words that answer",
    "retrieval": "its passage was found well",
    "opening": "its article begins with it",
    "terms": "has the question's words",
    "date": "is of the time asked about",
}

DECISION_SIGNALS = {
    "lead": "how far the first excerpt is ahead",
    "alone": "the first excerpt answers, read alone",
    "retrieval": "best passage, how well it was found",
    "context": "question's words in its passage and heading",
}


SWITCHES = DECISION_SIGNALS | SENTENCE_SIGNALS
"""Signals that can be left out by name, to measure what they earn, with their meanings."""


MADE_OF: dict[AnswerKind, tuple[str, str]] = {
    "about": ("something that the index knows", "No article was needed for it."),
    "summary": (
        "a summary",
        "Shown is what the articles that it concerns begin with or center on.",
    ),
    "timeline": ("a timeline", "Shown are sentences with a date of the articles that it concerns."),
    "compare": ("a comparison", "Shown is what is nearest to each side in the articles about it."),
    "list": ("a list", "Shown is what likely has an item, by the signals below."),
    "new": ("what is new", "Shown is what the newest articles begin with."),
}
"""What a question asks for besides a fact, and what its answer is made of."""


def read_as(read: KindRead) -> str:
    """Return in two sentences what a question was read as, and what was shown for it."""
    name, made_of = MADE_OF[read.kind]
    topic = f" about “{read.topic}”" if read.topic else ""
    return f"Read as a question for {name}{topic}, {percent(read.probability)} sure. {made_of}"


def meaning_of(name: str, meanings: Mapping[str, str]) -> str:
    """Return what a signal means; its name with spaces where nothing is said of it."""
    return meanings.get(name, name.replace("_", " "))


def decided(part: PartExplained, *, only_would: bool = False) -> str:
    """Return in a sentence why a part was answered or refused; `only_would` be, beside an LLM."""
    decision = part.decision
    if decision is None:
        return f"Not answered: {part.reason}"
    chance = f"the chance that the first excerpt answers is {percent(decision.probability)}"
    least = percent(decision.threshold)
    if not part.is_answered:
        return f"{'Would be refused' if only_would else 'Refused'}: {chance}. {part.reason}"
    if decision.probability < decision.threshold:
        return f"{'Would be unsure' if only_would else 'Unsure'}: {chance}; {least} is needed."
    return f"{'Would be answered' if only_would else 'Answered'}: {chance}; {least} is enough."


def chosen_or_why_not(each: CandidateScores, *, only_would: bool = False) -> str:
    """Return whether a candidate is in the answer, or why it is not."""
    if each.is_chosen:
        return "would be shown" if only_would else "shown"
    return f"not shown: {each.why_not}"


def written(explanation: Explanation) -> str:
    """Return what heads the sentences that an answer model wrote, or that none can be checked."""
    if not explanation.drafts:
        return f"“{explanation.answerer}” wrote no sentence that could be checked."
    who = "the answer model" if explanation.is_in_own_words else f"“{explanation.answerer}”"
    return f"What {who} wrote, sentence by sentence"


def fate_of(draft: DraftExplained) -> str:
    """Return what became of a sentence of a model, and what the articles lack of it."""
    if draft.fate == "shown":
        return f"shown, {draft.verdict}"
    if draft.fate == "left out":
        return f"left out, its words not shown: the articles lack {', '.join(draft.missing)}"
    return draft.fate


def percent(share: float) -> str:
    """Return a share as people say it.

    >>> percent(0.934), percent(0.001)
    ('93%', 'under 1%')
    """
    return "under 1%" if 0 < share < LEAST_SAID else f"{share:.0%}"


def signed(number: float) -> str:
    """Return a number with its sign; zero has none.

    >>> signed(1.5), signed(-0.001)
    ('+1.50', '0.00')
    """
    told = f"{number:+.2f}"
    return NOTHING if told in {"+0.00", "-0.00"} else told


def weightiest(signals: Sequence[SignalShare]) -> list[SignalShare]:
    """Return the signals, those that add or take most first."""
    return sorted(signals, key=lambda each: -abs(each.contribution))

"""What an explanation says to people: each signal, each decision, each fate in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.explanation import (
    CandidateScores,
    DraftExplained,
    Explanation,
    PartExplained,
    SignalShare,
)

LEAST_SAID = 0.005
"""Share below which no percentage is said but "under 1%"."""

NOTHING = "0.00"
"""What a signal adds that adds nothing to be seen."""

BESIDE_REPLY = "What the way without an LLM saw in the same passages"
"""Heads the parts of an explanation where an answer model replied."""

_ASKS_FOR = {
    "when": "asks for a date",
    "number": "asks for a figure",
    "who": "asks for a name",
    "where": "asks for a place",
    "why": "asks for a reason",
    "list": "asks for several things",
    "yes or no": "asks for a yes or no",
    "gist": "asks for a summary",
}

SENTENCE_SIGNALS = {
    "reranker": "answers, as question and sentence read together",
    "cosine": "close to the question in meaning",
    "passage_score": "its passage was found well",
    "sentence_share": "has the question's words",
    "context_share": "has them, with title and sentences before it",
    "passage_share": "its passage has the question's words",
    "predicate_share": "has what is asked beside names and figures",
    "names_share": "it or its context speaks of the names",
    "holds": "has the kind of thing asked for",
    "newness": "its article is new, where that counts",
    "time": "tells of the time asked about",
    "length": "longer than a usual sentence",
    "was_told": "was told just before, and has not what is asked now",
}

DECISION_SIGNALS = {
    "reranker": "the best sentence answers, read with the question",
    "cosine": "best sentence, closeness in meaning",
    "passage_score": "best passage, how well it was found",
    "context_share": "question's words in the sentence's context",
    "passage_share": "question's words in its passage",
    "predicate_share": "what is asked beside names and figures",
    "heaviest_missing": "rarest word that the passage lacks",
    "names_missing": "names that the context leaves out",
    "names_unknown": "names that the article does not know",
    "numbers_missing": "question's numbers that are lacking",
    "focus_missing": "the noun asked for is lacking",
    "kind_missing": "the date or figure asked for is lacking",
    "length": "length of the question",
}


def meaning_of(name: str, meanings: Mapping[str, str]) -> str:
    """Return what a signal means; its name with spaces where nothing is said of it."""
    return meanings.get(name, name.replace("_", " "))


def asked_for(part: PartExplained) -> str:
    """Return what a question asks for, as the end of a sentence about it."""
    return _ASKS_FOR.get(part.asks_for, "asks for no date, name, figure or other known kind")


def decided(part: PartExplained, *, only_would: bool = False) -> str:
    """Return in a sentence why a part was answered or refused; `only_would` be, beside an LLM."""
    decision = part.decision
    if decision is None:
        return f"Not answered: {part.reason}"
    chance = percent(decision.probability)
    if decision.vetoes:
        why = " and ".join(decision.vetoes)
        chance = f"{percent(decision.by_signals)} by the signals, cut to {chance} because {why}"
    told = f"the chance that the articles answer it is {chance}"
    least = percent(decision.threshold)
    if not part.is_answered:
        said = "Would be refused" if only_would else "Refused"
        return f"{said}: {told}; {least} is needed. {part.reason}"
    said = "Would be answered" if only_would else "Answered"
    if decision.probability < decision.threshold:
        return f"{said}, as a summary of everything always is; {told}."
    return f"{said}: {told}; {least} is enough."


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

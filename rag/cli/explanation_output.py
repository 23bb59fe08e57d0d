"""Print an explanation for people, in lines of at most 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rag.answering.meanings import (
    BESIDE_REPLY,
    DECISION_SIGNALS,
    NOTHING,
    SENTENCE_SIGNALS,
    chosen_or_why_not,
    decided,
    fate_of,
    meaning_of,
    percent,
    read_as,
    signed,
    weightiest,
    written,
)
from rag.explanation import (
    CandidateScores,
    Decision,
    Explanation,
    PartExplained,
    PassageScores,
    SignalShare,
    WordRead,
)
from rag.records import Quote
from rag.text.visible import plain

WIDTH = 100
"""Columns that a terminal has at least; a longer id is cut in its middle."""

MOST_SHOWN = 8
"""Candidates printed of each part, besides those in the answer; --json has all."""

LONGEST_SENTENCE = 280
"""Characters printed of a candidate; its article has the rest."""

_INDENT = "     "


def explanation_text(explanation: Explanation) -> str:
    """Return the explanation for a terminal: the decision first, the passages last."""
    blocks = [["Why this answer"]]
    if explanation.query != explanation.question:
        blocks.append(_wrapped(f"Searched for: {explanation.query}"))
    if explanation.kind is not None:
        blocks.append(_wrapped(read_as(explanation.kind)))
    only_would = not explanation.is_in_own_words
    if explanation.has_reply:
        blocks.append(_draft_lines(explanation))
    if explanation.has_reply and explanation.parts:
        blocks.append([BESIDE_REPLY])
    for number, part in enumerate(explanation.parts, start=1):
        if len(explanation.parts) > 1:
            blocks.append(_wrapped(f"Part {number} of {len(explanation.parts)}: “{part.text}”"))
        blocks += _part_blocks(part, only_would=only_would)
    blocks.append(_weight_lines(explanation.parts))
    blocks.append(_passage_lines(explanation.passages))
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _part_blocks(part: PartExplained, *, only_would: bool) -> list[list[str]]:
    return [
        _wrapped(decided(part, only_would=only_would)),
        _word_lines(part),
        _decision_lines(part.decision),
        _candidate_lines(part.candidates, only_would=only_would),
    ]


def _word_lines(part: PartExplained) -> list[str]:
    lines = ["Its words, and how much each counts:"]
    width = max((len(word.text) for word in part.words), default=0)
    return lines + [f"  {word.text:<{width}}  {_word_said(word)}" for word in part.words]


def _word_said(word: WordRead) -> str:
    said = [f"{word.weight:.2f}"]
    said += ["nowhere in the articles"] if word.is_absent else []
    return "  ".join(said)


def _decision_lines(decision: Decision | None) -> list[str]:
    if decision is None:
        return []
    return [
        "What speaks for an answer and against it:",
        _table_row("adds", "value", "weight", "signal", "meaning"),
        *(_signal_row(each, DECISION_SIGNALS) for each in weightiest(decision.signals)),
        _table_row(signed(decision.bias), "", "", "start", "what every question starts from"),
        _table_row(
            signed(decision.log_odds), "", "", "sum", "log-odds of the chance by the signals"
        ),
    ]


def _signal_row(each: SignalShare, meanings: dict[str, str]) -> str:
    meaning = meaning_of(each.name, meanings)
    numbers = (signed(each.contribution), f"{each.value:.2f}", f"{each.weight:.2f}")
    return _table_row(*numbers, each.name, meaning)


def _table_row(adds: str, value: str, weight: str, name: str, meaning: str) -> str:
    return f"  {adds:>7} {value:>7} {weight:>7}  {name:<18} {meaning}".rstrip()


def _candidate_lines(candidates: Sequence[CandidateScores], *, only_would: bool) -> list[str]:
    if not candidates:
        return []
    lines = [
        "Excerpts, best first, with what each signal adds to their best sentence (and its value):"
    ]
    printed = [each for each in candidates if each.is_chosen or each.rank <= MOST_SHOWN]
    for each in printed:
        lines += _candidate(each, only_would=only_would)
    if more := len(candidates) - len(printed):
        lines.append(f"  {more} more are in --json.")
    return lines


def _candidate(each: CandidateScores, *, only_would: bool) -> list[str]:
    fate = chosen_or_why_not(each, only_would=only_would)
    share = f"{percent(each.probability)} of the choice"
    head = f"{each.rank:>3}. {fate}  (score {each.score:.2f}, {share})"
    adding = [one for one in weightiest(each.signals) if signed(one.contribution) != NOTHING]
    made = [f"{signed(one.contribution)} {one.name} ({one.value:.2f})" for one in adding]
    text = textwrap.shorten(plain(each.quote.text), LONGEST_SENTENCE, placeholder=" …")
    return [
        head,
        *_wrapped(f"“{text}”", _INDENT),
        _INDENT + _place(each.quote),
        *_wrapped("  ".join(one.replace(" ", "\xa0") for one in made), _INDENT),
    ]


def _weight_lines(parts: Sequence[PartExplained]) -> list[str]:
    """Return once what each signal of a sentence means, and its weight."""
    first = next((each for part in parts for each in part.candidates), None)
    if first is None:
        return []
    return [
        "A sentence's score is the sum of its signals, each times its weight:",
        *(
            f"  {one.weight:>7.2f}  {one.name:<18} {meaning_of(one.name, SENTENCE_SIGNALS)}"
            for one in first.signals
        ),
    ]


def _passage_lines(passages: Sequence[PassageScores]) -> list[str]:
    if not passages:
        return []
    head = f"  {'':>3}  {'score':>6} {'meaning':>8} {'words':>6}  passage"
    return [
        "Passages found; words as a share of the best:",
        head,
        *(
            f"  {each.rank:>3}. {each.score:>6.3f} {_score(each.dense):>8} "
            f"{_score(each.lexical):>6}  {_cut(each.passage_id, WIDTH - 31)}"
            for each in passages
        ),
    ]


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _draft_lines(explanation: Explanation) -> list[str]:
    lines = _wrapped(written(explanation) + (":" if explanation.drafts else ""))
    for each in explanation.drafts:
        lines.append(f"{each.number:>3}. {fate_of(each)}")
        lines += _wrapped(f"“{plain(each.text)}”", _INDENT) if each.text else []
    return lines


def _place(quote: Quote) -> str:
    offsets = f", {quote.start}–{quote.end}"
    return _cut(quote.article_id, WIDTH - len(_INDENT) - len(offsets)) + offsets


def _cut(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, its middle left out where it is longer."""
    text = plain(text)
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    lines = textwrap.wrap(
        plain(text).replace("\n", " "),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return [line.replace("\xa0", " ") for line in lines]

"""The words that turn a clause round: not, paused, may, rose; for what articles disagree on.

*Senses* join words that say one thing (halted, suspended) and oppose others (fell, rose); *turns*
are "not", "paused" and "may" with what they govern. Closed lists of English words. Verdicts read
negation in `verification.negation`.

The scope of a turn follows NegEx (Chapman et al., 2001): the words after it up to the end of
the clause, or those before it in a passive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.records import Span
from rag.text.quantities import read_dates
from rag.text.tokens import content_tokens, tokenize

TurnKind = Literal["not", "undone", "unsure", "if"]

SCOPE_WORDS = 3
"""Content words after a turn that it governs: verb and object of "did not approve the sale"."""

_SENSES = {
    "up": "rise rose risen increase grow grew grown growth gain climb jump surge expand expansion "
    "soar widen raise raised double triple higher",
    "down": "fall fell fallen decrease drop decline shrink shrank shrunk slump plunge reduce "
    "reduction cut narrow lower lowered halve slip sink sank",
    "allow": "allow permit approve approval authorise authorize greenlight let",
    "forbid": "ban bar block prohibit prohibition forbid forbade forbidden outlaw bars bans",
    "limit": "limit restrict restriction curb curtail constrain control",
    "hold": "pause suspend suspension halt freeze froze frozen shelve shelved postpone delay defer",
    "undo": "lift rescind revoke revocation cancel cancellation scrap repeal withdraw withdrew "
    "withdrawn reverse reversal abandon drop dropped void annul terminate",
    "begin": "begin began begun start launch",
    "finish": "end finish stop cease conclude",
    "agree": "agree agreement support back endorse favour favor welcome praise",
    "oppose": "oppose opposition object objection criticise criticize reject condemn denounce "
    "protest",
    "refuse": "refuse refusal decline deny denied denial dispute",
    "win": "win won victory succeed success",
    "lose": "lose lost loss defeat fail failure failed",
    "before": "before ahead prior",
    "after": "after following since",
    "buy": "buy bought purchase acquire acquisition import",
    "sell": "sell sold sale sales export",
    "more": "more most",
    "less": "less fewer least",
}
_OPPOSITES = {
    one: other
    for pair in (
        ("up", "down"),
        ("allow", "forbid"),
        ("begin", "finish"),
        ("agree", "oppose"),
        ("win", "lose"),
        ("before", "after"),
        ("buy", "sell"),
        ("more", "less"),
    )
    for one, other in (pair, pair[::-1])
}
_UNDOING_SENSES = frozenset({"hold", "undo", "finish", "refuse", "lose"})
_NEGATIONS = frozenset(
    "not no never none neither nor nobody nothing nowhere without cannot hardly barely "
    "scarcely isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't won't "
    "wouldn't can't couldn't shouldn't mustn't needn't ain't".split()
)
_UNSURE = frozenset(
    "may might could would should plan plans planned planning propose proposes proposed proposal "
    "consider considers considered considering expect expects expected likely unlikely probably "
    "possibly perhaps alleged allegedly alleges accused accuse suspected reportedly rumoured "
    "intend intends intended seek seeks sought threaten threatens threatened "
    "apparently potential potentially proposing draft hope hopes hoped aims".split()
)
_CONDITIONS = frozenset({"if", "unless", "whether", "provided"})
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_CLAUSE_END = re.compile(
    r"[;:()\[\]—–!?]|,(?!\d)|\.(?=\s|$)|\s-\s|\b(?:but|although|though|while|whereas|because|which"
    r"|who|whom|whose|unless|until|so that|and then)\b",
    re.IGNORECASE,
)
_NOT_NEGATION = re.compile(
    r"\b(?:not (?:only|just|merely|least)|no doubt|no\.\s?\d)", re.IGNORECASE
)
_ON_HOLD = re.compile(r"\bon hold\b|\b(?:hold|held|holding) (?:off|back)\b", re.IGNORECASE)
_FORMS_OF_BE = frozenset("is are was were be been being gets got".split())


@dataclass(frozen=True, slots=True)
class Clause:
    """The content words (as stems) of a clause, their senses, and what each turn governs."""

    stems: frozenset[str]
    senses: frozenset[str]
    turns: tuple[tuple[TurnKind, frozenset[str]], ...]

    @property
    def plain(self) -> frozenset[str]:
        """The stems that have no sense on the list: what a clause is about."""
        return frozenset(stem for stem in self.stems if not senses_of(stem)) or self.stems

    def has(self, turn: TurnKind) -> bool:
        """Return whether the clause says this turn at all."""
        return any(kind == turn for kind, _ in self.turns)


def senses_of(stem: str) -> frozenset[str]:
    """Return the senses that a stem has on the list; mostly none.

    >>> sorted(senses_of(stem_of("drops")))
    ['down', 'undo']
    """
    return frozenset(name for name, stems in _sense_stems().items() if stem in stems)


@lru_cache(maxsize=4096)
def stem_of(word: str) -> str:
    """Return the stem of a word, the word itself where it is no English one (AT&T)."""
    stems = tokenize(word)
    return stems[0] if len(stems) == 1 or "-" in word else word.casefold()


def opposes(one: Clause, other: Clause) -> bool:
    """Return whether only one of two clauses says "not", or they have opposite senses.

    What is unsure, paused or on a condition opposes nothing.
    """
    if any(clause.has(turn) for clause in (one, other) for turn in ("unsure", "if")):
        return False
    if one.has("not") != other.has("not"):
        return True
    return not one.has("not") and any(
        _OPPOSITES.get(sense) in other.senses and sense not in other.senses for sense in one.senses
    )


def in_single_words(text: str) -> str:
    """Return the text of equal length with its dates blanked and "on hold" as one word.

    The May of a date is no "may".
    """
    for day in read_dates(text):
        text = text[: day.start] + " " * (day.end - day.start) + text[day.end :]
    return _ON_HOLD.sub(lambda match: "halted".ljust(len(match[0])), text)


@lru_cache(maxsize=1024)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text that have content words."""
    plain = _NOT_NEGATION.sub(lambda match: " " * len(match[0]), in_single_words(text))
    clauses = [_clause(plain[span.start : span.end]) for span in clause_spans(text)]
    return tuple(clause for clause in clauses if clause.stems)


@lru_cache(maxsize=1024)
def clause_spans(text: str) -> tuple[Span, ...]:
    """Return where the clauses of a text are; "if", "which" and the like open theirs."""
    spans: list[Span] = []
    start = 0
    for match in _CLAUSE_END.finditer(in_single_words(text)):
        spans.append(Span(start, match.start()))
        start = match.start() if match[0][0].isalpha() else match.end()
    return (*spans, Span(start, len(text)))


def _clause(piece: str) -> Clause:
    words = [match[0].casefold().replace("’", "'") for match in _WORD.finditer(piece)]
    stems = [stem_of(word) if content_tokens(word) else "" for word in words]
    turns: list[tuple[TurnKind, frozenset[str]]] = []
    for i, word in enumerate(words):
        if turn := _turn_of(word):
            after = [stem for stem in stems[i + 1 :] if stem][:SCOPE_WORDS]
            passive = turn == "undone" and bool(_FORMS_OF_BE & set(words[max(0, i - 2) : i]))
            before = [stem for stem in stems[:i] if stem]
            governed = before if passive or not after else after
            turns.append((turn, frozenset(governed)))
    return Clause(
        frozenset(stem for stem in stems if stem),
        frozenset(sense for word in words for sense in senses_of(stem_of(word))),
        tuple(turns),
    )


def _turn_of(word: str) -> TurnKind | None:
    if word in _NEGATIONS:
        return "not"
    if word in _UNSURE:
        return "unsure"
    if word in _CONDITIONS:
        return "if"
    return "undone" if senses_of(stem_of(word)) & _UNDOING_SENSES else None


@lru_cache(maxsize=1)
def _sense_stems() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(stem_of(word) for word in words.split()) for name, words in _SENSES.items()
    }

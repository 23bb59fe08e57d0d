"""Say why the articles do not answer a question: what is missing, in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.asked import NAMED, Kind
from rag.answering.evidence import heading_terms
from rag.answering.ranking import RankedSentence
from rag.answering.weights import weigh_terms
from rag.retrieval.names import names
from rag.text.tokens import content_tokens, tokenize

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

NOTHING_FOUND = "Nothing in the articles matches the question."
NOTHING_ASKED = "The question names nothing that could be looked for; say what it is about."
NOTHING_WITHIN_LIMITS = "No article is within the limits set for this question."

MOST_WORDS = 3
"""Words that a reason repeats; more would retell the question."""

SHORT_WORD = 3
"""Letters of words that tell a reader little ("won", "cup"), where there are longer ones."""

_WORD = re.compile(r"[^\W_](?:[\w.%&’'-]*[\w%])?")


@dataclass(frozen=True, slots=True)
class Coverage:
    """The words of a question as typed: found nowhere, found in the evidence, missing from it."""

    absent: tuple[str, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]
    absent_names: tuple[str, ...]


def read_coverage(query: str, ranked: Sequence[RankedSentence], snapshot: Snapshot) -> Coverage:
    """Return which words of the query the index and the best sentences have."""
    weights = weigh_terms(query, snapshot)
    evidence: set[str] = set()
    for each in ranked[:1]:
        candidate = each.candidate
        evidence |= heading_terms(candidate.article)
        evidence.update(tokenize(candidate.hit.passage.text))
    typed = _typed_terms(query)
    heavy_first = sorted(typed, key=lambda word: -max(weights.weights[t] for t in typed[word]))

    def pick(terms: set[str]) -> tuple[str, ...]:
        return tuple(word for word in heavy_first if set(typed[word]) & terms)

    absent = pick(set(weights.absent))
    missing = pick(set(weights.weights) - evidence - weights.absent)
    return Coverage(
        absent=absent,
        found=tuple(word for word in heavy_first if word not in absent and word not in missing),
        missing=tuple(word for word in missing if word not in absent),
        absent_names=_absent_names(query, snapshot),
    )


def explain(kind: Kind, coverage: Coverage, *, lacks_kind: bool) -> str:
    """Return the reason of a refusal, one sentence.

    >>> explain("number", Coverage((), ("tariffs",), (), ()), lacks_kind=True)
    'The articles mention “tariffs”, but give no figure for the question.'
    """
    if coverage.absent_names:
        return f"Nothing in the articles mentions {_listed(coverage.absent_names)}."
    if coverage.absent and not (lacks_kind and coverage.found):
        return f"Nothing in the articles mentions {_listed(coverage.absent)}."
    if not coverage.found:
        return NOTHING_FOUND
    found = _listed(coverage.found, "and")
    if lacks_kind and kind in NAMED:
        return f"The articles mention {found}, but give no {NAMED[kind]} for the question."
    if coverage.missing:
        missing = _listed(coverage.missing)
        return f"The articles mention {found}, but nothing found together with {missing}."
    return f"The articles mention {found}, but no sentence found answers the question."


def _absent_names(query: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the names of which no word occurs anywhere."""
    return tuple(
        name
        for name in names(query)
        if (tokens := content_tokens(name))
        and not any(snapshot.document_frequency(token) for token in tokens)
    )


def _typed_terms(query: str) -> dict[str, list[str]]:
    """Return the content words of the query as typed, names whole, with their terms."""
    typed: dict[str, list[str]] = {}
    inside: set[str] = set()
    for name in names(query):
        if tokens := content_tokens(name):
            typed[name] = tokens
            inside.update(tokens)
    for match in _WORD.finditer(query):
        word = re.sub(r"[’']s$", "", match.group())
        tokens = content_tokens(word)
        if tokens and not set(tokens) <= inside:
            typed.setdefault(word, tokens)
    return typed


def _listed(words: Sequence[str], joint: str = "or") -> str:
    telling = [word for word in words if len(word) > SHORT_WORD or word.isupper()] or list(words)
    quoted = [f"“{word}”" for word in telling[:MOST_WORDS]]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"

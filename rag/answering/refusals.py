"""Say why the articles do not answer a question: what is missing, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.abstention import KNOWN
from rag.answering.asked import NAMED, Kind
from rag.answering.evidence import heading_of
from rag.answering.ranking import RankedSentence
from rag.answering.terms import Word, name_coverage, terms_of
from rag.answering.weights import weigh_terms

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

NOTHING_FOUND = "Nothing in the articles matches the question."
NOTHING_ASKED = "The question names nothing that could be looked for; say what it is about."
NOTHING_WITHIN_LIMITS = "No article is within the limits set for this question."

MOST_QUOTED = 2
"""Words or phrases that a reason repeats of each sort; more would retell the question."""

SHORT_WORD = 3
"""Letters of words that tell a reader little ("won", "cup"), where there are longer ones."""

TELLING_SHARE = 0.45
"""Share of a name's weight from which it may be meant: "Trump" for "President Trump", but not
"China" for "China Mobile". Of 100 answerable questions of squad2, xquad and clapnq this refused
0 to 2, of the unanswerable ones of squad2 that would have been answered 10."""

LONGEST_PHRASE = 3
"""Words in a row that are quoted as one."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The words of a question as typed, phrases whole, in the order of the question.

    `absent` occur nowhere in the index, `missing` not in the best evidence, `found` there;
    `absent_names` are the names of which no word occurs anywhere.
    """

    absent: tuple[str, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]
    absent_names: tuple[str, ...]


def read_coverage(query: str, ranked: Sequence[RankedSentence], snapshot: Snapshot) -> Coverage:
    """Return which words of the query the index and the best evidence have."""
    weights = weigh_terms(query, snapshot)
    evidence = _evidence(ranked)
    absent_names = tuple(
        word.text for word in weights.names if weights.absent.issuperset(word.terms)
    )
    absent, missing, found = [], [], []
    for phrase in _phrases(weights.words):
        weight = max(weights.weight(word) for word in phrase)
        text = _typed(phrase)
        if any(weights.absent.issuperset(word.terms) for word in phrase):
            absent.append((weight, text))
        elif not all(_is_in(word, evidence) for word in phrase):
            missing.append((weight, text))
        else:
            found.append((weight, text))
    return Coverage(_heaviest(absent), _heaviest(found), _heaviest(missing), absent_names)


def lacks_a_name(query: str, ranked: Sequence[RankedSentence], snapshot: Snapshot) -> bool:
    """Tell whether the best sentence's article does not know something that the query names."""
    best = ranked[0].candidate
    known = (*_evidence(ranked), best.article.text[:KNOWN])
    weights = weigh_terms(query, snapshot)
    terms = terms_of(known)
    return any(
        weights.share(terms, of=name.terms) < TELLING_SHARE and not _is_in(name, known)
        for name in weights.names
    )


def explain(kind: Kind, coverage: Coverage, *, lacks_kind: bool) -> str:
    """Return the reason of a refusal, one sentence.

    >>> explain("number", Coverage((), ("tariffs",), (), ()), lacks_kind=True)
    'The articles mention “tariffs”, but give no figure for the question.'
    """
    if coverage.absent_names:
        return f"Nothing in the articles mentions {_listed(coverage.absent_names, 'or')}."
    lacking = coverage.absent or coverage.missing
    if not coverage.found:
        if not lacking:
            return NOTHING_FOUND
        return f"Nothing found tells of {_listed(lacking, 'or')}."
    found = _listed(coverage.found, "and")
    if lacking:
        return (
            f"The articles mention {found}, but nothing there speaks of {_listed(lacking, 'or')}."
        )
    if lacks_kind and kind in NAMED:
        return f"The articles mention {found}, but give no {NAMED[kind]} for the question."
    return f"The articles mention {found}, but no sentence there answers the question."


def _evidence(ranked: Sequence[RankedSentence]) -> tuple[str, ...]:
    if not ranked:
        return ()
    best = ranked[0].candidate
    return (heading_of(best.article), *best.context_texts, best.hit.passage.text)


def _phrases(words: Sequence[Word]) -> list[tuple[Word, ...]]:
    """Return names alone, and other words that stand side by side together."""
    phrases: list[tuple[Word, ...]] = []
    for word in words:
        previous = phrases[-1] if phrases else ()
        joins = (
            word.follows
            and previous
            and not word.is_name
            and not previous[-1].is_name
            and len(previous) < LONGEST_PHRASE
        )
        if joins:
            phrases[-1] = (*previous, word)
        else:
            phrases.append((word,))
    return phrases


def _typed(phrase: Sequence[Word]) -> str:
    return " ".join(word.text for word in phrase)


def _is_in(word: Word, evidence: Sequence[str]) -> bool:
    if word.is_name:
        return any(name_coverage(word, text) == 1.0 for text in evidence)
    return terms_of(evidence).issuperset(word.terms)


def _heaviest(weighed: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    """Return the texts with the rarest words, telling ones first, in the order of the question."""
    telling = [each for each in weighed if len(each[1]) > SHORT_WORD or each[1].isupper()]
    kept = sorted(telling or weighed, key=lambda each: -each[0])[:MOST_QUOTED]
    return tuple(dict.fromkeys(each[1] for each in weighed if each in kept))


def _listed(words: Sequence[str], joint: str) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"

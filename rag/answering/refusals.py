"""Say why the articles do not answer a question: what is missing, in one sentence.

The most telling lack is named, and only what a reader understands alone: a name, a noun, a year,
the kind of thing (`things`, `neighbours`). Where nothing telling is missing, the reason says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.abstention import KNOWN
from rag.answering.asked import Kind
from rag.answering.candidate import heading_of
from rag.answering.neighbours import close_spelling, close_word, denies, sibling_name
from rag.answering.ranking import RankedSentence
from rag.answering.terms import BY_COUNTRY, Word, name_coverage, terms_of
from rag.answering.things import Thing, is_telling_name, telling_terms, things_of
from rag.answering.weights import TermWeights, weigh_terms

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

NOTHING_FOUND = "Nothing in the articles matches the question."
NOTHING_MORE = "The articles do not say."
NOTHING_ASKED = "The question names nothing that could be looked for; say what it is about."
NOTHING_WITHIN_LIMITS = "No article is within the limits set for this question."

WITHOUT: dict[Kind, str] = {
    "when": "but not when",
    "number": "but give no figure",
    "who": "but name nobody",
    "where": "but not where",
    "why": "but not why",
    "list": "but list none",
}
"""What the articles do with a thing of which they lack the kind that is asked for."""

NOT_ANSWERED: dict[Kind, str] = {
    "when": "says when",
    "number": "gives the figure",
    "who": "says who",
    "where": "says where",
    "why": "says why",
    "yes or no": "says whether it is so",
}
"""What no sentence does, where there may be such a thing about something else."""

MOST_QUOTED = 2
"""Things of each sort that a reason quotes; more would retell the question."""

NEAREST = 3
"""Sentences whose passages are read for names like the one that is missing."""

TELLING_SHARE = 0.45
"""Share of a name's weight from which it may be meant: "Trump" for "President Trump", but not
"China" for "China Mobile". Of 100 answerable questions of squad2, xquad and clapnq this refused
0 to 2, of the unanswerable ones of squad2 that would have been answered 10."""

_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d,])")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a question the index and the best evidence have, as typed, in its order.

    `found` and `missing` are things that the best evidence has or lacks; `absent_names` occur
    nowhere in the index, and `missing_names` not in the evidence. `spelled` is a name of the
    articles that an absent one may be a slip for, `sibling` one that shares a word with a
    missing one. `years` are asked for and not told of, `told_years` those of the best sentence.
    `is_denied`: the best sentence says that what the question takes for granted is not so.
    """

    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    absent_names: tuple[str, ...] = ()
    missing_names: tuple[str, ...] = ()
    spelled: str = ""
    sibling: str = ""
    years: tuple[str, ...] = ()
    told_years: tuple[str, ...] = ()
    is_denied: bool = False


def read_coverage(query: str, ranked: Sequence[RankedSentence], snapshot: Snapshot) -> Coverage:
    """Return what of the query the index and the best evidence have."""
    weights = weigh_terms(query, snapshot)
    evidence = _evidence(ranked)
    near = [text for each in ranked[:NEAREST] for text in _texts(each)]
    things = things_of(query)
    names = [thing for thing in things if thing.is_name]
    absent = [name for name in names if _is_absent(name, weights) and not _has(name.words[0], near)]
    missing = [n for n in names if n not in absent and not _is_told(n, evidence, weights)]
    nouns = [thing for thing in things if not thing.is_name]
    years, told_years = _years(query, ranked)
    alike, sibling = _sibling(absent if len(absent) == 1 else () if absent else missing, near)
    return Coverage(
        found=_heaviest([t for t in things if _is_told(t, evidence, weights)], weights),
        missing=_heaviest([t for t in nouns if not _is_told(t, evidence, weights)], weights),
        absent_names=tuple(dict.fromkeys(name.text for name in absent)),
        missing_names=(alike,) if sibling else tuple(dict.fromkeys(n.text for n in missing)),
        spelled=close_spelling(absent[0].text, near) if len(absent) == 1 else "",
        sibling=sibling,
        years=years,
        told_years=told_years,
        is_denied=bool(ranked) and denies(query, ranked[0].candidate.text),
    )


def lacks_a_name(query: str, ranked: Sequence[RankedSentence], snapshot: Snapshot) -> bool:
    """Tell whether the best sentence's article does not know something that the query names."""
    best = ranked[0].candidate
    known = (*_evidence(ranked), best.article.text[:KNOWN])
    weights = weigh_terms(query, snapshot)
    return any(
        _lacks(name, known, weights) for name in weights.names if is_telling_name(name, query)
    )


def is_absent(thing: Thing, near: Sequence[str], snapshot: Snapshot) -> bool:
    """Tell whether what a thing is, its last word, occurs nowhere, nor is a slip for one near."""
    last = thing.words[-1]
    return weigh_terms(thing.text, snapshot).absent.issuperset(last.terms) and not close_word(
        last.text, near
    )


def explain_absent(thing: Thing) -> str:
    """Return the reason why nothing is said of one of several things."""
    return f"Nothing in the articles mentions “{thing.text}”."


def explain(kind: Kind, coverage: Coverage, *, lacks_kind: bool) -> str:
    """Return the reason of a refusal, one sentence.

    >>> explain("number", Coverage(found=("tariffs",)), lacks_kind=True)
    'The articles tell of “tariffs”, but give no figure.'
    """
    if coverage.absent_names:
        return _absent(coverage)
    if coverage.is_denied:
        return "The question takes for granted what the nearest sentence denies."
    if coverage.missing_names and coverage.sibling:
        missing = _listed(coverage.missing_names[:1], "or")
        return f"Nothing found tells of {missing}, only of “{coverage.sibling}”."
    if coverage.found:
        found = _listed(coverage.found, "and")
        return f"The articles tell of {found}{_but(kind, coverage, lacks_kind=lacks_kind)}."
    lacking = coverage.missing_names or coverage.missing
    return f"Nothing found tells of {_listed(lacking, 'or')}." if lacking else NOTHING_FOUND


def _but(kind: Kind, coverage: Coverage, *, lacks_kind: bool) -> str:
    if coverage.missing_names:
        return f", but not together with {_listed(coverage.missing_names, 'or')}"
    if coverage.years and coverage.told_years:
        return f" {_in(coverage.told_years)}, not {_in(coverage.years)}"
    if coverage.missing:
        return f", but nothing there speaks of {_listed(coverage.missing, 'or')}"
    if lacks_kind and kind in WITHOUT:
        return f", {WITHOUT[kind]}"
    return f", but no sentence there {NOT_ANSWERED.get(kind, 'answers the question')}"


def _absent(coverage: Coverage) -> str:
    absent = f"Nothing in the articles mentions {_listed(coverage.absent_names, 'or')}"
    if coverage.spelled:
        return f"{absent}; they do mention “{coverage.spelled}”."
    if coverage.sibling:
        return f"{absent}; the nearest is “{coverage.sibling}”."
    return f"{absent}."


def _texts(ranked: RankedSentence) -> tuple[str, ...]:
    candidate = ranked.candidate
    return (heading_of(candidate.article), *candidate.context_texts, candidate.hit.passage.text)


def _evidence(ranked: Sequence[RankedSentence]) -> tuple[str, ...]:
    return _texts(ranked[0]) if ranked else ()


def _is_absent(name: Thing, weights: TermWeights) -> bool:
    """Tell whether the index lacks a word of a name, and so the name."""
    return not weights.absent.isdisjoint(telling_terms(name.words[0]))


def _is_told(thing: Thing, evidence: Sequence[str], weights: TermWeights) -> bool:
    """Tell whether texts have a thing, a name whole or what is rarest of it: "Trump"."""
    terms = terms_of(evidence)
    if not thing.is_name:
        return terms.issuperset(thing.terms)
    telling = telling_terms(thing.words[0])
    rarest = max(telling, key=lambda term: (weights.weights[term], term))
    return rarest in terms or _has(thing.words[0], evidence)


def _sibling(names: Sequence[Thing], texts: Sequence[str]) -> tuple[str, str]:
    """Return the first of the names that has a sibling in the texts, and that."""
    pairs = ((name.text, sibling_name(name.text, texts)) for name in names)
    return next((pair for pair in pairs if pair[1]), ("", ""))


def _years(query: str, ranked: Sequence[RankedSentence]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the years that only the question has, and those of the best sentence instead."""
    asked = dict.fromkeys(_YEAR.findall(query))
    if not asked or not ranked:
        return (), ()
    evidence = "\n".join(_evidence(ranked))
    lacking = tuple(year for year in asked if year not in evidence)
    candidate = ranked[0].candidate
    day = candidate.article.published
    told = dict.fromkeys(_YEAR.findall("\n".join(candidate.context_texts)))
    return lacking, tuple(told or ([str(day.year)] if day else []))[:MOST_QUOTED]


def _lacks(name: Word, texts: Sequence[str], weights: TermWeights) -> bool:
    """Tell whether texts do not know a name, not even by the most of it."""
    share = weights.share(terms_of(texts), of=telling_terms(name))
    if share >= TELLING_SHARE:
        return False
    return all(name_coverage(name, text) < BY_COUNTRY for text in texts)


def _has(name: Word, texts: Sequence[str]) -> bool:
    return any(name_coverage(name, text) == 1.0 for text in texts)


def _heaviest(things: Sequence[Thing], weights: TermWeights) -> tuple[str, ...]:
    """Return the texts of those with the rarest words, in the order of the question."""
    weight = {thing: max(map(weights.weight, thing.words)) for thing in things}
    kept = sorted(things, key=lambda each: -weight[each])[:MOST_QUOTED]
    return tuple(dict.fromkeys(each.text for each in things if each in kept))


def _in(years: Sequence[str]) -> str:
    return f"in {' and '.join(years)}"


def _listed(words: Sequence[str], joint: str) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"

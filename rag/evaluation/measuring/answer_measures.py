"""The measures of one answer: what it says, what it cites, and whether it should have refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from rag.evaluation.measuring.gold import (
    accepted_answers,
    gold_places,
    holds_answer,
    is_answering,
    items_held,
    lies_at,
    normalised,
    short_answers,
)
from rag.evaluation.records import UNDECIDED, Expected
from rag.records import Answer, Article, Quote

FindArticle = Callable[[str, str], Article | None]
"""Returns the article of an id in the version of a hash, or None where it is not to be had."""

SENTENCE_DEPTHS = (1, 3)
JUDGED_DEPTH = 3
"""Sentences that a person reads before judging an answer; most answers have no more."""


def measure_answer(answer: Answer, expected: Expected, *, find: FindArticle) -> dict[str, float]:
    """Return the measures of one answer by name; what is not known is not measured.

    `find` gives the article version that a quote names, to hold the quote against.
    """
    found = _outcome(answer, expected) | _exactness(answer, find) | _verdicts(answer)
    if expected.is_answerable is not False and expected.outcome != "about":
        found |= _text(answer, expected) | _sentences(answer, expected) | _cited(answer, expected)
    return {name: float(value) for name, value in found.items()}


def judge_right(answer: Answer, expected: Expected) -> tuple[bool | None, bool | None]:
    """Return whether an answer is right, and whether it would be had it answered.

    Right is to refuse what the articles do not answer, and else to have an answering sentence
    among the first three and all that must be shown; a refused answer would have shown its
    closest passages. None when nothing tells, and for what is unsure: it decides nothing. Any
    answer to what the articles do not answer would be wrong.
    """
    if expected.outcome in UNDECIDED:
        is_expected = answer.outcome == expected.outcome
        return is_expected, is_expected
    if expected.is_answerable is None:
        return None, None
    if not expected.is_answerable:
        return None if answer.outcome in UNDECIDED else is_refused(answer), False
    if is_refused(answer):
        return False, _any_answering(([quote] for quote in answer.near_misses), expected)
    would_be = _any_answering((s.quotes for s in answer.sentences[:JUDGED_DEPTH]), expected)
    if would_be and items_held(_said(answer), expected) not in {None, 1.0}:
        would_be = False
    return None if answer.outcome == "unsure" else would_be, would_be


def is_refused(answer: Answer) -> bool:
    """Return whether nothing was answered, not even in part."""
    return answer.outcome == "not_in_articles"


def is_answered(answer: Answer) -> bool:
    """Return whether the articles were said to answer, at least in part."""
    return not is_refused(answer) and answer.outcome not in UNDECIDED


def was_evidence_retrieved(answer: Answer, expected: Expected) -> bool:
    """Return whether a hit that the answer was made from holds evidence.

    That is a gold quote, or half of it; where no place of one is known, any hit of an expected
    article counts.
    """
    if expected.relevant:
        return any(hit.passage.id in expected.relevant for hit in answer.hits)
    return any(hit.passage.article_id in expected.articles for hit in answer.hits)


def token_f1(answer: str, accepted: str) -> float:
    """Return the F1 of the words that two normalised texts have in common, repeats counted.

    Rajpurkar et al. (2016), section 6.1.

    >>> token_f1("blue whale sings", "blue whale")
    0.8
    """
    said, wanted = answer.split(), accepted.split()
    common = (Counter(said) & Counter(wanted)).total()
    return 2 * common / (len(said) + len(wanted)) if common else 0.0


def _outcome(answer: Answer, expected: Expected) -> dict[str, float]:
    found: dict[str, float] = {}
    if expected.outcome is not None:
        found["outcome_right"] = answer.outcome == expected.outcome
    elif expected.is_answerable is not None and answer.outcome not in UNDECIDED:
        found["outcome_right"] = is_refused(answer) != expected.is_answerable
    if expected.outcome != "about" and (expected.outcome or expected.is_answerable is not None):
        found["unsure"] = answer.outcome == "unsure"
    if expected.is_answerable:
        found["false_refusals"] = is_refused(answer)
        if was_evidence_retrieved(answer, expected):
            found["answered_when_retrieved"] = is_answered(answer)
        is_held = _any_answering((s.quotes for s in answer.sentences), expected)
        if answer.outcome == "unsure" and is_held is not None:
            found["unsure_right"] = is_held
    return found


def _exactness(answer: Answer, find: FindArticle) -> dict[str, float]:
    speakers = [s.attributed_to for s in answer.sentences if s.attributed_to is not None]
    shown = [*_all_cited(answer), *speakers, *answer.near_misses]
    if not shown:
        return {}
    return {"quote_exactness": sum(_is_exact(quote, find) for quote in shown) / len(shown)}


def _verdicts(answer: Answer) -> dict[str, float]:
    if not answer.sentences:
        return {}
    attributed = sum(sentence.verdict == "attributed" for sentence in answer.sentences)
    return {"attributed_share": attributed / len(answer.sentences)}


def _is_exact(quote: Quote, find: FindArticle) -> bool:
    article = find(quote.article_id, quote.article_sha256)
    return article is not None and article.text[quote.start : quote.end] == quote.text


def _text(answer: Answer, expected: Expected) -> dict[str, float]:
    accepted, short = accepted_answers(expected), short_answers(expected)
    items, said = items_held(_said(answer), expected), normalised(_said(answer))
    found: dict[str, float] = {} if items is None else {"items_shown": items}
    if accepted:
        found["exact_match"] = said in accepted
        found["token_f1"] = max(token_f1(said, each) for each in accepted)
    if short:
        found["contains_answer"] = holds_answer(said, short)
    return found


def _sentences(answer: Answer, expected: Expected) -> dict[str, float]:
    found: dict[str, float] = {}
    for depth in SENTENCE_DEPTHS:
        answers = _any_answering((s.quotes for s in answer.sentences[:depth]), expected)
        if answers is not None:
            found[f"sentence_success@{depth}"] = answers
    return found


def _any_answering(quoted: Iterable[Sequence[Quote]], expected: Expected) -> bool | None:
    """Return whether one of several sentences, given by their quotes, answers."""
    if is_answering((), expected) is None:
        return None
    return any(is_answering(quotes, expected) for quotes in quoted)


def _cited(answer: Answer, expected: Expected) -> dict[str, float]:
    places = gold_places(expected)
    if not places:
        return {}
    cited = _all_cited(answer)
    gold = [quote.places for quote in expected.quotes if quote.places]
    recalled = sum(any(lies_at(quote, each) for quote in cited) for each in gold)
    found = {"citation_recall": recalled / len(gold)}
    if cited:
        found["citation_precision"] = sum(lies_at(q, places) for q in cited) / len(cited)
    return found


def _said(answer: Answer) -> str:
    return " ".join(sentence.text for sentence in answer.sentences)


def _all_cited(answer: Answer) -> list[Quote]:
    """Return the quotes of all sentences, each once."""
    return list(dict.fromkeys(quote for s in answer.sentences for quote in s.quotes))

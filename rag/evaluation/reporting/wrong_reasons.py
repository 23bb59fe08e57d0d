"""Why an answer counts as wrong, in a sentence or two, from what the run kept of it."""

from __future__ import annotations

from rag.evaluation.measuring.answer_measures import JUDGED_DEPTH
from rag.evaluation.measuring.gold import gold_places, lies_at, short_answers
from rag.evaluation.records import UNDECIDED, EvaluatedQuestion, Expected
from rag.records import HitPlace

NUMBERS = {2: "two", JUDGED_DEPTH: "three"}


def why_wrong(row: EvaluatedQuestion) -> str:
    """Return why the answer is wrong, by the rules of `judge_right`; "" where it is not."""
    if row.is_right is not False:
        return ""
    if row.expected.outcome in UNDECIDED:
        return f"The expected outcome is {row.expected.outcome}, not {row.outcome}."
    if row.expected.is_answerable is False:
        return "Answered, but the articles do not answer it."
    if row.outcome == "not_in_articles":
        held = "hold" if row.would_be_right else "do not hold"
        near = f"The nearest passages {held} {_wanted(row.expected)}." if row.near_misses else ""
        said = ["Refused, but the articles answer it.", near]
    else:
        said = [f"{_sentences(len(row.sentences))} not hold {_lacking(row)}."]
        if row.measures.get("items_shown", 1) < 1 and row.measures.get("sentence_success@3"):
            said = ["It does not show all that it must."]
    return " ".join(filter(None, [*said, _where_ranked(row)]))


def _sentences(count: int) -> str:
    """Return the subject of what was judged, with its verb."""
    if count == 1:
        return "Its sentence does"
    first = "first " if count > JUDGED_DEPTH else ""
    return f"Its {first}{NUMBERS[min(count, JUDGED_DEPTH)]} sentences do" if count else "It does"


def _lacking(row: EvaluatedQuestion) -> str:
    """Return what the judged sentences lack; one at a gold quote is wrong for its answer only."""
    places = gold_places(row.expected)
    quotes = [quote for each in row.sentences[:JUDGED_DEPTH] for quote in each.quotes]
    if any(lies_at(quote, places) for quote in quotes):
        return "an accepted answer at the expected quote"
    return _wanted(row.expected)


def _wanted(expected: Expected) -> str:
    """Return what a sentence must hold to be answering, as `is_answering` has it."""
    has_answers = bool(short_answers(expected))
    if gold_places(expected):
        return "an expected quote" + (" with an accepted answer" if has_answers else "")
    return "an accepted answer" + (" from an expected article" if expected.articles else "")


def _where_ranked(row: EvaluatedQuestion) -> str:
    """Return at which rank the first expected passage came, or article where only that is known."""
    expected = row.expected
    what = "passage" if expected.relevant else "article"
    if not row.hits or not (expected.relevant or expected.articles):
        return ""
    ranks = [hit.rank for hit in row.hits if _is_expected(hit, expected)]
    if ranks:
        return f"An expected {what} was retrieved at rank {min(ranks)}."
    return f"No expected {what} was among the {len(row.hits)} retrieved."


def _is_expected(hit: HitPlace, expected: Expected) -> bool:
    if expected.relevant:
        return hit.passage_id in expected.relevant
    return hit.article_id in expected.articles

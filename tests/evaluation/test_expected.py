"""What a set expects is found in the generation, or named as missing."""

import pytest

from rag.evaluation.expected import (
    locate_expected,
)
from rag.evaluation.records import ExpectedQuote, Place, SetQuestion
from rag.records import Question, Span

SENTENCE = "The bridge over the Sund was opened in 1999 by two ministers."
OTHER = "A ferry had crossed the Sund every hour until then."


@pytest.fixture
def snapshot(make_assistant):
    long = " ".join(f"Sentence number {n} tells of bridge and ferry alike." for n in range(40))
    return make_assistant(
        {"a.txt": f"Bridge\n\n{SENTENCE} {OTHER}", "b.txt": f"Ferry\n\n{long} {SENTENCE}"},
        passage_tokens=64,
    ).snapshot()


def asked(**known):
    return SetQuestion(id="q", question=Question("When was the bridge opened?"), **known)


def test_a_gold_quote_becomes_its_place_in_the_articles_that_are_named(snapshot):
    expected = locate_expected(asked(articles=("a.txt",), quotes=(SENTENCE,)), snapshot)

    (place,) = expected.quotes[0].places
    text = snapshot.article("a.txt").text
    assert place.article_id == "a.txt"
    assert text[place.span.start : place.span.end] == SENTENCE


def test_a_quote_without_articles_is_looked_for_in_all_and_names_them(snapshot):
    expected = locate_expected(asked(quotes=(SENTENCE,)), snapshot)

    assert [place.article_id for place in expected.quotes[0].places] == ["a.txt", "b.txt"]
    assert expected.articles == ("a.txt", "b.txt")


def test_relevant_are_the_passages_that_hold_half_of_a_quote_with_how_many(snapshot):
    expected = locate_expected(
        asked(articles=("a.txt", "b.txt"), quotes=(SENTENCE, OTHER)), snapshot
    )

    held = {}
    for article_id in ("a.txt", "b.txt"):
        for passage in snapshot.article_passages(article_id):
            held[passage.id] = sum(quote in passage.text for quote in (SENTENCE, OTHER))
    assert len(snapshot.article_passages("b.txt")) > 2
    assert expected.relevant == {id_: count for id_, count in held.items() if count}


def test_a_quote_that_no_article_holds_has_no_place_and_a_short_one_must_stand_exactly(snapshot):
    expected = locate_expected(
        asked(articles=("a.txt",), quotes=("No such words here.", "1999")), snapshot
    )

    start = snapshot.article("a.txt").text.index("1999")
    assert expected.quotes == (
        ExpectedQuote("No such words here."),
        ExpectedQuote("1999", (Place("a.txt", Span(start, start + 4)),)),
    )

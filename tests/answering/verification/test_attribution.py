"""A sentence that states as a fact what an article attributes to somebody shows to whom."""

import pytest

from rag.answering.llm.reply_parser import Draft
from rag.answering.verification.attribution import read_attributions
from rag.answering.verification.entailment import WordCoverage
from rag.answering.verification.evidence import Excerpt
from rag.answering.verification.said_by import marker, said_by
from rag.answering.verification.support import Region, support
from rag.answering.verification.verify import ENTAILMENT, Verifier
from rag.cli.answer_output import answer_text
from rag.records import Answer, Sentence, Span
from rag.sharing.shapes import answer_record
from rag.strict_json import from_text, to_line
from tests.answering.verification.cases import read_attributions as read_cases
from tests.doubles import is_exact
from tests.reporting import article
from tests.timing import own_seconds

VERIFIER = Verifier(WordCoverage())
SLOWEST_S = 0.5  # a quadratic rule needs seconds
LONG = 12_000
TWO = (
    "Economist Lea Brandt said the subsidy raised rents. Housing minister Carl Voss said the "
    "subsidy lowered waiting times."
)


def is_right(case):
    """Return whether a case gets its verdict and, where attributed, its speaker."""
    verifier = Verifier(WordCoverage(), without={ENTAILMENT})
    judgement = verifier.judge(case.claim, [Excerpt(case.quote, case.before, case.after)])
    whole, shift = case.before + case.quote + case.after, len(case.before)
    place = judgement.speaker
    named = whole[place.start + shift : place.end + shift] if place else ""
    is_named = case.speaker in named if case.speaker else not named
    return judgement.verdict == case.verdict and (case.verdict != "attributed" or is_named)


def test_a_sentence_is_attributed_where_its_source_is_and_it_does_not_say_so():
    cases = read_cases()
    wrong = [case.claim for case in cases if not is_right(case)]

    assert len(cases) == 85
    assert len(wrong) <= 8, wrong  # what the first run on all gave was 81 right


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Kim Lee resigned on Monday. She said the ban works.", "Kim Lee"),
        ("In May, Kim Lee, the mayor, said the ban works.", "Kim Lee"),
        ("A spokesman for Acme said the ban works.", "A spokesman for Acme"),
        ("The ban works, sources say.", "sources"),
        ('"The ban works," Kim Lee told the court.', "Kim Lee"),
    ],
)
def test_the_speaker_is_found_where_the_text_names_them(text, speaker):
    start = text.find("She said") if "She said" in text else 0
    found = read_attributions(text, Span(start, len(text)))[-1].speaker

    assert text[found.start : found.end] == speaker


@pytest.mark.parametrize(
    "text",
    [
        "The final rule of 15 May limits exports.",
        "Later reports of the claims reached the United States.",
        "Lee would not say when the talks begin.",
        "The club reported its results on 28 May.",
        "The club has added 300 members since May.",
        "The minister called for a vote and asked for comments.",
    ],
)
def test_a_word_that_can_attribute_and_does_not_is_passed_over(text):
    assert read_attributions(text, Span(0, len(text))) == []


def test_what_an_article_states_itself_goes_before_what_it_states_as_said():
    text = "Critics say the toll will divide the village. The toll will divide the village."
    source = article("toll.md", text, "Toll")

    found = support(Draft("The toll will divide the village.", (), ()),
                    [Region(source, 0, text)], VERIFIER)  # fmt: skip

    assert (found.verdict, found.attributed_to) == ("supported", None)


def test_the_speaker_is_an_exact_span_of_the_article_even_before_the_passage():
    added = "He added that the budget hides a hole of $3 billion."
    text = f"Erik Lund, a finance spokesman, said the plan was vague. {added}"
    source = article("plan.md", text, "Plan")
    start = text.index("He added")

    found = support(
        Draft("The budget hides a hole of $3 billion.", (1,), ()),
        [Region(source, start, text[start:])],
        VERIFIER,
    )

    assert (found.verdict, found.attributed_to.text) == ("attributed", "Erik Lund")
    assert [quote.text for quote in found.quotes] == [added]
    assert is_exact(found.attributed_to, source)


def attributed():
    """Return a sentence that an economist is named for."""
    source = article("two.md", TWO, "Two")
    return support(Draft("The subsidy raised rents.", (), ()), [Region(source, 0, TWO)], VERIFIER)


def test_an_attributed_sentence_is_shown_with_the_words_of_the_article():
    found = attributed()

    assert said_by(found) == "according to “Economist Lea Brandt”"
    assert marker(found).endswith(", not established by the articles")
    assert marker(Sentence("The subsidy raised rents.", "supported", found.quotes)) == ""


@pytest.mark.parametrize(
    "unit", ["said ", "“", '"', "according to ", "Lee, ", "the claim that ", "Lee said that Kim "]
)
def test_a_long_quote_is_read_in_a_moment(unit):
    text = (unit * LONG)[:LONG]

    assert own_seconds(lambda: read_attributions(text, Span(0, len(text)))) < SLOWEST_S


def test_a_record_from_before_sentences_named_a_speaker_is_still_read():
    kept = Sentence("It rained.", "supported", ())
    line = to_line(kept)

    old = line.replace(', "attributed_to": null', "")

    assert old != line
    assert from_text(Sentence, old) == from_text(Sentence, line) == kept


def test_the_command_line_says_whose_words_a_sentence_states():
    answer = Answer("?", "?", "answered", "", (attributed(),), (), (), 1, "test")

    printed, record = answer_text(answer), answer_record(answer)["sentences"][0]

    assert "[1] (according to “Economist Lea Brandt”, not established by the articles)" in printed
    assert (record["verdict"], record["attributed_to"]["text"]) == (
        "attributed",
        "Economist Lea Brandt",
    )

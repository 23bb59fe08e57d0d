"""A sentence that states as a fact what an article attributes to somebody shows to whom."""

import random

import pytest

from rag.answering.attribution import read_attributions
from rag.answering.llm.reply_parser import Draft
from rag.answering.manners import VERBS, may_stand_for
from rag.answering.quotes import check_quote
from rag.answering.said_by import marker, said_by
from rag.answering.speakers import Excerpt
from rag.answering.support import Region, support
from rag.answering.verdicts import judge
from rag.cli.answer_output import answer_text
from rag.cli.output import answer_record
from rag.records import Answer, Sentence
from rag.strict_json import from_text, to_line
from tests.answering.attribution_cases import ADDED, HELD_OUT, TABLE, TWO
from tests.reporting import article
from tests.timing import own_seconds

SLOWEST_S = 0.25  # measured: 0.06 for the slowest; a quadratic rule needs seconds
LONG = 40_000


def judged(case):
    """Return the verdict of a case and the speaker's words in its article."""
    judgement = judge(case.sentence, [Excerpt(case.quote, case.before, case.after)])
    whole, shift = case.before + case.quote + case.after, len(case.before)
    place = judgement.speaker
    return judgement.verdict, place and whole[place.start + shift : place.end + shift]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.sentence)
def test_a_sentence_is_attributed_where_its_source_is_and_it_does_not_say_so(case):
    assert judged(case) == (case.verdict, case.speaker)


def test_the_rules_hold_on_cases_that_they_were_not_written_with():
    found = [(judged(case)[0], case.verdict) for case in HELD_OUT]
    right = found.count(("attributed", "attributed"))
    told = sum(verdict == "attributed" for verdict, _ in found)
    wanted = sum(verdict == "attributed" for _, verdict in found)

    assert (len(found), wanted) == (40, 20)
    assert min(right / told, right / wanted) >= 0.95  # what the first run gave


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Kim Lee resigned on Monday. She said the ban works.", "Kim Lee"),
        ("On 24 April 2020 three bureaus said the ban works.", "three bureaus"),
        ("The firm denied fraud and said the ban works.", "The firm"),
        ("In May, Kim Lee, the mayor, said the ban works.", "Kim Lee"),
        ("A spokesman for Acme said the ban works.", "A spokesman for Acme"),
        ("The ban works, sources say.", "sources"),
        ('"The ban works," Kim Lee told the court.', "Kim Lee"),
        ("By her own account, Kim Lee left.", "her"),
    ],
)
def test_the_speaker_is_found_where_the_text_names_him(text, speaker):
    found = read_attributions(text)[-1].speaker

    assert text[found.start : found.end] == speaker


@pytest.mark.parametrize(
    "text",
    [
        "The final rule of 15 May limits exports.",
        "Later reports of the claims reached the United States.",
        "The law lists firms that carry a mark called Footnote 5.",
        "The act told the agency to publish a list of gear that is unsafe.",
        "Lee would not say when the talks begin.",
        "The club reported its results on 28 May.",
        "The minister called for a vote and asked for comments.",
    ],
)
def test_a_word_that_can_attribute_and_does_not_is_passed_over(text):
    assert read_attributions(text) == ()


@pytest.mark.parametrize(
    ("claimed", "told", "may"),
    [
        ("said", "argued", True),
        ("argues", "said", True),
        ("told", "accused", True),
        ("proved", "said", False),
        ("admitted", "argued", False),
        ("confirmed", "believes", False),
        ("said", "denied", False),
        ("ruled", "said", False),
    ],
)
def test_a_plainer_verb_may_stand_for_another_and_none_for_a_plainer_one(claimed, told, may):
    assert may_stand_for(VERBS[claimed][1], VERBS[told][1]) is may


def test_what_an_article_says_itself_goes_before_what_it_tells_as_said():
    text = "Critics say the toll will divide the village. The toll will divide the village."
    source = article("toll.md", text, "Toll")

    found = support(Draft("The toll will divide the village.", (), ()), [Region(source, 0, text)])

    assert (found.verdict, found.attributed_to) == ("supported", None)


def test_the_speaker_is_an_exact_span_of_the_article_even_before_the_passage():
    text = f"Erik Lund, a finance spokesman, said the plan was vague. {ADDED}"
    source = article("plan.md", text, "Plan")
    start = text.index("He added")

    found = support(
        Draft("The budget hides a hole of $3 billion.", (1,), ()),
        [Region(source, start, text[start:])],
    )

    assert (found.verdict, found.attributed_to.text) == ("attributed", "Erik Lund")
    assert [quote.text for quote in found.quotes] == [ADDED]
    assert check_quote(found.attributed_to, source)


def test_an_attributed_sentence_is_shown_with_the_words_of_the_article():
    source = article("two.md", TWO, "Two")
    found = support(Draft("The subsidy raised rents.", (), ()), [Region(source, 0, TWO)])

    assert said_by(found) == "according to “Economist Lea Brandt”"
    assert marker(found).endswith(", not established by the articles")
    assert marker(Sentence("The subsidy raised rents.", "supported", found.quotes)) == ""


def test_odd_text_is_read_without_an_error():
    rng = random.Random(3)  # noqa: S311 - a seed, not a secret
    pieces = [
        *'"“”‘’«»():;,.!?—…',
        *VERBS,
        "according to",
        "he",
        "Lee",
        "the",
        "\n\n",
        "\ud800",
        "é",
    ]
    for _ in range(300):
        text = " ".join(rng.choices(pieces, k=rng.randint(1, 40)))
        for one in read_attributions(text):
            assert all(0 <= s.start <= s.end <= len(text) for s in one.content)
        judge(text, [text[::-1], text])


@pytest.mark.parametrize(
    "unit",
    [
        *("said ", "“", '"', "according to ", "Lee, ", "the claim that ", "in the view of "),
        *("A’s ", ", ", "Lee said that Kim said that ", "“Yes,” said Lee. ", "by the "),
    ],
)
def test_a_long_quote_is_read_in_a_moment(unit):
    text = (unit * LONG)[:LONG]

    def read_anew():
        read_attributions.cache_clear()
        read_attributions(text)

    assert own_seconds(read_anew) < SLOWEST_S


def test_a_record_from_before_sentences_named_a_speaker_is_still_read():
    kept = Sentence("It rained.", "supported", ())
    line = to_line(kept)

    old = line.replace(', "attributed_to": null', "")

    assert old != line
    assert from_text(Sentence, old) == from_text(Sentence, line) == kept


def test_the_command_line_says_whose_words_a_sentence_tells():
    source = article("two.md", TWO, "Two")
    found = support(Draft("The subsidy raised rents.", (), ()), [Region(source, 0, TWO)])
    answer = Answer("?", "?", "answered", "", (found,), (), (), 1, "test")

    printed, record = answer_text(answer), answer_record(answer)["sentences"][0]

    assert "[1] (according to “Economist Lea Brandt”, not established by the articles)" in printed
    assert (record["verdict"], record["attributed_to"]["text"]) == (
        "attributed",
        "Economist Lea Brandt",
    )

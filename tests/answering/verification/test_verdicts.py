"""Which sentences a quote carries, and which it does not."""

import pytest

from rag.answering.verification.entailment import WordCoverage
from rag.answering.verification.verify import Verifier

VERIFIER = Verifier(WordCoverage())
BAN = (
    "Washington has put on hold a ban on China Telecom's business in the United States and limits "
    "on selling Chinese equipment for American data centres."
)
LIST = (
    "The Commerce Department added 140 companies in 16 days on 2 December 2024, at a cost of $1.9 "
    "billion, Chuck Schumer said."
)
PAUSE = (
    "Matt Pottinger, deputy national security adviser in Trump's first term, called it “ironic” "
    "that the pause came in May."
)
AGENCY = (
    "The Federal Communications Commission revoked the licence of the operator in October 2021."
)
TRADE = "Exports fell between 5 and 6 % in May, while imports rose by more than 140 tonnes."
SUIT = "Brandt Ltd sued Holm in 2019, and adults pay 12 euros, children 7 euros, to see the files."
DENIAL = "There is no evidence that Huawei stole data, and the office did not approve the sale."
PLAN = "The ministry may ban exports of gallium, and plans a list of 30 minerals."


def judge(sentence, quotes):
    return VERIFIER.judge(sentence, quotes)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Washington has put on hold a ban on China Telecom's business.", BAN),
        ("Washington put on hold a ban on China Telecom's business.", BAN),
        ("A ban on China Telecom was put on hold by Washington.", BAN),
        ("The limits on selling Chinese equipment are on hold.", BAN),
        ("The Commerce Department added 140 companies in December 2024.", LIST),
        ("In December 2024 the Commerce Department added 140 companies.", LIST),
        ("According to the article, 140 companies were added in 16 days.", LIST),
        ("The cost was 1,900 million dollars, Schumer said.", LIST),
        ("Pottinger called the pause “ironic”.", PAUSE),
        ("The FCC revoked the operator's licence in 2021.", AGENCY),
        ("Exports fell by 5 to 6 percent in May.", TRADE),
        ("Imports rose by more than 140 tonnes.", TRADE),
        ("The sale was not approved by the office.", DENIAL),
        ("The ministry may ban gallium exports.", PLAN),
        ("Holm was sued by Brandt Ltd in 2019.", SUIT),
        ("Children pay 7 euros, adults 12 euros, to see the files.", SUIT),
    ],
)
def test_a_sentence_in_other_order_is_carried(sentence, quote):
    judgement = judge(sentence, [quote])
    assert judgement.is_carried, judgement.missing


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Exports fell by 6 to 7 percent in May.", TRADE),  # a number
        ("Exports fell by 5 in May.", TRADE.replace("between 5 and 6 %", "5 %")),  # its unit
        ("The cost was $1.9 million, Schumer said.", LIST),  # its scale
        ("The cost was €1.9 billion, Schumer said.", LIST),  # its currency
        ("The cost was $2 billion, Schumer said.", LIST),  # rounded
        ("Imports rose by 140 tonnes.", TRADE),  # its bound
        ("Imports rose by less than 140 tonnes.", TRADE),
        ("The department added 16 companies in 140 days.", LIST),  # what it counts
        ("The department added 140 companies on 3 December 2024.", LIST),  # a date
        ("The department added 140 companies in December 2023.", LIST),
        ("The pause came in June.", PAUSE),
        ("Beijing has put on hold a ban on China Telecom's business.", BAN),  # a name, first
        ("Washington has put on hold a ban on China Mobile's business.", BAN),  # a name
        ("Matt Schumer said that 140 companies were added.", f"{LIST} {PAUSE}"),  # a name of two
        ("Pottinger called the pause “shameful”.", PAUSE),  # a quoted phrase
        ("Pottinger called the pause 'a shame for the country'.".replace("'", '"'), PAUSE),
        ("The department added 140 companies in December 2024.6 %.", LIST),  # one that hides
        ("The department added 140 companies in 5g lists.", LIST),  # a designation
        ("The FTC revoked the operator's licence in 2021.", AGENCY),  # initials
    ],
)
def test_every_number_date_name_and_quoted_phrase_must_be_carried(sentence, quote):
    assert not judge(sentence, [quote]).is_carried


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Washington banned China Telecom's business.", BAN),  # the pause is lost
        ("The office approved the sale.", DENIAL),  # the not is lost
        ("Huawei stole data.", DENIAL),
        ("The ministry bans exports of gallium.", PLAN),  # the may is lost
        ("Holm sued Brandt Ltd in 2019.", SUIT),  # who did it to whom
        ("Adults pay 7 euros, children 12 euros, to see the files.", SUIT),  # numbers exchanged
        ("Adults pay 7 euros.", SUIT),  # a number moved
        ("Exports did not fall between 5 and 6 % in May.", TRADE),  # a not is added
        ("The Federal Communications Commission restored the licence of the operator.", AGENCY),
    ],
)
def test_a_turned_claim_is_unsupported(sentence, quote):
    assert not judge(sentence, [quote]).is_carried


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Washington has put on hold a ban on China Telecom after secret lobbying.", BAN),
        ("Washington has put on hold a ban on China Telecom because officials feared losses.", BAN),
        ("The ban on China Telecom is popular.", BAN),
        ("The Commerce Department added 140 companies that make weapons.", LIST),
        ("Voters celebrated in the streets.", BAN),
    ],
)
def test_an_invented_claim_on_a_real_quote_is_unsupported(sentence, quote):
    assert not judge(sentence, [quote]).is_carried


@pytest.mark.parametrize("sentence", ["", "…", "April.", "In 2024.", "CANARY-123.", "Yes.", "12."])
def test_what_relates_no_two_things_is_no_claim(sentence):
    assert not judge(sentence, [f"CANARY-123 {LIST} Yes, in April, 12 times."]).is_carried


def test_without_a_quote_nothing_is_supported():
    assert not judge("Washington has put on hold a ban.", []).is_carried


def test_two_quotes_may_carry_one_sentence_together():
    sentence = (
        "Pottinger called the pause “ironic”, and Washington put on hold a ban on a business."
    )
    assert not judge(sentence, [BAN]).is_supported
    assert not judge(sentence, [PAUSE]).is_supported
    assert judge(sentence, [BAN, PAUSE]).is_supported


def test_the_judgement_names_what_is_missing():
    assert judge("The cost was $2 billion, Schumer said.", [LIST]).missing == (
        ("numbers", "$2 billion"),
    )

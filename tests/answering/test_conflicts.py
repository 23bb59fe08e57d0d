"""What articles disagree on, and what only looks like it."""

import hashlib
from datetime import date

import pytest

from rag.answering.accounts import tells_two_accounts
from rag.answering.asked import compared_topic
from rag.answering.candidate import Candidate
from rag.answering.conflicts import find_conflict
from rag.answering.parts import split_parts
from rag.answering.ranking import RankedSentence, Signals
from rag.records import Article, Hit, Passage, Span
from tests.doubles import WordEmbedder

EMBEDDER = WordEmbedder()
DAY = date(2024, 5, 1)


def ranked(text, *, article="a.md", published=DAY, score=10.0):
    whole = Article(article, hashlib.sha256(text.encode()).hexdigest(), article, text, published)
    hit = Hit(Passage(article, 0, len(text), text), 1, 1.0)
    return RankedSentence(
        Candidate(whole, hit, Span(0, len(text)), (), 0),
        score,
        0.5,
        Signals(0.0, 0.5, 1.0, 0.5, 0.5, 0.5, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        EMBEDDER.embed_query(text),
    )


def conflict(one, other, kind, query, **options):
    pair = [ranked(one), ranked(other, article="b.md", **options)]
    return find_conflict(pair, kind, query)


FOURTH = "The gate of Lund was closed on 4 May 2024."


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ("The gate of Lund was closed on 5 May 2024.", True),
        ("The gate of Lund was closed on 4 May.", False),
        ("The gate of Lund was closed in May 2024.", False),
        ("The gate of Lund was closed, and was sold on 5 May 2024.", False),
        ("The gate of Lund was opened on 5 May 2024.", False),
    ],
    ids=["other day", "no year", "month", "other clause", "other verb"],
)
def test_other_days_for_what_is_asked_conflict(other, differs):
    found = conflict(FOURTH, other, "when", "When was it closed?")

    assert bool(found) is differs
    assert found is None or (found.over, len(found.sentences)) == ("dates", 2)


RAISED = "The council of Lund approved the new gate in the old harbour."


@pytest.mark.parametrize(
    ("other", "denies"),
    [
        ("The council of Lund did not approve the new gate in the old harbour.", True),
        ("The council of Lund approved a new gate in the old harbour.", False),
        ("The council of Lund may not approve the new gate in the old harbour.", False),
        ("The council of Lund did not pay for new lamps.", False),
        ("The council of Lund prohibited the new gate in the old harbour.", True),
    ],
    ids=["not", "same", "unsure", "other thing", "opposite"],
)
def test_a_denial_of_the_same_clause_conflicts(other, denies):
    found = conflict(RAISED, other, "yes or no", "Did the council approve the gate?")

    assert bool(found) is denies


def test_what_changed_months_later_is_no_contradiction():
    other = "The council of Lund did not approve the new gate in the old harbour."
    asked = "Did the council approve the gate?"

    assert conflict(RAISED, other, "yes or no", asked, published=date(2024, 12, 1)) is None


@pytest.mark.parametrize(
    ("sentence", "of", "tells"),
    [
        ("Lee puts the share at 10 percent, while Berg puts it at about 12.", "figures", True),
        ("The notice gives 16 May, while the letter gives 17 May.", "dates", True),
        ("The date is reported differently: 16 May here and 17 May there.", "dates", True),
        ("The notice gives 16 May, while the letter gives 16 May 2024.", "dates", False),
        ("Acme sold 5 million radios, while Berg sold 6 million.", "figures", False),
        ("Prices rose by 5 percent in May, but by 6 percent in June.", "figures", False),
        ("The notice gives 16 May, while the letter gives no day.", "dates", False),
    ],
)
def test_one_sentence_may_tell_of_two_accounts(sentence, of, tells):
    assert tells_two_accounts(sentence, of) is tells


def test_a_sentence_of_two_accounts_is_a_conflict_by_itself():
    told = ranked("The notice gives 16 May as the day, while the letter gives 17 May.")

    found = find_conflict([told], "when", "What day is the gate closed?")

    assert found.sentences == (told,)
    assert found.reason == "“a.md” tells of different dates."


def test_two_accounts_further_down_are_shown_after_the_first_sentence():
    told = ranked("The notice gives 16 May as the day, while the letter gives 17 May.", score=9.0)
    first = ranked("The gate is closed on 17 May.", article="b.md")

    assert find_conflict([first, told], "when", "What day is it?").sentences == (first, told)
    assert find_conflict([first, told], "who", "What day is it?") is None


def test_a_choice_of_two_dates_asks_for_dates():
    told = ranked("The notice gives 16 May as the day, while the letter gives 17 May.")

    assert find_conflict([told], "yes or no", "Is the day 16 May or 17 May?")
    assert find_conflict([told], "yes or no", "Is it a good day?") is None


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Do the articles agree on when the rule ends?", "when the rule ends?"),
        ("Are the reports at odds about the number of victims?", "the number of victims?"),
        ("What do the sources disagree on in Lund?", "in Lund?"),
        ("Do China and Japan agree on tariffs?", ""),
        ("What do the articles say about Lund?", ""),
    ],
)
def test_who_asks_whether_articles_agree_asks_about_the_topic(question, topic):
    assert compared_topic(question) == topic


def test_who_asks_whether_articles_agree_is_shown_any_conflict():
    pair = [ranked(FOURTH), ranked(FOURTH.replace("4", "5"), article="b.md")]

    assert find_conflict(pair, "other", "closing of the gate") is None
    assert find_conflict(pair, "other", "closing of the gate", is_compared=True)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "What did Schumer and Rubio say about the pause?",
            ("What did Schumer say about the pause?", "What did Rubio say about the pause?"),
        ),
        (
            "How did the House and the Senate vote on it?",
            ("How did the House vote on it?", "How did the Senate vote on it?"),
        ),
        (
            "What do critics and the ministry say?",
            ("What do critics say?", "What does the ministry say?"),
        ),
        ("What did Trump and Xi agree on?", ("What did Trump and Xi agree on?",)),
    ],
)
def test_two_who_are_asked_about_are_answered_one_by_one(question, parts):
    assert split_parts(question) == parts

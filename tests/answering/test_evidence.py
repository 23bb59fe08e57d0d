"""Which sentences may be shown, and what they bring along."""

import hashlib

import pytest

from rag.answering.evidence import candidates_of
from rag.answering.leaning import leans
from rag.records import Article, Hit, Passage


def candidates(text, *, start=0):
    article = Article("a.md", hashlib.sha256(text.encode()).hexdigest(), "Title", text)
    hit = Hit(Passage("a.md", start, len(text), text[start:]), 1, 1.0)
    return candidates_of(article, hit, start, len(text))


def shown(text, **options):
    return [candidate.shown for candidate in candidates(text, **options)]


@pytest.mark.parametrize(
    "sentence",
    [
        "He also said that the pause would end.",
        "It follows the truce of October.",
        "In his view the country gains nothing.",
        "The measure would have banned the company.",
        "But critics disagree with the plan.",
        "These limits were dropped in May.",
        "“We will not accept the outcome of such talks.”",
        "The other would have put limits on equipment.",
        "During that time, companies of Acme fell under the same rules.",
        "In the same week Acme shut its port.",
        "The rule comes from the Justice Department.",
        "The company reported losses at its plant in Lund.",
        "India, Israel and Poland are among them.",
        "“The port is shut,” the minister said.",
        "“The port is shut. Nobody is let in.",
        "It stays shut,” Anna Berg said.",
        "In June 2024 it banned the software of Acme.",
        "On 9 November the ministry also suspended its ban on exports to Acme.",
        "Acme accounted for 40 billion of it.",
    ],
)
def test_a_sentence_that_points_back_leans(sentence):
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Matt Pottinger said that he finds the policy ironic.",
        "The Commerce Department says that it uses its powers.",
        "The decision of the commission was published in May.",
        "It is not known whether the talks will go on.",
        "There are eight companies on the list.",
        "“We disagree,” said the Chinese Embassy.",
        "Both Canada and Mexico signed the treaty.",
        "The second rule of 7 October put 31 parties on the list.",
        "The sources add that priorities changed inside the Commerce Department.",
        "The 2022 rule judged a chip by its speed.",
        "However, Anna Berg disagreed.",
        "The minister, Anna Berg, said that the port is shut.",
        "The company Acme reported losses.",
        "The first Huguenots to leave France went to Lund.",
        "For those who are married the tax falls.",
        "“The port is shut,” Minister Berg said.",
        "In June 2024 Acme said that it bans the software.",
        "A new law of Lund gives 50 billion, half of it for research.",
    ],
)
def test_a_sentence_that_names_what_it_is_about_stands_alone(sentence):
    assert not leans(sentence)


def test_a_leaning_sentence_brings_the_one_that_it_leans_on():
    text = "Anna Berg leads the port of Lund. She wants to close the western gate."

    assert shown(text)[1] == text


def test_only_the_nearest_sentence_that_holds_the_referent_comes_along():
    text = (
        "The port of Lund is old. Anna Berg has led the port since 2019. The weather there is "
        "foul in most winters. She wants to close the western gate."
    )

    assert shown(text)[-1] == (
        "Anna Berg has led the port since 2019. … She wants to close the western gate."
    )


def test_nothing_comes_along_from_another_section():
    text = (
        "Anna Berg leads the port of Lund.\n\n## The gate\n\nShe wants to close the western gate."
    )

    assert shown(text)[-1] == "She wants to close the western gate."


def test_the_heading_of_the_section_and_the_sentences_before_count_for_a_sentence():
    text = "## The gate\n\nThe port of Lund is old. Its crane fell over. Ships wait outside today."

    assert candidates(text)[-1].context_texts == (
        "## The gate",
        "The port of Lund is old.",
        "Its crane fell over.",
        "Ships wait outside today.",
    )


def test_sentences_of_two_paragraphs_are_two_quotes():
    text = "Anna Berg leads the port of Lund.\n\nShe wants to close the western gate."

    candidate = candidates(text)[1]

    assert [quote.text for quote in candidate.quotes()] == text.split("\n\n")
    assert candidate.shown == text.replace("\n\n", " ")


def test_what_a_passage_leans_on_may_stand_before_it():
    text = "Anna Berg leads the port of Lund. She wants to close the western gate."

    assert shown(text, start=text.index("She")) == [text]


def test_an_announcement_brings_what_it_announces():
    text = (
        "Two measures were described. One would have banned the firm Acme from the harbour. "
        "The other would have put limits on its ships. The weather was fine in Lund that day."
    )

    assert shown(text)[0] == text[: text.index(" The weather")]


@pytest.mark.parametrize(
    "text",
    [
        "“The port of Lund is shut for good.”\n\nAnna Berg said on Monday that ships must leave.",
        "“The port of Lund is shut for good"
        + ", with all its berths and cranes" * 10
        + ". The gate stays shut,” Anna Berg said.",
    ],
    ids=["next paragraph", "long quotation"],
)
def test_a_quotation_brings_the_speaker_who_comes_after_it(text):
    assert "Anna Berg said" in shown(text)[0]


def test_a_quotation_after_its_speaker_brings_no_one_else():
    text = "Anna Berg was blunt. “The port of Lund is shut for good.” Jan Lee said that he agrees."

    assert shown(text)[1] == "Anna Berg was blunt. “The port of Lund is shut for good.”"


def test_the_second_of_a_list_brings_the_announcement_with_the_first():
    text = (
        "The port of Lund has two rules. One bans old radios in the harbour. "
        "It was made in May and binds all ships."
    )

    assert shown(text)[-1] == text


def test_questions_headlines_and_scraps_are_never_candidates():
    text = (
        "# What the new rule bans\n\nSupersedes our report of 3 May on the harbour rule.\n\n"
        "What does the new rule ban in the harbour? "
        "The rule bans old radios in the harbour.\n\nSources: Harbour Office, annual report, 2024."
    )

    assert shown(text) == ["The rule bans old radios in the harbour."]


def test_quotes_are_slices_of_the_article():
    text = "Before.\n\nAnna Berg leads the port. She said: “Close it.” He left, and it stayed open."

    for candidate in candidates(text):
        for quote in candidate.quotes():
            assert candidate.article.text[quote.start : quote.end] == quote.text
            assert quote.article_sha256 == candidate.article.sha256

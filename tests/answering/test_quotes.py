"""Where a quote is found in an article, and where it must not be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.quotes import holds_phrase, locate, parts, quote_at, widen
from rag.records import Span
from tests.doubles import is_exact
from tests.reporting import ARTICLES, BAN


def found(wanted, text=BAN):
    span = locate(wanted, text)
    return span and text[span.start : span.end]


@pytest.mark.parametrize(
    ("wanted", "slice_"),
    [
        ("put on hold a ban on China", "put on hold a ban on China"),
        ("PUT  on\nhold a BAN on china", "put on hold a ban on China"),
        ('called the pause "ironic"', "called the pause “ironic"),
        ("“put on hold a ban on China.”", "put on hold a ban on China"),
        ("put on hold the ban on China Telecom", "put on hold a ban on China Telecom"),
        ("cost $1.9 billion, or 5% of the sales", "cost $1.9 billion, or 5 % of the sales"),
        ("pau\u00adse “ironic”. He sa\u200bid that", "pause “ironic”. He said that"),
    ],
)
def test_a_quote_is_found_as_a_slice_of_the_article(wanted, slice_):
    assert found(wanted) == slice_


@pytest.mark.parametrize(
    "wanted",
    [
        "The measures cost $1.9 billion, or 6 % of the sales",
        "The measures cost $1.8 billion, or 5 % of the sales",
        "9 billion, or 5 % of the sales",  # begins inside 1.9
        "the country does have a plan for its data centres",  # the not is gone
        "put on hold a ban on China Mobile's business",
        "irst deputy national security adviser",
        "uty national security adviser, called",  # begins inside a word
        "the ban",  # found in any article
        "a a a a",
        "",
        "…",
    ],
)
def test_a_quote_that_the_article_does_not_say_is_not_found(wanted):
    assert found(wanted) is None


def test_a_hyphenated_word_is_not_cut_in_two():
    assert locate("binding agreement on trade", "A non-binding agreement on trade.") is None


def test_scripts_without_spaces_are_searched_by_character():
    text = "华盛顿暂停了对中国电信的禁令。总统四月会面。"
    assert found("暂停了对中国电信的禁令", text) == "暂停了对中国电信的禁令"


def test_a_decomposed_letter_equals_a_composed_one_and_its_mark_stays_in_the_slice():
    text = "The cafe\u0301 on the corner was closed by order."
    assert found("the café on the corner", text) == "The cafe\u0301 on the corner"


def test_an_ellipsis_parts_a_quote():
    assert parts("has put on hold a ban … called the pause [...] “ironic”") == [
        "has put on hold a ban",
        "called the pause",
        "“ironic”",
    ]


def test_a_quote_grows_to_whole_sentences_so_that_no_not_is_lost():
    span = locate("a plan for its data centres", BAN)
    grown = widen(span, BAN)
    assert BAN[grown.start : grown.end] == (
        "He said that the country does not have a plan for its data centres."
    )


def test_a_sentence_without_end_is_not_taken_in_whole():
    text = "word " * 1000 + "the very words we want here" + " word" * 1000
    span = locate("the very words we want here", text)
    assert widen(span, text) == span


def test_a_quote_is_a_slice_of_the_version_that_it_names():
    article = ARTICLES["ban.md"]
    assert is_exact(quote_at(article, Span(0, 10)), article)


def test_a_phrase_of_any_length_is_held_on_token_boundaries():
    assert holds_phrase("Ironic", BAN)
    assert not holds_phrase("iron", BAN)


LETTERS = st.sampled_from("abcé 5%.,-’'“”\n\u00ad\u0301中")


@settings(max_examples=200, deadline=None)
@given(text=st.text(LETTERS, min_size=20, max_size=120), data=st.data())
def test_whatever_is_found_is_a_slice_and_every_cut_at_spaces_is_found(text, data):
    words = text.split(" ")
    first = data.draw(st.integers(0, len(words)))
    last = data.draw(st.integers(first, len(words)))
    wanted = " ".join(words[first:last])
    span = locate(wanted, text)
    if span is not None:
        assert 0 <= span.start < span.end <= len(text)
        grown = widen(span, text)
        assert grown.start <= span.start < span.end <= grown.end


@settings(max_examples=200, deadline=None)
@given(
    words=st.lists(
        st.sampled_from("rates rose fell not 5 6 % the Paris May of".split()), max_size=30
    ),
    data=st.data(),
)
def test_a_found_quote_has_the_numbers_and_negations_of_the_wanted_one(words, data):
    text = " ".join(words)
    wanted = " ".join(
        data.draw(
            st.lists(
                st.sampled_from("rates rose fell not 5 6 % the Paris May of".split()), max_size=8
            )
        )
    )
    slice_ = found(wanted, text)
    if slice_ is not None:
        kept = [w for w in wanted.split() if w in {"5", "6", "not"}]
        assert [w for w in slice_.split() if w in {"5", "6", "not"}] == kept

"""Sentences: where they end, that offsets are exact, and that no text takes long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import LONGEST_SENTENCE, is_headline, is_question, split_sentences
from tests.text.sentence_cases import CASES, expected
from tests.timing import own_seconds

# What splitters trip over, in any order and number.
PIECES = st.sampled_from(
    [
        *("U.S.", "Mr.", "Dec.", "A", "end", "iPad", "’s", "3.5", "Ω", "[1]", "# ", "- ", "1. "),
        *(".", "?", "!", "…", "...", "。", '"', "“", "”", "(", ")"),
        *(" ", "\n", "\n\n", "\u00a0", "\x1f", "\u2028"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join))


def sentences_of(text):
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_ends_where_a_reader_says_so(case):
    text, sentences = expected(case)

    assert sentences_of(text) == sentences


@given(TEXTS)
def test_sentences_are_trimmed_in_order_and_cover_all_but_white_space(text):
    spans = split_sentences(text)

    end = 0
    for span in spans:
        assert end <= span.start < span.end
        assert not text[end : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        end = span.end
    assert not text[end:].strip()


@given(TEXTS)
def test_no_sentence_is_longer_than_the_limit(text):
    for repeated in (text, text * 60):
        assert all(span.end - span.start <= LONGEST_SENTENCE for span in split_sentences(repeated))


def test_a_sentence_beyond_the_limit_is_cut_at_a_space():
    text = "word " * 1_000

    sentences = sentences_of(text)

    assert len(sentences) == 5
    assert {word for sentence in sentences for word in sentence.split()} == {"word"}


@pytest.mark.parametrize(
    "piece",
    [
        *(".", '"', '."', "(", "a", "a b ", "U.S. ", "A. ", "\n", "\n ", '"a ', "“a ", "It is. "),
        *(". ", "。", ".[1]", " ", "1. ", "- a\n", "? ", ".'' ", "'", "(" + "a" * 299),
    ],
)
def test_time_grows_with_the_length_of_a_text_and_no_faster(piece):
    def seconds(characters):
        text = piece * (characters // len(piece))
        return own_seconds(lambda: split_sentences(text))

    short, long = seconds(10_000), seconds(100_000)

    assert long < 40 * short + 0.05  # ten times the text; a quadratic rule needs a hundredfold


@pytest.mark.parametrize(
    "sentence", ["Who paused it?", "“Who paused it?”", "(But why?)", "What?!", "Why? ", "何？"]
)
def test_a_sentence_that_ends_in_a_question_mark_is_a_question(sentence):
    assert is_question(sentence)


@pytest.mark.parametrize("sentence", ["“Why?” she asked.", "He asked why.", "A (why?) b."])
def test_a_sentence_that_only_holds_a_question_is_none(sentence):
    assert not is_question(sentence)


@pytest.mark.parametrize(
    "line", ["U.S. pauses measures", "# What changes.", "What changes:", "Chips | 5 %", "Outlook"]
)
def test_a_short_line_without_a_full_stop_is_a_headline(line):
    assert is_headline(line)


@pytest.mark.parametrize(
    "sentence", ["The U.S. paused it.", "“It is late.”", "Why?", "He left…", "word " * 60]
)
def test_a_sentence_with_a_full_stop_or_of_many_words_is_no_headline(sentence):
    assert not is_headline(sentence)

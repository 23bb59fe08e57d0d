"""Passages: exact slices of whole sentences, each sentence once, none beyond the window."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.records import Article
from rag.text.chunking import chunk_article, searchable_text
from rag.text.sentences import split_sentences

WORDS = st.sampled_from(["export", "rule", "Mr.", "U.S.", "paused", "it", "a" * 90, "5.5", "“so”"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=40).map(lambda words: " ".join(words) + ".")
PARAGRAPHS = st.lists(SENTENCES, max_size=8).map(" ".join)
TEXTS = st.lists(st.one_of(PARAGRAPHS, WORDS), max_size=8).map("\n\n".join)


def article(text, **about):
    return Article("a.md", "", about.pop("title", "A title"), text, **about)


def count_tokens(text):
    """Count as a tokenizer would that cuts words into eight characters, with two special tokens."""
    return 2 + sum(-(-len(word) // 8) for word in text.split())


@given(TEXTS, st.integers(32, 200))
def test_a_passage_is_a_slice_of_the_article_that_fits_the_window(text, max_tokens):
    whole = article(text)

    for passage in chunk_article(whole, count_tokens, max_tokens=max_tokens):
        assert whole.text[passage.start : passage.end] == passage.text
        assert count_tokens(searchable_text(whole, passage)) <= max_tokens


@given(TEXTS, st.integers(32, 200))
def test_passages_hold_everything_once_and_in_order(text, max_tokens):
    passages = chunk_article(article(text), count_tokens, max_tokens=max_tokens)

    assert "".join("".join(p.text for p in passages).split()) == "".join(text.split())
    assert all(one.end <= other.start for one, other in pairwise(passages))


@given(st.lists(PARAGRAPHS, max_size=6).map("\n\n".join))
def test_a_sentence_that_fits_is_never_cut(text):
    passages = chunk_article(article(text), count_tokens, max_tokens=1_000)

    for span in split_sentences(text):
        assert any(p.start <= span.start and span.end <= p.end for p in passages)


def test_a_sentence_longer_than_the_window_is_cut_at_spaces():
    text = " ".join(f"word{n}" for n in range(100)) + "."

    passages = chunk_article(article(text), count_tokens, max_tokens=40)

    assert len(passages) > 2
    assert " ".join(passage.text for passage in passages) == text


def test_a_word_longer_than_the_window_is_cut_between_characters():
    passages = chunk_article(article("x" * 900), count_tokens, max_tokens=40)

    assert "".join(passage.text for passage in passages) == "x" * 900


def test_a_heading_stays_with_the_text_below_it():
    text = "It was long before. " * 5 + "\n\nWhat changes\n\n" + "It is different now. " * 5

    passages = chunk_article(article(text), count_tokens, max_tokens=36)

    assert any(p.text.startswith("What changes\n\nIt is different now.") for p in passages)
    assert not any(p.text.endswith("What changes") for p in passages)


def test_a_passage_rather_ends_with_a_paragraph_than_in_one():
    first, second = "One two three four. " * 4, "Five six seven eight. " * 4

    passages = chunk_article(article(f"{first}\n\n{second}"), count_tokens, max_tokens=30)

    assert [passage.text for passage in passages] == [first.strip(), second.strip()]


def test_title_outlet_and_date_are_searched_and_not_part_of_the_passage():
    whole = article("It is late.", title="Talks", outlet="Daily", published=date(2025, 10, 2))

    [passage] = chunk_article(whole, count_tokens, max_tokens=64)

    assert passage.text == "It is late."
    assert searchable_text(whole, passage) == "Talks. Daily. 2 October 2025\nIt is late."


def test_what_is_not_known_of_an_article_is_left_out_of_what_is_searched():
    whole = article("It is late.", title="")

    [passage] = chunk_article(whole, count_tokens, max_tokens=64)

    assert searchable_text(whole, passage) == "It is late."


def test_an_article_without_words_has_no_passages():
    assert chunk_article(article(" \n\n "), count_tokens, max_tokens=64) == []

"""Terms: spellings of one thing are one term, and different things stay apart."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.tokens import content_tokens, tokenize


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("U.S.", "US"),
        ("the U. S. army", "the USA army"),
        ("U.K.", "UK"),
        ("5 %", "5%"),
        ("5 percent", "5%"),
        ("12.5 per cent", "12.5 pct"),
        ("$1,234.5", "1234.5"),
        ("1,000,000", "1000000"),
        ("$5bn", "5 billion"),
        ("$5.2bn", "US$5.2 billion"),
        ("the ministry’s export", "The Ministry's exports"),
        ("companies' plans", "company plan"),
        ("Ångström café", "angstrom CAFE"),
        ("Łódź, Straße", "lodz strasse"),
        ("O’Brien", "O'Brien"),
        ("rare\u2011earth", "rare-earth"),
        ("ﬁrm", "firm"),
        ("licences, offences", "licenses, offenses"),
        ("organisations analysed", "organizations analyzed"),
        ("politicising, characterised", "politicizing, characterized"),
        ("labour, neighbours' favourite", "labor, neighbors' favorite"),
        ("centred in theatres", "centered in theaters"),
        ("catalogues of programmes", "catalogs of programs"),
    ],
)
def test_two_spellings_of_one_thing_are_one_term(one, other):
    assert tokenize(one) == tokenize(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tell us", "tell US"),
        ("6 %", "5 %"),
        ("5 %", "5"),
        ("1234", "1,235"),
        ("1260H", "1260"),
        ("who said", "WHO said"),
        ("it firms", "IT firms"),
        ("2025-10-02", "2025-10-03"),
        ("four", "for"),
        ("paradise", "parade"),
        ("overall", "over"),
    ],
)
def test_different_things_are_different_terms(one, other):
    assert tokenize(one) != tokenize(other)


def test_a_hyphenated_word_is_found_joined_and_in_its_parts():
    assert tokenize("cyber-security") == ["cybersecur", "cyber", "secur"]
    assert {"2025-10-02", "2025"} <= set(tokenize("on 2025-10-02"))
    assert {"5-10%", "10%"} <= set(tokenize("5-10 %"))


def test_content_leaves_out_function_words_and_question_words():
    assert content_tokens("What did the U.S. tell us, and when was it in May?") == ["u.s.", "may"]
    assert content_tokens("Why didn't they do so?") == []


@given(st.text())
def test_any_text_gives_terms_without_spaces_and_content_is_some_of_them(text):
    terms = tokenize(text)

    assert all(term and not any(c.isspace() for c in term) for term in terms)
    remaining = iter(terms)
    assert all(term in remaining for term in content_tokens(text))


def test_threads_get_the_terms_that_one_thread_gets():
    words = [f"exporting{n} relations{n} studies{n}" for n in range(500)]
    alone = [tokenize(text.upper()) for text in words]
    found = [None] * 8

    def work(place):
        found[place] = [tokenize(text) for text in words]

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(terms == alone for terms in found)

"""Dense and lexical search over rows: the right ones, in a fixed order, within the filters."""

from __future__ import annotations

import threading
from datetime import date

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import DamagedIndexError, EmbedderError
from rag.index.dense import Dense, decode_vectors, encode_vectors
from rag.index.lexical import build_lexical, decode_lexical, encode_lexical
from rag.index.passages import PassageSpan, PassageStore, article_digest, encode_passages
from rag.records import Article, Filters, Problem

PASSAGES = [["red", "apple"], ["green", "apple", "apple"], ["blue", "sky"], [], ["red", "sky"]]


def unit(rows) -> np.ndarray:
    array = np.array(rows, dtype=np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def test_dense_search_gives_the_best_rows_first():
    dense = Dense(unit([[1, 0], [0, 1], [1, 1]]))

    hits = dense.search(np.array([1, 0], dtype=np.float32), 2)

    assert [row for row, _ in hits] == [0, 2]
    assert hits[0][1] == pytest.approx(1.0)


@pytest.mark.parametrize("k", [1, 2, 3, 50, 99])
def test_equal_scores_come_in_the_order_of_rows_whatever_k_is(k):
    dense = Dense(unit([[0, 1]] * 20 + [[1, 0]] * 70))

    hits = dense.search(np.array([1, 0], dtype=np.float32), k)

    expected = [*range(20, 90), *range(20)]
    assert [row for row, _ in hits] == expected[: min(k, 90)]


@pytest.mark.parametrize("k", [-1, 0])
def test_no_hits_are_asked_for_and_none_come(k):
    assert Dense(unit([[1, 0]])).search(np.array([1, 0], dtype=np.float32), k) == []
    assert build_lexical(PASSAGES).search(["red"], k) == []


def test_more_hits_than_passages_gives_all_and_no_row_below_zero():
    hits = Dense(unit([[1, 0], [0, 1]])).search(np.array([1, 0], dtype=np.float32), 10)

    assert [row for row, _ in hits] == [0, 1]


@pytest.mark.parametrize("bad", [[np.nan, 0], [np.inf, 0], [1, 0, 0], [[1, 0]]])
def test_a_query_vector_that_cannot_be_is_refused(bad):
    with pytest.raises(EmbedderError, match="invalid vector"):
        Dense(unit([[1, 0]])).search(np.array(bad, dtype=np.float32), 1)


def test_only_allowed_rows_are_searched():
    dense = Dense(unit([[1, 0]] * 40))
    allowed = np.zeros(40, dtype=bool)
    allowed[[3, 17, 39]] = True
    query = np.array([1, 0], dtype=np.float32)

    assert [row for row, _ in dense.search(query, 10, allowed=allowed)] == [3, 17, 39]
    assert dense.search(query, 10, allowed=np.zeros(40, dtype=bool)) == []


def test_a_row_that_is_not_there_is_an_index_error():
    dense = Dense(unit([[1, 0]]))
    for row in (-1, 1):
        with pytest.raises(IndexError):
            dense.vector(row)


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3).filter(any), min_size=1),
    query=st.lists(st.integers(-3, 3), min_size=3, max_size=3).filter(any),
    k=st.integers(1, 30),
    seed=st.integers(0, 9),
)
def test_dense_search_equals_sorting_all_inner_products(rows, query, k, seed):
    vectors, vector = unit(rows), unit([query])[0]
    allowed = np.random.default_rng(seed).random(len(rows)) < 0.7

    hits = Dense(vectors).search(vector, k, allowed=allowed)

    scores = np.sort((vectors @ vector)[allowed])[::-1][:k]
    assert np.allclose([score for _, score in hits], scores, atol=1e-5)
    assert all(allowed[row] for row, _ in hits)
    assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))


@pytest.mark.parametrize("change", [lambda v: v * 2, lambda v: v * np.nan, lambda v: v[:1]])
def test_vectors_that_cannot_be_are_damage(change):
    data = encode_vectors(change(unit([[1, 0], [0, 1]])))

    with pytest.raises(DamagedIndexError):
        decode_vectors(data, passages=2, dimension=2)


def test_lexical_scores_are_those_of_bm25s():
    lexical = build_lexical(PASSAGES)
    reference = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    reference.index(PASSAGES, show_progress=False)

    for query in (["apple"], ["red", "sky"], ["apple", "apple", "green", "nowhere"]):
        expected = reference.get_scores([term for term in query if term in lexical.terms])
        hits = lexical.search(query, 10)
        assert dict(hits) == {
            row: pytest.approx(score) for row, score in enumerate(expected.tolist()) if score > 0
        }


def test_lexical_search_breaks_ties_by_row_and_keeps_to_allowed_rows():
    lexical = build_lexical([["x", "y"]] * 6)

    assert [row for row, _ in lexical.search(["x"], 3)] == [0, 1, 2]
    allowed = np.array([False, True, False, True, True, False])
    assert [row for row, _ in lexical.search(["x"], 9, allowed=allowed)] == [1, 3, 4]


def test_document_frequency_counts_passages_not_occurrences():
    lexical = build_lexical(PASSAGES)

    counts = [lexical.document_frequency(t) for t in ("apple", "sky", "green", "none")]
    assert counts == [2, 2, 1, 0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdé"), max_size=6), min_size=1, max_size=8))
def test_a_lexical_index_comes_back_as_it_was_written(passages):
    files = encode_lexical(build_lexical(passages))

    back = decode_lexical(files, passage_count=len(passages))

    assert encode_lexical(back) == files
    assert encode_lexical(build_lexical(passages)) == files


@pytest.mark.parametrize("name", ["bm25-scores.npy", "bm25-rows.npy", "bm25-starts.npy"])
def test_lexical_arrays_that_do_not_fit_are_damage(name):
    files = encode_lexical(build_lexical(PASSAGES))
    pickled = b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94."
    other = encode_lexical(build_lexical([["a"] * 3] * 2))[name]

    for data in (b"", pickled, files[name][:-1], other):
        with pytest.raises(DamagedIndexError):
            decode_lexical({**files, name: data}, passage_count=len(PASSAGES))


def article(name, *, published=None, outlet="", authors=()) -> Article:
    return Article(
        id=name, sha256="", title=name, text=f"Text of {name}.", published=published,
        outlet=outlet, authors=authors,
    )  # fmt: skip


def store_bytes(articles, spans, problems) -> bytes:
    digests = [article_digest(a) for a in articles]
    return encode_passages(articles, digests, spans=spans, problems=problems)


@pytest.fixture
def store():
    articles = [
        article("a", published=date(2024, 1, 1), outlet="The Post", authors=("Ann Lee", "Bo Ek")),
        article("b", published=date(2024, 6, 1), outlet="The Times"),
        article("c", published=date(2025, 1, 1), outlet="the post", authors=("Bo Ek",)),
        article("d"),
    ]
    spans = [PassageSpan(number, 0, 4) for number in (0, 0, 1, 2, 3)]
    return PassageStore(store_bytes(articles, spans, [Problem("x", "E-DOC-001", "empty")]))


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(published_from=date(2024, 6, 1)), [2, 3]),
        (Filters(published_to=date(2024, 6, 1)), [0, 1, 2]),
        (Filters(published_from=date(2024, 2, 1), published_to=date(2024, 12, 31)), [2]),
        (Filters(as_of=date(2024, 6, 1)), [0, 1, 2, 4]),
        (Filters(outlets=("THE POST",)), [0, 1, 3]),
        (Filters(authors=("bo ek",)), [0, 1, 3]),
        (Filters(articles=("b", "d", "not there")), [2, 4]),
        (Filters(outlets=("The Post",), as_of=date(2024, 12, 1)), [0, 1]),
        (Filters(outlets=("Nobody's",)), []),
    ],
)
def test_filters_let_through_what_they_say(store, filters, rows):
    assert np.flatnonzero(store.rows_matching(filters)).tolist() == rows


def test_empty_filters_are_no_limit(store):
    assert store.rows_matching(Filters()) is None


def test_articles_come_back_as_they_were_stored(store):
    found = store.article("a")

    assert found == article(
        "a", published=date(2024, 1, 1), outlet="The Post", authors=("Ann Lee", "Bo Ek")
    )
    assert store.article("nothing") is None
    assert [a.text for a in store.articles] == [""] * 4
    assert store.problems() == [Problem("x", "E-DOC-001", "empty")]


def test_equal_content_gives_equal_database_bytes():
    made = [store_bytes([article("a")], [PassageSpan(0, 0, 4)], []) for _ in range(2)]

    assert made[0] == made[1]


@pytest.mark.parametrize("data", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_database_that_is_none_is_damage(data):
    with pytest.raises(DamagedIndexError):
        PassageStore(data)


def test_many_threads_read_one_store(store):
    failures = []

    def read():
        texts = [store.passage(number % 5).text for number in range(300)]
        failures.extend(text for text in texts if text != "Text")

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failures == []

"""Dense and lexical search over rows: the right ones, in a fixed order, within the filters."""

from __future__ import annotations

import threading
from datetime import date
from itertools import pairwise

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import EmbedderError
from rag.index.dense import (
    FLOAT16,
    FLOAT32,
    Dense,
    SegmentVectors,
    are_unit_vectors,
    encode_vectors,
)
from rag.index.lexical import Lexical, SegmentTerms, encode_terms
from rag.index.passages import (
    PassageSpan,
    PassageStore,
    SegmentPassages,
    article_digest,
    encode_passages,
)
from rag.records import Article, Filters

PASSAGES = [["red", "apple"], ["green", "apple", "apple"], ["blue", "sky"], [], ["red", "sky"]]


def unit(rows) -> np.ndarray:
    array = np.array(rows, dtype=np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


class HeldSections:
    """Sections in memory, as they are before they are written."""

    def __init__(self, data):
        self.data = data

    def section(self, name):
        return memoryview(self.data[name])

    def part(self, name, start, stop):
        return self.section(name)[start:stop]


def dense_of(vectors, *, kind=FLOAT32, cuts=()) -> Dense:
    """Return the vectors as a dense search over segments that begin at `cuts`."""
    segments = []
    for part in np.split(vectors, cuts):
        sections, _ = encode_vectors(part, kind=kind)
        made = HeldSections(sections)
        segments.append(
            SegmentVectors(made, passages=len(part), dimension=vectors.shape[1], kind=kind)
        )
    return Dense(segments, dimension=vectors.shape[1], kind=kind)


def lexical_of(passages, *, cuts=()) -> Lexical:
    """Return the passages as a lexical search over segments that begin at `cuts`."""
    bounds = [0, *cuts, len(passages)]
    parts = [passages[a:b] for a, b in pairwise(bounds)]
    return Lexical([SegmentTerms(HeldSections(encode_terms(part)), len(part)) for part in parts])


def test_dense_search_gives_the_best_rows_first():
    dense = dense_of(unit([[1, 0], [0, 1], [1, 1]]))

    hits = dense.search(np.array([1, 0], dtype=np.float32), 2)

    assert [row for row, _ in hits] == [0, 2]
    assert hits[0][1] == pytest.approx(1.0)


@pytest.mark.parametrize("kind", [FLOAT32, FLOAT16])
@pytest.mark.parametrize("k", [1, 2, 3, 50, 99])  # of 99 no row is below zero
def test_equal_scores_come_in_the_order_of_rows_whatever_k_is(k, kind):
    dense = dense_of(unit([[0, 1]] * 20 + [[1, 0]] * 70), cuts=(5, 50), kind=kind)

    hits = dense.search(np.array([1, 0], dtype=np.float32), k)

    expected = [*range(20, 90), *range(20)]
    assert [row for row, _ in hits] == expected[: min(k, 90)]


@pytest.mark.parametrize("k", [-1, 0])
def test_no_hits_are_asked_for_and_none_come(k):
    assert dense_of(unit([[1, 0]])).search(np.array([1, 0], dtype=np.float32), k) == []
    assert lexical_of(PASSAGES).search(["red"], k) == []


@pytest.mark.parametrize("bad", [[np.nan, 0], [np.inf, 0], [1, 0, 0], [[1, 0]]])
def test_a_query_vector_that_cannot_be_is_refused(bad):
    with pytest.raises(EmbedderError, match="invalid vector"):
        dense_of(unit([[1, 0]])).search(np.array(bad, dtype=np.float32), 1)


def test_only_allowed_rows_are_searched():
    dense = dense_of(unit([[1, 0]] * 40))
    allowed = np.zeros(40, dtype=bool)
    allowed[[3, 17, 39]] = True
    query = np.array([1, 0], dtype=np.float32)

    assert [row for row, _ in dense.search(query, 10, allowed=allowed)] == [3, 17, 39]
    assert dense.search(query, 10, allowed=np.zeros(40, dtype=bool)) == []


def test_a_row_that_is_not_there_is_an_index_error():
    dense = dense_of(unit([[1, 0]]))
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

    cut = len(rows) // 2
    hits = dense_of(vectors, cuts=(cut,)).search(vector, k, allowed=allowed)

    scores = np.sort((vectors @ vector)[allowed])[::-1][:k]
    assert np.allclose([score for _, score in hits], scores, atol=1e-5)
    assert all(allowed[row] for row, _ in hits)
    assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))
    assert dense_of(vectors, cuts=(cut,), kind=FLOAT16).search(vector, k, allowed=allowed) == hits


def test_near_hits_that_float16_takes_for_others_come_as_float32_has_them():
    chance = np.random.default_rng(7)
    centre = unit(chance.standard_normal((1, 64)))
    vectors = unit(centre + 2e-4 * chance.standard_normal((3000, 64)))
    query = unit(chance.standard_normal((1, 64)))[0]
    halves = vectors.astype(np.float16).astype(np.float32)

    hits = dense_of(vectors, kind=FLOAT16, cuts=(900,)).search(query, 20)

    assert hits == dense_of(vectors).search(query, 20)
    assert hits != dense_of(unit(halves)).search(query, 20)  # rounding alone would give others


@pytest.mark.parametrize("change", [lambda v: v * 2, lambda v: v * np.nan])
def test_vectors_that_are_not_of_length_1_are_known(change):
    assert are_unit_vectors(unit([[1, 0], [1, 1]]))
    assert not are_unit_vectors(change(unit([[1, 0], [1, 1]])))


def test_lexical_scores_are_those_of_bm25s():
    lexical = lexical_of(PASSAGES)
    reference = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    reference.index(PASSAGES, show_progress=False)

    for query in (["apple"], ["red", "sky"], ["apple", "apple", "green", "nowhere"]):
        expected = reference.get_scores([term for term in query if term in lexical.terms])
        hits = lexical.search(query, 10)
        assert dict(hits) == {
            row: pytest.approx(score) for row, score in enumerate(expected.tolist()) if score > 0
        }


def test_lexical_search_breaks_ties_by_row_and_keeps_to_allowed_rows():
    lexical = lexical_of([["x", "y"]] * 6, cuts=(1, 3))

    assert [row for row, _ in lexical.search(["x"], 3)] == [0, 1, 2]
    allowed = np.array([False, True, False, True, True, False])
    assert [row for row, _ in lexical.search(["x"], 9, allowed=allowed)] == [1, 3, 4]


def test_document_frequency_counts_passages_not_occurrences():
    lexical = lexical_of(PASSAGES)

    counts = [lexical.document_frequency(t) for t in ("apple", "sky", "green", "none")]
    assert counts == [2, 2, 1, 0]


@settings(max_examples=60, deadline=None)
@given(
    passages=st.lists(st.lists(st.sampled_from("abcdé"), max_size=6), min_size=1, max_size=8),
    cut=st.integers(0, 8),
)
def test_lexical_scores_do_not_depend_on_where_segments_end(passages, cut):
    parted, whole = lexical_of(passages, cuts=(min(cut, len(passages)),)), lexical_of(passages)

    assert parted.search(["a", "é", "zz"], 9) == whole.search(["a", "é", "zz"], 9)
    assert parted.terms == whole.terms == {term for terms in passages for term in terms}


def article(name, *, published=None, outlet="", authors=()) -> Article:
    return Article(
        id=name, sha256="", title=name, text=f"Text of {name}.", published=published,
        outlet=outlet, authors=authors,
    )  # fmt: skip


def segment_of(articles, spans) -> SegmentPassages:
    digests = [article_digest(a) for a in articles]
    sections = HeldSections(encode_passages(articles, digests, spans=spans))
    return SegmentPassages(sections, articles=len(articles), passages=len(spans))


@pytest.fixture
def store():
    articles = [
        article("a", published=date(2024, 1, 1), outlet="The Post", authors=("Ann Lee", "Bo Ek")),
        article("b", published=date(2024, 6, 1), outlet="The Times"),
        article("c", published=date(2025, 1, 1), outlet="the post", authors=("Bo Ek",)),
        article("d"),
    ]
    spans = [PassageSpan(number, 0, 4) for number in (0, 0, 1)]
    return PassageStore(
        [
            segment_of(articles[:2], spans),
            segment_of([], []),
            segment_of(articles[2:], [PassageSpan(number, 0, 4) for number in (0, 1)]),
        ]
    )


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
    assert [p.article_id for p in map(store.passage, range(5))] == ["a", "a", "b", "c", "d"]
    assert [p.article_id for p in store.article_passages("d")] == ["d"]
    with pytest.raises(IndexError):
        store.passage(5)


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

"""The cache keeps values or has lost them: never another value, and it stops no build."""

from __future__ import annotations

import sqlite3

import pytest

from rag.errors import IndexingError
from rag.index import cache as cache_module
from rag.index.cache import Cache, cache_key

KEYS = [cache_key("key", str(number)) for number in range(1200)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "values.sqlite"


def test_values_come_back_at_once_and_after_closing(path):
    values = {key: key[::-1] for key in KEYS}
    with Cache(path) as cache:
        cache.put_many(values)
        assert cache.get(KEYS[3]) == values[KEYS[3]]

    with Cache(path) as cache:
        assert cache.get_many(KEYS) == values


def test_a_value_that_was_changed_is_gone(path):
    with Cache(path) as cache:
        cache.put_many({KEYS[0]: b"right", KEYS[1]: b"other"})
    with sqlite3.connect(path) as database:
        database.execute("UPDATE entries SET value = ? WHERE key = ?", (b"wrong", KEYS[0]))
    database.close()

    with Cache(path) as cache:
        assert cache.get_many(KEYS[:2]) == {KEYS[1]: b"other"}


def test_a_value_under_another_key_is_gone(path):
    with Cache(path) as cache:
        cache.put_many({KEYS[0]: b"right"})
    with sqlite3.connect(path) as database:
        database.execute("UPDATE entries SET key = ?", (KEYS[1],))
    database.close()

    with Cache(path) as cache:
        assert cache.get(KEYS[1]) is None


@pytest.mark.parametrize("damage", [b"", b"no database" * 999, b"SQLite format 3\0" + b"\1" * 5000])
def test_a_file_that_is_no_database_starts_anew(path, damage):
    path.write_bytes(damage)

    with Cache(path) as cache:
        assert cache.get(KEYS[0]) is None
        cache.put_many({KEYS[0]: b"value"})
    with Cache(path) as cache:
        assert cache.get(KEYS[0]) == b"value"


def test_another_writer_delays_a_cache_and_stops_nothing(path, monkeypatch):
    monkeypatch.setattr(cache_module, "WAIT_FOR_WRITER_S", 0.05)
    with Cache(path) as cache:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        cache.put_many({KEYS[0]: b"value"})
        cache.commit()
        other.execute("COMMIT")
        other.close()

    with Cache(path) as cache:
        assert cache.get(KEYS[0]) == b"value"


def test_a_cache_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(IndexingError) as caught:
        Cache(tmp_path / "no such folder" / "values.sqlite")

    assert caught.value.code == "E-IDX-005"


def test_pruning_waits_until_most_is_unused(path):
    with Cache(path) as cache:
        cache.put_many(dict.fromkeys(KEYS, b"value"))
        cache.commit()
        cache.prune(lambda: KEYS[:700], count=700)
        assert len(cache.get_many(KEYS)) == 1200

        cache.prune(lambda: KEYS[:10], count=10)
        assert set(cache.get_many(KEYS)) == set(KEYS[:10])


def test_a_key_tells_its_parts_apart():
    assert cache_key("ab", "c") != cache_key("a", "bc")

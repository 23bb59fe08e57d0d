"""What a build computes, keeps, reports and writes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.config import Config
from rag.corpus.files import read_bytes
from rag.errors import ArticleError, EmbedderError
from rag.index import readings
from rag.index.build import build_index, plan_build
from rag.index.disk import Disk
from rag.index.generations import rollback
from rag.index.manifest import MANIFEST
from rag.index.snapshot import open_snapshot
from rag.records import Progress
from tests.doubles import TextReader, WordEmbedder


def hashes(folder) -> dict[str, str]:
    """SHA-256 of every file of a generation but the manifest."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST
    }


def test_a_first_build_holds_every_article_and_passage(shelf):
    report = shelf.build()

    snapshot = shelf.open()
    assert report.changes.added == ("apples.txt", "boats/ferry.txt", "clocks.txt")
    assert snapshot.article_ids == report.changes.added
    assert (report.generation, report.passages, report.embedded) == (1, 3, 3)
    for row in range(snapshot.passage_count):
        passage = snapshot.passage(row)
        article = snapshot.article(passage.article_id)
        assert article.text[passage.start : passage.end] == passage.text
        assert article.sha256 == hashlib.sha256(article.text.encode()).hexdigest()


def test_a_build_tells_added_changed_removed_and_unchanged(shelf):
    shelf.build()
    shelf.write("dogs.txt", "Dogs\n\nA dog waits at the gate.")
    shelf.write("clocks.txt", "Clocks\n\nThe tower clock was replaced.")
    shelf.remove("apples.txt")

    planned = plan_build(shelf.config)
    report = shelf.build()

    assert report.changes == planned
    assert planned.added == ("dogs.txt",)
    assert planned.changed == ("clocks.txt",)
    assert planned.removed == ("apples.txt",)
    assert planned.unchanged == ("boats/ferry.txt",)


def test_a_look_opens_no_file_whose_times_are_as_they_were_and_a_build_reads_each(
    shelf, monkeypatch
):
    monkeypatch.setattr("rag.index.cached_reader.SETTLED_NS", 0)
    shelf.write("empty.txt", "")
    shelf.write("copy.txt", "Clocks\n\nThe tower clock was repaired by two brothers.")
    built = shelf.build().changes
    opened = []

    def read(file, *, limit_mb):
        opened.append(file.name)
        return read_bytes(file, limit_mb=limit_mb)

    monkeypatch.setattr("rag.index.cached_reader.read_bytes", read)
    looked = plan_build(shelf.config)

    assert opened == []
    assert looked.unchanged == built.added
    assert (looked.duplicates, looked.failed) == (built.duplicates, built.failed)
    shelf.build()
    assert len(opened) == 5


def test_a_change_that_keeps_size_and_time_is_seen_by_a_look(shelf, monkeypatch):
    monkeypatch.setattr("rag.index.cached_reader.SETTLED_NS", 0)
    shelf.build()
    path = shelf.config.corpus / "apples.txt"
    was = path.stat()
    path.write_bytes(path.read_bytes().replace(b"40 crates", b"41 crates"))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))

    assert plan_build(shelf.config).changed == ("apples.txt",)


def test_a_file_that_changed_just_now_is_not_remembered_by_its_times(shelf):
    shelf.build()
    opened = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "rag.index.cached_reader.CachedReader._hash", lambda _, file: opened.append(file) or ""
        )
        plan_build(shelf.config)

    assert len(opened) == 3


def test_only_the_passages_of_a_new_article_are_embedded(shelf):
    shelf.build()
    shelf.embedder.embedded.clear()
    shelf.write("dogs.txt", "Dogs\n\nA dog waits at the gate.")

    report = shelf.build()

    assert report.embedded == 1
    assert len(shelf.embedder.embedded) == 1
    assert "A dog waits" in shelf.embedder.embedded[0]


def test_a_text_is_embedded_once_per_embedder_however_often_the_embedder_changes(shelf):
    shelf.build()
    other = WordEmbedder(name="another")

    changed = build_index(shelf.config, other)
    opened = open_snapshot(shelf.config.index, embedder=other)
    back = shelf.build()

    assert (changed.generation, changed.embedded, opened.generation) == (2, 3, 2)
    assert (back.generation, back.embedded) == (3, 0)


def test_what_is_taken_away_and_put_back_is_not_embedded_again(shelf):
    shelf.build()
    shelf.remove("apples.txt")
    shelf.build()
    shelf.write("apples.txt", "Apples\n\nThe orchard sold 40 crates of red apples in May.")

    assert shelf.build().embedded == 0


def test_nothing_to_do_keeps_the_current_generation(shelf):
    first = shelf.build()
    (shelf.config.corpus / "apples.txt").touch()

    second = shelf.build()

    assert second.generation == first.generation == 1
    assert second.changes.is_empty
    assert [path.name for path in (shelf.config.index / "gen").iterdir()] == ["000001"]


def test_another_passage_length_makes_a_new_generation(shelf):
    shelf.build()

    report = shelf.with_settings(passage_tokens=32).build()

    assert report.generation == 2
    assert report.changes.is_empty


def test_a_deleted_cache_changes_nothing_but_the_work(shelf):
    shelf.build()
    before = hashes(shelf.generation(1))
    shutil.rmtree(shelf.config.index / "cache")
    shelf.write("dogs.txt", "Dogs\n\nA dog waits at the gate.")
    shelf.build()
    shelf.remove("dogs.txt")

    shelf.build()

    assert hashes(shelf.generation(3)) == before


@pytest.mark.parametrize("name", ["readings", "chunkings", "embeddings"])
@pytest.mark.parametrize("damage", ["garbage", "value", "truncated"])
def test_a_damaged_cache_is_computed_again(shelf, name, damage):
    shelf.build()
    before = hashes(shelf.generation(1))
    path = shelf.config.index / "cache" / f"{name}.sqlite"
    data = path.read_bytes()
    if damage == "garbage":
        path.write_bytes(b"no database at all" * 100)
    elif damage == "truncated":
        path.write_bytes(data[: len(data) // 2 + 7])
    else:
        at = len(data) - 20  # values lie at the end of a page
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    shutil.rmtree(shelf.config.index / "gen")
    (shelf.config.index / "CURRENT").unlink()

    shelf.build()

    assert hashes(shelf.generation(1)) == before


@pytest.mark.parametrize("copy", ["zz.txt", "added/apples.txt"])
def test_of_equal_texts_the_first_is_kept_and_none_that_was_added_later(shelf, copy):
    shelf.write(copy, "Apples\n\nThe orchard sold 40 crates of red apples in May.")

    changes = shelf.build().changes

    assert copy not in shelf.open().article_ids
    [duplicate] = changes.duplicates
    assert (duplicate.name, duplicate.code) == (copy, "W-DOC-004")
    assert f'"{copy}" is identical to "apples.txt"' in duplicate.message


def test_when_the_first_of_two_equal_texts_goes_the_other_takes_its_place(shelf):
    shelf.write("zz.txt", "Apples\n\nThe orchard sold 40 crates of red apples in May.")
    shelf.build()
    shelf.remove("apples.txt")

    changes = shelf.build().changes

    assert (changes.added, changes.removed, changes.duplicates) == (
        ("zz.txt",),
        ("apples.txt",),
        (),
    )


def test_two_files_of_one_name_in_two_folders_are_two_articles(shelf):
    shelf.write("trains/ferry.txt", "Ferry train\n\nThe train meets the ferry at noon.")

    shelf.build()

    assert {"boats/ferry.txt", "trains/ferry.txt"} <= set(shelf.open().article_ids)


def test_one_bad_file_stops_nothing_and_is_remembered(shelf, monkeypatch):
    shelf.write("bad.txt", b"\xff\xfe broken")
    first = shelf.build()
    reads = []

    class Watched(TextReader):
        def read(self, file):
            reads.append(file.name)
            return super().read(file)

    monkeypatch.setattr(readings, "ArticleReader", Watched)

    second = shelf.build()
    shelf.write("bad.txt", "Mended\n\nNow it can be read.")
    third = shelf.build()

    assert [p.code for p in first.changes.failed] == ["E-DOC-006"]
    assert second.changes.failed == first.changes.failed
    assert (third.changes.failed, third.changes.added) == ((), ("bad.txt",))
    assert reads == ["bad.txt"]


def test_a_corpus_without_an_article_leaves_the_index_unchanged(shelf):
    shelf.build()
    for name in ("apples.txt", "boats/ferry.txt", "clocks.txt"):
        shelf.remove(name)

    with pytest.raises(ArticleError) as caught:
        shelf.build()

    assert caught.value.code == "E-DOC-020"
    assert shelf.open().generation == 1


def test_a_dry_run_writes_nothing_where_there_is_no_index(shelf):
    changes = plan_build(shelf.config)

    assert len(changes.added) == 3
    assert not shelf.config.index.exists()


def test_an_embedder_that_returns_what_is_no_unit_vector_is_refused(shelf):
    class Broken(WordEmbedder):
        def embed_passages(self, texts, *, on_done=None):
            return np.full((len(texts), self.dimension), np.nan, dtype=np.float32)

    with pytest.raises(EmbedderError) as caught:
        build_index(shelf.config, Broken())

    assert caught.value.code == "E-EMB-001"
    assert not (shelf.config.index / "CURRENT").exists()


def test_a_build_that_dies_while_embedding_goes_on_where_it_was(empty_shelf, monkeypatch):
    monkeypatch.setattr("rag.index.contents.EMBEDDED_AT_ONCE", 4)
    monkeypatch.setattr("rag.index.cache.COMMIT_EVERY_S", 0.0)
    for number in range(12):
        empty_shelf.write(f"{number:02d}.txt", f"Title {number}\n\nArticle number {number} here.")

    class Dying(WordEmbedder):
        def embed_passages(self, texts, *, on_done=None):
            if len(self.embedded) >= 8:
                raise KeyboardInterrupt
            return super().embed_passages(texts, on_done=on_done)

    dying = Dying()
    with pytest.raises(KeyboardInterrupt):
        build_index(empty_shelf.config, dying)

    assert 8 <= len(dying.embedded) < 12
    assert empty_shelf.build().embedded == 12 - len(dying.embedded)


def test_progress_counts_every_stage_to_its_end(shelf):
    seen: list[Progress] = []

    shelf.build(on_progress=seen.append)

    last = {progress.stage: progress for progress in seen}
    assert list(last) == ["reading", "chunking", "embedding", "writing", "checking"]
    assert all(p.done == p.total for p in last.values() if p.stage != "writing")


def test_the_manifest_names_every_file_with_its_hash_the_settings_and_the_embedder(shelf):
    shelf.build()

    manifest = json.loads((shelf.generation(1) / MANIFEST).read_bytes())

    assert set(manifest["files"]) == set(hashes(shelf.generation(1)))
    for name, record in manifest["files"].items():
        data = (shelf.generation(1) / name).read_bytes()
        table = data[-record["table"] :]
        assert (len(data), hashlib.sha256(table).hexdigest()) == (record["bytes"], record["sha256"])
    assert manifest["embedder"] == shelf.embedder.fingerprint
    assert manifest["embedder_key"] == shelf.embedder.key
    assert {"chunker", "tokenizer", "parsers", "passage_tokens"} <= set(manifest["settings"])


def test_no_more_generations_are_kept_than_asked_for(shelf):
    few = shelf.with_settings(keep_generations=2)
    for number in range(6):
        few.write("dogs.txt", f"Dogs\n\nA dog waits for {number} minutes.")
        few.build()

    names = sorted(path.name for path in (few.config.index / "gen").iterdir())

    assert names == ["000004", "000005", "000006"]


def test_an_index_is_a_function_of_the_corpus_after_a_rollback_too(shelf):
    shelf.build()
    shelf.write("dogs.txt", "Dogs\n\nA dog waits at the gate.")
    shelf.build()
    rollback(shelf.config.index, 1)

    report = shelf.build()

    assert (report.generation, report.changes.added) == (3, ("dogs.txt",))
    assert hashes(shelf.generation(3)) == hashes(shelf.generation(2))


NAMES = ("a.txt", "b.txt", "c/a.txt", "d.txt")
SENTENCES = (
    "The mill stands.",
    "A bridge fell in 1911.",
    "Nobody saw the U.S. envoy.",
    "“Stay,” he said.",
)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.one_of(st.none(), st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=12)),
    ),
    min_size=1,
    max_size=4,
)


def test_parts_that_did_not_change_are_shared_between_generations(empty_shelf, monkeypatch):
    monkeypatch.setattr("rag.index.segments.FEWEST_ARTICLES", 4)
    for number in range(40):
        empty_shelf.write(f"{number:02d}.txt", f"Title {number}\n\nArticle number {number} here.")
    empty_shelf.build()
    empty_shelf.write("17.txt", "Title 17\n\nAnother text stands here.")
    empty_shelf.build()

    inodes = [
        {path.name: path.stat().st_ino for path in empty_shelf.generation(n).glob("*.blocks")}
        for n in (1, 2)
    ]
    shared = set(inodes[0].items()) & set(inodes[1].items())
    assert len(inodes[1]) > 5
    assert len(shared) == len(inodes[1]) - 2  # all but the changed one and the problems
    (changed,) = [row for row in range(40) if "Another" in empty_shelf.open().passage(row).text]
    assert empty_shelf.open().passage_article(changed) == "17.txt"


def test_a_file_system_without_links_gets_copies(empty_shelf, monkeypatch):
    class Linkless(Disk):
        def link(self, source, target):
            raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("rag.index.segments.FEWEST_ARTICLES", 1)
    for number in range(3):
        empty_shelf.write(f"{number}.txt", f"Title {number}\n\nArticle number {number} here.")
    empty_shelf.build()
    empty_shelf.write("3.txt", "Title 3\n\nOne more.")

    empty_shelf.build(disk=Linkless())

    assert empty_shelf.open().article_ids == ("0.txt", "1.txt", "2.txt", "3.txt")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rounds=st.lists(EDITS, min_size=1, max_size=4))
def test_incremental_and_full_builds_give_the_same_bytes(
    tmp_path_factory, read_here, rounds, monkeypatch
):
    monkeypatch.setattr("rag.index.segments.FEWEST_ARTICLES", 2)
    folder = tmp_path_factory.mktemp("edits")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "fixed.txt").write_text("Fixed\n\nThis one stays.", encoding="utf-8")
    config = Config(corpus=folder / "corpus", index=folder / "index", passage_tokens=32)
    embedder = WordEmbedder(dimension=8)
    for edits in rounds:
        for name, sentences in edits:
            path = config.corpus / name
            path.parent.mkdir(exist_ok=True)
            if sentences is None:
                path.unlink(missing_ok=True)
            else:
                path.write_text("Title\n\n" + " ".join(sentences), encoding="utf-8")
        generation = build_index(config, embedder).generation

    fresh = Config(corpus=config.corpus, index=folder / "fresh", passage_tokens=32)
    build_index(fresh, WordEmbedder(dimension=8))

    incremental = config.index / "gen" / f"{generation:06d}"
    assert hashes(incremental) == hashes(fresh.index / "gen" / "000001")

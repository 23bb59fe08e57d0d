"""An index on object storage answers as a folder does, and is whole through kills and damage.

A `moto` server on loopback stands for S3; `memory://` for any other file system of fsspec.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from rag.assistant import Assistant
from rag.cli.main import main
from rag.config import NO_RERANKER, Config, load_config
from rag.errors import ConfigError, IndexingError
from rag.index import lease, shared, storage
from rag.index.generations import rollback
from rag.index.inspection import verify
from rag.index.loading import PROBLEMS_FILE
from rag.index.manifest import Pointer, encode_manifest, encode_pointer, sha256_hex
from rag.index.snapshot import SnapshotHolder, open_snapshot
from rag.index.store import store_of
from rag.records import Question
from tests.conftest import ROOT
from tests.faults.object_storage import S3Server
from tests.index.conftest import Shelf, change_file

pytest.importorskip("s3fs", reason="requirements-s3.txt is not installed")
pytest.importorskip("moto.server", reason="moto, the S3 server of the tests, is not installed")

QUESTIONS = ("How many crates of apples were sold?", "Who repaired the clock?", "Is there a zebra?")


@pytest.fixture(scope="module")
def server():
    with S3Server() as started:
        yield started


@pytest.fixture
def bucket(server, monkeypatch):
    """Return the address of a new folder on S3; the environment leads to the server."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(lease, "SETTLED_AFTER_S", 0.01)
    monkeypatch.setattr(lease, "ENDS_AFTER_S", 0.6)
    monkeypatch.setattr(shared, "ASKED_EVERY_S", 0.0)
    return server.new_folder()


@pytest.fixture
def builder(shelf, bucket, tmp_path) -> Shelf:
    """Return the machine that builds; nothing is built yet."""
    return shelf.with_settings(
        index=bucket, home=tmp_path / "builder", prompts=ROOT / "prompts", reranker=NO_RERANKER
    )


def reader(builder, *, name="reader"):
    """Return the settings of another machine."""
    return replace(builder.config, home=builder.config.home.with_name(name), corpus="nowhere")


def opened(config):
    return open_snapshot(config.index_folder, store=store_of(config))


def segment_of(builder):
    """Return the object of the one segment of the current generation."""
    manifest = opened(builder.config).manifest
    return f"blocks/{manifest.files[manifest.segments[0].file].sha256}"


def ask(config, embedder, text):
    assistant = Assistant(config)
    assistant.embedder = embedder
    return assistant.ask_once(Question(text))


def test_another_machine_answers_as_from_a_folder(builder, shelf, tmp_path):
    folder = shelf.with_settings(prompts=ROOT / "prompts", reranker=NO_RERANKER)
    for address in (builder.config.index, f"memory://{tmp_path.name}"):
        here = builder.with_settings(index=address, home=tmp_path / address[:2] / "a")
        here.build()
        folder.build()
        for text in QUESTIONS:
            expected = ask(folder.config, folder.embedder, text)
            assert ask(reader(here), here.embedder, text).sentences == expected.sentences
    assert any(ask(folder.config, folder.embedder, text).sentences for text in QUESTIONS)


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_running_reader_follows_a_build_and_links_what_is_the_same_and_whole(
    builder, server, is_damaged
):
    builder.build()
    config = reader(builder)
    holder = SnapshotHolder(config.index_folder, store=store_of(config))
    old = config.index_folder / "gen" / "000001" / PROBLEMS_FILE
    assert holder.get().generation == 1
    if is_damaged:
        change_file(old, lambda data: b"?" + data[1:])
    builder.write("apples.txt", "Apples\n\nThe orchard sold 90 crates of red apples in June.")
    builder.build()

    for _ in range(100):
        if holder.get().generation == 2:
            break
        time.sleep(0.02)
    else:
        pytest.fail("the reader stays behind")

    snapshot = holder.get()
    snapshot.check()
    assert "90 crates" in snapshot.article("apples.txt").text
    assert (old.stat().st_nlink == 2) == (not is_damaged)
    assert config.index_folder.stat().st_mode & 0o77 == 0
    assert all(path.stat().st_mode & 0o77 == 0 for path in old.parent.with_name("000002").iterdir())
    names = server.names(builder.config.index)
    assert [name.partition("/")[0] for name in names if "blocks/" not in name] == [
        "CURRENT",
        "gen",
        "gen",
    ]


def test_old_generations_are_collected_and_another_machine_goes_on_and_rolls_back(builder, server):
    few = builder.with_settings(keep_generations=1)
    for crates in (50, 60, 70):
        few.write("apples.txt", f"Apples\n\nThe orchard sold {crates} crates of apples.")
        few.build()
    other = few.with_settings(home=few.config.home.with_name("other"))
    other.write("apples.txt", "Apples\n\nThe orchard sold 80 crates of apples.")
    assert other.build().generation == 4

    config = other.config
    assert not [one for one in verify(config.index_folder, store=store_of(config)) if one.damage]
    names = server.names(config.index)
    assert [name[:10] for name in names if name.startswith("gen/")] == ["gen/000003", "gen/000004"]
    assert len([name for name in names if name.startswith("blocks/")]) == 3  # problems are shared
    rollback(config.index_folder, 3, store=store_of(config))
    assert "70 crates" in opened(reader(other)).article("apples.txt").text
    assert "70 crates" in opened(few.config).article("apples.txt").text


def test_a_flipped_byte_is_noticed_before_an_answer_and_a_build_mends_it(builder, server):
    builder.build()
    standing = reader(builder, name="standing")
    holder = SnapshotHolder(standing.index_folder, store=store_of(standing))
    holder.get()
    builder.write("apples.txt", "Apples\n\nThe orchard sold 90 crates of red apples in June.")
    builder.build()
    segment = segment_of(builder)
    server.flip(builder.config.index, segment, at=100)

    with pytest.raises(
        IndexingError, match=f"{segment}. is damaged .* Remove it, then run"
    ) as seen:
        opened(reader(builder))
    assert "\n" not in seen.value.message
    assert holder.get().generation == 1
    other = builder.with_settings(home=builder.config.home.with_name("other"))
    other.build()  # has no copy of its own, and finds the damage, too
    assert "90 crates" in opened(reader(builder)).article("apples.txt").text


@pytest.mark.parametrize("kind", ["garbage", "an older Footnote's"])
def test_a_current_that_cannot_be_read_is_built_over(builder, bucket, kind):
    builder.build()
    there = storage.Storage(bucket)
    older = replace(opened(builder.config).manifest, generation=9, format=1, min_reader=1)
    data = encode_manifest(older)
    pointer = Pointer(9, sha256_hex(data))
    there.write(f"gen/000009-{pointer.manifest_sha256}.json", data)
    there.write("CURRENT", b"{}" if kind == "garbage" else encode_pointer(pointer))
    with pytest.raises(IndexingError, match=r"CURRENT. is damaged|by an older Footnote"):
        opened(reader(builder))

    assert builder.build().generation == (2 if kind == "garbage" else 10)

    assert "40 crates" in opened(reader(builder)).article("apples.txt").text
    assert not [name for name in there.sizes("gen") if "000009" in name]


def test_a_lost_object_is_put_back_by_the_next_build(builder, server):
    builder.build()
    server.remove(builder.config.index, segment_of(builder))
    with pytest.raises(IndexingError, match="is not there"):
        opened(reader(builder))

    assert builder.build().generation == 1

    assert opened(reader(builder)).generation == 1


def test_a_damaged_copy_is_fetched_anew(builder):
    builder.build()
    config = reader(builder)
    opened(config)
    [path] = (config.index_folder / "gen" / "000001").glob(f"{'?' * 40}.blocks")
    change_file(path, lambda data: b"?" + data[1:])
    holder = SnapshotHolder(config.index_folder, store=store_of(config))

    with pytest.raises(IndexingError, match="does not have the content written"):
        holder.get().article("apples.txt")
    with pytest.raises(IndexingError, match="No generation in"):
        holder.get()

    assert "40 crates" in holder.get().article("apples.txt").text


def test_storage_that_is_away_is_one_sentence_and_a_running_program_answers_on(
    builder, server, monkeypatch, capsys
):
    builder.build()
    config = reader(builder)
    store = store_of(config)
    holder = SnapshotHolder(config.index_folder, store=store)
    holder.get()
    monkeypatch.setitem(storage.S3, "read_timeout", 0.5)
    server.stop()
    try:
        started = time.monotonic()
        assert holder.get().generation == 1
        assert time.monotonic() - started < 2 * shared.WAITS_S
        arguments = ["--corpus", str(builder.config.corpus), "--index", config.index]
        monkeypatch.setenv("RAG_HOME", str(config.home))
        assert main(["index", "status", *arguments]) == 2
        with pytest.raises(IndexingError, match="does not answer as it should"):
            builder.build()
        late = SnapshotHolder(config.index_folder, store=store_of(config))
        with pytest.raises(IndexingError, match="does not answer as it should"):
            late.get()
        started = time.monotonic()
        with pytest.raises(IndexingError, match="does not answer as it should"):
            late.get()
        assert time.monotonic() - started < storage.S3["read_timeout"]
    finally:
        server.go_on()
    said = capsys.readouterr().err
    assert said.endswith("[E-IDX-013]\n")
    assert said.count("\n") == 1
    assert "made-up-secret" not in said
    assert main(["index", "status", *arguments]) == 0
    assert config.index in capsys.readouterr().out


def test_of_two_builders_one_is_refused_and_a_dead_one_is_waited_for(builder, bucket, monkeypatch):
    place = storage.Storage(bucket)
    place.write("LEASE", b'{"host": "elsewhere", "pid": 7, "token": "t"}', over=None)
    with pytest.raises(IndexingError, match="Another build changed"):
        place.write("LEASE", b"{}", over=None)
    assert builder.build().generation == 1  # it was not renewed
    monkeypatch.setattr(lease, "RENEWED_EVERY_S", 0.05)

    with lease.held_lease(place), pytest.raises(IndexingError, match=r"A build on .* is running"):
        builder.build()


def test_current_is_not_replaced_where_another_build_replaced_it(builder, bucket):
    builder.build()
    there = storage.Storage(bucket)
    version = there.version("CURRENT")
    there.write("CURRENT", b"of another")

    with pytest.raises(IndexingError, match="Another build changed"):
        there.write("CURRENT", b"ours", over=version)
    there.write("CURRENT", b"of another", over=version)  # as if its answer had been lost
    assert there.read("CURRENT", limit=99) == b"of another"


def test_what_an_address_lacks_is_said(tmp_path, bucket):
    with pytest.raises(IndexingError, match=r"E-IDX-001|No index yet in .s3://"):
        opened(Config(index=bucket, home=tmp_path))
    with pytest.raises(ConfigError, match="cannot be reached with what is installed"):
        opened(Config(index="nowhere://bucket/index", home=tmp_path))
    with pytest.raises(ConfigError, match="has a user name and a password in it"):
        load_config({"index": "s3://me:secret@bucket/index"}, environment={})
    assert load_config({"index": "s3://bucket/index/"}, environment={}).index == "s3://bucket/index"


def test_a_folder_needs_no_fsspec():
    code = "import sys, rag.index.build, rag.cli.main; sys.exit('fsspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0

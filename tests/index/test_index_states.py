"""What opens when: every state in which an index can be found, and the sentence a person gets."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import stat
import subprocess
import sys
import threading
import time

import pytest

from rag.errors import DamagedIndexError, IndexingError
from rag.index import disk as disk_module
from rag.index import snapshot as snapshot_module
from rag.index.build import build_index
from rag.index.disk import DISK, Disk
from rag.index.generations import rollback
from rag.index.inspection import status, verify
from rag.index.layout import Layout
from rag.index.lock import is_locked, writer_lock
from rag.index.manifest import MANIFEST, Pointer, canonical_json, encode_pointer, sha256_hex
from rag.index.snapshot import SnapshotHolder, open_snapshot
from tests.doubles import WordEmbedder
from tests.index.conftest import change_file


@pytest.fixture
def two_generations(shelf):
    shelf.build()
    shelf.write("dogs.txt", "Dogs\n\nA dog waits at the gate.")
    shelf.build()
    return shelf


def refusal(action) -> IndexingError:
    """Return the error of an action, after checking that a person can read it."""
    with pytest.raises(IndexingError) as caught:
        action()
    message = caught.value.message
    assert "\n" not in message
    assert message.endswith((".", "build", "status")), message
    return caught.value


def spoil(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def test_no_index_says_how_to_build_one(shelf):
    error = refusal(shelf.open)

    assert error.code == "E-IDX-001"
    assert error.message == "No index yet. Build it with: python -m rag index build"


def test_a_reader_waits_while_the_first_generation_is_checked(shelf):
    """Between its rename and the switch a generation is there and CURRENT is not: no damage."""
    shelf.build()
    layout = Layout(shelf.config.index)
    aside = layout.index / "CURRENT.aside"
    layout.current.rename(aside)
    opened = []
    reader = threading.Thread(target=lambda: opened.append(shelf.open()))

    with writer_lock(layout.lock, DISK):
        reader.start()
        time.sleep(0.3)
        assert not opened
        aside.rename(layout.current)
        reader.join(timeout=60)

    assert [(each.generation, each.degraded) for each in opened] == [(1, "")]


def test_a_build_after_the_loss_of_current_keeps_no_reader_waiting_for_long(shelf, monkeypatch):
    shelf.build()
    monkeypatch.setattr(snapshot_module, "PUBLISH_PATIENCE_S", 0.1)
    layout = Layout(shelf.config.index)
    layout.current.unlink()

    with writer_lock(layout.lock, DISK):
        opened = shelf.open()

    assert opened.degraded.startswith("CURRENT is missing")


def test_looking_at_the_lock_does_not_take_it(shelf):
    shelf.build()
    lock = Layout(shelf.config.index).lock

    assert not is_locked(lock, DISK)
    with writer_lock(lock, DISK):
        assert is_locked(lock, DISK)
    assert not is_locked(lock, DISK)


def test_an_empty_folder_or_one_with_leftovers_only_is_no_index(shelf):
    (shelf.config.index / "gen" / ".tmp-000001-abc").mkdir(parents=True)

    assert refusal(shelf.open).code == "E-IDX-001"


def test_leftovers_are_removed_by_the_next_build(shelf):
    (shelf.config.index / "gen" / ".tmp-000001-abc").mkdir(parents=True)
    (shelf.config.index / "gen" / ".dead-000000").mkdir()
    (shelf.config.index / "CURRENT.tmp-1-abc").write_bytes(b"{}")

    shelf.build()

    assert [path.name for path in (shelf.config.index / "gen").iterdir()] == ["000001"]
    assert not list(shelf.config.index.glob("CURRENT.tmp-*"))


@pytest.mark.parametrize("content", [None, b"", b"17", b"\xff", b"{}", b'{"format":1}', b"[" * 300])
def test_without_a_usable_pointer_the_newest_whole_generation_opens_and_says_so(
    two_generations, content
):
    pointer = two_generations.config.index / "CURRENT"
    pointer.unlink()
    if content is not None:
        pointer.write_bytes(content)

    snapshot = two_generations.open()

    assert snapshot.generation == 2
    assert "CURRENT" in snapshot.degraded
    assert snapshot.degraded.endswith("Repair it with: python -m rag index build")


def test_a_pointer_that_fits_no_manifest_opens_the_newest_whole_generation(two_generations):
    pointer = two_generations.config.index / "CURRENT"
    pointer.write_bytes(encode_pointer(Pointer(generation=1, manifest_sha256="0" * 64)))

    snapshot = two_generations.open()

    assert (snapshot.generation, bool(snapshot.degraded)) == (2, True)


@pytest.mark.parametrize("name", [MANIFEST, "problems.blocks", "*[0-9]*.blocks"])
@pytest.mark.parametrize("change", [spoil, lambda data: data[:-1], lambda data: data + b"\0"])
def test_a_damaged_generation_is_set_aside_and_the_one_before_it_opens(
    two_generations, name, change
):
    [path] = two_generations.generation(2).glob(name)
    change_file(path, change)

    snapshot = two_generations.open()

    assert snapshot.generation == 1
    assert snapshot.degraded.startswith("Generation 2 is damaged (")
    assert not two_generations.generation(2).exists()
    assert (two_generations.config.index / "quarantine" / "000002-damaged" / path.name).exists()
    assert two_generations.open().generation == 1


def test_a_missing_file_is_damage_too(two_generations):
    two_generations.segment(2).unlink()

    snapshot = two_generations.open(is_checked=False)

    assert ".blocks is missing" in snapshot.degraded


def test_the_next_build_repairs_a_degraded_index_under_a_new_number(two_generations):
    change_file(two_generations.segment(2), spoil)
    two_generations.open()

    report = two_generations.build()

    snapshot = two_generations.open()
    assert (report.generation, report.embedded) == (3, 0)
    assert (snapshot.generation, snapshot.degraded) == (3, "")


def test_when_no_generation_is_whole_the_files_and_reasons_are_named(two_generations):
    names = {number: two_generations.segment(number).name for number in (1, 2)}
    for number in names:
        change_file(two_generations.segment(number), spoil)

    error = refusal(two_generations.open)

    assert isinstance(error, DamagedIndexError)
    assert error.code == "E-IDX-003"
    assert all(f"{number:06d}: {name}" in error.message for number, name in names.items())
    assert two_generations.build().generation == 3
    assert two_generations.open().degraded == ""


def test_an_index_of_a_newer_footnote_is_left_alone(two_generations):
    def newer(data: bytes) -> bytes:
        fields = json.loads(data)
        del fields["manifest_sha256"]
        fields |= {"min_reader": 3, "format": 3, "novelty": True}
        own = sha256_hex(canonical_json(fields))
        return canonical_json({**fields, "manifest_sha256": own})

    folder = two_generations.generation(2)
    change_file(folder / MANIFEST, newer)
    digest = sha256_hex((folder / MANIFEST).read_bytes())
    (two_generations.config.index / "CURRENT").write_bytes(encode_pointer(Pointer(2, digest)))

    for action in (two_generations.open, two_generations.build):
        error = refusal(action)
        assert error.code == "E-IDX-006"
        assert "format 3" in error.message
    assert folder.exists()


@pytest.mark.parametrize(
    ("other", "built", "asked"),
    [
        ({"name": "other"}, "word-overlap", "other"),
        ({"max_tokens": 99}, "word-overlap, max_tokens 256", "word-overlap, max_tokens 99"),
    ],
)
def test_an_index_of_another_embedder_is_not_searched(shelf, other, built, asked):
    shelf.build()

    error = refusal(lambda: open_snapshot(shelf.config.index, embedder=WordEmbedder(**other)))

    assert error.code == "E-IDX-007"
    assert error.message == (
        f'The index was built with "{built}", the settings ask for "{asked}". '
        "Rebuild it with: python -m rag index build"
    )


def test_an_index_of_another_tokenizer_is_not_searched(shelf, monkeypatch):
    shelf.build()
    monkeypatch.setattr("rag.index.loading.TOKENIZER", "tomorrow's")

    assert refusal(shelf.open).code == "E-IDX-007"


def test_the_pickle_of_another_program_is_not_opened(shelf):
    shelf.config.index.mkdir()
    (shelf.config.index / "index.pkl").write_bytes(b"cos\nsystem\n(S'false'\ntR.")

    assert refusal(shelf.open).code == "E-IDX-009"
    assert shelf.build().generation == 1


class ReadOnly(Disk):
    """A disk that can be read."""

    def open(self, path, flags, mode=0o600):
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(30, "Read-only file system", str(path))
        return super().open(path, flags, mode)

    def make_folder(self, path):
        raise OSError(30, "Read-only file system", str(path))


def test_a_disk_that_can_only_be_read_serves_and_refuses_a_build(shelf):
    shelf.build()
    shelf.write("dogs.txt", "Dogs\n\nA dog waits at the gate.")

    snapshot = open_snapshot(shelf.config.index, disk=ReadOnly())
    error = refusal(lambda: shelf.build(disk=ReadOnly()))

    assert snapshot.passage_count == 3
    assert error.code == "E-IDX-005"
    assert "questions still work" in error.message


def test_a_damaged_generation_on_a_disk_that_can_only_be_read_stays_and_the_other_serves(
    two_generations,
):
    change_file(two_generations.segment(2), spoil)

    snapshot = open_snapshot(two_generations.config.index, disk=ReadOnly(), is_checked=True)

    assert (snapshot.generation, bool(snapshot.degraded)) == (1, True)
    assert two_generations.generation(2).exists()


def test_a_build_asks_for_space_before_it_embeds(shelf):
    class Full(Disk):
        def free_bytes(self, folder):
            return 10

    error = refusal(lambda: shelf.build(disk=Full()))

    assert error.code == "E-IDX-008"
    assert "Nothing was changed" in error.message
    assert shelf.embedder.embedded == []


def test_what_does_not_read_back_as_written_never_becomes_current(two_generations):
    class Forgetful(Disk):
        """Says that it wrote, and writes zeros: a full disk may (faiss.write_index did)."""

        def write(self, fd, data):
            return os.write(fd, bytes(len(data)))

    two_generations.write("eels.txt", "Eels\n\nAn eel swims upstream.")
    error = refusal(lambda: two_generations.build(disk=Forgetful()))

    assert error.code == "E-IDX-010"
    assert (two_generations.open().generation, two_generations.open().degraded) == (2, "")
    assert (two_generations.config.index / "quarantine" / "000003-damaged").exists()


def test_nobody_else_may_read_the_index(shelf):
    shelf.build()

    for path in [shelf.config.index, *shelf.config.index.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, f"{path}: {mode:o}"


def test_what_is_no_file_in_the_place_of_the_lock_lets_one_build_in_and_not_two(shelf):
    shelf.build()
    lock = shelf.config.index / "writer.lock"
    lock.unlink()
    lock.mkdir()
    with writer_lock(lock, Disk()):
        error = refusal(shelf.build)

    assert error.code == "E-IDX-004"
    assert lock.is_file()


def test_a_link_in_the_index_is_removed_and_what_it_leads_to_stays(two_generations, tmp_path):
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (treasure / "gold.txt").write_text("gold", encoding="utf-8")
    for name in (".tmp-000009-abc", ".dead-000001"):
        (two_generations.config.index / "gen" / name).symlink_to(treasure)
    shutil.rmtree(two_generations.generation(1))
    two_generations.generation(1).symlink_to(treasure)
    two_generations.write("eels.txt", "Eels\n\nAn eel swims upstream.")

    two_generations.with_settings(keep_generations=1).build()

    assert not two_generations.generation(1).exists()
    assert (treasure / "gold.txt").read_text(encoding="utf-8") == "gold"


def test_an_index_may_lie_behind_a_link_to_a_folder(shelf, tmp_path):
    (tmp_path / "disk").mkdir()
    shelf.config.index.symlink_to(tmp_path / "disk")

    shelf.build()

    assert shelf.open().degraded == ""


def test_an_index_that_is_a_file_is_said_to_be_no_folder(shelf):
    shelf.config.index.write_text("a file", encoding="utf-8")

    error = refusal(shelf.build)

    assert error.code == "E-IDX-005"
    assert "is not a folder" in error.message


def test_a_second_build_is_refused_with_who_builds_since_when(shelf):
    shelf.build()
    with writer_lock(shelf.config.index / "writer.lock", Disk()):
        error = refusal(shelf.build)

    assert error.code == "E-IDX-004"
    assert f"A build (pid {os.getpid()}) has been running since " in error.message


def test_the_lock_of_a_killed_build_is_free_at_once(shelf):
    shelf.build()
    hold = (
        "import sys, time; from pathlib import Path; from rag.index.disk import Disk\n"
        "from rag.index.lock import writer_lock\n"
        "with writer_lock(Path(sys.argv[1]), Disk()):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", hold, str(shelf.config.index / "writer.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        assert refusal(shelf.build).code == "E-IDX-004"
        holder.kill()
        holder.wait(60)

    shelf.build()


def test_a_forked_child_does_not_keep_the_lock_of_its_parent(shelf):
    shelf.build()
    context = multiprocessing.get_context("fork")
    with writer_lock(shelf.config.index / "writer.lock", Disk()):
        started = context.Event()
        child = context.Process(target=lambda: (started.set(), time.sleep(60)))
        child.start()
        assert started.wait(30)
    try:
        shelf.build()
    finally:
        child.kill()
        child.join(60)


def test_rollback_makes_an_earlier_generation_current(two_generations):
    snapshot = rollback(two_generations.config.index, 1)

    assert snapshot.generation == two_generations.open().generation == 1
    assert two_generations.open().degraded == ""


def test_rollback_to_what_is_not_there_names_what_is(two_generations):
    error = refusal(lambda: rollback(two_generations.config.index, 9))

    assert error.code == "E-IDX-011"
    assert "(found: 1, 2)" in error.message


def test_rollback_to_a_damaged_generation_changes_nothing(two_generations):
    change_file(two_generations.segment(1), spoil)

    assert refusal(lambda: rollback(two_generations.config.index, 1)).code == "E-IDX-003"
    assert two_generations.open().generation == 2


def test_verify_names_what_is_damaged_and_changes_nothing(two_generations):
    change_file(two_generations.segment(1), spoil)

    results = verify(two_generations.config.index)

    assert [(r.generation, r.is_current, bool(r.damage)) for r in results] == [
        (1, False, True),
        (2, True, False),
    ]
    assert two_generations.generation(1).exists()


def test_status_tells_every_generation(two_generations):
    found = status(two_generations.config.index)

    assert (found.generation, found.articles, found.embedder) == (2, 4, "word-overlap")
    assert [(g.generation, g.is_current) for g in found.generations] == [(1, False), (2, True)]
    assert found.quarantined == ()
    assert found.degraded == ""


def test_the_holder_follows_the_pointer_and_old_snapshots_live_on(shelf, monkeypatch):
    monkeypatch.setattr("rag.index.snapshot.CHECK_EVERY_S", 0.0)
    shelf.build()
    holder = SnapshotHolder(shelf.config.index, embedder=shelf.embedder)
    old = holder.get()
    shelf.write("apples.txt", "Apples\n\nThe orchard sold 90 crates of green apples in June.")
    shelf.build()

    new = holder.get()
    shutil.rmtree(shelf.config.index)

    assert (old.generation, new.generation) == (1, 2)
    assert "40 crates" in old.article("apples.txt").text
    assert "90 crates" in new.article("apples.txt").text


def test_the_holder_looks_at_the_pointer_once_a_second_at_most(shelf):
    shelf.build()
    holder = SnapshotHolder(shelf.config.index)
    first = holder.get()
    shelf.write("dogs.txt", "Dogs\n\nA dog waits at the gate.")
    shelf.build()

    assert holder.get() is first
    assert holder.refresh().generation == 2


def test_the_holder_keeps_what_it_has_when_the_new_generation_cannot_be_used(shelf, monkeypatch):
    monkeypatch.setattr("rag.index.snapshot.CHECK_EVERY_S", 0.0)
    shelf.build()
    holder = SnapshotHolder(shelf.config.index, embedder=shelf.embedder)
    holder.get()
    build_index(shelf.config, WordEmbedder(name="other"))

    assert holder.get().generation == 1
    assert 'built with "other"' in holder.notice


def test_a_transient_error_is_no_damage(two_generations):
    class Failing(Disk):
        def read(self, fd, count):
            raise OSError(5, "Input/output error")

    error = refusal(lambda: open_snapshot(two_generations.config.index, disk=Failing()))

    assert error.code == "E-IDX-012"
    assert two_generations.generation(2).exists()


def test_every_error_of_the_disk_has_a_sentence(shelf):
    for number in (28, 30, 13, 5, 24):
        error = disk_module.cannot_write(OSError(number, os.strerror(number)), shelf.config.index)
        assert error.code in {"E-IDX-005", "E-IDX-008", "E-IDX-012"}
        assert "Nothing was changed" in error.message


def test_quarantine_keeps_every_damaged_generation_apart(two_generations):
    for _ in range(2):
        number = two_generations.open().generation
        change_file(two_generations.segment(number), spoil)
        two_generations.build()

    names = sorted(path.name for path in (two_generations.config.index / "quarantine").iterdir())
    assert names == ["000002-damaged", "000003-damaged"]

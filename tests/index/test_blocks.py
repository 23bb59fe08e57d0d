"""What is read of a generation is checked before it is used, and nothing else is read."""

from __future__ import annotations

import os

import numpy as np
import pytest

from rag.errors import DamagedIndexError
from rag.index import loading
from rag.index.blocks import BLOCK, BlockFile, encode_sections
from rag.index.disk import DISK, Disk
from rag.index.snapshot import SnapshotHolder
from tests.index.conftest import change_file

SECTIONS = {"short": b"abc", "long": os.urandom(5 * BLOCK + 7), "empty": b""}


class Counting(Disk):
    """Adds up the bytes that are read."""

    def __init__(self) -> None:
        self.bytes = 0

    def read_at(self, fd, count, offset):
        data = super().read_at(fd, count, offset)
        self.bytes += len(data)
        return data


@pytest.fixture(params=[False, True], ids=["read", "mapped"])
def written(tmp_path, request):
    data, record = encode_sections(SECTIONS, leads={"long": 45})
    path = tmp_path / "a.blocks"
    path.write_bytes(data)
    return lambda disk=DISK: BlockFile(path, record, disk, is_mapped=request.param), path


def test_sections_come_back_as_they_were_written(written):
    opened, path = written
    file = opened()
    path.unlink()  # an open file stays what it was

    assert {name: bytes(file.section(name)) for name in SECTIONS} == SECTIONS
    assert bytes(file.part("long", BLOCK - 2, BLOCK + 2)) == SECTIONS["long"][BLOCK - 2 : BLOCK + 2]
    floats = np.frombuffer(file.section("long"), np.uint8)[45:]
    assert floats.ctypes.data % 64 == 0


def test_opening_reads_the_table_alone(tmp_path):
    opened = []
    for size in (10, 50 * BLOCK):
        data, record = encode_sections({"all": os.urandom(size)})
        path = tmp_path / f"{size}.blocks"
        path.write_bytes(data)
        disk = Counting()
        file = BlockFile(path, record, disk, is_mapped=False)
        opened.append(disk.bytes)
        file.part("all", 3, 4)
        assert disk.bytes <= opened[-1] + BLOCK
    assert opened[1] - opened[0] < 50 * 40


@pytest.mark.parametrize("is_mapped", [False, True])
@pytest.mark.parametrize("damaged", range(4))
def test_a_flipped_bit_is_noticed_where_it_is_used_and_only_there(tmp_path, damaged, is_mapped):
    data, record = encode_sections({"all": os.urandom(3 * BLOCK + 9)})
    place = damaged * BLOCK + 5
    path = tmp_path / "a.blocks"
    path.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
    file = BlockFile(path, record, DISK, is_mapped=is_mapped)

    for block in range(4):
        start = block * BLOCK
        if block != damaged:
            assert bytes(file.part("all", start, start + 9)) == data[start : start + 9]
    assert file.damage == ""
    with pytest.raises(DamagedIndexError, match="does not have the content written"):
        file.part("all", place - 5, place - 4)
    assert file.damage != ""
    with pytest.raises(DamagedIndexError):
        file.check()


@pytest.mark.parametrize("change", [lambda d: d[:-1], lambda d: d + b"\0", lambda d: b""])
def test_a_file_of_another_size_does_not_open(written, change):
    opened, path = written
    change_file(path, change)

    with pytest.raises(DamagedIndexError):
        opened()


USES = {
    "vectors": lambda s: s.search_dense(s.vector(0), 1),
    "one vector": lambda s: s.vector(0),
    "term-keys": lambda s: s.document_frequency("apples"),
    "term-rows": lambda s: s.search_lexical(["apples", "ferry", "clock"], 3),
    "lengths": lambda s: s.search_lexical(["apples"], 3),
    "terms": lambda s: s.terms,
    "texts": lambda s: s.article("apples.txt"),
    "articles": lambda s: s.articles(),
    "spans": lambda s: s.passage(0),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_damage_is_noticed_before_its_first_use_and_the_generation_before_it_opens(
    shelf, use, monkeypatch
):
    monkeypatch.setattr(loading, "MAPPED_FROM", 0)
    shelf.build()
    shelf.write("dogs.txt", "Dogs\n\nA dog waits at the gate.")
    shelf.build()
    path = shelf.segment(2)
    table = open_file(shelf).manifest.files[path.name].table
    change_file(path, lambda data: bytes(byte ^ 1 for byte in data[:-table]) + data[-table:])
    holder = SnapshotHolder(shelf.config.index, embedder=shelf.embedder)

    with pytest.raises(DamagedIndexError):
        use(holder.get())

    snapshot = holder.get()
    assert (snapshot.generation, bool(snapshot.degraded)) == (1, True)
    use(snapshot)


def open_file(shelf):
    return shelf.open(is_checked=False)

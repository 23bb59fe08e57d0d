"""The manifest and the pointer take any bytes: a value that holds together, or damage."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import DamagedIndexError, IndexingError
from rag.index.manifest import (
    FileRecord,
    Manifest,
    Pointer,
    SegmentRecord,
    encode_manifest,
    encode_pointer,
    parse_manifest,
    parse_pointer,
)

GOOD = Manifest(
    generation=3, parent=2, created="2026-01-02T03:04:05+00:00", app="footnote 1",
    settings={"chunker": "a"}, embedder={"id": "b"}, embedder_key="0" * 64, dimension=4,
    articles=1, passages=1, content_sha256="1" * 64,
    files=dict.fromkeys(["a.blocks", "b.blocks"], FileRecord(bytes=16, table=9, sha256="2" * 64)),
    segments=(SegmentRecord(file="a.blocks", articles=1, passages=1),), dense="float32",
)  # fmt: skip


def test_a_manifest_comes_back_as_it_was_written():
    assert parse_manifest(encode_manifest(GOOD)) == GOOD


def test_a_pointer_comes_back_as_it_was_written():
    pointer = Pointer(generation=17, manifest_sha256="a" * 64)

    assert parse_pointer(encode_pointer(pointer)) == pointer


def test_every_changed_byte_of_a_manifest_is_noticed():
    data = encode_manifest(GOOD)
    for place in range(len(data) - 1):  # the last byte is a newline
        for bit in (0, 5, 7):
            changed = data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]
            with pytest.raises(IndexingError):
                parse_manifest(changed)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":"\\ud800"}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"\xff\xfe",
        b"null",
        b"[]",
        b" " * (2 << 20),
    ],
)
def test_json_that_no_writer_of_ours_makes_is_damage(data):
    with pytest.raises(DamagedIndexError):
        parse_manifest(data)
    with pytest.raises(DamagedIndexError):
        parse_pointer(data)


@pytest.mark.parametrize("name", ["../secret.blocks", "a.sqlite", "A.blocks", "", "a/b.blocks"])
def test_a_file_of_a_generation_lies_in_its_folder(name):
    files = {**GOOD.files, name: GOOD.files["a.blocks"]}

    with pytest.raises(DamagedIndexError):
        parse_manifest(encode_manifest(Manifest(**{**_fields(), "files": files})))


def test_an_index_of_an_older_footnote_is_built_anew_and_never_read():
    older = encode_manifest(Manifest(**{**_fields(), "format": 1, "min_reader": 1}))

    with pytest.raises(IndexingError, match=r"older Footnote.*index build") as caught:
        parse_manifest(older)
    assert caught.value.code == "E-IDX-001"


@pytest.mark.parametrize(
    ("field", "value"),
    [("generation", -1), ("generation", True), ("dimension", "4"), ("created", "yesterday"),
     ("embedder_key", "short"), ("settings", []), ("parent", 1.5), ("articles", 2), ("passages", 0),
     ("segments", (SegmentRecord("c.blocks", 1, 1),)),
     ("files", dict.fromkeys(GOOD.files, FileRecord(bytes=8, table=9, sha256="2" * 64)))],
)  # fmt: skip
def test_a_value_that_cannot_be_is_damage_even_under_a_right_hash(field, value):
    data = encode_manifest(Manifest(**{**_fields(), field: value}))

    with pytest.raises(DamagedIndexError):
        parse_manifest(data)


@given(st.binary(max_size=600) | st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.dictionaries(
        st.sampled_from(["format", "generation", "manifest_sha256", "files", "min_reader"]), inner
    ),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_bytes_give_a_value_or_an_error_of_ours(data):
    for parse, kind in ((parse_pointer, Pointer), (parse_manifest, Manifest)):
        try:
            found = parse(data)
        except IndexingError as error:
            found = error

        assert isinstance(found, (kind, IndexingError))


def _fields() -> dict:
    return {name: getattr(GOOD, name) for name in Manifest.__dataclass_fields__}

import os
import stat

import pytest

from rag.private_files import write_private


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def test_only_the_person_reads_what_is_kept_whatever_the_umask_and_what_was_there(
    tmp_path, open_umask
):
    path = tmp_path / "kept" / "file.json"
    write_private(path, b"first")
    path.chmod(0o644)

    write_private(path, b"second")

    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_cannot_be_put_in_place_leaves_nothing_behind(tmp_path):
    (tmp_path / "file.json").mkdir()

    with pytest.raises(OSError, match="file"):
        write_private(tmp_path / "file.json", b"content")

    assert [each.name for each in tmp_path.iterdir()] == ["file.json"]

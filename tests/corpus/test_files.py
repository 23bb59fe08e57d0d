"""Which files of a folder are read, in what order, and their bytes."""

import os
import unicodedata

import pytest

from rag.corpus.files import CorpusFile, list_files, read_bytes
from rag.corpus.names import hash_name, is_plain_path, readable_name, shown_name
from rag.corpus.parsers import SUFFIXES
from rag.errors import ArticleError


def write(folder, name, content=b"text"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def only_file(folder):
    ((file,), _) = list_files(folder)
    return file


def test_files_are_listed_recursively_and_sorted_by_name(tmp_path):
    for name in ("b/z.md", "b.md", "a/x.txt", "a/deep/er/y.JSON"):
        write(tmp_path, name)

    files, problems = list_files(tmp_path)

    assert [file.name for file in files] == ["a/deep/er/y.JSON", "a/x.txt", "b.md", "b/z.md"]
    assert [file.suffix for file in files] == [".json", ".txt", ".md", ".md"]
    assert problems == []


def test_hidden_files_and_folders_are_passed_over_in_silence(tmp_path):
    for name in (".git/a.md", ".a.md", "~$a.docx", "b/.hidden/c.md"):
        write(tmp_path, name)

    assert list_files(tmp_path) == ([], [])


def test_what_is_no_article_file_is_reported(tmp_path):
    write(tmp_path, "good.md")
    write(tmp_path, "photo.heic")
    write(tmp_path, "README")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "link.md").symlink_to(tmp_path / "good.md")
    (tmp_path / "folder").symlink_to(tmp_path)

    files, problems = list_files(tmp_path)

    assert [file.name for file in files] == ["good.md"]
    supported = f"Supported: {' '.join(SUFFIXES)}."
    assert {p.name: (p.code, p.message) for p in problems} == {
        "README": ("E-DOC-004", f'"README": a name without a type is not supported. {supported}'),
        "folder": ("E-DOC-016", '"folder" is not a regular file; skipped.'),
        "link.md": ("E-DOC-016", '"link.md" is not a regular file; skipped.'),
        "photo.heic": ("E-DOC-004", f'"photo.heic": type .heic is not supported. {supported}'),
        "pipe.md": ("E-DOC-016", '"pipe.md" is not a regular file; skipped.'),
    }


@pytest.mark.parametrize("missing", ["nowhere", "file.md"])
def test_a_missing_folder_is_an_error_with_its_fix(tmp_path, missing):
    write(tmp_path, "file.md")

    with pytest.raises(ArticleError, match=r"No readable article in .* or set --corpus") as refused:
        list_files(tmp_path / missing)

    assert refused.value.code == "E-DOC-020"


@pytest.mark.parametrize(
    "name",
    [
        "a%2f..%2fb.md",
        "C:\\a.md",
        "CON.md",
        "cod\u202egpj.md",
        "line\nbreak.md",
        "folder./b.md",
        b"\xff.md",
    ],
    ids=ascii,
)
def test_an_unusual_name_is_taken_under_a_name_made_from_its_hash(tmp_path, name):
    name = os.fsdecode(name)
    write(tmp_path, name)

    (file,), (warning,) = list_files(tmp_path)

    assert file.name == hash_name(name)
    assert file.name.isascii()
    assert file.path.read_bytes() == b"text"
    assert warning.code == "W-DOC-003"
    assert file.name in warning.message
    assert warning.message.isprintable()


def test_usual_names_are_their_own_ids():
    names = ["a.md", "Ökonomie & Recht (2).md", "10:30 notes.txt", "中文/文章.md", "C# in depth.md"]

    assert all(
        is_plain_path(unicodedata.normalize(form, n)) for n in names for form in ("NFC", "NFD")
    )
    assert not is_plain_path("a" * 252 + ".text")


def test_names_are_shown_without_what_they_hide():
    assert shown_name("cod\u202etxt.exe") == "cod[U+202E]txt.exe"
    assert shown_name("a\x1b[2J\udcff") == "a[U+001B][2J[U+DCFF]"
    assert readable_name("cyber/salt-typhoon_2.md") == "Salt typhoon 2"


def test_a_file_above_the_limit_is_refused_with_its_size(tmp_path):
    write(tmp_path, "a.txt", b"x" * 34_100)

    with pytest.raises(ArticleError, match=r"is 0\.0 MB; the limit is 0\.02 MB") as refused:
        read_bytes(only_file(tmp_path), limit_mb=0.02)

    assert refused.value.code == "E-DOC-002"


def changed(path):
    path.write_bytes(b"longer text")


def touched(path):
    os.utime(path, ns=(1, 1))


def vanished(path):
    path.unlink()


def replaced_by_link(path):
    path.rename(path.with_suffix(".old"))
    path.symlink_to(path.with_suffix(".old"))


def replaced_by_pipe(path):
    path.unlink()
    os.mkfifo(path)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (changed, "E-DOC-018"),
        (touched, "E-DOC-018"),
        (vanished, "E-DOC-018"),
        (replaced_by_link, "E-DOC-016"),
        (replaced_by_pipe, "E-DOC-016"),
    ],
)
def test_a_file_that_changes_after_it_was_listed_is_not_read(tmp_path, happens, code):
    path = write(tmp_path, "a.md")
    file = only_file(tmp_path)
    happens(path)

    with pytest.raises(ArticleError) as refused:
        read_bytes(file, limit_mb=20)

    assert refused.value.code == code


def test_a_file_without_read_permission_is_reported(tmp_path, monkeypatch):
    write(tmp_path, "a.md")
    file = only_file(tmp_path)

    def refuse(path, flags):
        raise PermissionError(13, "denied", str(path))  # root may read anything, so it is acted

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ArticleError, match=r"cannot be opened \(permission denied\)") as refused:
        read_bytes(file, limit_mb=20)

    assert refused.value.code == "E-DOC-017"


def test_a_name_with_nul_is_refused(tmp_path):
    with pytest.raises(
        ArticleError, match=r'"a\[U\+0000\]\.md": file name contains a NUL'
    ) as refused:
        read_bytes(CorpusFile("a\0.md", tmp_path / "a\0.md", 0, 0), limit_mb=20)

    assert refused.value.code == "E-DOC-015"

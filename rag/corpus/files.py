"""The files of the corpus folder: which there are, in a fixed order, and their bytes, read once.

What a file holds is left to the formats.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.corpus.names import hash_name, is_plain_path, shown_name
from rag.corpus.parsers import SUFFIXES
from rag.errors import ArticleError
from rag.records import Problem

MEGABYTE = 1_000_000
SKIPPED_PREFIXES = (".", "~$")  # hidden files, and the lock files of Word


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file that may hold articles; `name` is its POSIX path below the corpus folder, its id.

    `changed_ns` is when its bytes or its name last changed, as the system counts it.
    """

    name: str
    path: Path
    size: int
    mtime_ns: int
    changed_ns: int = 0
    inode: int = 0

    @property
    def suffix(self) -> str:
        """The lower-case suffix, with its dot."""
        return PurePosixPath(self.name).suffix.lower()


def list_files(corpus: Path) -> tuple[list[CorpusFile], list[Problem]]:
    """Return the readable files below `corpus`, sorted by name, and what was passed over.

    Hidden files and folders are passed over in silence. Nothing is opened and no link followed.
    Raises ArticleError E-DOC-020 when `corpus` is no folder that can be listed.
    """
    files: list[CorpusFile] = []
    problems: list[Problem] = []
    folders = [(corpus, "")]
    while folders:
        folder, prefix = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            if not prefix:
                raise ArticleError("E-DOC-020", _no_folder(corpus)) from error
            problems.append(_problem(prefix.rstrip("/"), "E-DOC-017", "cannot be opened"))
            continue
        for entry in entries:
            if entry.name.startswith(SKIPPED_PREFIXES):
                continue
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append((Path(entry.path), path + "/"))
            else:
                _take(entry, path, files=files, problems=problems)
    return sorted(files, key=lambda f: f.name), sorted(problems, key=lambda p: (p.name, p.code))


def read_bytes(file: CorpusFile, *, limit_mb: float) -> bytes:
    """Return the bytes of `file`, read once.

    Raises ArticleError: E-DOC-002 too large, E-DOC-015 NUL in the name, E-DOC-016 no regular file,
    E-DOC-017 not permitted, E-DOC-018 changed since it was listed or while it was read.
    """
    shown = f'"{shown_name(file.name)}"'
    if "\0" in file.name:
        raise ArticleError("E-DOC-015", f"{shown}: file name contains a NUL character. Rename it.")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(file.path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise _cannot_open(shown, error) from error
    with os.fdopen(descriptor, "rb") as stream:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise ArticleError("E-DOC-016", f"{shown} is not a regular file; skipped.")
        if before.st_size > limit_mb * MEGABYTE:
            raise ArticleError("E-DOC-002", _too_large(shown, before.st_size, limit_mb))
        try:
            data = stream.read(before.st_size + 1)
        except OSError as error:
            raise _cannot_open(shown, error) from error
        after = os.fstat(descriptor)
    listed = (file.size, file.mtime_ns)
    if any((s.st_size, s.st_mtime_ns) != listed for s in (before, after)) or len(data) != file.size:
        raise _changed(shown)
    return data


def _take(
    entry: os.DirEntry[str], path: str, *, files: list[CorpusFile], problems: list[Problem]
) -> None:
    """Add the entry to the files, or what is wrong with it to the problems."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        problems.append(_problem(path, "E-DOC-018", "changed while being read; run again"))
        return
    if not stat.S_ISREG(status.st_mode):
        problems.append(_problem(path, "E-DOC-016", "is not a regular file; skipped"))
        return
    suffix = PurePosixPath(path).suffix.lower()
    if suffix not in SUFFIXES:
        kind = f"type {shown_name(suffix)}" if suffix else "a name without a type"
        supported = f"{kind} is not supported. Supported: {' '.join(SUFFIXES)}"
        problems.append(_problem(path, "E-DOC-004", supported))
        return
    name = path
    if not is_plain_path(path):
        name = hash_name(path)
        unusual = f'has an unusual name and is listed as "{name}". Rename it to choose the name'
        problems.append(_problem(path, "W-DOC-003", unusual))
    times = (status.st_mtime_ns, status.st_ctime_ns)
    files.append(CorpusFile(name, Path(entry.path), status.st_size, *times, inode=status.st_ino))


def _problem(path: str, code: str, what: str) -> Problem:
    shown = shown_name(path)
    return Problem(shown, code, f'"{shown}" {what}.' if ":" not in what else f'"{shown}": {what}.')


def _no_folder(corpus: Path) -> str:
    shown = shown_name(str(corpus))
    return (
        f'No readable article in "{shown}"; index unchanged. Put articles there, or set --corpus.'
    )


def _too_large(shown: str, size: int, limit_mb: float) -> str:
    return (
        f"{shown} is {size / MEGABYTE:.1f} MB; the limit is {limit_mb:g} MB. "
        "Split it or raise limit_file_mb."
    )


def _changed(shown: str) -> ArticleError:
    return ArticleError("E-DOC-018", f"{shown} changed while being read; run again.")


def _cannot_open(shown: str, error: OSError) -> ArticleError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return _changed(shown)
    if error.errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR):
        return ArticleError("E-DOC-016", f"{shown} is not a regular file; skipped.")
    reason = os.strerror(error.errno or 0).lower()
    return ArticleError("E-DOC-017", f"{shown} cannot be opened ({reason}). Check its permissions.")

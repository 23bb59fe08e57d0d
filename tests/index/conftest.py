"""What the tests of the index share: a corpus folder to write into, and a build of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.index import readings
from rag.index.build import build_index
from rag.index.snapshot import Snapshot, open_snapshot
from rag.records import BuildReport
from tests.doubles import TextReader, WordEmbedder


@dataclass
class Shelf:
    """A corpus, its settings and its embedder."""

    config: Config
    embedder: WordEmbedder = field(default_factory=WordEmbedder)

    def write(self, name: str, text: str | bytes) -> None:
        path = self.config.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)

    def remove(self, name: str) -> None:
        (self.config.corpus / name).unlink()

    def build(self, **options) -> BuildReport:
        return build_index(self.config, self.embedder, **options)

    def open(self, *, is_checked: bool = True) -> Snapshot:
        return open_snapshot(self.config.index, embedder=self.embedder, is_checked=is_checked)

    def generation(self, number: int) -> Path:
        return self.config.index / "gen" / f"{number:06d}"

    def segment(self, number: int) -> Path:
        """Return the file of the one segment of a generation."""
        [path] = self.generation(number).glob(f"{'?' * 40}.blocks")
        return path

    def with_settings(self, **settings) -> Shelf:
        return Shelf(replace(self.config, **settings), self.embedder)


@pytest.fixture
def read_here(monkeypatch):
    """Read articles in this process: the reading process is tested with the corpus."""
    monkeypatch.setattr(readings, "ArticleReader", TextReader)


@pytest.fixture
def empty_shelf(tmp_path, read_here) -> Shelf:
    (tmp_path / "corpus").mkdir()
    return Shelf(Config(corpus=tmp_path / "corpus", index=tmp_path / "index"))


@pytest.fixture
def shelf(empty_shelf) -> Shelf:
    """Three articles, not yet built."""
    empty_shelf.write("apples.txt", "Apples\n\nThe orchard sold 40 crates of red apples in May.")
    empty_shelf.write("boats/ferry.txt", "Ferry\n\nThe ferry crosses the harbour twice a day.")
    empty_shelf.write("clocks.txt", "Clocks\n\nThe tower clock was repaired by two brothers.")
    return empty_shelf


Damage = Callable[[bytes], bytes]


def change_file(path: Path, change: Damage) -> None:
    """Put other bytes in the place of a sealed file."""
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(change(data))

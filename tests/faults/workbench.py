"""A small corpus that goes from state to state, and the proof that an index holds one of them.

State k is a handful of articles that name k. A build is deterministic, so the files of a
generation are known beforehand: an index that holds anything but one whole state is caught.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np

from rag.config import Config
from rag.errors import DamagedIndexError
from rag.index import readings, segments
from rag.index.build import build_index
from rag.index.disk import DISK, Disk
from rag.index.snapshot import Snapshot, SnapshotHolder
from rag.index.store import store_of
from rag.text.chunking import searchable_text
from rag.text.tokens import tokenize
from tests.doubles import TextReader, WordEmbedder

T = TypeVar("T")

SCORE_TOLERANCE = 1e-4
STATE_FILE = "state.txt"
STEADY_FILES = ("anchor.txt", "lighthouse.txt", "zoo.txt")  # the same in every state
PLACES = ("Harbour", "Foundry", "Library", "Orchard")
EMBEDDER = WordEmbedder(dimension=16)


def read_here() -> None:
    """Read articles without the reading process: it would take most of the time of a build.

    The few articles are several segments, of which one is shared from state to state.
    """
    readings.ArticleReader = TextReader
    segments.FEWEST_ARTICLES = 2


@contextmanager
def memory_folder() -> Iterator[Path]:
    """Yield an empty folder, in memory where there is one: many trials write little, and often."""
    memory = Path("/dev/shm")  # noqa: S108 - below it we make our own
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def timed(run: Callable[[Path], T]) -> tuple[T, str]:
    """Return what `run` makes of an empty folder, and how many seconds it took."""
    started = time.monotonic()
    with memory_folder() as folder:
        return run(folder), f"{time.monotonic() - started:.0f} s"


def make_config(folder: Path) -> Config:
    """Return a Config whose corpus and index lie in `folder`; few generations are kept."""
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    return Config(corpus=folder / "corpus", index=folder / "index", keep_generations=1)


def prepare(folder: Path, states: Iterable[int], *, keep: int = 1) -> tuple[Config, Path]:
    """Build the states one after the other; return the Config, and the folder of a whole copy."""
    read_here()
    config = dataclasses.replace(make_config(folder / "work"), keep_generations=keep)
    for state in states:
        build_state(config, state)
    copy_index(config.index, folder / "whole")
    return config, folder / "whole"


def write_state(corpus: Path, state: int) -> None:
    """Bring the corpus folder to `state`: texts change, and one article comes and goes."""
    for place in PLACES:
        text = f"{place} report\n\nThe {place.lower()} counted {state * 7} crates in its report.\n"
        (corpus / f"{place.lower()}.txt").write_text(text, encoding="utf-8")
    for name in STEADY_FILES:
        (corpus / name).write_text(
            f"{name}\n\nThis {name[:-4]} stays as it is.\n", encoding="utf-8"
        )
    state_text = f"State\n\nThe corpus is in state {state} now.\n"
    (corpus / STATE_FILE).write_text(state_text, encoding="utf-8")
    for old in corpus.glob("visitor-*.txt"):
        old.unlink()
    visitor = f"Visitor {state}\n\nVisitor number {state} came to the harbour by boat.\n"
    (corpus / f"visitor-{state}.txt").write_text(visitor, encoding="utf-8")


def build_state(config: Config, state: int, *, disk: Disk = DISK) -> int:
    """Write `state` and build it; return the generation."""
    write_state(config.corpus, state)
    return build_index(config, EMBEDDER, disk=disk).generation


def read_state(config: Config, *, disk: Disk = DISK) -> tuple[int, Snapshot]:
    """Return which state the index holds; AssertionError where it is not one whole state.

    As a program does, it asks once more where something proved damaged when it was used.
    """
    store = store_of(config)
    holder = SnapshotHolder(config.index_folder, embedder=EMBEDDER, disk=disk, store=store)
    try:
        return _state_of(holder.get())
    except DamagedIndexError:
        return _state_of(holder.get())


def _state_of(snapshot: Snapshot) -> tuple[int, Snapshot]:
    article = snapshot.article(STATE_FILE)
    assert article is not None, "the article that names the state is not there"
    state = int(article.text.rsplit("state ", 1)[1].split(" ", 1)[0])
    assert_whole(snapshot, state)
    return state, snapshot


def assert_whole(snapshot: Snapshot, state: int) -> None:
    """Check every text, what each search finds and what was reported against `state`."""
    assert snapshot.problems() == []
    expected = [f"{place.lower()}.txt" for place in PLACES] + [STATE_FILE, f"visitor-{state}.txt"]
    expected += STEADY_FILES
    assert list(snapshot.article_ids) == sorted(expected), snapshot.article_ids
    for row in range(snapshot.passage_count):
        passage = snapshot.passage(row)
        if passage.article_id in STEADY_FILES:
            assert "stays as it is" in passage.text
            continue
        number = state if passage.article_id[:5] in ("state", "visit") else state * 7
        assert f" {number} " in passage.text, f"{passage.id} is not of state {state}"
        article = snapshot.article(passage.article_id)
        assert article is not None
        vector = EMBEDDER.embed_query(searchable_text(article, passage))
        assert np.array_equal(snapshot.vector(row), vector), f"{passage.id} has another's vector"
        [(found, score)] = snapshot.search_dense(vector, 1)
        assert found == row, f"dense search finds {found}, not {row}"
        assert abs(score - 1.0) < SCORE_TOLERANCE, score
    for place in PLACES:
        [(found, _)] = snapshot.search_lexical(tokenize(f"{place.lower()} crates counted"), 1)
        assert snapshot.passage_article(found) == f"{place.lower()}.txt", "lexical search is wrong"


def copy_index(source: Path, target: Path) -> None:
    """Put a copy of an index in the place of `target`."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)

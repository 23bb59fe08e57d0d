"""Workers of a real Ray cluster make the index that one process makes, though one is killed."""

from __future__ import annotations

import importlib.util
import os
import signal
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from rag.config import Config
from rag.encoders.embedder import load_embedder
from rag.errors import ConfigError
from rag.index import fan_out
from rag.index.build import build_index

ARTICLES = 40


def needs_ray(test):
    """Skip without Ray, which is not imported here: `fan_out` says before how it is to be."""
    missing = importlib.util.find_spec("ray") is None
    skip = pytest.mark.skipif(missing, reason="requirements-ray.txt is not installed")
    return skip(pytest.mark.filterwarnings("ignore")(test))  # Ray's own


def worker_processes(stage: str) -> set[int]:
    """Return the processes of this session's cluster that work on a stage."""
    title = f"ray::MapWorker(MapBatches({stage}))".encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes().startswith(title):
                found.add(int(folder.name))
        except OSError:
            continue
    return found


@pytest.fixture
def settings(tmp_path) -> Config:
    """Articles, one file that cannot be read, one that is empty, two with one text."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(ARTICLES):
        body = " ".join(f"Pier {number} took {i * number} crates of apples." for i in range(20))
        (corpus / f"{number:03}.md").write_text(f"# Report {number}\n\n{body}\n", "utf-8")
    (corpus / "copy.md").write_bytes((corpus / "004.md").read_bytes())
    (corpus / "damaged.pdf").write_bytes(b"%PDF-1.4 and no more")
    (corpus / "empty.txt").write_bytes(b"")
    return Config(corpus=corpus, index=tmp_path / "here")


@needs_ray
def test_the_index_is_that_of_one_machine_though_a_worker_is_killed(settings, tmp_path):
    embedder = load_embedder(settings)
    here = build_index(settings, embedder)
    killed, told = [], []

    def on_progress(progress) -> None:
        if progress.stage == "embedding" and not killed:
            killed.append(min(worker_processes("Embedding")))
            os.kill(killed[0], signal.SIGKILL)
        told.append(progress)

    there = build_index(
        replace(settings, index=tmp_path / "there"), embedder, on_progress=on_progress, on="ray"
    )

    assert killed
    assert replace(there, seconds=0) == replace(here, seconds=0)
    assert files_of(tmp_path / "there") == files_of(tmp_path / "here")
    done = [each.done for each in told if each.stage == "embedding"]
    assert done == sorted(set(done))  # what arrived before the kill is not done again
    assert done[-1] == there.embedded


def test_a_worker_that_would_compute_something_else_says_so_and_computes_nothing(settings):
    worker = fan_out.Embedding(settings, "other libraries")

    rows = worker(pa.table({"row": [b'["00", "Pier 4 took apples."]']})).to_pylist()

    assert [row["kind"] for row in rows] == [fan_out.REFUSED]
    assert b"this machine other libraries" in rows[0]["value"]


def test_another_address_is_refused(settings):
    with pytest.raises(ConfigError, match="must be ray or ray://HOST:6379"):
        build_index(settings, load_embedder(settings), on="dask")


def files_of(index: Path) -> dict[str, bytes]:
    """Return the files of the first generation but its manifest, which has a date."""
    folder = index / "gen" / "000001"
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "manifest.json"}

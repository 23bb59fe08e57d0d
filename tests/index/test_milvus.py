"""An index in Milvus answers as the embedded one, and is whole through kills, losses and silence.

A `milvus-lite` server over gRPC stands for Milvus: it shows that the adapter works, not that many
machines do.
"""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import date

import pytest

from rag.assistant import Assistant
from rag.config import NO_RERANKER, Config
from rag.errors import ConfigError, IndexingError
from rag.index import lease, milvus, readings
from rag.index.disk import DISK, Disk
from rag.index.generations import rollback
from rag.index.lease import Folder, held_lease
from rag.index.snapshot import open_snapshot
from rag.index.store import store_of
from rag.records import Filters, Question
from rag.retrieval.retriever import Retriever
from rag.text.tokens import content_tokens
from tests.conftest import ROOT
from tests.doubles import TextReader
from tests.index.conftest import Shelf

pymilvus = pytest.importorskip("pymilvus", reason="requirements-milvus.txt is not installed")
pytest.importorskip("milvus_lite", reason="milvus-lite is not installed")

PLACES = ("Lund", "Visby", "Ystad", "Kalmar")
GOODS = ("apples", "ferries", "radios", "clocks", "U.S. steel", "5 % bonds")
QUESTIONS = [
    *(f"How many {goods} did {place} count?" for goods in GOODS for place in PLACES[:2]),
    "Which town counted U.S. steel after the 5 % bonds?",
    "nothing of this kind",
]
LIMITS = [
    Filters(),
    Filters(outlets=("THE POST",)),
    Filters(authors=("bo ek", "nobody")),
    Filters(published_from=date(2024, 1, 3)),
    Filters(published_to=date(2024, 1, 3)),
    Filters(as_of=date(2024, 1, 3)),
    Filters(articles=("visby-1.txt", "not-there.txt")),
    Filters(articles=("not-there.txt",)),
    Filters(outlets=("The Post",), authors=("Ann Lee",), as_of=date(2024, 1, 4)),
]


class DatedReader(TextReader):
    """Gives every article but Kalmar's a date, and by its number an outlet and authors."""

    def read(self, file):
        found = super().read(file)
        [article] = found.articles
        number = int(article.id.split("-")[1].split(".")[0])
        dated = dataclasses.replace(
            article,
            published=None if article.id.startswith("kalmar") else date(2024, 1, 1 + number),
            outlet=("The Post", 'Évening "News"')[number % 2],
            authors=(("Ann Lee", "Bo Ek"), (), ("Bo Ek",))[number % 3],
        )
        return dataclasses.replace(found, articles=(dated,))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Return the address and the process of one Milvus for all tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("milvus")
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log
        )
    try:
        for _ in range(1200):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def shelf(server, tmp_path, monkeypatch):
    """Return 24 articles, not yet built, whose index is in Milvus."""
    monkeypatch.setattr(readings, "ArticleReader", DatedReader)
    monkeypatch.setattr(lease, "SETTLED_AFTER_S", 0.01)
    config = Config(
        corpus=tmp_path / "corpus",
        index=tmp_path / "index",
        prompts=ROOT / "prompts",
        reranker=NO_RERANKER,
        store="milvus",
        store_url=server[0],
    )
    made = Shelf(config)
    for place in PLACES:
        for number, goods in enumerate(GOODS):
            made.write(f"{place.lower()}-{number}.txt", article(place, goods, number))
    return made


def article(place, goods, number, *, year=2023):
    return (
        f"{goods.title()} in {place}\n\nThe town of {place} counted {40 + number} {goods} "
        f"in {year}.\n\n"
        f"Its {goods} were sold at the market by {number + 2} traders."
    )


def embedded(shelf):
    return shelf.with_settings(index=shelf.config.index.with_name("files"), store="embedded")


def opened(shelf):
    return open_snapshot(shelf.config.index_folder, store=store_of(shelf.config))


def collections(shelf):
    client = pymilvus.MilvusClient(uri=shelf.config.store_url)
    own = (shelf.config.index_folder / "STORE").read_text("ascii")
    current = opened(shelf).manifest.collection
    assert client.describe_alias(own)["collection_name"] == current
    return {name for name in client.list_collections() if name.startswith(own)}


def named(shelf):
    """Return the collections that the generations on disk name."""
    files = shelf.config.index_folder.glob("gen/0*/manifest.json")
    return {json.loads(path.read_text("utf-8"))["collection"] for path in files}


def ask(shelf, text, *, filters=Filters()):  # noqa: B008 - frozen
    assistant = Assistant(shelf.config)
    assistant.embedder = shelf.embedder
    return assistant.ask_once(Question(text, filters=filters))


def test_it_finds_and_answers_what_the_embedded_store_does(shelf):
    shelf.build()
    embedded(shelf).build()
    retriever, ours, theirs = Retriever(shelf.embedder), opened(embedded(shelf)), opened(shelf)

    assert theirs.manifest.collection
    for filters in LIMITS:
        for text in QUESTIONS:
            expected, found = (
                retriever.retrieve(Question(text, filters=filters), each, k=10).hits
                for each in (ours, theirs)
            )
            scores = {hit.passage: pytest.approx(hit.score, abs=1e-5) for hit in expected}
            assert {hit.passage: hit.score for hit in found} == scores, (filters, text)
    for text in QUESTIONS:
        assert ask(shelf, text).sentences == ask(embedded(shelf), text).sentences
    for term in [*content_tokens(" ".join(QUESTIONS)), "nowhere"]:
        assert theirs.document_frequency(term) == ours.document_frequency(term)


def test_quotes_are_bytes_of_the_files_and_the_files_have_no_vectors(shelf):
    shelf.build()
    snapshot = opened(shelf)

    for row, _ in snapshot.search_lexical(["lund"], 5):
        passage = snapshot.passage(row)
        text = snapshot.article(passage.article_id).text
        assert text[passage.start : passage.end] == passage.text
    with pytest.raises(IndexingError, match='the settings ask for "embedded"'):
        open_snapshot(shelf.config.index).search_lexical(["lund"], 5)


KILL = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from rag.config import Config
from rag.index import build, lease, milvus, publish, readings
from tests.doubles import WordEmbedder
from tests.index.test_milvus import DatedReader

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(owner, name):
    done = getattr(owner, name)
    setattr(owner, name, lambda *a, **k: (done(*a, **k), die()))

corpus, index, url, step = sys.argv[1:]
readings.ArticleReader = DatedReader
lease.SETTLED_AFTER_S = 0.01
{
    "created": lambda: after(milvus, "create_collection"),
    "inserted": lambda: after(milvus.MilvusLoading, "add"),
    "loaded": lambda: after(milvus.MilvusLoading, "finish"),
    "written": lambda: setattr(publish, "_read_back", die),
    "checked": lambda: setattr(publish, "switch", die),
    "current": lambda: after(publish, "switch"),
    "alias": lambda: after(milvus.Milvus, "switched"),
    "collected": lambda: after(build, "collect"),
}[step]()
config = Config(corpus=Path(corpus), index=Path(index), store="milvus", store_url=url)
build.build_index(replace(config, keep_generations=1), WordEmbedder())
"""


@pytest.mark.parametrize(
    ("step", "generation"),
    [
        ("created", 1),
        ("inserted", 1),
        ("loaded", 1),
        ("written", 1),
        ("checked", 1),
        ("current", 2),
        ("alias", 2),
        ("collected", 2),
    ],
)
def test_a_killed_build_leaves_the_old_generation_or_the_new_one(shelf, step, generation):
    shelf.build()
    shelf.write("lund-0.txt", article("Lund", "apples", 0, year=2025))
    config = shelf.config
    command = [sys.executable, "-c", KILL, config.corpus, config.index, config.store_url, step]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    snapshot = opened(shelf)
    snapshot.check()
    [(row, _)] = snapshot.search_lexical(content_tokens("Lund counted apples"), 1)

    assert snapshot.generation == generation
    assert ("2025" in snapshot.passage(row).text) == (generation == 2)
    assert shelf.with_settings(keep_generations=1).build().generation >= 2
    shelf.write("lund-1.txt", article("Lund", "ferries", 1, year=2026))
    shelf.with_settings(keep_generations=1).build()
    assert collections(shelf) == named(shelf)
    assert len(named(shelf)) == 2


def test_a_lost_collection_is_noticed_and_the_generation_before_answers(shelf):
    shelf.build()
    shelf.write("lund-0.txt", article("Lund", "apples", 0, year=2025))
    shelf.build()
    assistant = Assistant(shelf.config)
    assistant.embedder = shelf.embedder
    assert assistant.snapshot().generation == 2
    pymilvus.MilvusClient(uri=shelf.config.store_url).drop_collection(
        assistant.snapshot().manifest.collection
    )

    answer = assistant.ask_once(Question("How many apples did Lund count?"))

    assert assistant.snapshot().generation == 1
    assert "lacks a collection" in assistant.snapshot().degraded
    assert "2023" in answer.sentences[0].text
    assert shelf.build().generation == 3
    assert collections(shelf) >= {opened(shelf).manifest.collection}


def test_a_store_that_is_away_is_one_sentence_and_articles_are_still_there(shelf):
    shelf.build()
    away = shelf.with_settings(store_url="http://someone:secret@127.0.0.1:9")

    with pytest.raises(
        IndexingError, match=r"Milvus at .*127\.0\.0\.1:9.* does not answer"
    ) as asked:
        ask(away, "How many apples did Lund count?")
    shelf.write("new-1.txt", article("Malmö", "apples", 1))
    with pytest.raises(IndexingError, match="does not answer"):
        away.build()

    assert "secret" not in asked.value.message
    assert "\n" not in asked.value.message
    assert opened(away).article("lund-0.txt") is not None
    assert opened(shelf).generation == 1


def test_a_store_that_is_slow_is_one_sentence_and_answers_again_later(shelf, server, monkeypatch):
    shelf.build()
    snapshot = opened(shelf)
    assert snapshot.search_lexical(["lund"], 1)
    monkeypatch.setattr(milvus, "ANSWERS_WITHIN_S", 1.0)
    os.kill(server[1].pid, signal.SIGSTOP)
    try:
        with pytest.raises(IndexingError, match="does not answer"):
            snapshot.search_lexical(["lund"], 1)
    finally:
        os.kill(server[1].pid, signal.SIGCONT)

    monkeypatch.undo()
    assert snapshot.search_lexical(["lund"], 1)


def test_an_embedded_index_answers_until_the_first_build_in_milvus_and_after_a_rollback(shelf):
    shelf.with_settings(store="embedded").build()
    found = opened(shelf).search_lexical(["lund"], 9)
    assert shelf.build().generation == 2
    assert opened(shelf).manifest.collection

    rollback(shelf.config.index, 1, store=store_of(shelf.config))

    assert found
    assert opened(shelf).search_lexical(["lund"], 9) == found


def test_with_files_on_object_storage_any_machine_builds_and_answers(shelf, tmp_path):
    embedded(shelf).build()
    first, second, reader = (
        shelf.with_settings(
            index=f"memory://{tmp_path.name}", home=tmp_path / name, keep_generations=1
        )
        for name in ("first", "second", "reader")
    )
    first.build()
    for text in QUESTIONS[:3]:
        assert ask(reader, text).sentences == ask(embedded(shelf), text).sentences

    for number, machine in enumerate((second, first, second)):
        shelf.write("lund-0.txt", article("Lund", "apples", 0, year=2025 + number))
        machine.build()

    assert opened(first).generation == opened(reader).generation == 4
    assert collections(first) == named(second)
    assert len(named(second)) == 2


def test_settings_that_name_no_server_are_refused():
    with pytest.raises(ConfigError, match="needs store_url"):
        store_of(Config(store="milvus"))


def write_lease(path, name):
    path.write_text(json.dumps({"host": "elsewhere", "pid": 7, "token": "t", "renewed": name}))


def test_a_lease_that_another_machine_renews_is_refused_and_a_dead_one_is_taken(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(lease, "ENDS_AFTER_S", 0.4)
    monkeypatch.setattr(lease, "SETTLED_AFTER_S", 0.01)
    path = tmp_path / "LEASE"
    write_lease(path, "first")
    monkeypatch.setattr(lease.time, "sleep", lambda _: write_lease(path, "second"))
    with pytest.raises(IndexingError, match=r"A build on elsewhere \(pid 7\) is running"):
        held_lease(Folder(tmp_path, DISK)).__enter__()
    monkeypatch.undo()
    monkeypatch.setattr(lease, "ENDS_AFTER_S", 0.2)

    with held_lease(Folder(tmp_path, DISK)) as require:
        require()
        write_lease(path, "third")
        with pytest.raises(IndexingError, match="on elsewhere"):
            require()

    assert path.exists()  # it is another's


def test_a_lease_that_cannot_be_written_is_an_error_that_people_can_fix(tmp_path, monkeypatch):
    class FullDisk(Disk):
        def write(self, fd, data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(IndexingError, match="is full"):
        held_lease(Folder(tmp_path, FullDisk())).__enter__()


def test_a_held_lease_is_renewed_and_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(lease, "RENEWED_EVERY_S", 0.01)
    path = tmp_path / "LEASE"
    with held_lease(Folder(tmp_path, DISK)) as require:
        first = path.read_text("utf-8")
        for _ in range(500):
            if path.read_text("utf-8") != first:
                break
            time.sleep(0.02)
        require()
        assert path.read_text("utf-8") != first
    assert not path.exists()
